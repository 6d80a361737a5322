#include "src/lint/yaml_suppression.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

/// What the comments cover, a line each.
std::string covered(std::string text) {
  const Source source("v", std::move(text));
  std::string all;
  for (const Suppression& suppression : yaml_suppressions_of(source)) all += std::string(suppression.covers.text()) + "|";
  return all;
}

TEST_CASE("comments cover keys with their values") {
  CHECK(covered("a: 1\n# invar:ignore INV201 why\nb:\n  c: 2\nd: 3\n") == "b:\n  c: 2|");
  CHECK(covered("a: 1\nb: 2 # invar:ignore INV201 why\nc: 3\n") == "b: 2|");
  CHECK(covered("l:\n  # invar:ignore INV201 why\n  - a: 1\n    b: 2\n  - c: 3\n") == "a: 1\n    b: 2|");
  CHECK(covered("a: 1\r\n# invar:ignore INV201 why\r\nb: 2\r\n") == "b: 2|");
  CHECK(covered("a: 1\n# invar:ignore INV201 why\n") == "|");
}

TEST_CASE("texts are no comments") {
  CHECK(covered("a: |\n  # invar:ignore INV201 why\n  text\nb: \"# invar:ignore INV201 why\"\n").empty());
  CHECK(covered("a: {{ # invar:ignore INV201 why\n").empty());
}

}  // namespace
}  // namespace invar::lint
