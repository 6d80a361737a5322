#include "src/text/yaml.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

TEST_CASE("yaml reads block and flow style into one tree") {
  for (const std::string_view text : {"positions:\n  ? path: /a\n    labels: '{x=\"1\"}'\n  : \"12\"\n",
                                      "positions: {? {path: /a, labels: '{x=\"1\"}'} : '12'}\n"}) {
    const auto document = yaml::parse(text);
    REQUIRE(document);
    const yaml::Node* positions = document->find("positions");
    REQUIRE(positions);
    REQUIRE(positions->items.size() == 2);
    CHECK(positions->items[0].find("path")->scalar == "/a");
    CHECK(positions->items[0].find("labels")->scalar == "{x=\"1\"}");
    CHECK(positions->items[1].scalar == "12");
    CHECK(positions->items[1].quoted);
  }
}

TEST_CASE("yaml refuses what is broken") {
  CHECK(yaml::parse("")->is_null());
  CHECK(yaml::parse("positions: [\n").error().what == "yaml: line 1: did not find expected node content");
  CHECK(yaml::parse("a: b: c\n").error().what == "yaml: mapping values are not allowed in this context");
  CHECK(yaml::parse("- a\n- @x\n").error().what == "yaml: line 2: found character that cannot start any token");
  CHECK(!yaml::parse("a: *b\n"));
  CHECK(!yaml::parse(std::string(1000, '[')));
}

TEST_CASE("aliases are followed where that is wanted") {
  const auto followed = yaml::parse("- &a {k: v}\n- *a\n- [*a, *a]\n", yaml::Aliases::kFollowed);
  REQUIRE(followed.ok());
  CHECK(followed->items[1].find("k")->scalar == "v");
  CHECK(followed->items[2].items[1].find("k")->scalar == "v");
  CHECK(yaml::parse("- &a [*a]\n", yaml::Aliases::kFollowed).error().what == "yaml: anchor 'a' value contains itself");
  CHECK(yaml::parse("- *b\n", yaml::Aliases::kFollowed).error().what == "yaml: unknown anchor 'b' referenced");
  std::string bomb = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "- &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  CHECK(yaml::parse(bomb, yaml::Aliases::kFollowed).error().what == "yaml: document contains excessive aliasing");
}

TEST_CASE("nodes are called as go-yaml v2 calls them") {
  const auto kind = [](std::string_view text) { return yaml::kind_word(*yaml::parse(text, yaml::Aliases::kFollowed)); };
  for (const auto& [text, word] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"{}", "!!map"}, {"[]", "!!seq"}, {"x", "!!str"}, {"'1'", "!!str"}, {"1", "!!int"}, {"0x1F", "!!int"}, {"1.5", "!!float"}, {".inf", "!!float"}, {"~", "!!null"},
           {"yes", "!!bool"}, {"2001-01-01", "!!timestamp"}, {"<<", "!!str"}, {"!!int x", "!!int"}, {"!mine x", "!mine"}, {"99999999999999999999999", "!!float"}}) {
    CAPTURE(text);
    CHECK(kind(text) == word);
  }
}

TEST_CASE("yaml writes strings as go-yaml v2 does") {
  struct Row {
    std::string_view value, written;
  };
  for (const Row& row : {Row{"123", "\"123\""}, Row{"abc", "abc"}, Row{"", "\"\""}, Row{"{x=\"1\"}", "'{x=\"1\"}'"},
                         Row{"true", "\"true\""}, Row{"1.5", "\"1.5\""}, Row{"s=abc", "s=abc"}, Row{"-5", "\"-5\""},
                         Row{"2024-01-02", "\"2024-01-02\""}, Row{"a: b", "'a: b'"}, Row{"\x01", "\"\\x01\""}}) {
    yaml::Node document = yaml::Node::mapping();
    document.add(yaml::Node::text("k"), yaml::Node::text(std::string(row.value)));
    CHECK(*yaml::emit(document) == "k: " + std::string(row.written) + "\n");
  }
  yaml::Node empty = yaml::Node::mapping();
  yaml::Node outer = yaml::Node::mapping();
  outer.add(yaml::Node::text("positions"), std::move(empty));
  CHECK(*yaml::emit(outer) == "positions: {}\n");
}

}  // namespace
}  // namespace invar
