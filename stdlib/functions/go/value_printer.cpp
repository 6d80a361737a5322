#include "stdlib/functions/go/value_printer.h"

#include <algorithm>
#include <cmath>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/language/secret_value.h"
#include "src/language/spoken.h"
#include "stdlib/functions/go/format.h"

namespace invar {
namespace {

/// Widths add no more once a text is this long.
constexpr size_t kMaxText = 64u << 20;
constexpr char kLower[] = "0123456789abcdefx";
constexpr char kUpper[] = "0123456789ABCDEFX";

size_t rune_count(std::string_view text) {
  size_t count = 0;
  for (size_t length; !text.empty(); text.remove_prefix(length), ++count) decode_rune(text, length);
  return count;
}

/// The first `count` runes.
std::string_view truncated(std::string_view text, std::optional<int> count) {
  if (!count) return text;
  size_t end = 0;
  for (int i = 0; i < *count && end < text.size(); ++i) {
    size_t length;
    decode_rune(text.substr(end), length);
    end += length;
  }
  return text.substr(0, end);
}

void append_escaped_rune(std::string& out, char32_t rune) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, rune < 0x10000 ? "\\u%04x" : "\\U%08x", static_cast<unsigned>(rune));
  out += buffer;
}

/// strconv.QuoteToASCII: what Quote leaves readable beyond ASCII is escaped as well.
std::string quoted_ascii(std::string_view text) {
  const std::string quoted_text = quoted(text);
  std::string out;
  for (std::string_view rest = quoted_text; !rest.empty();) {
    size_t length;
    const char32_t rune = decode_rune(rest, length);
    if (rune < 0x80) out += static_cast<char>(rune);
    else append_escaped_rune(out, rune);
    rest.remove_prefix(length);
  }
  return out;
}

/// strconv.QuoteRune.
std::string quoted_rune(char32_t rune, bool ascii) {
  std::string text;
  append_rune(text, rune);
  if (rune == U'\'') return "'\\''";
  if (rune == U'"') return "'\"'";
  std::string inner = ascii ? quoted_ascii(text) : quoted(text);
  return "'" + inner.substr(1, inner.size() - 2) + "'";
}

}  // namespace

void ValuePrinter::print(const Value& value, char32_t verb) {
  if (verb == 'T') return pad(truncated(go_type(value), flags.precision));
  switch (value.type()) {
    case ValueType::kNull: return verb == 'v' ? pad("<nil>") : bad_verb(value, verb);
    case ValueType::kBool: return verb == 't' || verb == 'v' ? pad(value.as_bool() ? "true" : "false") : bad_verb(value, verb);
    case ValueType::kNumber: return print_number(value, verb);
    case ValueType::kString: return print_text(value, value.as_string(), verb);
    case ValueType::kArray: return print_array(value, verb);
    case ValueType::kObject: return print_object(value, verb);
    case ValueType::kFunction: return pad("function");
    case ValueType::kCapsule: return print_capsule(value, verb);
  }
}

void ValuePrinter::append_verb(char32_t verb) { append_rune(out, verb); }

std::string ValuePrinter::go_type(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return "<nil>";
    case ValueType::kBool: return "bool";
    case ValueType::kNumber:
      return value.number_kind() == NumberKind::kFloat ? "float64" : value.number_kind() == NumberKind::kInt ? "int" : "uint64";
    case ValueType::kString: return "string";
    case ValueType::kArray: return "[]interface {}";
    case ValueType::kObject: return "map[string]interface {}";
    case ValueType::kFunction: return "value.RawFunction";
    case ValueType::kCapsule: return std::string(value.as_capsule().type_name());
  }
  return {};
}

void ValuePrinter::bad_verb(const Value& value, char32_t verb) {
  out += "%!";
  append_verb(verb);
  out += '(';
  if (value.is_null()) {
    out += "<nil>";
  } else {
    out += go_type(value) + "=";
    print(value, 'v');
  }
  out += ')';
}

void ValuePrinter::fill(int count, bool zeros) {
  if (out.size() > kMaxText) return;
  out.append(static_cast<size_t>(std::max(count, 0)), zeros && !flags.minus ? '0' : ' ');
}

