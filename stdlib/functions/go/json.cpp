#include "stdlib/functions/go/json.h"

#include <cmath>

#include "src/base/quote.h"
#include "src/language/spoken.h"
#include "src/text/json.h"
#include "src/text/number.h"

namespace invar {

namespace {

constexpr int kMaxDepth = 10'000;  // Go's own
constexpr std::string_view kSpaces = " \t\r\n";

/// Go prints the offending byte as a character (quoteChar).
std::string quoted_byte(char c) {
  if (c == '\'') return "'\\''";
  if (c == '"') return "'\"'";
  std::string rune;
  append_rune(rune, static_cast<uint8_t>(c));
  const std::string text = quoted(rune);
  return "'" + text.substr(1, text.size() - 2) + "'";
}

/// A recursive reader. Go checks the whole text first, so that a syntax error anywhere comes before a number out of range.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Value> run() {
    Value value;
    if (!read_value(value, "looking for beginning of value")) return Error{error_, {}};
    skip_spaces();
    if (at_ < text_.size()) return refuse("after top-level value"), Error{error_, {}};
    if (!range_error_.empty()) return Error{range_error_, {}};
    return value;
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && kSpaces.find(text_[at_]) != std::string_view::npos) ++at_;
  }

  bool refuse(std::string_view context) {
    // Go ends a text with a blank of its own: where none may stand, that is what it complains about.
    const bool inside = context.starts_with("in ") || context.starts_with("after decimal");
    if (at_ >= text_.size() && !inside) return error_ = "unexpected end of JSON input", false;
    error_ = "invalid character " + quoted_byte(at_ < text_.size() ? text_[at_] : ' ') + " " + std::string(context);
    return false;
  }

  bool read_value(Value& value, std::string_view expectation) {
    skip_spaces();
    if (at_ >= text_.size()) return refuse(expectation);
    switch (text_[at_]) {
      case '{': return nested([&] { return read_object(value); });
      case '[': return nested([&] { return read_array(value); });
      case '"': {
        std::string text;
        return read_string(text) && (value = Value::string(std::move(text)), true);
      }
      case 't': return read_word("true") && (value = Value::boolean(true), true);
      case 'f': return read_word("false") && (value = Value::boolean(false), true);
      case 'n': return read_word("null") && (value = Value(), true);
      default: return read_number(value, expectation);
    }
  }

  template <class F>
  bool nested(F read) {
    if (++depth_ > kMaxDepth) return error_ = "exceeded max depth", false;
    const bool good = read();
    --depth_;
    return good;
  }

  bool read_word(std::string_view word) {
    for (size_t i = 0; i < word.size(); ++i, ++at_) {
      if (at_ < text_.size() && text_[at_] == word[i]) continue;
      return refuse("in literal " + std::string(word) + " (expecting " + quoted_byte(word[i]) + ")");
    }
    return true;
  }

  bool digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  bool digits(std::string_view context) {
    if (!digit()) return refuse(context);
    while (digit()) ++at_;
    return true;
  }

  bool read_number(Value& value, std::string_view expectation) {
    const size_t begin = at_;
    if (text_[at_] == '-') {
      ++at_;
      if (!digit()) return refuse("in numeric literal");
    } else if (!digit()) {
      return refuse(expectation);
    }
    if (text_[at_] == '0') ++at_;
    else digits("in numeric literal");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!digits("after decimal point in numeric literal")) return false;
    }
    if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits("in exponent of numeric literal")) return false;
    }
    const std::string_view number = text_.substr(begin, at_ - begin);
    const auto parsed = parse_float(number);
    if (parsed) return value = Value::floating(*parsed), true;
    if (range_error_.empty())
      range_error_ = "json: cannot unmarshal number " + std::string(number) + " into Go value of type float64";
    return value = Value(), true;
  }

  bool read_array(Value& value) {
    std::vector<Value> elements;
    ++at_;
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == ']') return ++at_, value = Value::array({}), true;
    while (true) {
      Value element;
      if (!read_value(element, "looking for beginning of value")) return false;
      elements.push_back(std::move(element));
      skip_spaces();
      if (at_ >= text_.size() || (text_[at_] != ',' && text_[at_] != ']')) return refuse("after array element");
      if (text_[at_++] == ']') return value = Value::array(std::move(elements)), true;
    }
  }

  bool read_object(Value& value) {
    Members members;
    ++at_;
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '}') return ++at_, value = Value::object({}), true;
    while (true) {
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != '"') return refuse("looking for beginning of object key string");
      std::string key;
      if (!read_string(key)) return false;
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != ':') return refuse("after object key");
      ++at_;
      Value member;
      if (!read_value(member, "looking for beginning of value")) return false;
      members.insert_or_assign(std::move(key), std::move(member));
      skip_spaces();
      if (at_ >= text_.size() || (text_[at_] != ',' && text_[at_] != '}')) return refuse("after object key:value pair");
      if (text_[at_++] == '}') return value = Value::object(std::move(members)), true;
    }
  }

  bool read_string(std::string& out) {
    ++at_;
    while (true) {
      if (at_ >= text_.size()) return refuse("");
      const char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<uint8_t>(c) < 0x20) return refuse("in string literal");
      if (c == '\\') {
        if (!read_escape(out)) return false;
        continue;
      }
      size_t length;
      append_rune(out, decode_rune(text_.substr(at_), length));
      at_ += length;
    }
  }

  bool read_hex(uint32_t& code) {
    code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
      if (digit < 0) return refuse("in \\u hexadecimal character escape");
      code = code * 16 + static_cast<uint32_t>(digit);
    }
    return true;
  }

  bool read_escape(std::string& out) {
    if (++at_ >= text_.size()) return refuse("in string escape code");
    constexpr std::string_view kLetters = "bfnrt\\/\"", kMeanings = "\b\f\n\r\t\\/\"";
    const char c = text_[at_];
    if (const size_t i = kLetters.find(c); i != std::string_view::npos) return ++at_, out += kMeanings[i], true;
    if (c != 'u') return refuse("in string escape code");
    ++at_;
    uint32_t code, low;
    if (!read_hex(code)) return false;
    const size_t behind = at_;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      if (!read_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) return append_rune(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), true;
      at_ = behind;
    }
    append_rune(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::string error_, range_error_;
};

