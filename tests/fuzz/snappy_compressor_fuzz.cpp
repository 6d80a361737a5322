// Any bytes, in pieces of the sizes that the first ones say: what is compressed comes back.
#include <vector>

#include "src/base/check.h"
#include "src/telemetry/wire/loki_push.h"
#include "src/telemetry/wire/snappy_compressor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t repeats = size > 2 ? 1 + data[0] % 8 : 1, step = size > 2 ? 1 + data[1] * 64u : 1;  // beyond a window of 64 KiB too
  std::string text;
  for (size_t i = 0; i < repeats; ++i) text += all;
  std::vector<std::string_view> pieces;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(step, rest.size()))) pieces.push_back(rest.substr(0, step));
  const auto plain = invar::loki_push::uncompress(invar::SnappyCompression(pieces).finish(), text.size());
  INVAR_CHECK(plain.ok() && *plain == text);
  return 0;
}
