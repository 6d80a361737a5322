#include "src/base/source.h"

#include <doctest/doctest.h>

namespace invar {

TEST_CASE("a source counts lines and byte columns from 1") {
  const Source source("a.alloy", "ab\n\nc");
  CHECK(source.position(0) == Position{1, 1, 0});
  CHECK(source.position(2) == Position{1, 3, 2});
  CHECK(source.position(3) == Position{2, 1, 3});
  CHECK(source.position(5) == Position{3, 2, 5});
  CHECK(source.line(1) == "ab");
  CHECK(source.line(2).empty());
  CHECK(source.line(3) == "c");
}

}  // namespace invar
