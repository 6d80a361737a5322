// Any bytes as a JSON array: its elements are valid JSON, lie one behind the other, and have only commas and blanks between them.
#include <vector>

#include "src/base/check.h"
#include "src/text/json.h"
#include "src/text/json_array.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::vector<char> bytes(data, data + size);  // a block of its own: reading past its end is seen
  const std::string_view text(bytes.data(), size);
  std::vector<std::string_view> elements;
  if (!json::split_array(text, elements)) return 0;
  const char* at = text.data();
  const char* blanks = " \t\r\n[";
  for (const std::string_view element : elements) {
    INVAR_CHECK(json::syntax_error(element).empty());
    const std::string_view between(at, static_cast<size_t>(element.data() - at));
    INVAR_CHECK(between.find_first_not_of(blanks) == std::string_view::npos);
    at = element.data() + element.size();
    blanks = " \t\r\n,";
  }
  return 0;
}
