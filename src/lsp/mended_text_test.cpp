#include "src/lsp/mended_text.h"

#include <doctest/doctest.h>

namespace invar::lsp {
namespace {

/// What is left of a text, without blanks; `-` when nothing can be parsed.
std::string left(std::string text) {
  const auto source = std::make_shared<const Source>("t", std::move(text));
  const MendedText mended = mend(source);
  if (!mended.file) return "-";
  std::string out;
  for (const char byte : mended.source->text())
    if (byte != ' ' && byte != '\n') out += byte;
  return out;
}

TEST_CASE("a text that is right stays as it is") {
  for (const char* text : {"", "a \"b\" { }", "a { x = [1,\n 2,\n] \n y = {\n a = 1,\n b = [\n  c.d,\n ],\n } }", "a {\n  x = 1 +\n  2\n  // c\n}\n", "x = f(\n1,\n)\n", "a { b = `\n}\n` }",
                           "a {\n x =\n 1\n}"}) {
    const auto source = std::make_shared<const Source>("t", text);
    CHECK_MESSAGE(mend(source).source == source, text);
  }
}

TEST_CASE("what is being typed is taken out, and nothing else") {
  CHECK(left("a { x = \n y = 1 }") == "a{y=1}");
  CHECK(left("a { x = [loki.\n}\nb { y = 1 }") == "a{}b{y=1}");
  CHECK(left("a { x = {\n k = \n }\n}\nb { y = 1 }").ends_with("b{y=1}"));
  CHECK(left("a \"l\" {\n loki.wri\n y = 1\n}") == "a\"l\"{y=1}");
  CHECK(left("a {\n y = 1\n b {\n z = 2") == "a{y=1b{z=2}}");
  CHECK(left("a { y = 1 }\n}\nb { z = 2 }") == "a{y=1}b{z=2}");
  CHECK(left("a { y = \"open\n z = 2\n}") == "a{z=2}");
  CHECK(left("loki.\na { z = 2 }") == "a{z=2}");
  CHECK(left("a { x = 1 2\n y = 3\n}") == "a{y=3}");
  CHECK(left("a { x = f(,)\n y = 3\n}") == "a{y=3}");
  CHECK(left("@@ \n a { y = 3 }") == "a{y=3}");
}

TEST_CASE("what stayed is where it was") {
  const std::string text = "a { x = [\n}\nb \"c\" { y = 1 }";
  const auto source = std::make_shared<const Source>("t", text);
  const MendedText mended = mend(source);
  REQUIRE(mended.file);
  CHECK(mended.source->text().find("b \"c\"") == text.find("b \"c\""));
}

}  // namespace
}  // namespace invar::lsp
