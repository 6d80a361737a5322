// Foreign push bodies: whatever the bytes are, decoding ends with an error or with views inside them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "src/telemetry/wire/loki_push.h"

namespace {

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void decode(std::string_view body) {
  size_t bytes = 0;
  const auto result = invar::loki_push::decode(
      body, [&](std::string_view labels) { if (!inside(labels, body)) std::abort(); },
      [&](const invar::loki_push::Entry& entry) {
        if (!inside(entry.line, body)) std::abort();
        for (const auto& label : entry.metadata)
          if (!inside(label.name, body) || !inside(label.value, body)) std::abort();
        bytes += entry.line.size();
      });
  if (result.ok() && bytes > body.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  decode(body);
  if (const auto plain = invar::loki_push::uncompress(body, 1 << 20)) decode(*plain);
  return 0;
}
