#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/telemetry/arena.h"
#include "src/telemetry/label_set.h"

namespace invar::loki_push {

/// A push request as Loki's senders make it, decoded. Views are into it or its arena: it stays where it is.
struct PushRequest {
  struct Stream {
    std::vector<std::pair<std::string, std::string>> labels;  // in the order given, doubles included
    size_t first = 0, count = 0;                              // its entries
  };
  struct Entry {
    int64_t time_ns = 0;
    std::string_view line;
    std::span<const Label> metadata;
  };
  std::string body;  // decompressed
  Arena arena;
  std::vector<Stream> streams;
  std::vector<Entry> entries;
};
using PushRequestPtr = std::unique_ptr<PushRequest>;

/// Reads the JSON form, `{"streams": [{"stream": {..}, "values": [["<ns>", "<line>", {..}], ..]}]}`, exactly as leniently as Alloy: its reader checks the frame
/// of the text, and reads the streams with a second, careless one. Errors are those readers' (json-iterator and jsonparser).
Result<void> decode_json(PushRequest& request);
/// Reads the protobuf form, uncompressed.
Result<void> decode_protobuf(PushRequest& request);

/// A body as it came, by its Content-Type and Content-Encoding; errors as Alloy answers them. Nothing is decoded beyond `limit` bytes.
Result<PushRequestPtr> decode_push(std::string body, std::string_view content_type, std::string_view content_encoding, size_t limit);

}  // namespace invar::loki_push
