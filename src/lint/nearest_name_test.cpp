#include "src/lint/nearest_name.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

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
