#include "src/text/ottl/parse.h"

#include <doctest/doctest.h>

namespace invar::ottl {
namespace {

std::string error_of(const Parsed<Statement>& parsed) { return std::holds_alternative<ParseError>(parsed) ? std::get<ParseError>(parsed).text : std::string(); }
std::string statement_error(std::string_view text) { return error_of(parse_statement(text)); }

std::string condition_error(std::string_view text) {
  const auto parsed = parse_condition(text);
  return std::holds_alternative<ParseError>(parsed) ? std::get<ParseError>(parsed).text : std::string();
}

Statement statement(std::string_view text) {
  auto parsed = parse_statement(text);
  REQUIRE_MESSAGE(std::holds_alternative<Statement>(parsed), error_of(parsed));
  return std::get<Statement>(std::move(parsed));
}

Value value(std::string_view text) {
  auto parsed = parse_value(text);
  REQUIRE(std::holds_alternative<Value>(parsed));
  return std::get<Value>(std::move(parsed));
}

TEST_CASE("a statement is an editor, and a condition") {
  const Statement tree = statement(R"(set(attributes["a"]["b"], Concat([name, "x"], ",")) where not IsMatch(body, "^a") and severity_number >= 5 or true)");
  CHECK(tree.editor.function == "set");
  CHECK(tree.editor.is_editor);
  CHECK(tree.editor.at == Extent{0, 51});
  CHECK(tree.editor.name_at == Extent{0, 3});
  REQUIRE(tree.editor.arguments.size() == 2);
  const auto* path = tree.editor.arguments[0].value->as<Path>();
  REQUIRE(path);
  CHECK(path->context.empty());
  CHECK(path_text(*path) == "attributes[a][b]");
  const auto* call = tree.editor.arguments[1].value->as<Call>();
  REQUIRE(call);
  CHECK(call->function == "Concat");
  CHECK(call->arguments[0].value->as<List>()->elements.size() == 2);
  REQUIRE(tree.where);
  const auto* any = std::get_if<AnyOf>(&tree.where->node);
  REQUIRE(any);
  REQUIRE(any->conditions.size() == 2);
  const auto* all = std::get_if<AllOf>(&any->conditions[0].node);
  REQUIRE(all);
  CHECK(all->conditions[0].negated);
  CHECK(std::holds_alternative<Call>(all->conditions[0].node));
  CHECK(std::get<Comparison>(all->conditions[1].node).op == CompareOp::kGreaterOrEqual);
  CHECK(std::get<bool>(any->conditions[1].node));
}

TEST_CASE("values") {
  CHECK(*value("0x01fF").as<Bytes>()->value.data() == '\x01');
  CHECK(*value("1.5e2").as<double>() == 150);
  CHECK(*value(".5").as<double>() == 0.5);
  CHECK(*value("010").as<int64_t>() == 8);
  CHECK(*value(R"("a\tb\x41\u00e9\xff")").as<std::string>() == "a\tbA\u00e9\u00ff");
  CHECK(value("SPAN_KIND_SERVER").as<Enum>()->symbol == "SPAN_KIND_SERVER");
  CHECK(value("nil").as<Nil>());
  CHECK(*value("true").as<bool>());
  CHECK(value("log.body.string").as<Path>()->context == "log");
  CHECK(value(R"(attributes["a"].b)").as<Path>()->context.empty());
  CHECK(value("[1 2, 3]").as<List>()->elements.size() == 3);
  CHECK(value(R"({"a": 1 "b": [nil],})").as<Map>()->items.size() == 2);
  CHECK(value("(k, _) => k == 1").as<Lambda>()->parameters == std::vector<std::string>{"k", "_"});
  CHECK(value(R"(Split(name, ",")[0])").as<Call>()->keys.size() == 1);
}

TEST_CASE("arithmetic binds as usual, and a sign belongs to its number") {
  const Value tree = value("1 + 2 * -3 - (x - 4)");
  const auto* math = tree.as<Math>();
  REQUIRE(math);
  const auto* minus = math->result->as<Operation>();
  REQUIRE(minus);
  CHECK(minus->op == MathOp::kSubtract);
  const auto* plus = minus->left->as<Operation>();
  REQUIRE(plus);
  CHECK(plus->op == MathOp::kAdd);
  const auto* times = plus->right->as<Operation>();
  REQUIRE(times);
  CHECK(*times->right->as<int64_t>() == -3);
  CHECK(value("-(1)").as<Math>()->result->as<Operation>()->op == MathOp::kNegate);
  CHECK(value("+1").as<Math>()->result->as<int64_t>());
}

TEST_CASE("what is refused, in Alloy's words") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {
           Row{"set(body, 'x')", "statement has invalid syntax: 1:11: lexer: invalid input text \"'x')\""},
           Row{"set(body, \"\\w\")", "statement has invalid syntax: 1:11: invalid quoted string \"\\\"\\\\w\\\"\": invalid syntax"},
           Row{"set(body, 1) where body", "statement has invalid syntax: 1:24: unexpected token \"<EOF>\" (expected <opcomparison> Value)"},
           Row{"set)", "statement has invalid syntax: 1:4: unexpected token \")\" (expected \"(\" (Argument (\",\" Argument)*)? \")\" Key*)"},
           Row{"set(body, 1) set(body, 2)", "statement has invalid syntax: 1:14: unexpected token \"set\""},
           Row{"", "statement has invalid syntax: 1:1: unexpected token \"<EOF>\""},
           Row{"set(body, 99999999999999999999)", "statement has invalid syntax: 1:9: unexpected token \",\" (expected \")\" Key*)"},
           Row{"set(body,\n\u00e9)", "statement has invalid syntax: 2:1: lexer: invalid input text \"\u00e9)\""},
           Row{"Concat([], \"\")", "editor names must start with a lowercase letter but got 'Concat'"},
           Row{"set(body, append(a, 1)[\"k\"])",
               "converter names must start with an uppercase letter but got 'append'; only paths and converters may be indexed, not editors, but got append[k]"},
       }) {
    CAPTURE(row.text);
    CHECK(statement_error(row.text) == row.error);
  }
  CHECK(condition_error("1 < 2 < 3") == "condition has invalid syntax: 1:7: unexpected token \"<\"");
  CHECK(condition_error("not not true").find("unexpected token \"not\"") != std::string::npos);
}

