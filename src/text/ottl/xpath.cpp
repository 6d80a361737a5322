#include "src/text/ottl/xpath.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "src/base/quote.h"
#include "src/text/ascii.h"
#include "src/text/regex.h"

namespace invar::ottl {
namespace {

constexpr size_t kDeepest = 200;

enum class Item : uint8_t {
  kComma, kSlash, kSlashSlash, kAt, kDot, kDotDot, kLParen, kRParen, kLBracket, kRBracket, kStar, kPlus, kMinus, kEq, kNe, kLt, kLe, kGt, kGe, kBang, kDollar,
  kUnion, kName, kString, kNumber, kAxis, kEnd,
};

constexpr std::pair<std::string_view, Item> kSymbols[] = {
    {"//", Item::kSlashSlash}, {"/", Item::kSlash},    {"..", Item::kDotDot},  {".", Item::kDot},      {"<=", Item::kLe},   {"<", Item::kLt},
    {">=", Item::kGe},         {">", Item::kGt},       {"!=", Item::kNe},      {"!", Item::kBang},     {",", Item::kComma}, {"@", Item::kAt},
    {"(", Item::kLParen},      {")", Item::kRParen},   {"|", Item::kUnion},    {"*", Item::kStar},     {"[", Item::kLBracket},
    {"]", Item::kRBracket},    {"+", Item::kPlus},     {"-", Item::kMinus},    {"=", Item::kEq},       {"$", Item::kDollar},
};

constexpr std::string_view kAxes[] = {"ancestor", "ancestor-or-self", "attribute",        "child", "descendant", "descendant-or-self", "following",
                                      "following-sibling", "parent", "preceding", "preceding-sibling", "self", "namespace"};

/// A function, how many arguments it takes, and what is said when there are others.
struct FunctionRow {
  std::string_view name;
  size_t fewest, most;
  std::string_view error;
};

constexpr size_t kAny = 1000;
constexpr std::string_view kOneOutOfRange = "runtime error: index out of range [0] with length 0";
constexpr std::string_view kTwoOutOfRange = "runtime error: index out of range [1] with length 1";
constexpr FunctionRow kFunctions[] = {
    {"lower-case", 1, kAny, kOneOutOfRange},
    {"starts-with", 2, kAny, kTwoOutOfRange},
    {"ends-with", 2, kAny, kTwoOutOfRange},
    {"contains", 2, kAny, kTwoOutOfRange},
    {"matches", 2, 2, "xpath: matches function must have two parameters"},
    {"substring", 2, kAny, "xpath: substring function must have at least two parameter"},
    {"substring-before", 2, 2, "xpath: substring-before function must have two parameters"},
    {"substring-after", 2, 2, "xpath: substring-before function must have two parameters"},
    {"string-length", 1, kAny, "xpath: string-length function must have at least one parameter"},
    {"normalize-space", 0, kAny, ""},
    {"replace", 3, 3, "xpath: replace function must have three parameters"},
    {"translate", 3, 3, "xpath: translate function must have three parameters"},
    {"not", 1, kAny, "xpath: not function must have at least one parameter"},
    {"name", 0, 1, "xpath: name function must have at most one parameter"},
    {"local-name", 0, 1, "xpath: local-name function must have at most one parameter"},
    {"namespace-uri", 0, 1, "xpath: namespace-uri function must have at most one parameter"},
    {"true", 0, kAny, ""},
    {"false", 0, kAny, ""},
    {"last", 0, kAny, ""},
    {"position", 0, kAny, ""},
    {"boolean", 0, 1, "xpath: boolean function must have at most one parameter"},
    {"number", 0, 1, "xpath: number function must have at most one parameter"},
    {"string", 0, 1, "xpath: string function must have at most one parameter"},
    {"count", 1, kAny, "xpath: count(node-sets) function must with have parameters node-sets"},
    {"sum", 1, kAny, "xpath: sum(node-sets) function must with have parameters node-sets"},
    {"ceiling", 1, kAny, "xpath: ceiling(node-sets) function must with have parameters node-sets"},
    {"floor", 1, kAny, "xpath: ceiling(node-sets) function must with have parameters node-sets"},
    {"round", 1, kAny, "xpath: ceiling(node-sets) function must with have parameters node-sets"},
    {"concat", 2, kAny, "xpath: concat() must have at least two arguments"},
    {"reverse", 1, kAny, "xpath: reverse(node-sets) function must with have parameters node-sets"},
    {"string-join", 2, 2, "xpath: string-join(node-sets, separator) function requires node-set and argument"},
};

using ascii::is_digit;
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
/// Whatever is not ASCII may stand in a name.
bool is_name(char c) { return ascii::is_word(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80; }

class Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) { next(); }

