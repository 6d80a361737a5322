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
  CHECK(!yaml::parse("a: *b\n"));
  CHECK(!yaml::parse(std::string(1000, '[')));
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
