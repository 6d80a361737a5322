#include "src/lsp/position.h"

#include <doctest/doctest.h>

namespace invar::lsp {
namespace {

TEST_CASE("columns count halves of UTF-16, or bytes") {
  const std::string text = "a\u00e4\U0001F600b\r\nx\ry\nz";
  const LineTable utf16(text, Encoding::kUtf16), utf8(text, Encoding::kUtf8);
  CHECK(utf16.line_count() == 4);
  CHECK(utf16.position(7) == LinePosition{0, 4});   // behind the emoji
  CHECK(utf16.position(5) == LinePosition{0, 2});   // inside of it
  CHECK(utf8.position(7) == LinePosition{0, 7});
  CHECK(utf16.position(10) == LinePosition{1, 0});
  CHECK(utf16.position(12) == LinePosition{2, 0});
  CHECK(utf16.position(1000) == LinePosition{3, 1});
  CHECK(utf16.offset({0, 4}) == 7);
  CHECK(utf16.offset({0, 3}) == 3);  // between its halves
  CHECK(utf8.offset({0, 5}) == 3);   // inside of its bytes
  CHECK(utf8.offset({0, 7}) == 7);
}

TEST_CASE("places that are not there are the nearest that are") {
  const std::string text = "ab\r\ncd";
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    const LineTable lines(text, encoding);
    CHECK(lines.offset({0, 4000000000u}) == 2);
    CHECK(lines.offset({1, 99}) == 6);
    CHECK(lines.offset({4000000000u, 0}) == 6);
  }
  CHECK(LineTable("", Encoding::kUtf16).offset({0, 5}) == 0);
}

TEST_CASE("every offset that begins a rune comes back") {
  const std::string text = "\u00e4\n\n\U0001F600\U0001F600 x\r\n\ty";
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    const LineTable lines(text, encoding);
    for (uint32_t i = 0; i <= text.size(); ++i) {
      const bool inside = i < text.size() && (static_cast<uint8_t>(text[i]) & 0xC0) == 0x80;
      const bool in_line_end = i > 0 && i < text.size() && text[i - 1] == '\r';
      if (!inside && !in_line_end) CHECK(lines.offset(lines.position(i)) == i);
    }
  }
}

}  // namespace
}  // namespace invar::lsp
