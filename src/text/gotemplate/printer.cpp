#include "src/text/gotemplate/printer.h"

#include <algorithm>
#include <utility>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/format.h"
#include "src/text/gotemplate/run.h"

namespace invar::gotemplate {
namespace {

size_t count_runes(std::string_view text) {
  size_t count = 0;
  for (size_t length; !text.empty(); text.remove_prefix(length), ++count) decode_rune(text, length);
  return count;
}

}  // namespace

void Printer::write_padding(int count) {
  if (count > 0) out_.append(static_cast<size_t>(count), flags_.zero && !flags_.minus ? '0' : ' ');
}

void Printer::pad(std::string_view text) {
  const int missing = flags_.has_width && flags_.width ? flags_.width - static_cast<int>(count_runes(text)) : 0;
  if (!flags_.minus) write_padding(missing);
  out_ += text;
  if (flags_.minus) write_padding(missing);
}

std::string_view Printer::truncated(std::string_view text) const {
  if (!flags_.has_precision) return text;
  size_t end = 0;
  int left = flags_.precision;
  for (size_t length; end < text.size(); end += length) {
    if (--left < 0) return text.substr(0, end);
    decode_rune(text.substr(end), length);
  }
  return text;
}

void Printer::bad_verb(const Value& value, char32_t verb) {
  erroring_ = true;
  out_ += "%!";
  append_rune(out_, verb);
  out_ += '(';
  if (value.is_absent()) {
    out_ += "<nil>";
  } else {
    (out_ += type_name(value.type)) += '=';
    print_argument(value, 'v');
  }
  out_ += ')';
  erroring_ = false;
}

void Printer::print_argument(const Value& value, char32_t verb) {
  if (value.is_absent()) {
    if (verb == 'T' || verb == 'v')
      pad("<nil>");
    else
      bad_verb(value, verb);
    return;
  }
  if (verb == 'T') return pad(truncated(type_name(value.type)));
  if (verb == 'p') return print_pointer(value, 'p');
  if (value.is(Type::kBytes)) return print_bytes(value, verb);
  if (!print_by_method(value, verb)) print_value(value, verb, 0);
}

bool Printer::print_by_method(const Value& value, char32_t verb) {
  if (erroring_) return false;
  if (verb == 'w') {
    bad_verb(value, verb);
    return true;
  }
  if (flags_.sharp_v && value.is(Type::kTime)) {
    std::string text;
    append_go_time(run_, text, *value.time);
    pad(truncated(text));
    return true;
  }
  if (flags_.sharp_v || !(verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q')) return false;
  std::string text;
  if (!append_string(text, value)) return false;
  print_text(text, value, verb);
  return true;
}

void Printer::print_value(const Value& value, char32_t verb, int depth) {
  run_.stack().check();
  run_.step();
  if (depth > 0 && !value.is_absent() && print_by_method(value, verb)) return;
  switch (value.kind()) {
    case Kind::kInvalid: out_ += "<nil>"; break;
    case Kind::kBool: print_bool(value, verb); break;
    case Kind::kInt: print_integer(value.natural, true, value, verb); break;
    case Kind::kUint: print_integer(value.natural, false, value, verb); break;
    case Kind::kFloat: print_float(value.number, value, verb); break;
    case Kind::kComplex: print_complex(value, verb); break;
    case Kind::kString: print_text(value.text(), value, verb); break;
    case Kind::kMap: print_map(value, verb, depth); break;
    case Kind::kSlice: print_slice(value, verb, depth); break;
    case Kind::kStruct: print_struct(value, verb, depth); break;
    case Kind::kPointer:
      if (depth == 0 && value.is(Type::kVersion) && value.version) {
        out_ += '&';
        print_struct(value, verb, depth + 1);
      } else {
        print_pointer(value, verb);
      }
      break;
  }
}

void Printer::print_element(const Value& value, Type container, char32_t verb, int depth) {
  const bool boxed = container == Type::kListAny || container == Type::kDict;
  if (boxed && value.is_absent()) {
    out_ += flags_.sharp_v ? "interface {}(nil)" : "<nil>";
    return;
  }
  print_value(value, verb, depth + 1);
}

void Printer::print_map(const Value& value, char32_t verb, int depth) {
  if (flags_.sharp_v) {
    out_ += type_name(value.type);
    if (!value.dict) {
      out_ += "(nil)";
      return;
    }
  }
  out_ += flags_.sharp_v ? "{" : "map[";
  bool first = true;
  for (const auto& [key, element] : entries_of(value)) {
    if (!first) out_ += flags_.sharp_v ? ", " : " ";
    first = false;
    print_value(Value::of(key), verb, depth + 1);
    out_ += ':';
    print_element(element, value.type, verb, depth);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_slice(const Value& value, char32_t verb, int depth) {
  if (value.is(Type::kBytes) && (verb == 's' || verb == 'q' || verb == 'x' || verb == 'X')) return print_bytes(value, verb);
  if (flags_.sharp_v) {
    out_ += type_name(value.type);
    if (!value.list) {
      out_ += "(nil)";
      return;
    }
  }
  out_ += flags_.sharp_v ? '{' : '[';
  bool first = true;
  for (const Value& element : items_of(value)) {
    if (!first) out_ += flags_.sharp_v ? ", " : " ";
    first = false;
    print_element(element, value.type, verb, depth);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_struct(const Value& value, char32_t verb, int depth) {
  const auto field = [&](std::string_view name, const Value& content) {
    if (flags_.plus_v || flags_.sharp_v) (out_ += name) += ':';
    print_value(content, verb, depth + 1);
  };
  const std::string_view separator = flags_.sharp_v ? ", " : " ";
  const bool is_version = value.is(Type::kVersion);
  if (flags_.sharp_v) out_ += type_name(value.type).substr(is_version);  // without the *
  out_ += '{';
  if (is_version) {
    const Version& version = *value.version;
    const auto natural = [](uint64_t number) { return Value::of(Type::kUint64, static_cast<int64_t>(number)); };
    const std::pair<std::string_view, Value> fields[] = {
        {"major", natural(version.major)},  {"minor", natural(version.minor)},           {"patch", natural(version.patch)},
        {"pre", Value::of(version.pre)},    {"metadata", Value::of(version.metadata)},   {"original", Value::of(version.original)},
    };
    for (const auto& [name, content] : fields) {
      if (name != "major") out_ += separator;
      field(name, content);
    }
  } else if (value.is(Type::kCertificate)) {
    field("Cert", Value::of(value.certificate->cert));
    out_ += separator;
    field("Key", Value::of(value.certificate->key));
  } else {  // what a time.Time is inside; seconds count from year 1
    const Instant& instant = value.time->instant;
    field("wall", Value::of(Type::kUint64, instant.nanos));
    out_ += separator;
    field("ext", Value::of(Type::kInt64, instant.seconds + 62135596800));
    out_ += separator;
    field("loc", Value::of(Type::kLocation));
  }
  out_ += '}';
}

void Printer::print_bytes(const Value& value, char32_t verb) {
  const auto items = items_of(value);
  if (verb == 's' || verb == 'q' || verb == 'x' || verb == 'X') {
    std::string text;
    for (const Value& item : items) text += static_cast<char>(item.integer);
    if (verb == 's') return pad(truncated(text));
    if (verb == 'q') return format_quoted(text);
    return format_hex(text, verb == 'X');
  }
  if (verb != 'v' && verb != 'd') return print_slice(value, verb, 0);
  if (flags_.sharp_v) {
    out_ += "[]byte";
    if (!value.list) {
      out_ += "(nil)";
      return;
    }
  }
  out_ += flags_.sharp_v ? '{' : '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i) out_ += flags_.sharp_v ? ", " : " ";
    if (flags_.sharp_v)
      write_0x(items[i].natural, true);
    else
      format_integer(items[i].natural, 10, false, verb, false);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_pointer(const Value& value, char32_t verb) {
  const Kind kind = value.kind();
  if (kind != Kind::kPointer && kind != Kind::kMap && kind != Kind::kSlice) return bad_verb(value, verb);
  const uint64_t address = value.natural;
  switch (verb) {
    case 'v':
      if (flags_.sharp_v) {
        ((out_ += '(') += type_name(value.type)) += ")(";
        if (address)
          write_0x(address, true);
        else
          out_ += "nil";
        out_ += ')';
      } else if (address) {
        write_0x(address, !flags_.sharp);
      } else {
        pad("<nil>");
      }
      break;
    case 'p': write_0x(address, !flags_.sharp); break;
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X': print_integer(address, false, value, verb); break;
    default: bad_verb(value, verb);
  }
}

void Printer::write_0x(uint64_t number, bool prefix) {
  const bool sharp = flags_.sharp;
  flags_.sharp = prefix;
  format_integer(number, 16, false, 'v', false);
  flags_.sharp = sharp;
}

void Printer::print_bool(const Value& value, char32_t verb) {
  if (verb == 't' || verb == 'v')
    pad(value.boolean() ? "true" : "false");
  else
    bad_verb(value, verb);
}

void Printer::print_integer(uint64_t number, bool is_signed, const Value& value, char32_t verb) {
  const auto as_rune = [&] { return number > 0x10FFFF ? char32_t{0xFFFD} : static_cast<char32_t>(number); };
  switch (verb) {
    case 'v':
      if (flags_.sharp_v && !is_signed) return write_0x(number, true);
      return format_integer(number, 10, is_signed, verb, false);
    case 'd': return format_integer(number, 10, is_signed, verb, false);
    case 'b': return format_integer(number, 2, is_signed, verb, false);
    case 'o':
    case 'O': return format_integer(number, 8, is_signed, verb, false);
    case 'x':
    case 'X': return format_integer(number, 16, is_signed, verb, verb == 'X');
    case 'c': {
      std::string text;
      append_rune(text, as_rune() >= 0xD800 && as_rune() < 0xE000 ? char32_t{0xFFFD} : as_rune());
      return pad(text);
    }
    case 'q': {
      std::string text;
      append_quoted_rune(text, as_rune(), flags_.plus);
      return pad(text);
    }
    case 'U': return format_unicode(number);
    default: bad_verb(value, verb);
  }
}

void Printer::print_float(double number, const Value& value, char32_t verb) {
  switch (verb) {
    case 'v': return format_float(number, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': return format_float(number, static_cast<char>(verb), -1);
    case 'f':
    case 'e':
    case 'E': return format_float(number, static_cast<char>(verb), 6);
    case 'F': return format_float(number, 'f', 6);
    default: bad_verb(value, verb);
  }
}

void Printer::print_complex(const Value& value, char32_t verb) {
  static constexpr std::u32string_view kVerbs = U"vbgGxXfFeE";
  if (kVerbs.find(verb) == kVerbs.npos) return bad_verb(value, verb);
  const bool plus = flags_.plus;
  out_ += '(';
  print_float(value.complex->real, value, verb);
  flags_.plus = true;
  print_float(value.complex->imaginary, value, verb);
  out_ += "i)";
  flags_.plus = plus;
}

void Printer::print_text(std::string_view text, const Value& value, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags_.sharp_v) return format_quoted(text);
      return pad(truncated(text));
    case 's': return pad(truncated(text));
    case 'x':
    case 'X': return format_hex(text, verb == 'X');
    case 'q': return format_quoted(text);
    default: bad_verb(value, verb);
  }
}

void Printer::format_quoted(std::string_view text) {
  text = truncated(text);
  std::string out;
  if (flags_.sharp && can_backquote(text))
    ((out += '`') += text) += '`';
  else if (flags_.plus)
    append_quoted_ascii(out, text);
  else
    append_quoted(out, text);
  pad(out);
}

void Printer::format_hex(std::string_view bytes, bool upper) {
  if (flags_.has_precision && static_cast<size_t>(flags_.precision) < bytes.size())
    bytes = bytes.substr(0, static_cast<size_t>(flags_.precision));
  if (bytes.empty()) {
    if (flags_.has_width) write_padding(flags_.width);
    return;
  }
  const std::string_view prefix = upper ? "0X" : "0x", digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (flags_.space && i > 0) out += ' ';
    if (flags_.sharp && (i == 0 || flags_.space)) out += prefix;
    const auto byte = static_cast<unsigned char>(bytes[i]);
    (out += digits[byte >> 4]) += digits[byte & 15];
  }
  const int missing = flags_.has_width ? flags_.width - static_cast<int>(out.size()) : 0;
  if (!flags_.minus) write_padding(missing);
  out_ += out;
  if (flags_.minus) write_padding(missing);
}

void Printer::format_unicode(uint64_t number) {
  std::string digits;
  uint64_t rest = number;
  do digits.insert(digits.begin(), "0123456789ABCDEF"[rest & 15]);
  while (rest >>= 4);
  const size_t wanted = flags_.has_precision && flags_.precision > 4 ? static_cast<size_t>(flags_.precision) : 4;
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  std::string out = "U+" + digits;
  if (flags_.sharp && number <= 0x10FFFF && is_printable(static_cast<char32_t>(number))) {
    out += " '";
    append_rune(out, static_cast<char32_t>(number));
    out += '\'';
  }
  const bool zero = flags_.zero;
  flags_.zero = false;
  pad(out);
  flags_.zero = zero;
}

void Printer::format_integer(uint64_t number, unsigned base, bool is_signed, char32_t verb, bool upper) {
  const bool negative = is_signed && static_cast<int64_t>(number) < 0;
  if (negative) number = -number;
  const bool zero = flags_.zero;
  size_t wanted = 0;
  if (flags_.has_precision) {
    wanted = static_cast<size_t>(flags_.precision);
    if (wanted == 0 && number == 0) {
      flags_.zero = false;
      write_padding(flags_.width);
      flags_.zero = zero;
      return;
    }
  } else if (zero && !flags_.minus && flags_.has_width) {
    int room = flags_.width;
    if (negative || flags_.plus || flags_.space) --room;
    wanted = static_cast<size_t>(std::max(room, 0));
  }
  char buffer[64];
  char* at = buffer + sizeof buffer;
  uint64_t rest = number;
  const std::string_view alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  do *--at = alphabet[rest % base];
  while (rest /= base);
  std::string digits(at, buffer + sizeof buffer);
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  if (flags_.sharp) {
    if (base == 2) digits.insert(0, "0b");
    if (base == 8 && digits[0] != '0') digits.insert(0, "0");
    if (base == 16) digits.insert(0, upper ? "0X" : "0x");
  }
  if (verb == 'O') digits.insert(0, "0o");
  if (negative)
    digits.insert(0, "-");
  else if (flags_.plus)
    digits.insert(0, "+");
  else if (flags_.space)
    digits.insert(0, " ");
  flags_.zero = false;
  pad(digits);
  flags_.zero = zero;
}

void Printer::format_float(double number, char verb, int precision) {
  if (flags_.has_precision) precision = flags_.precision;
  std::string digits = format_number(number, verb, precision);
  if (digits[0] != '-' && digits[0] != '+') digits.insert(0, "+");
  if (flags_.space && digits[0] == '+' && !flags_.plus) digits[0] = ' ';
  if (digits[1] == 'I' || digits[1] == 'N') {
    const bool zero = flags_.zero;
    flags_.zero = false;
    // An infinity shows its sign when asked for, or when it is negative.
    if (digits[1] == 'N' && !flags_.space && !flags_.plus) digits.erase(0, 1);
    pad(digits);
    flags_.zero = zero;
    return;
  }
  if (flags_.sharp && verb != 'b') restore_zeros(digits, verb, precision);
  if (!flags_.plus && digits[0] == '+') return pad(std::string_view(digits).substr(1));
  if (flags_.zero && !flags_.minus && flags_.has_width && flags_.width > static_cast<int>(digits.size())) {
    out_ += digits[0];
    write_padding(flags_.width - static_cast<int>(digits.size()));
    out_.append(digits, 1);
    return;
  }
  pad(digits);
}

/// %#g keeps the point and the zeros behind it.
void Printer::restore_zeros(std::string& digits, char verb, int precision) {
  int missing = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') missing = precision == -1 ? 6 : precision;
  std::string tail;
  bool has_point = false, seen_digit = false;
  for (size_t i = 1; i < digits.size(); ++i) {
    const char c = digits[i];
    if (c == '.') {
      has_point = true;
    } else if (c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && verb != 'x' && verb != 'X')) {
      tail = digits.substr(i);
      digits.resize(i);
    } else {
      seen_digit |= c != '0';
      missing -= seen_digit;
    }
  }
  if (!has_point) {
    if (digits.size() == 2 && digits[1] == '0') --missing;
    digits += '.';
  }
  if (missing > 0) digits.append(static_cast<size_t>(missing), '0');
  digits += tail;
}

}  // namespace invar::gotemplate
