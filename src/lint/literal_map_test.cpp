#include "src/lint/literal_map.h"

#include <doctest/doctest.h>

#include "src/parser/parse.h"

namespace invar::lint {
namespace {

struct Written {
  SourcePtr source;
  ast::ExprPtr expression;
  std::optional<LiteralMap> map;
  explicit Written(std::string text) : source(std::make_shared<const Source>("x", std::move(text))) {
    Diagnostics diagnostics;
    expression = parse_expression(source, diagnostics);
    REQUIRE(expression);
    map = LiteralMap::of(*expression);
  }
  std::string_view place(size_t begin, size_t end) const { return map->place(begin, end).text(); }
};

TEST_CASE("places in a literal's text are found behind its escapes") {
  const Written written(R"x("set(a[\"b\"], \u00e9\n)")x");
  REQUIRE(written.map);
  CHECK(written.map->text() == "set(a[\"b\"], \u00e9\n)");
  CHECK(written.place(0, 3) == "set");
  CHECK(written.place(6, 9) == R"(\"b\")");
  CHECK(written.place(12, 13) == R"(\u00e9)");
  CHECK(written.place(12, 15) == R"(\u00e9\n)");
  CHECK(written.place(15, 16) == ")");
  CHECK(written.map->place(16, 16) == Span{written.source.get(), 24, 24});
  CHECK(written.map->place(0, 100).end == 24);
}

TEST_CASE("raw literals may hold carriage returns, which are not in their text") {
  const Written written("`a\r\nbc`");
  REQUIRE(written.map);
  CHECK(written.map->text() == "a\nbc");
  CHECK(written.place(2, 3) == "b");
  CHECK(written.place(1, 3) == "\nb");
}

TEST_CASE("joined literals are one text") {
  const Written written(R"x(("ab" + `cd`) + "")x");
  REQUIRE(written.map);
  CHECK(written.map->text() == "abcd");
  CHECK(written.place(1, 2) == "b");
  CHECK(written.place(2, 3) == "c");
  CHECK(written.place(1, 3) == "b\" + `c");
}

TEST_CASE("other expressions have no text of their own") {
  for (const std::string_view text : {"1", "a.b", R"("a" + b)", R"x(string.format("a"))x", R"("a" == "b")"}) {
    CAPTURE(text);
    CHECK_FALSE(Written(std::string(text)).map);
  }
}

}  // namespace
}  // namespace invar::lint
