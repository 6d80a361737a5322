#include "src/components/loki/shared/positions_file.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

TEST_CASE("positions.yml is read in every style and written as Alloy does") {
  const auto read = read_positions_file("positions:\n    ? path: /b.log\n      labels: '{}'\n    : 4\n    ? {path: /a.log, labels: '{job=\"j\"}'}\n    : \"12\"\n");
  REQUIRE(read);
  CHECK(read->size() == 2);
  CHECK(read->at({"/b.log", "{}"}) == "4");
  CHECK(write_positions_file(*read) ==
        "positions:\n  ? path: /a.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n  ? path: /b.log\n    labels: '{}'\n  : \"4\"\n");
  CHECK(write_positions_file({}) == "positions: {}\n");
  CHECK(read_positions_file("")->empty());
  CHECK(read_positions_file("positions:\n")->empty());
  CHECK(!read_positions_file("positions: [1]\n"));
  CHECK(!read_positions_file("positions: [\n"));
  CHECK(write_positions_file({{{"/x", "{}"}, "abc"}}) == "positions:\n  ? path: /x\n    labels: '{}'\n  : abc\n");
}

TEST_CASE("a legacy positions file becomes entries without labels") {
  const auto read = read_legacy_positions_file("positions:\n  /a.log: \"4\"\n");
  REQUIRE(read);
  CHECK(read->at({"/a.log", "{}"}) == "4");
  CHECK(!read_legacy_positions_file("positions: [\n"));
  CHECK(!read_legacy_positions_file("positions: {}\nother: 1\n"));
}

}  // namespace
}  // namespace invar
