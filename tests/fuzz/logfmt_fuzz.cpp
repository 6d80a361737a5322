// Any bytes as logfmt: the walk stays inside of them, keys come in order, and a value is a part of the text or was unescaped.
#include <vector>

#include "src/base/check.h"
#include "src/text/logfmt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> bytes(data, data + size);  // a block of its own: reading past its end is seen
  const char* at = bytes.data();
  const char* const end = at + size;
  invar::logfmt::Reader reader;
  for (reader.begin({at, size}); reader.next();) {
    const std::string_view key = reader.key(), value = reader.value();
    INVAR_CHECK(!key.empty() && key.data() >= at && key.data() + key.size() <= end);
    INVAR_CHECK(key.find_first_of("=\" \n") == std::string_view::npos);
    at = key.data() + key.size();
    if (reader.value_is_buffered() || value.empty()) continue;
    INVAR_CHECK(value.data() > at && value.data() + value.size() <= end);
    INVAR_CHECK(value.find('\n') == std::string_view::npos);
    at = value.data() + value.size();
  }
  INVAR_CHECK(!reader.next());
  return 0;
}
