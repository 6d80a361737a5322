#include "src/text/jmespath.h"

#include <doctest/doctest.h>

#include "src/text/jmespath_evaluation.h"

namespace invar {
namespace {

std::string evaluated(const jmespath::Query& query, const json::Value& root) {
  jmespath::Memory memory;
  const jmespath::Value document = memory.value_of(root);
  jmespath::Value value;
  if (!jmespath::Evaluation(memory, document).evaluate(query.expression(), document, value)) return "failed";
  std::string out;
  return jmespath::append_json(value, out) ? out : "no JSON";
}

std::string answer(std::string_view expression, std::string_view document) {
  const auto query = jmespath::compile(expression);
  if (!query) return query.error().reason + ": " + query.error().what;
  static json::Parser parser;
  REQUIRE(parser.parse_line(document));
  const jmespath::Query queries[] = {*query};
  jmespath::QuerySet::Answer answers[1];
  jmespath::QuerySet set(queries);
  set.find(parser.root(), answers);
  std::string out = evaluated(*query, parser.root());
  using enum jmespath::QuerySet::Answer::State;
  switch (answers[0].state) {
    case kNull: REQUIRE(out == "null"); return query->path() ? "not found" : "null";
    case kFailed: REQUIRE(out == "failed"); return out;
    case kValue: return out;
    case kDocument: break;
  }
  std::string found;
  answers[0].document.append_json(found);
  REQUIRE(found == out);
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
}

constexpr std::string_view kOrders =
    R"({"id":7,"items":[{"sku":"b","n":2,"tags":["x","y"]},{"sku":"a","n":5,"tags":[]},{"sku":"b","n":1}],"note":"Grüße an alle","rate":"12.5","none":null})";

struct Answered {
  std::string_view expression, answer;
};

TEST_CASE("expressions") {
  for (const Answered& row :
       {Answered{"items[*].sku", R"(["b","a","b"])"}, {"items[].tags[]", R"(["x","y"])"}, {"items[?n > `1`].sku", R"(["b","a"])"},
        {"items[?n > `1`] | [0].sku", R"("b")"}, {"items[::-1].n", "[1,5,2]"}, {"items[1::9223372036854775807].n", "[5]"}, {"items[::0]", "failed"},
        {"note[1:3]", R"("rü")"}, {"note[::-1]", R"("ella na eßürG")"}, {"{a: id, b: none}", R"({"a":7,"b":null})"}, {"[id, rate]", R"([7,"12.5"])"},
        {"nope || id", "7"}, {"none && id", "null"}, {"!none", "true"}, {"id == `7`", "true"}, {"items == items", "true"}, {"rate < `3`", "null"},
        {"id // `2` + id % `2` * `10`", "10"}, {"-id", "-7"}, {"id / `0`", "no JSON"}, {"id × `2` − `1`", "13"},
        {"let $sku = 'a' in items[?sku == $sku].n", "[5]"}, {"let $a = `1` in let $b = $a, $a = `2` in [$a, $b]", "[2,1]"}, {"$a", "failed"},
        {"(let $a = `1` in $a) + $a", "failed"}, {"let $f = &map($f, [@]) in map($f, [@])", "failed"}, {"&id", "no JSON"},
        {"[sort_by(items, &n)[0].n, items[0].n]", "[1,1]"}, {"[abs('x')][?@]", "null"}, {"items[*].abs(sku)", "failed"}, {"nope(@)", "failed"}}) {
    INFO(row.expression);
    CHECK(answer(row.expression, kOrders) == row.answer);
  }
}

TEST_CASE("functions") {
  for (const Answered& row :
       {Answered{"abs(`-2`)", "2"}, {"avg(items[].n)", "2.6666666666666665"}, {"avg(`[]`)", "null"}, {"ceil(`1.2`)", "2"}, {"floor(`-1.2`)", "-2"},
        {"contains(note, 'an')", "true"}, {"contains(items[].n, `5`)", "true"}, {"contains(`[[1]]`, `[1]`)", "true"}, {"contains(note, id)", "false"},
        {"starts_with(note, 'Gr')", "true"}, {"ends_with(note, 'x')", "false"}, {"find_first(note, 'l')", "12"}, {"find_last(note, 'l')", "13"},
        {"find_first(note, 'l', `13`)", "13"}, {"find_first(note, 'l', `0`, `3`)", "null"}, {"find_first(note, 'l', `9`, `3`)", "null"},
        {"find_first(note, 'l', `1.5`)", "failed"}, {"from_items(`[[\"a\",1],[\"a\",2]]`)", R"({"a":2})"}, {"from_items(`[[1,2]]`)", "failed"},
        {"items(items[1])[0]", R"(["sku","a"])"}, {"keys(items[2])", R"(["sku","n"])"}, {"values(items[2])", R"(["b",1])"},
        {"group_by(items, &sku) | keys(@)", R"(["b","a"])"}, {"group_by(items, &n)", "failed"}, {"group_by(`[]`, &n)", "null"},
        {"join('-', items[].sku)", R"("b-a-b")"}, {"join('-', items)", "failed"}, {"length(note)", "13"}, {"length(items)", "3"}, {"length(id)", "failed"},
        {"upper(note)", R"("GRÜßE AN ALLE")"}, {"lower('ÄB')", R"("äb")"}, {"map(&n, items)", "[2,5,1]"}, {"map(&nope, items)", "[null,null,null]"},
        {"max(items[].n)", "5"}, {"min(items[].sku)", R"("a")"}, {"max(`[]`)", "null"}, {"max(`[1,\"a\"]`)", "failed"}, {"max_by(items, &n).sku", R"("a")"},
        {"min_by(items, &n).n", "1"}, {"min_by(items, &tags)", "failed"}, {"merge(`{\"a\":1}`, `{\"b\":2,\"a\":3}`)", R"({"a":3,"b":2})"}, {"merge()", "failed"},
        {"not_null(none, nope, id)", "7"}, {"pad_left(rate, `6`)", R"("  12.5")"}, {"pad_right(rate, `6`, '0')", R"("12.500")"}, {"pad_left(rate, `6`, 'ab')", "failed"},
        {"pad_left(rate, `1e15`)", "failed"}, {"replace(note, 'l', 'L', `1`)", R"("Grüße an aLle")"}, {"replace('ab', '', '.')", R"(".a.b.")"},
        {"replace(note, 'l', '', `-1`)", "failed"}, {"reverse(items)[].n", "[1,5,2]"}, {"reverse('aü')", R"("üa")"}, {"sort(items[].n)", "[1,2,5]"},
        {"sort_by(items, &sku)[].n", "[5,2,1]"}, {"sort_by(items, &tags)", "failed"}, {"split(note, ' ')", R"(["Grüße","an","alle"])"},
        {"split(note, ' ', `1`)", R"(["Grüße","an alle"])"}, {"split('aüb', '')", R"(["a","ü","b"])"}, {"split('', ',')", "[]"}, {"sum(items[].n)", "8"},
        {"to_array(id)", "[7]"}, {"to_number(rate)", "12.5"}, {"to_number(note)", "null"}, {"to_string(items[2])", R"("{\"n\":1,\"sku\":\"b\"}")"},
        {"trim('  x\u00a0')", R"("x")"}, {"trim('--x-', '-')", R"("x")"}, {"trim_left('--x-', '-')", R"("x-")"}, {"trim_right('--x-', '-')", R"("--x")"},
        {"type(none)", R"("null")"}, {"type(items)", R"("array")"}, {"zip(items[].n, items[].sku, `[1,2]`)", R"([[2,"b",1],[5,"a",2]])"}}) {
    INFO(row.expression);
    std::string expected(row.answer);
    CHECK(answer(row.expression, kOrders) == expected);
  }
}

TEST_CASE("expressions have bounds") {
  std::string chain = "a";
  for (int i = 0; i < 5000; ++i) chain += ".a";
  CHECK(answer(chain, "{}") == "syntax: SyntaxError: Expression is too long");
  CHECK(answer(std::string(1000, '(') + "a" + std::string(1000, ')'), "{}") == "syntax: SyntaxError: Expression nests too deeply");
  std::string doubling = "let $a = [id, id] in ";
  for (int i = 0; i < 40; ++i) doubling += "let $a = [$a, $a] in ";
  CHECK(answer(doubling + "to_string($a) | length(@)", kOrders) == "failed");
}

}  // namespace
}  // namespace invar
