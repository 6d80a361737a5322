#include "stdlib/functions/go/json_path.h"

#include <doctest/doctest.h>

#include "stdlib/functions/go/json.h"

namespace invar {
namespace {

std::string answer(std::string_view path, std::string_view document) {
  const auto parsed = json_path::parse(path);
  if (!parsed) return parsed.error().what;
  const auto root = json_path::parse_document(document);
  if (!root) return root.error().what;
  return *go_json_encode(Value::array(json_path::find(*parsed, *root)));
}

struct Row {
  std::string_view path, answer;
};

TEST_CASE("paths") {
  constexpr std::string_view kShop =
      R"({"books":[{"t":"A","p":8.95,"tags":["x","y"]},{"t":"B","p":12},{"t":"C","p":9}],"open":true,"limit":10,"none":null,"a b":1})";
  for (const Row& row :
       {Row{"$.books[0].t", R"(["A"])"}, Row{"books[-1].t", R"(["C"])"}, Row{"$.books[*].p", "[8.95,12,9]"}, Row{"$..tags[1]", R"(["y"])"},
        Row{"$.books[1:].t", R"(["B","C"])"}, Row{"$.books[::2].t", R"(["A","C"])"}, Row{"$.books[2:0:-1].t", R"(["C","B"])"}, Row{"$['a b','open']", "[1,true]"},
        Row{"$.books[0,2].t", R"(["A","C"])"}, Row{"$.none", "[null]"}, Row{"$.nope", "[]"}, Row{"", "[]"}, Row{"$.books[?(@.p < $.limit)].t", R"(["A","C"])"},
        Row{"$.books[?@.tags].t", R"(["A"])"}, Row{"$.books[?!@.tags].t", R"(["B","C"])"}, Row{"$.books[?(@.t =~ /[AB]/ && @.p + 1 > 10)].t", R"(["B"])"},
        Row{"$.books[?(@.t in ['B','C'])].p", "[12,9]"}, Row{"$.books[?(length(@.tags) == 2)].t", R"(["A"])"}, Row{"$.books[?(count(@.tags[*]) == 2)].t", R"(["A"])"},
        Row{"$.books[?(@.tags has false)].t", R"(["B","C"])"}, Row{"$.books[?(@.tags[*] == 'y')].t", R"(["A"])"}, Row{"$.books[?search(@.t, 'C|D')].p", "[9]"}}) {
    INFO(std::string(row.path));
    CHECK(answer(row.path, kShop) == row.answer);
  }
  // An inequality of a float is false but for whole numbers, and a descent unfolds only the first of what it begins at: ojg's own ways.
  CHECK(answer("$[?(@.p != 1.5)].p", R"([{"p":2.5},{"p":2}])") == "[2]");
  CHECK(answer("$[*]..x", R"([{"a":{"x":1}},{"b":{"x":2}}])") == "[1]");
}

TEST_CASE("bad paths") {
  for (const Row& row :
       {Row{"$[", "not terminated at 3 in $["}, Row{"$.", "not terminated at 3 in $."}, Row{"$.-", "an expression fragment can not start with a '-' at 4 in $.-"},
        Row{"$['a", "invalid bracket fragment at 5 in $['a"}, Row{"$[a]", "parse error at 3 in $[a]"}, Row{"$[1:2:3:4]", "invalid slice syntax at 9 in $[1:2:3:4]"},
        Row{"$[?(@.a ?? 1)]", "'' is not a valid operation at 9 in $[?(@.a ?? 1)]"}, Row{"$[?(@.a == foo)]", "'foo' is not a value or function at 12 in $[?(@.a == foo)]"},
        Row{"$[?(@.a =~ /(/)]", "error parsing regexp: missing closing ): `(` at 15 in $[?(@.a =~ /(/)]"}, Row{"$[(@.x)]", "jp.CompileScript has not been set"}}) {
    INFO(std::string(row.path));
    CHECK(answer(row.path, "{}") == row.answer);
  }
  CHECK(answer("$[?" + std::string(10'000, '(') + "]", "{}") == "the filter nests too deeply");
}

TEST_CASE("documents") {
  for (const Row& row :  // path: the document
       {Row{"", "[null]"}, Row{"9007199254740993", "[9007199254740993]"}, Row{"1e3", "[1000]"}, Row{"9223372036854775807", R"(["9223372036854775807"])"},
        Row{"0.1234567890123456789", R"(["0.1234567890123456789"])"}, Row{R"("\u00e9\n")", R"(["é\n"])"}, Row{R"({"a":1,"a":2})", R"([{"a":2}])"},
        Row{"{a: 1}", "expected a string start or object close, not 'a' at 1:2"}, Row{"[1 2]", "expected a comma or close, not '2' at 1:4"},
        Row{"{\n\"a\" 1}", "expected a colon, not '1' at 2:5"}, Row{"[1,]", "unexpected character ']' at 1:4"}, Row{"01", "invalid number at 1:2"}, Row{"nul", "incomplete JSON at 1:4"},
        Row{"{} x", "extra characters after close, 'x' at 1:4"}, Row{"\"\x01\"", "invalid JSON character 0x01 at 1:2"}, Row{R"("\q")", R"(invalid JSON escape character '\q' at 1:3)"}}) {
    INFO(std::string(row.path));
    CHECK(answer("$", row.path) == row.answer);
  }
}

}  // namespace
}  // namespace invar