class Writer {
 public:
  std::string out, error;

  bool write(const Value& value) {
    switch (value.type()) {
      case ValueType::kNull: return out += "null", true;
      case ValueType::kBool: return out += value.as_bool() ? "true" : "false", true;
      case ValueType::kNumber: return write_number(value);
      case ValueType::kString: return json::append_standard_string(out, value.as_string()), true;
      case ValueType::kArray: return write_array(value);
      case ValueType::kObject: return write_members(value.members());
      case ValueType::kFunction: return error = "json: unsupported type: value.RawFunction", false;
      case ValueType::kCapsule: return write_capsule(value);
    }
    return false;
  }

 private:
  bool write_number(const Value& value) {
    if (value.number_kind() != NumberKind::kFloat) return out += value.number_text(), true;
    const double number = value.as_float();
    if (!std::isfinite(number)) return error = "json: unsupported value: " + format_float_general(number), false;
    return json::append_standard_number(out, number), true;
  }

  bool write_array(const Value& value) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      if (!write(value.at(i))) return false;
    }
    return out += ']', true;
  }

  bool write_members(const Members& members) {
    out += '{';
    for (bool first = true; const auto& [key, member] : members) {
      if (!first) out += ',';
      first = false;
      json::append_standard_string(out, key);
      out += ':';
      if (!write(member)) return false;
    }
    return out += '}', true;
  }

  /// As Go marshals the structs behind them.
  bool write_capsule(const Value& value) {
    if (const auto secret = value.capsule_as<SecretCapsule>()) return json::append_standard_string(out, secret->secret().reveal()), true;
    if (const auto optional = value.capsule_as<OptionalSecretCapsule>()) {
      out += optional->secret().is_secret ? R"({"IsSecret":true,"Value":)" : R"({"IsSecret":false,"Value":)";
      json::append_standard_string(out, optional->secret().value);
      return out += '}', true;
    }
    return out += "{}", true;
  }
};

}  // namespace

Result<Value> go_json_decode(std::string_view text) { return Reader(text).run(); }

Result<std::string> go_json_encode(const Value& value) {
  Writer writer;
  if (!writer.write(value)) return Error{std::move(writer.error), {}};
  return std::move(writer.out);
}

}  // namespace invar
