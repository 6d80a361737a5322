#include "src/lint/nearest_name.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

TEST_CASE("nearest names") {
  const auto nearest = [](std::string_view word, const std::vector<std::string_view>& names) {
    const auto found = nearest_name(word, names);
    return found ? std::string(found->name) + (found->certain ? "!" : "") : std::string();
  };
  CHECK(nearest("forwad_to", {"forward_to", "stage"}) == "forward_to!");
  CHECK(nearest("urk", {"url", "urn"}) == "url");
  CHECK(nearest("recevier", {"receiver"}) == "receiver!");
  CHECK(nearest("stage.static", {"stage.static_labels", "stage.drop"}) == "stage.static_labels");
  CHECK(nearest("qwertz", {"url"}).empty());
  CHECK(nearest("x", {}).empty());
}

TEST_CASE("a suggestion is not what is written") {
  const Source source("t", "urll = 1");
  Finding finding{"INV110", FindingSeverity::kError, {&source, 0, 8}, "m", ""};
  suggest(finding, {&source, 0, 4}, {"urll", "url"});
  REQUIRE(finding.fix);
  CHECK(finding.help == "did you mean \"url\"?");
  CHECK(finding.fix->safe);
  CHECK(finding.fix->edits.front().text == "url");
}

}  // namespace
}  // namespace invar::lint
