#include "src/text/literal_search.h"

#include <doctest/doctest.h>

#include <string>

namespace invar {
namespace {

TEST_CASE("literals are found where string_view finds them") {
  // Every literal of a text at every length of the text, so that each crosses the vector's edges.
  std::string text;
  for (int i = 0; i < 70; ++i) text += static_cast<char>('a' + i * i % 7);
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string_view view = std::string_view(text).substr(0, size);
    for (size_t length = 0; length <= 20; ++length) {
      for (size_t from : {size_t{0}, size_t{5}, size / 2, size}) {
        if (from > size) continue;
        const std::string_view literal = std::string_view(text).substr(50, length);
        REQUIRE(find_literal(view, literal, from) == view.find(literal, from));
      }
    }
  }
  CHECK_FALSE(has_literal("", "x"));
  CHECK(has_literal("", ""));
  for (size_t size = 0; size < 40; ++size) {
    const std::string dashes(size, '-');
    CHECK(find_byte(dashes.data(), dashes.data() + size, 'x') == dashes.data() + size);
  }
}

}  // namespace
}  // namespace invar
