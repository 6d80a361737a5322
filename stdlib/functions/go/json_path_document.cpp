// Reads JSON as ojg's parser: a machine of modes, each of which knows what may come next.
#include <cmath>

#include "src/base/quote.h"
#include "src/text/number.h"
#include "stdlib/functions/go/json_path.h"

namespace invar::json_path {
namespace {

constexpr size_t kMaxDepth = 10'000;

enum class Mode : uint8_t {
  kValue, kComma, kAfter, kFirstKey, kKey, kColon, kNegative, kZero, kDigits, kDot, kFraction, kExponentSign, kExponentFirst, kExponent,
  kString, kEscape, kUnicode, kNull, kTrue, kFalse, kEnd,
};

bool is_number(Mode mode) { return mode >= Mode::kNegative && mode <= Mode::kExponent; }
/// Where a text may end.
bool is_final(Mode mode) {
  switch (mode) {
    case Mode::kValue:
    case Mode::kComma:
    case Mode::kAfter:
    case Mode::kZero:
    case Mode::kDigits:
    case Mode::kFraction:
    case Mode::kExponent:
    case Mode::kEnd: return true;
    default: return false;
  }
}
bool ends_number(Mode mode) { return is_number(mode) && is_final(mode); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// A number as ojg counts its digits: what is too long for its counters stays a text.
class Number {
 public:
  void begin(bool negative) { *this = Number(), negative_ = negative; }
  bool is_long() const { return !text_.empty(); }
  bool is_one_digit() const { return !negative_ && whole_ < 10; }
  void add_digit(char c) {
    constexpr uint64_t kLimit = INT64_MAX / 10;
    if (is_long()) return append(c);
    if (negative_ ? whole_ > kLimit : whole_ >= kLimit) return spell(), append(c);
    whole_ = whole_ * 10 + static_cast<uint64_t>(c - '0');
    if (whole_ > INT64_MAX) spell();
  }
  void add_fraction(char c) {
    if (is_long()) return append(c);
    fraction_ = fraction_ * 10 + static_cast<uint64_t>(c - '0');
    divisor_ *= 10;
    if (divisor_ >= kLongestDivisor) spell();
  }
  void add_exponent(char c) {
    if (is_long()) return append(c);
    if (exponent_ > 102) return spell(), append(c);
    exponent_ = exponent_ * 10 + static_cast<uint64_t>(c - '0');
    if (exponent_ > 1022) spell();
  }
  void append(char c) { text_ += c; }
  void negate_exponent() { negative_exponent_ = true; }

  Value value() {
    if (is_long()) return Value::string(text_);
    if (divisor_ == 1 && exponent_ == 0) {
      const auto whole = static_cast<int64_t>(whole_);
      return Value::integer(negative_ ? -whole : whole);
    }
    spell();
    return Value::floating(float_of(text_));
  }

 private:
  static constexpr uint64_t kLongestDivisor = 1'000'000'000'000'000'000;

  void spell() {
    if (negative_) text_ += '-';
    text_ += std::to_string(whole_);
    if (fraction_ > 0 || divisor_ >= kLongestDivisor) text_ += '.' + std::to_string(fraction_ + divisor_).substr(1);
    if (exponent_ > 0) text_ += (negative_exponent_ ? "e-" : "e") + std::to_string(exponent_);
  }

  uint64_t whole_ = 0, fraction_ = 0, divisor_ = 1, exponent_ = 0;
  bool negative_ = false, negative_exponent_ = false;
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Value> run() {
    if (text_.size() > 3 && text_[0] == '\xef') {
      if (!text_.starts_with("\xef\xbb\xbf")) return Error{"expected BOM at 1:3", {}};
      text_.remove_prefix(3);
    }
    for (at_ = 0; at_ < text_.size(); ++at_) {
      if (!read(text_[at_])) return Error{std::move(error_), {}};
      if (open_.empty() && mode_ == Mode::kAfter) {
        result_ = top_value();
        stack_.clear();
        mode_ = Mode::kEnd;
      }
    }
    if (mode_ == Mode::kDigits && number_.is_one_digit()) ++at_;  // a digit that ends the text is counted twice
    if (!open_.empty() || !is_final(mode_)) return fail("incomplete JSON"), Error{std::move(error_), {}};
    if (ends_number(mode_)) {
      add_number();
      result_ = top_value();
    }
    return std::move(result_);
  }

 private:
  /// What is being built. A key waits for its value; a list stands where its elements begin.
  struct Item {
    enum class Kind : uint8_t { kValue, kKey, kObject, kList } kind;
    Value value;
    std::string key;
    Members members;
  };

  bool fail(const std::string& what) {
    error_ = what + " at " + std::to_string(line_) + ":" + std::to_string(static_cast<int64_t>(at_) - newline_);
    return false;
  }

  Value value_of(Item& item) const {
    switch (item.kind) {
      case Item::Kind::kValue: return item.value;
      case Item::Kind::kKey: return Value::string(item.key);
      case Item::Kind::kObject: return Value::object(item.members);
      default: return Value::array({});
    }
  }
  Value top_value() { return stack_.empty() ? Value() : value_of(stack_.front()); }

  void push(Item item) {
    if (stack_.size() >= 2 && stack_.back().kind == Item::Kind::kKey) {
      Item& object = stack_[stack_.size() - 2];
      if (object.kind == Item::Kind::kObject) object.members.insert_or_assign(stack_.back().key, value_of(item));
      stack_.pop_back();
      return;
    }
    stack_.push_back(std::move(item));
  }
  void add(Value value) { push({Item::Kind::kValue, std::move(value), {}, {}}); }

  bool read(char c) {
    switch (mode_) {
      case Mode::kString: return read_string(c);
      case Mode::kEscape: return read_escape(c);
      case Mode::kUnicode: return read_unicode(c);
      case Mode::kNull:
      case Mode::kTrue:
      case Mode::kFalse: return read_word(c);
      default: break;
    }
    if (is_number(mode_)) return read_number(c);
    if (is_blank(c)) return note_line(c), true;
    switch (mode_) {
      case Mode::kValue:
      case Mode::kComma: return begin_value(c);
      case Mode::kAfter:
        if (c == ',') return next_item(), true;
        return c == ']' ? close_list() : c == '}' ? close_object() : refuse(c);
      case Mode::kFirstKey:
        if (c == '}') return close_object();
        [[fallthrough]];
      case Mode::kKey:
        if (c == '"') return begin_string(true), true;
        return refuse(c);
      case Mode::kColon:
        if (c == ':') return mode_ = Mode::kValue, true;
        return refuse(c);
      default: return refuse(c);
    }
  }

  void note_line(char c) {
    if (c != '\n') return;
    ++line_;
    newline_ = static_cast<int64_t>(at_);
  }

  void next_item() { mode_ = !open_.empty() && open_.back() < 0 ? Mode::kKey : Mode::kComma; }

  bool begin_value(char c) {
    if (open_.size() > kMaxDepth) return fail("nested too deeply");
    if (is_digit(c) || c == '-') {
      number_.begin(c == '-');
      if (is_digit(c) && c != '0') number_.add_digit(c);
      mode_ = c == '-' ? Mode::kNegative : c == '0' ? Mode::kZero : Mode::kDigits;
      return true;
    }
    switch (c) {
      case '"': return begin_string(false), true;
      case '{':
        open_.push_back(-1);
        stack_.push_back({Item::Kind::kObject, {}, {}, {}});
        return mode_ = Mode::kFirstKey, true;
      case '[':
        open_.push_back(static_cast<int64_t>(stack_.size()));
        stack_.push_back({Item::Kind::kList, {}, {}, {}});
        return mode_ = Mode::kValue, true;
      case 'n': return begin_word(Mode::kNull, "null"), true;
      case 't': return begin_word(Mode::kTrue, "true"), true;
      case 'f': return begin_word(Mode::kFalse, "false"), true;
      case ']': return mode_ == Mode::kValue ? close_list() : refuse(c);
      case '}': return mode_ == Mode::kValue ? close_object() : refuse(c);
      default: return refuse(c);
    }
  }

  bool close_object() {
    if (open_.empty() || open_.back() >= 0) return fail("unexpected object close");
    if (ends_number(mode_)) add_number();
    open_.pop_back();
    Item item = std::move(stack_.back());
    stack_.pop_back();
    push(std::move(item));
    return mode_ = Mode::kAfter, true;
  }

  bool close_list() {
    if (open_.empty() || open_.back() < 0) return fail("unexpected array close");
    if (ends_number(mode_)) add_number();
    const auto begin = static_cast<size_t>(open_.back());
    open_.pop_back();
    std::vector<Value> elements;
    for (size_t i = begin + 1; i < stack_.size(); ++i) elements.push_back(value_of(stack_[i]));
    stack_.resize(begin);
    add(Value::array(std::move(elements)));
    return mode_ = Mode::kAfter, true;
  }

  void begin_string(bool is_key) {
    string_.clear();
    is_key_ = is_key;
    mode_ = Mode::kString;
  }

  bool read_string(char c) {
    if (static_cast<uint8_t>(c) < 0x20) return refuse(c);
    if (c == '\\') return mode_ = Mode::kEscape, true;
    if (c != '"') return string_ += c, true;
    if (is_key_) {
      stack_.push_back({Item::Kind::kKey, {}, string_, {}});
      mode_ = Mode::kColon;
    } else {
      add(Value::string(string_));
      mode_ = Mode::kAfter;
    }
    return true;
  }

  bool read_escape(char c) {
    constexpr std::string_view kLetters = "\"/\\bfnrt", kMeanings = "\"/\\\b\f\n\r\t";
    if (c == 'u') return mode_ = Mode::kUnicode, code_ = 0, digits_ = 0, true;
    const size_t found = kLetters.find(c);
    if (found == std::string_view::npos) return refuse(c);
    string_ += kMeanings[found];
    return mode_ = Mode::kString, true;
  }

  bool read_unicode(char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const size_t digit = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    if (digit == std::string_view::npos) return refuse(c);
    code_ = code_ << 4 | static_cast<uint32_t>(digit);
    if (++digits_ < 4) return true;
    append_rune(string_, code_ >= 0xD800 && code_ < 0xE000 ? 0xFFFD : code_);  // halves of a pair are no runes here
    return mode_ = Mode::kString, true;
  }

  void begin_word(Mode mode, std::string_view word) {
    mode_ = mode;
    word_ = word;
    letters_ = 0;
    if (!text_.substr(at_).starts_with(word)) return;
    at_ += word.size() - 1;
    end_word();
  }
  void end_word() {
    add(mode_ == Mode::kNull ? Value() : Value::boolean(mode_ == Mode::kTrue));
    mode_ = Mode::kAfter;
  }
  /// A word that is not what it began as. A comma ends it without a trace.
  bool read_word(char c) {
    if (c == ',') return next_item(), true;
    if (word_.substr(1).find(c) == std::string_view::npos) return refuse(c);
    if (++letters_ >= word_.size() || word_[letters_] != c) return fail("expected " + std::string(word_));
    if (letters_ + 1 == word_.size()) end_word();
    return true;
  }

  bool read_number(char c) {
    const bool digit = is_digit(c);
    switch (mode_) {
      case Mode::kNegative:
        if (c == '0') return mode_ = Mode::kZero, true;
        if (digit) return number_.add_digit(c), mode_ = Mode::kDigits, true;
        return refuse(c);
      case Mode::kDot:
        if (digit) return number_.add_fraction(c), mode_ = Mode::kFraction, true;
        return refuse(c);
      case Mode::kExponentSign:
        if (c == '-') number_.negate_exponent();
        if (c == '+' || c == '-') return mode_ = Mode::kExponentFirst, true;
        [[fallthrough]];
      case Mode::kExponentFirst:
      case Mode::kExponent:
        if (digit) return number_.add_exponent(c), mode_ = Mode::kExponent, true;
        if (mode_ != Mode::kExponent) return refuse(c);
        break;
      case Mode::kDigits:
        if (digit) return number_.add_digit(c), true;
        [[fallthrough]];
      case Mode::kZero:
        if (c == '.') {
          if (number_.is_long()) number_.append(c);
          return mode_ = number_.is_long() ? Mode::kDot : Mode::kFraction, true;
        }
        break;
      default:
        if (digit) return number_.add_fraction(c), true;
    }
    if ((c == 'e' || c == 'E') && (mode_ == Mode::kDigits || mode_ == Mode::kFraction)) {
      if (number_.is_long()) number_.append(c);
      return mode_ = Mode::kExponentSign, true;
    }
    return behind_number(c);
  }

  bool behind_number(char c) {
    if (c == ']') return close_list();
    if (c == '}') return close_object();
    if (c == ',') {
      add_number();
      if (open_.empty()) return fail("unexpected comma");
      return next_item(), true;
    }
    if (!is_blank(c)) return refuse(c);
    add_number();
    note_line(c);
    return mode_ = Mode::kAfter, true;
  }

  void add_number() { add(number_.value()); }

  bool refuse(char c) {
    size_t length;
    std::string rune;
    rune += '\'';
    append_rune(rune, decode_rune(text_.substr(at_), length));
    rune += '\'';
    constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<uint8_t>(c);
    switch (mode_) {
      case Mode::kNull: return fail("expected null");
      case Mode::kTrue: return fail("expected true");
      case Mode::kFalse: return fail("expected false");
      case Mode::kAfter: return fail("expected a comma or close, not " + rune);
      case Mode::kFirstKey: return fail("expected a string start or object close, not " + rune);
      case Mode::kKey: return fail("expected a string start, not " + rune);
      case Mode::kColon: return fail("expected a colon, not " + rune);
      case Mode::kString: return fail(std::string("invalid JSON character 0x") + kHex[byte >> 4] + kHex[byte & 15]);
      case Mode::kEscape: return fail("invalid JSON escape character '\\" + rune.substr(1));
      case Mode::kUnicode: return fail("invalid JSON unicode character " + rune);
      case Mode::kEnd: return fail("extra characters after close, " + rune);
      default: return fail(is_number(mode_) ? "invalid number" : "unexpected character " + rune);
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  int64_t newline_ = -1;
  int line_ = 1;
  Mode mode_ = Mode::kValue;
  std::vector<Item> stack_;
  std::vector<int64_t> open_;  // -1 for an object, the place in stack_ for a list
  std::string string_, error_;
  Number number_;
  bool is_key_ = false;
  uint32_t code_ = 0;
  int digits_ = 0;
  std::string_view word_;
  size_t letters_ = 0;
  Value result_;
};

}  // namespace

double float_of(std::string_view text) {
  const auto number = to_float(text);
  if (number) return *number;
  const bool is_number = !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
  const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
  if (!is_number || tiny || text.back() == 'e' || text.back() == 'E') return 0;
  return text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
}

Result<Value> parse_document(std::string_view text) { return Reader(text).run(); }

}  // namespace invar::json_path
