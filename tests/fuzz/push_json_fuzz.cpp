// Foreign push bodies in JSON, in any encoding: an error, or views of what was decoded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "src/telemetry/wire/push_request.h"
#include "src/text/series_labels.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  constexpr size_t kLimit = 1 << 16;
  for (const std::string_view encoding : {"", "gzip", "deflate"})
    for (const std::string_view type : {"application/json", "application/x-protobuf"}) {
      const auto request = loki_push::decode_push(std::string(body), type, encoding, kLimit);
      if (!request) continue;
      if ((*request)->body.size() > kLimit) std::abort();
      size_t entries = 0;
      for (const auto& stream : (*request)->streams) entries += stream.count;
      if (entries != (*request)->entries.size()) std::abort();
      volatile size_t touched = 0;
      for (const auto& entry : (*request)->entries) {
        for (const char c : entry.line) touched = touched + static_cast<unsigned char>(c);
        for (const auto& label : entry.metadata) touched = touched + label.name.size() + (label.value.empty() ? 0 : static_cast<unsigned char>(label.value.back()));
      }
    }
  (void)loki_push::decode_push(std::string(), body, "", kLimit).ok();
  (void)parse_series_labels(body).ok();
  return 0;
}
