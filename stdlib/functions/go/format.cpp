#include "stdlib/functions/go/format.h"

#include <cmath>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/language/secret_value.h"
#include "src/language/spoken.h"

namespace invar {

namespace {

/// What stands between `%` and the verb.
struct Flags {
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  bool go_syntax = false;    // %#v
  bool field_names = false;  // %+v
  std::optional<int> width, precision;
};

constexpr int kTooLarge = 1'000'000;
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

bool can_backquote(std::string_view text) {
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    if (length > 1) {
      if (rune == 0xFEFF) return false;
      continue;
    }
    if (rune == 0xFFFD || (rune < ' ' && rune != '\t') || rune == '`' || rune == 0x7F) return false;
  }
  return true;
}

class Printer {
 public:
  std::string out;
  Flags flags;

  void print(const Value& value, char32_t verb) {
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

  static std::string go_type(const Value& value) {
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

  void append_verb(char32_t verb) { append_rune(out, verb); }

 private:
  void bad_verb(const Value& value, char32_t verb) {
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

  void fill(int count, bool zeros) {
    if (out.size() > kMaxText) return;
    out.append(static_cast<size_t>(std::max(count, 0)), zeros && !flags.minus ? '0' : ' ');
  }

  void pad(std::string_view text, bool zeros_allowed = true) {
    const int missing = flags.width ? *flags.width - static_cast<int>(rune_count(text)) : 0;
    if (!flags.minus) fill(missing, zeros_allowed && flags.zero);
    out += text;
    if (flags.minus) fill(missing, false);
  }

  void print_text(const Value& value, const std::string& text, char32_t verb) {
    switch (verb) {
      case 'v': return flags.go_syntax ? quote(text) : pad(truncated(text, flags.precision));
      case 's': return pad(truncated(text, flags.precision));
      case 'x': return hex(text, kLower);
      case 'X': return hex(text, kUpper);
      case 'q': return quote(text);
      default: return bad_verb(value, verb);
    }
  }

  void quote(std::string_view text) {
    text = truncated(text, flags.precision);
    if (flags.sharp && can_backquote(text)) return pad("`" + std::string(text) + "`");
    pad(flags.plus ? quoted_ascii(text) : quoted(text));
  }

  void hex(std::string_view text, const char* digits) {
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

  void print_number(const Value& value, char32_t verb) {
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

  static char32_t valid_rune(uint64_t bits) {
    return bits > 0x10FFFF || (bits >= 0xD800 && bits < 0xE000) ? U'\uFFFD' : static_cast<char32_t>(bits);
  }

  void print_integer(uint64_t number, unsigned base, bool is_signed, char32_t verb, const char* digits) {
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

  void print_unicode(uint64_t bits) {
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

  void print_float(const Value& value, char32_t verb) {
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

  /// `#`: always a point, and the trailing zeros that %g drops.
  static std::string with_point(std::string text, char form, int precision) {
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

  void print_element(const Value& value, char32_t verb) {
    if (!value.is_null()) return print(value, verb);
    out += flags.go_syntax ? "interface {}(nil)" : "<nil>";
  }

  void print_array(const Value& value, char32_t verb) {
    out += flags.go_syntax ? "[]interface {}{" : "[";
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += flags.go_syntax ? ", " : " ";
      print_element(value.at(i), verb);
    }
    out += flags.go_syntax ? '}' : ']';
  }

  void print_object(const Value& value, char32_t verb) {
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

  void print_capsule(const Value& value, char32_t verb) {
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
};

/// The format's own little language.
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> args) : format_(format), args_(args) {}

  std::string run() {
    while (at_ < format_.size()) {
      const size_t percent = std::min(format_.find('%', at_), format_.size());
      printer_.out += format_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent < format_.size()) directive();
    }
    if (!reordered_ && next_ < args_.size()) extra();
    return std::move(printer_.out);
  }

 private:
  void directive() {
    good_index_ = true;
    reordered_ = false;
    printer_.flags = {};
    read_flags();
    bool after_index = read_index();
    read_width(after_index);
    read_precision(after_index);
    if (!after_index) read_index();
    if (at_ >= format_.size()) {
      printer_.out += "%!(NOVERB)";
      return;
    }
    size_t length;
    const char32_t verb = decode_rune(format_.substr(at_), length);
    at_ += length;
    apply(verb);
  }

  void apply(char32_t verb) {
    const auto complain = [&](const char* what) {
      printer_.out += "%!";
      printer_.append_verb(verb);
      printer_.out += what;
    };
    if (verb == '%') {
      printer_.out += '%';
    } else if (!good_index_) {
      complain("(BADINDEX)");
    } else if (next_ >= args_.size()) {
      complain("(MISSING)");
    } else {
      Flags& flags = printer_.flags;
      if (verb == 'v') {
        flags.go_syntax = std::exchange(flags.sharp, false);
        flags.field_names = std::exchange(flags.plus, false);
      }
      printer_.print(args_[next_++], verb);
    }
  }

  void read_flags() {
    for (; at_ < format_.size(); ++at_) {
      Flags& flags = printer_.flags;
      switch (format_[at_]) {
        case '#': flags.sharp = true; break;
        case '0': flags.zero = true; break;
        case '+': flags.plus = true; break;
        case '-': flags.minus = true; break;
        case ' ': flags.space = true; break;
        default: return;
      }
    }
  }

  /// Digits; nullopt when there are none. Crazy numbers swallow the rest of the format, as in Go.
  std::optional<int> read_number() {
    std::optional<int> number;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      if (number.value_or(0) > kTooLarge) {
        at_ = format_.size();
        return std::nullopt;
      }
      number = number.value_or(0) * 10 + (format_[at_] - '0');
    }
    return number;
  }

  /// `[n]`: the argument to take next. True when it was there and good.
  bool read_index() {
    if (at_ >= format_.size() || format_[at_] != '[') return false;
    reordered_ = true;
    const size_t close = format_.find(']', at_ + 1);
    if (format_.size() - at_ < 3 || close == std::string_view::npos) {
      good_index_ = false;
      ++at_;
      return false;
    }
    const size_t open = std::exchange(at_, at_ + 1);
    const std::optional<int> number = close == open + 1 ? std::nullopt : read_number();
    const bool whole = number && at_ == close;
    at_ = close + 1;
    if (whole && *number >= 1 && static_cast<size_t>(*number) <= args_.size()) {
      next_ = static_cast<size_t>(*number - 1);
      return true;
    }
    good_index_ = false;
    return whole;
  }

  std::optional<int> number_argument() {
    if (next_ >= args_.size()) return std::nullopt;
    const Value& value = args_[next_++];
    if (!value.is(ValueType::kNumber) || value.number_kind() == NumberKind::kFloat) return std::nullopt;
    const int64_t number = value.as_int();
    if (value.number_kind() == NumberKind::kUint && number < 0) return std::nullopt;
    if (number > kTooLarge || number < -kTooLarge) return std::nullopt;
    return static_cast<int>(number);
  }

  void read_width(bool& after_index) {
    Flags& flags = printer_.flags;
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      flags.width = number_argument();
      if (!flags.width) printer_.out += "%!(BADWIDTH)";
      if (flags.width.value_or(0) < 0) {
        flags.width = -*flags.width;
        flags.minus = true;
        flags.zero = false;
      }
      after_index = false;
      return;
    }
    flags.width = read_number();
    if (after_index && flags.width) good_index_ = false;
  }

  void read_precision(bool& after_index) {
    if (at_ >= format_.size() || format_[at_] != '.') return;
    ++at_;
    if (after_index) good_index_ = false;
    after_index = read_index();
    Flags& flags = printer_.flags;
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      flags.precision = number_argument();
      if (flags.precision.value_or(0) < 0) flags.precision.reset();
      if (!flags.precision) printer_.out += "%!(BADPREC)";
      after_index = false;
      return;
    }
    flags.precision = read_number().value_or(0);
  }

  void extra() {
    printer_.flags = {};
    printer_.out += "%!(EXTRA ";
    for (size_t i = next_; i < args_.size(); ++i) {
      if (i > next_) printer_.out += ", ";
      if (args_[i].is_null()) {
        printer_.out += "<nil>";
        continue;
      }
      printer_.out += Printer::go_type(args_[i]) + "=";
      printer_.print(args_[i], 'v');
    }
    printer_.out += ')';
  }

  std::string_view format_;
  std::span<const Value> args_;
  size_t at_ = 0, next_ = 0;
  bool good_index_ = true, reordered_ = false;
  Printer printer_;
};

}  // namespace

std::string go_sprintf(std::string_view format, std::span<const Value> args) { return Formatter(format, args).run(); }

}  // namespace invar
