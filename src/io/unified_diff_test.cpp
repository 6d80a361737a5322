#include "src/io/unified_diff.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

TEST_CASE("diffs") {
  CHECK(unified_diff("a", "x\n", "x\n").empty());
  CHECK(unified_diff("d/a", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n") == "--- d/a\n+++ d/a\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n");
  CHECK(unified_diff("a", "x", "y\n") == "--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n");
  CHECK(unified_diff("a", std::string("x\0\r\n", 4), "") == "--- a\n+++ a\n@@ -1 +0,0 @@\n-" + std::string("x\0\r\n", 4));
}

}  // namespace
}  // namespace invar
