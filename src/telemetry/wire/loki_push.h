#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/fork_join.h"
#include "src/base/result.h"
#include "src/telemetry/label_set.h"
#include "src/telemetry/wire/snappy_compressor.h"

namespace invar::loki_push {

/// Loki's push protocol, logproto.PushRequest (grafana/loki pkg/push/push.proto):
///   PushRequest{1: repeated Stream}  Stream{1: labels, 2: repeated Entry, 3: hash}
///   Entry{1: Timestamp{1: seconds, 2: nanos}, 2: line, 3: repeated LabelPair{1: name, 2: value}}
/// Written by hand in Go's field order, so that bytes and sizes equal Alloy's.

/// What Go's time.Time{}.UnixNano() wraps around to. An entry of this time is sent as Go's zero time, 0001-01-01T00:00:00Z.
inline constexpr int64_t kGoZeroTimeNs = -6795364578871345152;

/// Appends `pairs` as fields 3 of an Entry: the form of Metadata::loki_wire.
void append_metadata(std::string& out, std::span<const Label> pairs);
/// What Alloy counts for metadata towards batch_size: the encoded sizes of the LabelPairs, without their tags and lengths.
size_t metadata_size(std::span<const Label> pairs);

/// Appends field 2 of a Stream: one whole entry. `metadata_wire` is what append_metadata wrote.
void append_entry(std::string& out, int64_t time_ns, std::string_view line, std::string_view metadata_wire);

/// Bytes of the tag, length and label field that begin a Stream whose entries take `entry_bytes`.
size_t stream_head_size(std::string_view labels, size_t entry_bytes);
/// Writes these bytes to `at`, which has room for them; returns where the entries go.
char* put_stream_head(char* at, std::string_view labels, size_t entry_bytes);

/// One decoded entry; views into the decoded body.
struct Entry {
  int64_t time_ns = 0;
  std::string_view line;
  std::vector<Label> metadata;
};

/// Reads what append_entry wrote, or anything else: the first entry of `field`, views into it.
Result<Entry> decode_entry(std::string_view field);

/// Snappy block compression, as Content-Encoding: snappy means it here. Small bodies come out as Go's library writes them, so that their sizes equal Alloy's.
std::string compress(std::string_view body);
/// The same of a body that stands in pieces. Large ones are read where they are; helpers begin with them at once, if there are any.
class Compression {
 public:
  /// What `pieces` point to stays as it is until this is finished or destroyed, and so does the list of them.
  explicit Compression(std::span<const std::string_view> pieces, ForkJoin* forks = nullptr);
  /// Does what is left; once.
  std::string finish();

 private:
  const std::span<const std::string_view> pieces_;
  size_t size_ = 0;
  std::optional<SnappyCompression> large_;
};

/// Undoes snappy block compression; refuses what would become larger than `limit` bytes.
Result<std::string> uncompress(std::string_view body, size_t limit);
/// Walks an uncompressed PushRequest: `stream(labels)` and then `entry` for each of its entries. Malformed bytes are an error; entries before them have been
/// reported. Whatever the bytes are, it reads no further than them and does not throw.
Result<void> decode(std::string_view body, const std::function<void(std::string_view labels)>& stream,
                    const std::function<void(const Entry&)>& entry);

}  // namespace invar::loki_push