void ValuePrinter::pad(std::string_view text, bool zeros_allowed) {
  const int missing = flags.width ? *flags.width - static_cast<int>(rune_count(text)) : 0;
  if (!flags.minus) fill(missing, zeros_allowed && flags.zero);
  out += text;
  if (flags.minus) fill(missing, false);
}

void ValuePrinter::print_text(const Value& value, const std::string& text, char32_t verb) {
  switch (verb) {
    case 'v': return flags.go_syntax ? quote(text) : pad(truncated(text, flags.precision));
    case 's': return pad(truncated(text, flags.precision));
    case 'x': return hex(text, kLower);
    case 'X': return hex(text, kUpper);
    case 'q': return quote(text);
    default: return bad_verb(value, verb);
  }
}

void ValuePrinter::quote(std::string_view text) {
  text = truncated(text, flags.precision);
  if (flags.sharp && can_backquote(text)) return pad("`" + std::string(text) + "`");
  pad(flags.plus ? quoted_ascii(text) : quoted(text));
}

void ValuePrinter::hex(std::string_view text, const char* digits) {
  if (flags.precision) text = text.substr(0, static_cast<size_t>(*flags.precision));
  if (text.empty()) return fill(flags.width.value_or(0), flags.zero);
  std::string all;
  const auto prefix = [&] { all += '0', all += digits[16]; };
  if (flags.sharp) prefix();
  for (size_t i = 0; i < text.size(); ++i) {
    if (flags.space && i > 0) {
      all += ' ';
      if (flags.sharp) prefix();
    }
    all += digits[static_cast<uint8_t>(text[i]) >> 4];
    all += digits[static_cast<uint8_t>(text[i]) & 15];
  }
  pad(all);
}

void ValuePrinter::print_number(const Value& value, char32_t verb) {
  if (value.number_kind() == NumberKind::kFloat) return print_float(value, verb);
  const bool is_signed = value.number_kind() == NumberKind::kInt;
  const uint64_t bits = value.as_uint();
  switch (verb) {
    case 'v':
      if (flags.go_syntax && !is_signed) {
        const bool sharp = std::exchange(flags.sharp, true);
        print_integer(bits, 16, false, verb, kLower);
        flags.sharp = sharp;
        return;
      }
      [[fallthrough]];
    case 'd': return print_integer(bits, 10, is_signed, verb, kLower);
    case 'b': return print_integer(bits, 2, is_signed, verb, kLower);
    case 'o':
    case 'O': return print_integer(bits, 8, is_signed, verb, kLower);
    case 'x': return print_integer(bits, 16, is_signed, verb, kLower);
    case 'X': return print_integer(bits, 16, is_signed, verb, kUpper);
    case 'c': {
      std::string text;
      append_rune(text, valid_rune(bits));
      return pad(text);
    }
    case 'q': return pad(quoted_rune(valid_rune(bits), flags.plus));
    case 'U': return print_unicode(bits);
    default: return bad_verb(value, verb);
  }
}

char32_t ValuePrinter::valid_rune(uint64_t bits) {
  return bits > 0x10FFFF || (bits >= 0xD800 && bits < 0xE000) ? U'\uFFFD' : static_cast<char32_t>(bits);
}

void ValuePrinter::print_integer(uint64_t number, unsigned base, bool is_signed, char32_t verb, const char* digits) {
  const bool negative = is_signed && static_cast<int64_t>(number) < 0;
  if (negative) number = 0 - number;
  int least = 0;
  if (flags.precision) {
    least = *flags.precision;
    if (least == 0 && number == 0) return fill(flags.width.value_or(0), false);
  } else if (flags.zero && !flags.minus && flags.width) {
    least = *flags.width - (negative || flags.plus || flags.space);
  }
  std::string text;  // backwards
  do text += digits[number % base];
  while ((number /= base) > 0);
  while (static_cast<int>(text.size()) < least) text += '0';
  if (flags.sharp) {
    if (base == 2) text += "b0";
    else if (base == 8 && text.back() != '0') text += '0';
    else if (base == 16) text += digits[16], text += '0';
  }
  if (verb == 'O') text += "o0";
  if (negative) text += '-';
  else if (flags.plus) text += '+';
  else if (flags.space) text += ' ';
  pad(std::string(text.rbegin(), text.rend()), false);
}

