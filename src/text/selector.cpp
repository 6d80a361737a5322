#include "src/text/selector.h"

#include <utility>

#include "src/base/quote.h"
#include "src/text/go_scanner.h"
#include "src/text/literal_search.h"

namespace invar {

Result<LabelMatcher> LabelMatcher::create(std::string name, MatchOp op, std::string value) {
  LabelMatcher matcher(std::move(name), op, std::move(value));
  if (op == MatchOp::kRegex || op == MatchOp::kNotRegex) {
    // Alloy reads the expression by itself before it is anchored: "a)|(b" is refused, and errors do not show the anchors.
    if (const auto alone = Regex::compile(matcher.value_); !alone) return alone.error();
    auto regex = Regex::compile_anchored(matcher.value_);
    if (!regex) return regex.error();
    matcher.regex_ = std::move(*regex);
  }
  return matcher;
}

bool LabelMatcher::matches(std::string_view label_value) const {
  switch (op_) {
    case MatchOp::kEqual: return label_value == value_;
    case MatchOp::kNotEqual: return label_value != value_;
    case MatchOp::kRegex: return regex_->matches(label_value);
    case MatchOp::kNotRegex: return !regex_->matches(label_value);
  }
  return false;
}

bool LineFilter::matches(std::string_view line) const {
  for (const Step& step : steps_) {
    const bool wanted = step.op == MatchOp::kEqual || step.op == MatchOp::kRegex;
    const bool found = step.regex ? step.regex->matches(line) : has_literal(line, step.text);
    if (found != wanted) return false;
  }
  return true;
}

namespace {

// In the order of the grammar, which is the order in which errors list what was expected.
enum class Token : uint8_t { kEnd, kName, kString, kEqual, kNotEqual, kRegex, kNotRegex, kOpen, kClose, kComma, kDot, kLineMatch, kLineExact };

constexpr std::string_view kTokenNames[] = {"$end", "IDENTIFIER", "STRING", "=", "!=", "=~", "!~", "{", "}", ",", ".", "|~", "|="};

std::string name_of(Token token) { return std::string(kTokenNames[static_cast<size_t>(token)]); }

std::optional<Token> symbol(std::string_view text) {
  for (size_t i = static_cast<size_t>(Token::kEqual); i < std::size(kTokenNames); ++i)
    if (kTokenNames[i] == text) return static_cast<Token>(i);
  return std::nullopt;
}

// Reads tokens and keeps the first error, the only one that is reported.
class Reader {
 public:
  explicit Reader(std::string_view text) : scanner_(text, [this](std::string_view message) { fail(message); }) {}

  // The next token, if it is one of `wanted`; otherwise notes an error.
  std::optional<Token> take(std::initializer_list<Token> wanted) {
    const Token token = lex();
    if (error_) return std::nullopt;
    for (const Token one : wanted)
      if (one == token) return token;
    std::string message = "syntax error: unexpected " + name_of(token);
    std::string_view joint = ", expecting ";
    for (const Token one : wanted) {
      if (one == Token::kEnd) continue;
      message.append(joint).append(name_of(one));
      joint = " or ";
    }
    fail(message);
    return std::nullopt;
  }

  std::string text;  // of the last name or string
  const std::optional<Error>& error() const { return error_; }

 private:
  Token lex() {
    switch (scanner_.scan()) {
      case GoScanner::Kind::kEnd: return Token::kEnd;
      case GoScanner::Kind::kString:
        text.clear();
        if (!error_ && !unquote(scanner_.text(), text)) fail("invalid syntax");
        return Token::kString;
      default: break;
    }
    std::string both(scanner_.text());
    const int32_t next = scanner_.peek();
    if (next > 0 && next < 0x80) {
      if (const auto token = symbol(both + static_cast<char>(next))) {
        scanner_.next_rune();
        return *token;
      }
    }
    if (const auto token = symbol(both)) return *token;
    text = std::move(both);
    return Token::kName;
  }

  void fail(std::string_view message) {
    if (error_) return;
    error_ = Error{"parse error at line " + std::to_string(scanner_.line()) + ", col " + std::to_string(scanner_.column()) + ": " +
                       std::string(message),
                   "syntax"};
  }

  std::optional<Error> error_;
  GoScanner scanner_;
};

MatchOp matcher_op(Token token) {
  switch (token) {
    case Token::kEqual: return MatchOp::kEqual;
    case Token::kNotEqual: return MatchOp::kNotEqual;
    case Token::kRegex: return MatchOp::kRegex;
    default: return MatchOp::kNotRegex;
  }
}

MatchOp filter_op(Token token) {
  switch (token) {
    case Token::kLineExact: return MatchOp::kEqual;
    case Token::kNotEqual: return MatchOp::kNotEqual;
    case Token::kLineMatch: return MatchOp::kRegex;
    default: return MatchOp::kNotRegex;
  }
}

}  // namespace

Result<Selector> Selector::parse(std::string_view text) {
  Selector selector;
  Reader reader(text);
  if (!reader.take({Token::kOpen})) return *reader.error();
  for (;;) {
    if (!reader.take({Token::kName})) return *reader.error();
    std::string name = reader.text;
    const auto op = reader.take({Token::kEqual, Token::kNotEqual, Token::kRegex, Token::kNotRegex});
    if (!op || !reader.take({Token::kString})) return *reader.error();
    auto matcher = LabelMatcher::create(std::move(name), matcher_op(*op), reader.text);
    if (!matcher) return matcher.error();
    selector.matchers_.push_back(std::move(*matcher));
    const auto follows = reader.take({Token::kClose, Token::kComma});
    if (!follows) return *reader.error();
    if (*follows == Token::kClose) break;
  }
  for (;;) {
    const auto op = reader.take({Token::kEnd, Token::kNotEqual, Token::kNotRegex, Token::kLineMatch, Token::kLineExact});
    if (!op) return *reader.error();
    if (*op == Token::kEnd) break;
    if (!reader.take({Token::kString})) return *reader.error();
    selector.filters_.push_back({filter_op(*op), reader.text});
  }
  return selector;
}

Result<LineFilter> Selector::line_filter() const {
  LineFilter out;
  out.steps_.resize(filters_.size());
  // Alloy compiles the last one first: its error is the one to report.
  for (size_t i = filters_.size(); i-- > 0;) {
    const Filter& filter = filters_[i];
    out.steps_[i].op = filter.op;
    out.steps_[i].text = filter.text;
    if (filter.op != MatchOp::kRegex && filter.op != MatchOp::kNotRegex) continue;
    auto regex = Regex::compile(filter.text);
    if (!regex) return regex.error();
    out.steps_[i].regex = std::move(*regex);
  }
  return out;
}

}  // namespace invar
