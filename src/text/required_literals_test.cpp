#include "src/text/required_literals.h"

#include <doctest/doctest.h>

#include "src/text/regex.h"

namespace invar {
namespace {

/// The literals, letters of any case in capitals; "-" when there is no set.
std::string required(std::string_view pattern) {
  const auto syntax = regex::parse_syntax(pattern);
  REQUIRE(syntax);
  const auto set = regex::RequiredLiterals::of(syntax->root);
  if (!set) return "-";
  std::string out;
  for (const auto& literal : set->literals()) {
    if (!out.empty()) out += ' ';
    for (size_t i = 0; i < literal.text.size(); ++i) out += static_cast<char>(literal.text[i] & ~literal.fold[i]);
  }
  return out;
}

}  // namespace

TEST_CASE("literals without which there is no match") {
  struct Row {
    std::string_view pattern, literals;
  };
  for (const Row& row : {
           Row{"abc", "abc"},
           Row{"(?i)(?:password|passwd|token|secret)=([^\\s\"&]+)", "WORD= WD= EN= ECRET="},
           Row{"(?i)error", "ERROR"},
           Row{"(?i)sks", "-"},
           Row{"x*(foo|barbaz)?quux", "quux"},
           Row{"(?:get|put) /(a|b)", "get /a get /b put /a put /b"},
           Row{"\\d+ab[xy]", "abx aby"},
           Row{"(foo)+", "foo"},
           Row{"(foo|b*)x", "-"},
           Row{"(foo.*|bar.*)x", "foo bar"},
           Row{"(a1|b1|c1|d1|e1|f1)", "-"},  // too many pairs
           Row{"x=(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q)", "x="},
           Row{"[a-z]+@", "-"},
           Row{"a|b", "-"},
           Row{".*", "-"},
           Row{"(?i)\u017c\u00f3", "-"},
       }) {
    INFO(row.pattern);
    CHECK(required(row.pattern) == row.literals);
  }
}

TEST_CASE("a set of literals is found anywhere in a text, in any case where it is folded") {
  const auto regex = Regex::compile("(?i)(?:password|passwd|token|secret)=([^\\s\"&]+)");
  REQUIRE(regex);
  for (size_t before = 0; before < 40; ++before)
    for (const char* hit : {"password=x", "PassWD=x", "TOKEN=x", "\u017fecret=x"}) {
      const std::string text = std::string(before, 'd') + hit + std::string(before % 7, '=');
      CHECK(regex->matches(text));
      CHECK_FALSE(regex->matches(text.substr(0, before + 4) + "-" + text.substr(before + 4)));
    }
  CHECK_FALSE(regex->matches(""));
  CHECK_FALSE(regex->matches("="));
  CHECK_FALSE(regex->matches("key=x word=y wd=z"));
}

}  // namespace invar
