// Any bytes as Alloy's positions.yml or a legacy one: no crash; what was read is written in a form that reads back the same.
#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/components/loki/shared/positions_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& read : {read_positions_file(text), read_legacy_positions_file(text)}) {
    if (!read) {
      INVAR_CHECK(!read.error().what.empty());
      continue;
    }
    const auto again = read_positions_file(write_positions_file(*read));
    INVAR_CHECK(again && *again == *read);
  }
  return 0;
}