void ValuePrinter::print_unicode(uint64_t bits) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%llX", static_cast<unsigned long long>(bits));
  std::string text(buffer);
  const auto least = static_cast<size_t>(std::max(flags.precision.value_or(4), 4));
  if (text.size() < least) text.insert(0, least - text.size(), '0');
  text.insert(0, "U+");
  if (flags.sharp && bits <= 0x10FFFF && is_printable(static_cast<char32_t>(bits))) {
    text += " '";
    append_rune(text, static_cast<char32_t>(bits));
    text += '\'';
  }
  pad(text, false);
}

void ValuePrinter::print_float(const Value& value, char32_t verb) {
  int precision = -1;
  char form = 'g';
  switch (verb) {
    case 'v': break;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': form = static_cast<char>(verb); break;
    case 'f':
    case 'F': form = 'f', precision = 6; break;
    case 'e':
    case 'E': form = static_cast<char>(verb), precision = 6; break;
    default: return bad_verb(value, verb);
  }
  if (flags.precision) precision = *flags.precision;
  std::string text = go_float(value.as_float(), form, precision);
  const bool is_number = std::isfinite(value.as_float());
  if (text[0] != '-' && text[0] != '+') text.insert(0, 1, '+');
  if (flags.space && text[0] == '+' && !flags.plus) text[0] = ' ';
  if (!is_number) {
    if (text[1] == 'N' && !flags.space && !flags.plus) text.erase(0, 1);
    return pad(text, false);
  }
  if (flags.sharp && form != 'b') text = with_point(std::move(text), form, precision);
  if (!flags.plus && text[0] == '+') return pad(std::string_view(text).substr(1));
  if (flags.zero && !flags.minus && flags.width && *flags.width > static_cast<int>(text.size())) {
    out += text[0];
    fill(*flags.width - static_cast<int>(text.size()), true);
    out.append(text, 1);
    return;
  }
  pad(text);
}

std::string ValuePrinter::with_point(std::string text, char form, int precision) {
  int digits = 0;
  if (form == 'g' || form == 'G' || form == 'x') digits = precision == -1 ? 6 : precision;
  const bool hexadecimal = form == 'x' || form == 'X';
  const size_t cut = std::min(text.find_first_of(hexadecimal ? "pP" : "eE"), text.size());
  const std::string tail = text.substr(cut);
  text.resize(cut);
  bool point = false, counting = false;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '.') {
      point = true;
      continue;
    }
    counting = counting || text[i] != '0';
    if (counting) --digits;
  }
  if (!point) {
    if (text.size() == 2 && text[1] == '0') --digits;
    text += '.';
  }
  if (digits > 0) text.append(static_cast<size_t>(digits), '0');
  return text + tail;
}

void ValuePrinter::print_element(const Value& value, char32_t verb) {
  if (!value.is_null()) return print(value, verb);
  out += flags.go_syntax ? "interface {}(nil)" : "<nil>";
}

void ValuePrinter::print_array(const Value& value, char32_t verb) {
  out += flags.go_syntax ? "[]interface {}{" : "[";
  for (size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += flags.go_syntax ? ", " : " ";
    print_element(value.at(i), verb);
  }
  out += flags.go_syntax ? '}' : ']';
}

void ValuePrinter::print_object(const Value& value, char32_t verb) {
  out += flags.go_syntax ? "map[string]interface {}{" : "map[";
  bool first = true;
  for (const auto& [key, member] : value.members()) {
    if (!first) out += flags.go_syntax ? ", " : " ";
    first = false;
    print_text(Value::string(key), key, verb);
    out += ':';
    print_element(member, verb);
  }
  out += flags.go_syntax ? '}' : ']';
}

void ValuePrinter::print_capsule(const Value& value, char32_t verb) {
  if (const auto secret = value.capsule_as<SecretCapsule>()) return print_text(value, secret->secret().reveal(), verb);
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>()) {
    const bool names = flags.go_syntax || flags.field_names;
    if (flags.go_syntax) out += go_type(value);
    out += names ? "{IsSecret:" : "{";
    print(Value::boolean(optional->secret().is_secret), verb);
    out += flags.go_syntax ? ", " : " ";
    if (names) out += "Value:";
    print(Value::string(optional->secret().value), verb);
    out += '}';
    return;
  }
  const auto target = Target::of(value);
  print_text(value, target ? target->text() : value.as_capsule().text(), verb);
}

}  // namespace invar
