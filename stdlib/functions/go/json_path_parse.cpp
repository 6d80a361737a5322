// Reads JSONPath as ojg's parser. Expressions of filters are read from left to right; the equation puts them into the order of precedence.
#include <algorithm>
#include <cmath>
#include <optional>

#include "src/base/quote.h"
#include "src/text/number.h"
#include "stdlib/functions/go/json_path.h"
#include "stdlib/functions/go/json_path_equation.h"

namespace invar::json_path {
namespace {

constexpr size_t kLongestPath = 16'384;
constexpr int kMaxNesting = 200;
constexpr int64_t kOpenEnd = 2147483647;

/// May stand in a name that is not quoted.
bool is_name_byte(char c) {
  const auto byte = static_cast<uint8_t>(c);
  if (byte >= 0x80) return true;
  return (c >= '0' && c <= ';') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= '~') || std::string_view("#%?^_").find(c) != std::string_view::npos;
}
bool begins_operator(char c) { return std::string_view("!&*+-/<=>ehi|~").find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Failure {};  // thrown and caught in this file only; error_ says why

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Path> run() {
    if (text_.size() > kLongestPath) return Error{"the path is too long", {}};
    try {
      Path path = read_path();
      if (at_ < text_.size()) raise("parse error");
      return path;
    } catch (const Failure&) {
      return Error{std::move(error_), {}};
    }
  }

 private:
  [[noreturn]] void fail(std::string what) {
    error_ = std::move(what);
    throw Failure();
  }
  [[noreturn]] void raise(const std::string& what) { fail(what + " at " + std::to_string(at_ + 1) + " in " + std::string(text_)); }
  static std::string quoted_word(std::string_view word) { return std::string("'").append(word).append("'"); }
  bool at_end() const { return at_ >= text_.size(); }
  char take() {
    // What ojg would panic at, in Go's words.
    if (at_end()) fail("runtime error: index out of range [" + std::to_string(at_) + "] with length " + std::to_string(text_.size()));
    return text_[at_++];
  }
  /// Takes blanks and what follows; NUL, or the last blank, at the end.
  char take_behind_blanks() {
    char c = 0;
    while (!at_end() && (c = text_[at_++]) == ' ') {}
    return c;
  }
  char peek_behind_blanks() {
    while (!at_end() && text_[at_] == ' ') ++at_;
    return at_end() ? '\0' : text_[at_];
  }

  Path read_path() {
    Path path;
    bool behind_descent = false;
    for (std::optional<Step> step; (step = read_step(path.empty(), behind_descent));) {
      behind_descent = std::holds_alternative<Descent>(step->what);
      path.push_back(std::move(*step));
    }
    return path;
  }

  std::optional<Step> read_step(bool first, bool behind_descent) {
    if (at_end()) return {};
    const char c = text_[at_++];
    switch (c) {
      case '$': return first ? std::optional(Step{Root()}) : std::nullopt;
      case '@': return first ? std::optional(Step{Current()}) : std::nullopt;
      case '.': return behind_dot();
      case '*': return Step{Wildcard()};
      case '[': return behind_bracket();
      default: --at_;
    }
    if (is_name_byte(c) && first) return behind_dot();
    if (is_name_byte(c) && behind_descent) return Step{Child{read_name()}};
    return {};
  }

  std::string read_name() {
    const size_t begin = at_++;
    while (!at_end() && is_name_byte(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Step behind_dot() {
    if (at_end()) raise("not terminated");
    const char c = text_[at_];
    if (c == '*') return ++at_, Step{Wildcard()};
    if (c == '.') return ++at_, Step{Descent()};
    if (!is_name_byte(c)) {
      ++at_;
      std::string rune;
      append_rune(rune, static_cast<uint8_t>(c));
      raise("an expression fragment can not start with a " + quoted_word(rune));
    }
    return {Child{read_name()}};
  }

  Step behind_bracket() {
    if (at_end()) raise("not terminated");
    char c = take_behind_blanks();
    if (c == '*') {
      if (take_behind_blanks() != ']') raise("not terminated");
      return {Wildcard()};
    }
    if (c == '\'' || c == '"') {
      std::string name = read_string(c);
      c = take_behind_blanks();
      if (c == ']') return {Child{std::move(name)}};
      if (c == ',') return read_union(std::move(name));
      raise("invalid bracket fragment");
    }
    if (c == ':') return read_slice(0);
    if (c == '?') return read_filter();
    if (c == '(') fail_at_procedure();
    if (c != '-' && !is_digit(c)) {
      --at_;
      raise("parse error");
    }
    const int64_t number = read_integer(c);
    while (c == ' ' && !at_end()) c = take_behind_blanks();
    if (c == ']') return {Nth{number}};
    if (c == ',') return read_union(number);
    if (c == ':') return read_slice(number);
    raise("invalid bracket fragment");
  }

  [[noreturn]] void fail_at_procedure() {
    const size_t end = text_.find(")]");
    if (end == std::string_view::npos) raise("not terminated");
    if (at_ - 1 > end + 1) fail("runtime error: slice bounds out of range [" + std::to_string(at_ - 1) + ":" + std::to_string(end + 1) + "]");
    fail("jp.CompileScript has not been set");
  }

  /// `c`: its first byte, then the one behind it (or its last one at the end).
  int64_t read_integer(char& c) {
    const bool negative = c == '-';
    if (negative) {
      if (at_end()) raise("expected a number");
      c = text_[at_++];
    }
    const size_t begin = at_;
    uint64_t number = 0;
    while (is_digit(c)) {
      number = number * 10 + static_cast<uint64_t>(c - '0');
      if (at_end()) break;
      c = text_[at_++];
    }
    if (at_ == begin) raise("expected a number");
    return static_cast<int64_t>(negative ? 0 - number : number);
  }

  Step read_slice(int64_t start) {
    if (at_end()) raise("not terminated");
    Slice slice{{start}};
    char c = text_[at_];
    if (c == ']') {
      ++at_;
      slice.parts.push_back(kOpenEnd);
      return {slice};
    }
    c = take_behind_blanks();
    if (c == ':') {
      slice.parts.push_back(kOpenEnd);
    } else {
      slice.parts.push_back(read_integer(c));
    }
    if (c == ':') {
      if (at_end()) raise("not terminated");
      c = text_[at_++];
      if (c != ']') slice.parts.push_back(read_integer(c));
    }
    if (c != ']') raise("invalid slice syntax");
    return {slice};
  }

  Step read_union(std::variant<std::string, int64_t> first) {
    if (at_end()) raise("not terminated");
    Union all{{std::move(first)}};
    for (char c = ',';;) {
      if (c == ']') return {all};
      if (c != ',') raise("invalid union syntax");
      c = take_behind_blanks();
      if (c == '\'' || c == '"') {
        all.parts.emplace_back(read_string(c));
        c = take_behind_blanks();
      } else if (c == '-' || is_digit(c)) {
        all.parts.emplace_back(read_integer(c));
        if (c == ' ') c = take_behind_blanks();
      } else {
        raise("invalid union syntax");
      }
    }
  }

  std::string read_string(char end) {
    std::string out;
    const size_t begin = at_;
    bool escaped = false;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == end) return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      escaped = true;
      read_escape(out);
    }
    // ojg cuts the last byte of what does not end.
    if (!escaped && at_ == begin) fail("runtime error: slice bounds out of range [" + std::to_string(begin) + ":" + std::to_string(begin - 1) + "]");
    if (!escaped) out.pop_back();
    return out;
  }

  void read_escape(std::string& out) {
    constexpr std::string_view kLetters = "btnfr\"'\\", kMeanings = "\b\t\n\f\r\"'\\";
    const char c = take();
    if (const size_t found = kLetters.find(c); found != std::string_view::npos) return out += kMeanings[found], void();
    if (c == 'x') {
      if (text_.size() - at_ < 2) refuse_escape(at_end() ? c : text_[at_++]);
      const int high = read_hex_digit();
      return out += static_cast<char>(high << 4 | read_hex_digit()), void();
    }
    if (c != 'u' && c != 'U') refuse_escape(c);
    char32_t rune = 0;
    for (int i = 0; i < 4; ++i) {
      if (at_end()) refuse_escape(text_[at_ - 1]);
      rune = rune << 4 | static_cast<char32_t>(read_hex_digit());
    }
    append_rune(out, rune >= 0xD800 && rune < 0xE000 ? 0xFFFD : rune);
  }
  [[noreturn]] void refuse_escape(char c) { fail(hex_of(c) + " is not a valid escaped character"); }
  static std::string hex_of(char c) {
    constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<uint8_t>(c);
    std::string out = std::string("0x") + kHex[byte >> 4] + kHex[byte & 15] + " (";
    append_rune(out, byte);
    return out + ")";
  }
  int read_hex_digit() {
    const char c = take();
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    if (lower < 'a' || lower > 'f') fail(hex_of(c) + " is not a valid hexadecimal character");
    return lower - 'a' + 10;
  }

  Step read_filter() {
    if (at_end()) raise("not terminated");
    EquationPtr equation = read_equation();
    if (peek_behind_blanks() != ']' || at_end()) raise("not terminated");
    ++at_;
    return {std::make_shared<const Filter>(filter_of(std::move(equation)))};
  }

  EquationPtr read_equation() {
    if (++nesting_ > kMaxNesting) fail("the filter nests too deeply");
    EquationPtr e = read_operand();
    while (!at_end()) {
      const char c = peek_behind_blanks();
      if (c == ',' || c == ')' || c == ']' || c == '\0') break;
      const Operator op = read_operator();
      e = Equation::of(op, std::move(e), read_equation());
    }
    --nesting_;
    return e;
  }

  EquationPtr read_operand() {
    const char c = peek_behind_blanks();
    switch (c) {
      case '!': ++at_; return Equation::of(Operator::kNot, read_equation());
      case '\'':
      case '"': ++at_; return Equation::of(Value::string(read_string(c)));
      case '@':
      case '$': return Equation::of(read_path());
      case '(': {
        ++at_;
        EquationPtr e = Equation::of(Operator::kGroup, read_equation());
        if (peek_behind_blanks() != ')') raise("not terminated");
        ++at_;
        return e;
      }
      case '[': return Equation::of(read_list());
      case '/': ++at_; return Equation::of(read_regex());
      case 'N':
        for (const char wanted : std::string_view("Nothing")) {
          if (at_end() || text_[at_] != wanted) raise("expected Nothing");
          ++at_;
        }
        return Equation::of(Nothing());
      default: break;
    }
    if (c == '-' || is_digit(c)) return Equation::of(read_number());
    return read_word();
  }

  EquationPtr read_word() {
    const size_t begin = at_;
    while (!at_end() && text_[at_] >= 'a' && text_[at_] <= 'z') ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false") return Equation::of(Value::boolean(word == "true"));
    if (word == "null") return Equation::of(Value());
    const OperatorWord* const function = find_operator(word);
    if (!function) {
      at_ = begin;
      raise(quoted_word(word) + " is not a value or function");
    }
    if (take() != '(') {
      --at_;
      raise("expected a " + std::string(word) + " function");
    }
    EquationPtr left = read_equation(), right;
    if (peek_behind_blanks() == ',') {
      ++at_;
      right = read_equation();
    }
    if (peek_behind_blanks() != ')') raise("not terminated");
    ++at_;
    return Equation::of(function->op, std::move(left), std::move(right));
  }

  Value read_list() {
    ++at_;
    std::vector<Value> list;
    while (!at_end()) {
      EquationPtr e = read_equation();
      const Value* const value = e->op ? nullptr : std::get_if<Value>(&e->operand);
      list.push_back(value ? *value : Value());
      const char c = take_behind_blanks();
      if (c == ']') break;
      if (c != ',') raise("expected a comma or an array close");
    }
    return Value::array(std::move(list));
  }

  Term read_regex() {
    const size_t begin = at_;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '/') break;
      if (c == '\\') ++at_;
    }
    if (at_ == begin || at_ > text_.size()) fail("the regular expression is not terminated");
    auto regex = Regex::compile(text_.substr(begin, at_ - 1 - begin));
    if (!regex) raise(regex.error().what);
    return std::make_shared<const Regex>(std::move(*regex));
  }