TEST_CASE("what only the grammar's order explains is taken as Alloy takes it") {
  // A token is told by its text, even when it is a string.
  CHECK(statement_error(R"x(set"("body, 1")")x").empty());
  // The first choice for a key is a number, and is not gone back on.
  CHECK_FALSE(statement_error("set(attributes[1 + 1], 1)").empty());
  CHECK(statement_error("set(attributes[x + 1], 1)").empty());
  CHECK(statement_error("set(body, [,1])").empty());
  CHECK_FALSE(statement_error("set(body, [1,])").empty());
}

TEST_CASE("what is wrong is said for people too") {
  struct Row {
    std::string_view text, place, reason, help;
  };
  for (const Row& row : {
           Row{"set(body, 'x')", "'", "a text in single quotes", "write it in double quotes"},
           Row{"set(body, \"x)", "\"x)", "the string is not closed", ""},
           Row{"set(body, \"\\w\")", "\\w", "a string has no escape \\w", "a backslash is written twice"},
           Row{"set(body, 1) where a == 1 && b == 2", "&&", "there is no && in OTTL", "write and"},
           Row{"set(body, Concat([a], \"\")", "(", "( is not closed", ""},
           Row{"set(body, 1))", ")", ") closes nothing", ""},
           Row{"set(body, 1) where a = 1", "=", "unexpected =", "equality is written =="},
           Row{"set(body, 1) where a", "", "unexpected the end", "a value alone is no condition: compare it with something"},
       }) {
    CAPTURE(row.text);
    const auto parsed = parse_statement(row.text);
    REQUIRE(std::holds_alternative<ParseError>(parsed));
    const auto& error = std::get<ParseError>(parsed);
    CHECK(row.text.substr(error.at.begin, error.at.end - error.at.begin) == row.place);
    CHECK(error.reason == row.reason);
    CHECK(error.help == row.help);
  }
}

TEST_CASE("nesting and size have limits, and depth costs no time") {
  const auto nested = [](size_t depth) {
    std::string text = "set(body, ";
    for (size_t i = 0; i < depth; ++i) text += "String(";
    return text + "1" + std::string(depth + 1, ')');
  };
  CHECK(statement_error(nested(50)).empty());
  CHECK(statement_error(nested(1000)).find("nested too deeply") != std::string::npos);
  CHECK(condition_error(std::string(30000, '(')).find("nested too deeply") != std::string::npos);
  CHECK(statement_error(std::string(70000, ' ')).find("longer than 65536 bytes") != std::string::npos);
}

}  // namespace
}  // namespace invar::ottl
