#include "src/text/regex.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

Regex compiled(std::string_view pattern) {
  auto regex = Regex::compile(pattern);
  REQUIRE_MESSAGE(regex.ok(), std::string(pattern));
  return *regex;
}

// The groups of the first match, `-` for one without part, joined by |.
std::string groups_of(const Regex& regex, std::string_view text) {
  std::vector<std::string_view> groups(static_cast<size_t>(regex.group_count()) + 1);
  if (!regex.find(text, groups)) return "no match";
  std::string out;
  for (const auto& group : groups) out += (&group == groups.data() ? "" : "|") + (group.data() ? std::string(group) : "-");
  return out;
}

TEST_CASE("regex errors are Go's") {
  struct Row {
    std::string_view pattern, error;
  };
  for (const Row& row :
       {Row{"(", "missing closing ): `(`"}, Row{"a)", "unexpected ): `a)`"}, Row{"[a", "missing closing ]: `[a`"},
        Row{"a**", "invalid nested repetition operator: `**`"}, Row{"*", "missing argument to repetition operator: `*`"},
        Row{"x{2,1}", "invalid repeat count: `{2,1}`"}, Row{"(?z)", "invalid or unsupported Perl syntax: `(?z`"},
        Row{"(?P<a-b>x)", "invalid named capture: `(?P<a-b>`"}, Row{"\\8", "invalid escape sequence: `\\8`"},
        Row{"[z-a]", "invalid character class range: `z-a`"}, Row{"\\", "trailing backslash at end of expression: ``"},
        Row{"\xff", "invalid UTF-8: `\xff`"}, Row{"\\p{Foo}", "invalid character class range: `\\p{Foo}`"}}) {
    const auto regex = Regex::compile(row.pattern);
    REQUIRE_FALSE(regex.ok());
    CHECK(regex.error().what == "error parsing regexp: " + std::string(row.error));
  }
  CHECK(Regex::compile_anchored("(").error().what == "error parsing regexp: missing closing ): `^(?s:()$`");
}

TEST_CASE("regex finds what Go finds, on every engine") {
  struct Row {
    std::string_view pattern, text, engine, groups;
  };
  for (const Row& row : {
           Row{"^(?P<ip>\\S+) (?P<user>\\S+) \"([^\"]*)\"", "1.2.3.4 bob \"GET /\" 200", "span", "1.2.3.4 bob \"GET /\"|1.2.3.4|bob|GET /"},
           Row{"(\\w+)=(\\d+)", "a=x bc=12", "span", "bc=12|bc|12"},
           Row{"level=(?<level>info|warn|error)", "x level=warning", "span", "level=warn|warn"},
           Row{"(.*)-(.*)", "a-b-c", "span", "a-b-c|a-b|c"},
           Row{"(.*?)-(.*)", "a-b-c", "span", "a-b-c|a|b-c"},
           Row{"(a)|(b)", "b", "span", "b|-|b"},
           Row{"(?i)error: (k+)", "ERROR: kK\u212a", "span", "ERROR: kK\u212a|kK\u212a"},
           Row{"(?i)(\u00e9+)", "\u00c9\u00e9", "re2", "\u00c9\u00e9|\u00c9\u00e9"},
           Row{"(\\pL+)", "1 \u00e9t\u00e9", "re2", "\u00e9t\u00e9|\u00e9t\u00e9"},
           Row{"^a.b$", "a\xff" "b", "span", "a\xff" "b"},
           Row{"(?m)^a.(b)$", "x\na\xff" "b", "re2", "a\xff" "b|b"},
           Row{"(?:\\d{1,3}\\.){3}\\d{1,3}", "at 10.20.30.400", "span", "10.20.30.400"},
           Row{"foo", "a foo", "literal", "foo"},
           Row{"()", "", "span", "|"},
       }) {
    INFO(row.pattern);
    const Regex regex = compiled(row.pattern);
    CHECK(regex.engine() == row.engine);
    CHECK(groups_of(regex, row.text) == row.groups);
    CHECK(regex.matches(row.text));
  }
  CHECK_FALSE(compiled("^(\\S+) (\\S+)$").matches("a b c"));
}

TEST_CASE("anchored regexes match whole texts") {
  const auto any = *Regex::compile_anchored("a|b");
  CHECK(any.engine() == "set");
  CHECK(any.matches("a"));
  CHECK_FALSE(any.matches("ab"));
  CHECK(*Regex::compile_anchored("a\\.b")->whole_literal() == "a.b");
  CHECK(Regex::compile_anchored(".*")->matches("a\nb"));
  CHECK(groups_of(*Regex::compile_anchored("(.+)-(.+)"), "x-y-z") == "x-y-z|x-y|z");
}

TEST_CASE("checking says what compiling says") {
  std::string names = "up";
  for (int i = 0; i < 2'000; ++i) names += "|kube_pod_" + std::to_string(i);
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += "\\pL";
  for (const std::string& pattern : {std::string("a+b"), std::string("(a"), std::string("a**"), names, letters, std::string("\\pL{1000}"), std::string("(\\pL{30}){30}"),
                                     std::string("(?i)[^x]{1000}"), std::string("((a{100}){10})"), std::string("((a{100}){100})"), std::string("x{1001}"), letters + letters + letters}) {
    CAPTURE(pattern.substr(0, 40));
    const auto checked = Regex::check_anchored(pattern);
    const auto compiled = Regex::compile_anchored(pattern);
    CHECK(static_cast<bool>(checked) == static_cast<bool>(compiled));
    if (!checked && !compiled) CHECK(checked.error().what == compiled.error().what);
  }
}

TEST_CASE("groups that are not kept are not numbered") {
  const Regex regex = compiled("(?P<a>x)(y)(?P<c>z)");
  const int kept[] = {1, 3};
  const Regex fewer = regex.with_only(kept);
  CHECK(fewer.group_names() == std::vector<std::string>{"", "a", "c"});
  CHECK(groups_of(fewer, "xyz") == "xyz|x|z");
  CHECK(fewer.group_index("c") == 2);
}

TEST_CASE("templates expand as in Go") {
  const Regex regex = compiled("(?P<first>\\w+) (\\w+)");
  struct Row {
    std::string_view text, result;
  };
  for (const Row& row : {Row{"$2-$first", "b-a"}, Row{"${1}x", "ax"}, Row{"$1x", ""}, Row{"$$1", "$1"}, Row{"$", "$"}, Row{"${", "${"},
                         Row{"$9", ""}, Row{"$0!", "a b!"}, Row{"${first", "${first"}}) {
    INFO(row.text);
    std::string out;
    replace_all(regex, "a b", RegexTemplate(row.text, regex), out);
    CHECK(out == row.result);
  }
  CHECK(*RegexTemplate("plain", regex).constant() == "plain");
  CHECK_FALSE(RegexTemplate("$1", regex).constant().has_value());
}

TEST_CASE("all matches, empty ones included") {
  std::string out;
  const Regex regex = compiled("a*");
  replace_all(regex, "baac", RegexTemplate("x", regex), out);
  CHECK(out == "xbxcx");
}

}  // namespace
}  // namespace invar
