// Any bytes as the message of a Windows event: no crash, keys have no colon, mended names are names.
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/process/event_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::loki_process;
  const std::vector<char> bytes(data, data + size);  // a block of its own: reading past its end is seen
  const std::string_view message(bytes.data(), size);
  size_t pairs = 0;
  const auto see = [&](std::string_view key, std::string_view value) {
    ++pairs;
    INVAR_CHECK(key.find(':') == std::string_view::npos);
    INVAR_CHECK(key.size() <= 2 * size + sizeof "Description" && value.size() <= size);
    std::string mended;
    append_sanitized_name(key, mended);
    INVAR_CHECK(is_legacy_label_name(mended));
  };
  each_message_line(message, see);
  pairs = 0;
  each_section_line(message, see);
  INVAR_CHECK(pairs > 0);
  return 0;
}
