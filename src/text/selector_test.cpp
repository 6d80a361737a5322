#include "src/text/selector.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

bool passes(std::string_view selector, std::string_view app, std::string_view line) {
  const auto parsed = Selector::parse(selector);
  REQUIRE_MESSAGE(parsed.ok(), std::string(selector));
  const auto filter = parsed->line_filter();
  REQUIRE(filter.ok());
  return parsed->matches_labels([&](std::string_view name) { return name == "app" ? app : std::string_view(); }) && filter->matches(line);
}

TEST_CASE("selectors match labels and lines") {
  struct Row {
    std::string_view selector;
    bool passes;
  };
  for (const Row& row : {Row{R"({app="foo"})", true}, Row{R"({app!="foo"})", false}, Row{R"({app=~"f.o|bar"})", true}, Row{R"({app=~"f"})", false},
                         Row{R"({nope=~".*"})", true}, Row{R"({nope=~".+"})", false}, Row{R"( { app = "foo" , nope="" } |= "err" )", true},
                         Row{R"({app="foo"} |= "err" != "line")", false}, Row{R"({app="foo"} |~ "^an e.r" !~ "x")", true},
                         Row{R"({app="foo"} != "")", false}, Row{"{app=\"foo\"} /* why */ |= \"error\" // so", true}}) {
    INFO(row.selector);
    CHECK(passes(row.selector, "foo", "an error line") == row.passes);
  }
}

TEST_CASE("selectors refuse as Alloy does") {
  struct Row {
    std::string_view selector, error;
  };
  for (const Row& row :
       {Row{"{app=`foo`}", "parse error at line 1, col 6: syntax error: unexpected IDENTIFIER, expecting STRING"},
        Row{"{app='foo'}", "parse error at line 1, col 6: invalid char literal"},
        Row{R"({app="foo")", "parse error at line 1, col 11: syntax error: unexpected $end, expecting } or ,"},
        Row{R"({app="foo"} | json)", "parse error at line 1, col 13: syntax error: unexpected IDENTIFIER, expecting != or !~ or |~ or |="},
        Row{R"({,app="foo"})", "parse error at line 1, col 2: syntax error: unexpected ,, expecting IDENTIFIER"},
        Row{R"({a.b="x"})", "parse error at line 1, col 3: syntax error: unexpected ., expecting = or != or =~ or !~"},
        Row{R"({a!=="x"})", "parse error at line 1, col 5: syntax error: unexpected =, expecting STRING"},
        Row{R"({!="x"})", "parse error at line 0, col 2: syntax error: unexpected !=, expecting IDENTIFIER"},
        Row{R"({a="\400"})", "parse error at line 1, col 4: invalid syntax"},
        Row{"\n {a=\"x", "parse error at line 2, col 5: literal not terminated"},
        Row{"", "parse error at line 0, col 0: syntax error: unexpected $end, expecting {"},
        Row{R"({a=~"("})", "error parsing regexp: missing closing ): `(`"},
        Row{R"({a!~"x)|(y"})", "error parsing regexp: unexpected ): `x)|(y`"}}) {
    INFO(row.selector);
    const auto parsed = Selector::parse(row.selector);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().what == row.error);
  }
  CHECK(Selector::parse(R"({a="b"} |~ "[" !~ "(")")->line_filter().error().what == "error parsing regexp: missing closing ): `(`");
}

}  // namespace
}  // namespace invar
