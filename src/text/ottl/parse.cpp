#include "src/text/ottl/parse.h"

#include "src/text/ottl/syntax_explanation.h"
#include "src/text/ottl/tree_builder.h"
#include "src/text/ottl/walk.h"

namespace invar::ottl {
namespace {

/// Finds what the grammar takes only to say something better than "unexpected token": editors where converters belong, and the other way round.
class MisplacedCalls final : public Visitor {
 public:
  explicit MisplacedCalls(const Call* editor) : editor_(editor) {}
  void call(const Call& call) override {
    if (call.is_editor && &call != editor_) add(call.name_at, "converter names must start with an uppercase letter but got '" + call.function + "'", "editors only stand at the beginning");
    if (call.is_editor && !call.keys.empty())
      add(call.at, "only paths and converters may be indexed, not editors, but got " + call.function + keys_text(call.keys));
  }
  void enter(const Lambda& lambda) override {
    const auto* body = std::get_if<ValuePtr>(&lambda.body);
    if (body && (*body)->as<Lambda>()) add((*body)->at, "lambda body cannot result into another lambda expression");
  }
  void add(Extent at, const std::string& text, std::string help = {}) {
    if (!error_) error_ = ParseError{at, text, text, std::move(help), false};
    else error_->text += "; " + text;
  }
  std::optional<ParseError> error() { return std::move(error_); }

 private:
  const Call* editor_;  // which belongs there
  std::optional<ParseError> error_;
};

template <class Tree, class Build, class FindMisplaced>
Parsed<Tree> parse(std::string_view text, Rule rule, std::string_view what, Build build, FindMisplaced find_misplaced) {
  const auto error = [&](const SyntaxError& why, const std::vector<Token>& tokens) {
    ParseError found = explain(text, tokens, why);
    found.text = std::string(what) + " has invalid syntax: " + position_prefix(text, why.at.begin) + why.text;
    return found;
  };
  std::vector<Token> tokens;
  if (const auto why = tokenize(text, tokens)) return error(*why, tokens);
  Matcher matcher(tokens);
  const Match* match = matcher.match(rule);
  if (!match) return error(matcher.error(), tokens);
  Tree tree = build(*match);
  if (auto misplaced = find_misplaced(tree)) return std::move(*misplaced);
  return tree;
}

std::optional<ParseError> misplaced_in(const Statement& statement) {
  const Call& editor = statement.editor;
  MisplacedCalls misplaced(&editor);
  if (editor.is_editor) {
    walk(statement, misplaced);
  } else {
    misplaced.add(editor.name_at, "editor names must start with a lowercase letter but got '" + editor.function + "'", "converters only stand inside of an editor's arguments");
    if (statement.where) walk(*statement.where, misplaced);
  }
  return misplaced.error();
}

template <class Tree>
std::optional<ParseError> misplaced_in(const Tree& tree) {
  MisplacedCalls misplaced(nullptr);
  walk(tree, misplaced);
  return misplaced.error();
}

}  // namespace

Parsed<Statement> parse_statement(std::string_view text) {
  return parse<Statement>(text, Rule::kStatement, "statement", build_statement, [](const Statement& tree) { return misplaced_in(tree); });
}

Parsed<Condition> parse_condition(std::string_view text) {
  return parse<Condition>(text, Rule::kBooleanExpression, "condition", build_condition, [](const Condition& tree) { return misplaced_in(tree); });
}

Parsed<Value> parse_value(std::string_view text) {
  return parse<Value>(text, Rule::kValue, "expression", build_value, [](const Value& tree) { return misplaced_in(tree); });
}

}  // namespace invar::ottl
