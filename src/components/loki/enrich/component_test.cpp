#include <doctest/doctest.h>

#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

std::string config(std::string_view targets, std::string_view further = {}) {
  return "loki.enrich \"vec\" {\n targets = " + std::string(targets) + "\n target_match_label = \"ip\"\n logs_match_label = \"host\"\n " + std::string(further) +
         "\n forward_to = [vec.sink.out.receiver]\n}\n";
}

Pairs labels_after(ComponentHarness& harness, const Pairs& labels) {
  harness.send({{.line = "x", .labels = labels, .metadata = {}}});
  harness.turn();
  return harness.sink().received.back().labels;
}

}  // namespace

TEST_CASE("new targets count from the next entry on, in the running component") {
  ComponentHarness harness("loki.enrich.vec");
  harness.experimental = true;
  REQUIRE(harness.load(config(R"([{ ip = "10.0.0.1", zone = "a" }])")));
  const Node* node = harness.node();
  const Pairs host{{"host", "10.0.0.1"}};
  CHECK(labels_after(harness, host) == Pairs{{"host", "10.0.0.1"}, {"ip", "10.0.0.1"}, {"zone", "a"}});
  REQUIRE(harness.load(config(R"([{ ip = "10.0.0.1", zone = "b", rack = "7" }, { ip = "10.0.0.2", zone = "c" }])", R"(labels_to_copy = ["zone"])")));
  CHECK(harness.node() == node);
  CHECK(labels_after(harness, host) == Pairs{{"host", "10.0.0.1"}, {"zone", "b"}});
  CHECK(labels_after(harness, {{"host", "10.0.0.2"}, {"zone", "old"}}) == Pairs{{"host", "10.0.0.2"}, {"zone", "c"}});
  REQUIRE(harness.load(config("[]")));
  CHECK(labels_after(harness, host) == host);
  harness.stop();
  CHECK(harness.ledger_fault() == "");
}

TEST_CASE("entries without the label, or without a target, go on as they are") {
  ComponentHarness harness("loki.enrich.vec");
  harness.experimental = true;
  REQUIRE(harness.load(config(R"([{ ip = "10.0.0.1", zone = "a" }, { ip = "10.0.0.1", zone = "last" }, { zone = "none" }])")));
  CHECK(labels_after(harness, {{"a", "b"}}) == Pairs{{"a", "b"}});
  CHECK(labels_after(harness, {{"host", ""}}) == Pairs{{"host", ""}});
  CHECK(labels_after(harness, {{"host", "10.9.9.9"}}) == Pairs{{"host", "10.9.9.9"}});
  CHECK(labels_after(harness, {{"host", "10.0.0.1"}}) == Pairs{{"host", "10.0.0.1"}, {"ip", "10.0.0.1"}, {"zone", "last"}});
  harness.stop();
  CHECK(harness.ledger_fault() == "");
}
