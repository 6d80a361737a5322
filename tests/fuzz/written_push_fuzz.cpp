// Any bytes as a push that was written ahead: an error, or a push whose entries lie inside it.
#include "src/base/check.h"
#include "src/components/loki/source/api/push.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::loki_source_api;
  const auto push = unpack({reinterpret_cast<const char*>(data), size}, 1 << 20);
  if (!push) return 0;
  for (const auto& stream : push->request->streams) INVAR_CHECK(stream.first + stream.count <= push->request->entries.size());
  return 0;
}
