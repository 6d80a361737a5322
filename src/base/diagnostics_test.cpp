#include "src/base/diagnostics.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

Diagnostics one(Span at, std::string message) {
  Diagnostics diagnostics;
  diagnostics.error(at, std::move(message));
  return diagnostics;
}

TEST_CASE("a diagnostic on one line is summed up") {
  const Source source("f.alloy", "a = 1\nb = 2\n");
  Diagnostics diagnostics = one({&source, 6, 6}, "first");
  CHECK(summary(Diagnostics()) == "no errors");
  CHECK(summary(diagnostics) == "f.alloy:2:1: first");
  diagnostics.warning({}, "second");
  CHECK(one_line(diagnostics.all()[1]) == "-: second");
  CHECK(summary(diagnostics) == "f.alloy:2:1: first (and 1 more diagnostics)");
  const Source nameless("", "x");
  CHECK(summary(one({&nameless, 0, 1}, "third")) == "1:1: third");
}

TEST_CASE("the excerpt of one line has tabs as spaces and context around it") {
  const Source source("f.alloy", "a {\n\tb = c\r\n}\n");
  CHECK(render(one({&source, 9, 10}, "no c")) ==
        "Error: f.alloy:2:6: no c\n\n1 | a {\n2 |     b = c\n  |         ^\n3 | }\n");
}

TEST_CASE("a range over lines is drawn at the margin") {
  const Source source("f.alloy", "x\na {\n  b\n}\nc\n");
  CHECK(render(one({&source, 2, 11}, "bad")) ==
        "Error: f.alloy:2:1: bad\n\n1 |   x\n2 |   a {\n  |  _^^^\n3 | |   b\n4 | | }\n  | |_^\n5 |   c\n");
}

TEST_CASE("findings are parted by an empty line, nowhere has no excerpt") {
  const Source source("f.alloy", "\u00e9 x");
  Diagnostics diagnostics = one({&source, 3, 4}, "two bytes");
  diagnostics.warning({}, "nowhere");
  CHECK(render(diagnostics) == "Error: f.alloy:1:4: two bytes\n\n1 | \u00e9 x\n  |   ^\n\nWarning: -: nowhere\n");
}

TEST_CASE("thousands of findings in a huge line stay printable") {
  const Source source("f", std::string(1 << 20, 'x'));
  Diagnostics diagnostics;
  for (uint32_t i = 0; i < 10'000; ++i) diagnostics.error({&source, i, i}, "no");
  CHECK(render(diagnostics).size() < 8 << 20);
}

TEST_CASE("colors are those of a terminal") {
  CHECK(render(one({}, "red"), {.color = true}) == "\x1b[31;1mError: \x1b[0m\x1b[1m-: red\n\x1b[0m");
}

}  // namespace
}  // namespace invar