  void take_digits() {
    while (!at_end() && is_digit(text_[at_])) ++at_;
  }
  Value read_number() {
    const size_t begin = at_++;
    take_digits();
    const char mark = at_end() ? '0' : text_[at_];
    if (mark != '.' && mark != 'e' && mark != 'E') {
      const auto number = parse_int(text_.substr(begin, at_ - begin));
      if (!number) raise(number.error().what);
      return Value::integer(*number);
    }
    ++at_;
    char next = mark;
    if (mark == '.') {
      take_digits();
      next = at_end() ? '0' : text_[at_];
      if (next != 'e' && next != 'E') return floating(begin);
      ++at_;
    }
    if (at_end()) raise("expected a number");
    if (text_[at_] == '+' || text_[at_] == '-') {
      ++at_;
      if (at_end()) raise("expected a number");
    }
    take_digits();
    return floating(begin);
  }
  Value floating(size_t begin) const { return Value::floating(float_of(text_.substr(begin, at_ - begin))); }

  static bool goes_on(std::string_view token, char next) {
    return std::any_of(std::begin(kOperators), std::end(kOperators), [&](const OperatorWord& word) {
      return token.size() < word.text.size() && word.text.starts_with(token) && word.text[token.size()] == next;
    });
  }
  Operator read_operator() {
    std::string token;
    for (char c = peek_behind_blanks(); begins_operator(c) || (!token.empty() && goes_on(token, c)); c = text_[at_]) {
      token += c;
      if (c == '-' && token.size() > 1) raise(quoted_word(token) + " is not a valid operation");
      ++at_;
      if (at_end()) raise("equation not terminated");
    }
    const OperatorWord* const word = find_operator(token);
    if (!word) raise(quoted_word(token) + " is not a valid operation");
    return word->op;
  }

  std::string_view text_;
  size_t at_ = 0;
  int nesting_ = 0;
  std::string error_;
};

}  // namespace

Result<Path> parse(std::string_view text) { return Parser(text).run(); }

}  // namespace invar::json_path
