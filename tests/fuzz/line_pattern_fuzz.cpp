// The first line is a LogQL pattern, the rest the text: captures lie in the text one behind the other.
#include <vector>

#include "src/base/check.h"
#include "src/text/line_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> bytes(data, data + size);  // a block of its own: reading past its end is seen
  const std::string_view whole(bytes.data(), size);
  const size_t line = whole.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto pattern = invar::LinePattern::compile(whole.substr(0, line));
  if (!pattern) {
    INVAR_CHECK(!pattern.error().what.empty());
    return 0;
  }
  const std::string_view text = whole.substr(line + 1);
  std::vector<std::string_view> captures(pattern->names().size());
  const size_t count = pattern->match(text, captures);
  INVAR_CHECK(count <= captures.size());
  const char* at = text.data();
  for (size_t i = 0; i < count; ++i) {
    INVAR_CHECK(captures[i].data() >= at && captures[i].data() + captures[i].size() <= text.data() + text.size());
    at = captures[i].data() + captures[i].size();
  }
  return 0;
}