  std::optional<std::string> error() {
    expression();
    if (!syntax_error_.empty()) return syntax_error_;
    for (const std::string& error : build_errors_)
      if (!error.empty()) return error;
    return std::nullopt;
  }

 private:
  /// The first error of the syntax ends the text.
  void fail(std::string why) {
    if (syntax_error_.empty()) syntax_error_ = std::move(why);
    at_ = text_.size();
    item_ = Item::kEnd;
  }
  void fail_at_token() { fail(std::string(text_) + " has an invalid token"); }

  std::string_view rest() const { return text_.substr(at_); }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  template <class Is>
  std::string_view take_while(Is is) {
    const size_t from = at_;
    while (at_ < text_.size() && is(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  void next() {
    skip_blanks();
    if (at_ == text_.size()) {
      item_ = Item::kEnd;
      return;
    }
    const char c = text_[at_];
    if (c == '"' || c == '\'') return string(c);
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    for (const auto& [symbol, item] : kSymbols)
      if (rest().starts_with(symbol)) {
        item_ = item;
        at_ += symbol.size();
        return;
      }
    if (c == '#') return fail("unknown item: 35");
    if (!is_name(c)) return fail(std::string(text_) + " has an invalid token.");
    name();
  }

  void string(char quote) {
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail("xpath: scanString got unclosed string");
    value_ = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    item_ = Item::kString;
  }

  void number() {
    take_while(is_digit);
    if (rest().starts_with('.')) {
      ++at_;
      take_while(is_digit);
    }
    item_ = Item::kNumber;
  }

  /// `a`, `a:b`, `a:*`, `a::`
  void name() {
    const auto invalid = [this] { fail(std::string(text_) + " has an invalid qualified name."); };
    item_ = Item::kName;
    name_ = take_while(is_name);
    prefix_ = {};
    if (rest().starts_with("::")) {
      at_ += 2;
      item_ = Item::kAxis;
    } else if (rest().starts_with(':')) {
      ++at_;
      prefix_ = name_;
      if (rest().starts_with('*')) name_ = text_.substr(at_++, 1);
      else if (at_ < text_.size() && is_name(text_[at_])) name_ = take_while(is_name);
      else return invalid();
    } else {
      skip_blanks();
      if (rest().starts_with("::")) {
        at_ += 2;
        item_ = Item::kAxis;
      } else if (rest().starts_with(':')) {
        return invalid();
      }
    }
    skip_blanks();
    can_be_function_ = rest().starts_with('(');
  }

  bool take(Item item) {
    if (item_ != item) return false;
    next();
    return true;
  }
  void skip(Item item) {
    if (!take(item)) fail_at_token();
  }
  bool is_operator(std::string_view name) const { return item_ == Item::kName && prefix_.empty() && name_ == name; }
  bool take_operator(std::string_view name) {
    if (!is_operator(name)) return false;
    next();
    return true;
  }
  bool is_node_type() const { return prefix_.empty() && (name_ == "node" || name_ == "text" || name_ == "processing-instruction" || name_ == "comment"); }

  void expression() {
    if (++depth_ > kDeepest) return fail("the xpath query is too complex(depth > 200)");
    do conjunction();
    while (take_operator("or"));
    --depth_;
  }
  void conjunction() {
    do comparison();
    while (take_operator("and"));
  }
  /// Of what equality and order are between only the order of evaluation tells.
  void comparison() {
    do sum();
    while (take(Item::kEq) || take(Item::kNe) || take(Item::kLt) || take(Item::kGt) || take(Item::kLe) || take(Item::kGe));
  }
  void sum() {
    do product();
    while (take(Item::kPlus) || take(Item::kMinus));
  }
  void product() {
    do {
      while (take(Item::kMinus)) {
      }
      alternatives();
    } while (take(Item::kStar) || take_operator("div") || take_operator("mod"));
  }
  void alternatives() {
    do path();
    while (take(Item::kUnion));
  }

  void path() {
    const bool primary = item_ == Item::kString || item_ == Item::kNumber || item_ == Item::kDollar || item_ == Item::kLParen ||
                         (item_ == Item::kName && can_be_function_ && !is_node_type());
    if (primary) {
      primary_expression();
      if (item_ == Item::kLBracket) predicate();
      if (take(Item::kSlash) || take(Item::kSlashSlash)) relative_path();
    } else if (take(Item::kSlash)) {
      if (item_ == Item::kDot || item_ == Item::kDotDot || item_ == Item::kAt || item_ == Item::kAxis || item_ == Item::kStar || item_ == Item::kName) relative_path();
    } else {
      take(Item::kSlashSlash);
      relative_path();
    }
  }

  void relative_path() {
    do step();
    while (take(Item::kSlashSlash) || take(Item::kSlash));
  }

  void predicate() {
    skip(Item::kLBracket);
    expression();
    skip(Item::kRBracket);
  }

  void step() {
    if (take(Item::kDot) || take(Item::kDotDot)) {
      if (item_ != Item::kLBracket) return;
    } else {
      if (item_ == Item::kLParen) return sequence();
      if (item_ == Item::kAxis && std::find(std::begin(kAxes), std::end(kAxes), name_) == std::end(kAxes))
        build_errors_.push_back("unknown axe type: " + std::string(name_));
      if (!take(Item::kAt)) take(Item::kAxis);
      node_test();
    }
    while (item_ == Item::kLBracket) predicate();
  }

  void sequence() {
    if (++depth_ > kDeepest) return fail("the xpath query is too complex(depth > 200)");
    skip(Item::kLParen);
    do step();
    while (take(Item::kComma));
    skip(Item::kRParen);
    --depth_;
  }

  void node_test() {
    if (item_ == Item::kStar) return next();
    if (item_ != Item::kName) return fail("expression must evaluate to a node-set");
    const bool is_type = can_be_function_ && is_node_type();
    const bool takes_literal = name_ == "processing-instruction";
    next();
    if (!is_type) return;
    skip(Item::kLParen);
    if (takes_literal && item_ != Item::kRParen) skip(Item::kString);
    skip(Item::kRParen);
  }

  void primary_expression() {
    if (take(Item::kDollar)) {
      const std::string prefix = prefix_.empty() ? "" : std::string(prefix_) + ":";
      build_errors_.push_back("undeclared variable in XPath expression: $" + prefix + std::string(name_));
      return skip(Item::kName);
    }
    if (take(Item::kLParen)) {
      expression();
      return skip(Item::kRParen);
    }
    if (item_ == Item::kName) return call();
    next();
  }

  void call() {
    const std::string name(name_);
    // Its own error comes before those of its arguments.
    const size_t error = build_errors_.size();
    build_errors_.emplace_back();
    skip(Item::kName);
    skip(Item::kLParen);
    size_t arguments = 0;
    std::optional<std::string> pattern;
    while (item_ != Item::kRParen && syntax_error_.empty()) {
      if (arguments > 0) skip(Item::kComma);
      pattern = item_ == Item::kString ? std::optional<std::string>(value_) : std::nullopt;
      if (syntax_error_.empty()) expression();
      ++arguments;
    }
    skip(Item::kRParen);
    build_errors_[error] = call_error(name, arguments, pattern);
  }

  static std::string call_error(const std::string& name, size_t arguments, const std::optional<std::string>& pattern) {
    const auto* function = std::find_if(std::begin(kFunctions), std::end(kFunctions), [&](const FunctionRow& row) { return row.name == name; });
    if (function == std::end(kFunctions)) return "not yet support this function " + name + "()";
    if (arguments < function->fewest || arguments > function->most)
      return std::string(arguments == 0 && function->error == kTwoOutOfRange ? kOneOutOfRange : function->error);
    if (name != "matches" || !pattern) return {};
    const auto regex = Regex::compile(*pattern);
    return regex ? std::string() : "matches() got error. " + regex.error().what;
  }

  std::string_view text_;
  size_t at_ = 0;
  Item item_ = Item::kEnd;
  std::string_view name_, prefix_, value_;
  bool can_be_function_ = false;
  size_t depth_ = 0;
  std::string syntax_error_;
  std::vector<std::string> build_errors_;  // in the order in which Alloy meets them
};

}  // namespace

std::optional<std::string> xpath_error(std::string_view expression) {
  if (expression.empty()) return "expr expression is nil";
  return Compiler(expression).error();
}

}  // namespace invar::ottl
