#include "src/text/jmespath.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

std::string answer(std::string_view expression, std::string_view document) {
  const auto query = jmespath::compile(expression);
  if (!query) return query.error().reason + ": " + query.error().what;
  static json::Parser parser;
  REQUIRE(parser.parse_line(document));
  const jmespath::Query queries[] = {*query};
  jmespath::QuerySet::Answer answers[1];
  jmespath::QuerySet(queries).find(parser.root(), answers);
  json::Value found;
  REQUIRE(query->find(parser.root(), found) == answers[0].found);
  if (!answers[0].found) return "not found";
  std::string out, again;
  answers[0].value.append_json(out);
  found.append_json(again);
  CHECK(out == again);
  return out;
}

TEST_CASE("paths") {
  constexpr std::string_view kDocument = R"({"a":{"b":[{"c-d":1},{"c-d":2}]},"a.b":3,"x":1,"x":{"y":"z"},"n":null})";
  struct Row {
    std::string_view expression, answer;
  };
  for (const Row& row : {Row{"a.b[1].\"c-d\"", "2"}, Row{"a.b[-1].\"c-d\"", "2"}, Row{"\"a.b\"", "3"}, Row{"x.y", "\"z\""}, Row{"n", "null"},
                         Row{"a.nope", "not found"}, Row{"a[0]", "not found"}, Row{"a.b[7]", "not found"}, Row{"a | b | [0]", R"({"c-d":1})"},
                         Row{"$.n", "null"}, Row{"(a).b[0].\"c-d\"", "1"}}) {
    INFO(row.expression);
    CHECK(answer(row.expression, kDocument) == row.answer);
  }
}

TEST_CASE("syntax errors are go-jmespath's") {
  struct Row {
    std::string_view expression, error;
  };
  for (const Row& row :
       {Row{"a.", "Expected identifier, lbracket, or lbrace"}, Row{".a", "Invalid token: TOKDot"}, Row{"a[", "Expected TOKStar, received: TOKEOF"},
        Row{"a == 'x", "Unclosed delimiter: '"}, Row{"a b", "Unexpected token at the end of the expression: TOKUnquotedIdentifier"},
        Row{"a | ", "Incomplete expression"}, Row{"{a}", "Expected TOKColon, received: TOKRbrace"}, Row{"@@", "Unexpected token at the end of the expression: TOKCurrent"},
        Row{"\u00e9", "Unknown char: '\\u00e9'"}, Row{"1", "Invalid token: TOKNumber"}, Row{"a ? b", "Unknown char: '?'"}, Row{"", "Incomplete expression"}}) {
    INFO(row.expression);
    CHECK(answer(row.expression, "{}") == "syntax: SyntaxError: " + std::string(row.error));
  }
  CHECK(answer("length(a)", "{}").starts_with("unsupported: "));
}

}  // namespace
}  // namespace invar
