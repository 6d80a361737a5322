#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The bytes of a queue on disk; docs/spill-format.md describes them. Pure: no files here.
namespace invar::disk_segment {

inline constexpr size_t kSegmentHeader = 128;
inline constexpr size_t kCommittedAt = 64;  // of the 16 bytes that say how far the segment is committed
inline constexpr size_t kRecordHeader = 64;
inline constexpr size_t kStateAt = 56;  // within a record's header
inline constexpr uint64_t kMaxPayload = 512u << 20;

/// Of a whole segment.
struct SegmentHeader {
  int64_t created_ns = 0;
  uint64_t boot = 0;  // hash of the kernel's boot id
};

struct RecordHeader {
  static constexpr uint8_t kRepeatable = 1;  // its source sends it again unless it is told that it was committed
  static constexpr uint8_t kMarkedLate = 2;  // that it was, its state says, not the segment's header
  uint8_t flags = 0;
  uint16_t label = 0;    // bytes of the payload that are its label
  uint32_t payload = 0;  // bytes
  uint32_t entries = 0;
  uint64_t lines = 0;
  uint64_t sequence = 0;
  int64_t written_ms = 0;  // since the epoch
  uint64_t payload_hash = 0;
  bool done = false;
  bool marked = false;
};

/// XXH3, 64 bits: never changes.
uint64_t hash(std::string_view bytes);
/// Of all parts as if they were one.
uint64_t hash(std::span<const std::string_view> parts);

std::array<char, kSegmentHeader> encode(const SegmentHeader& header);
/// nullopt: this is no segment of ours.
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

/// The 16 bytes at kCommittedAt for records that end at `offset`.
std::array<char, 16> encode_committed(uint64_t offset);
/// nullopt when they are damaged. `header`: kSegmentHeader bytes.
std::optional<uint64_t> decode_committed(std::string_view header);

std::array<char, kRecordHeader> encode(const RecordHeader& header);
/// nullopt: no record begins here. `bytes`: at least kRecordHeader.
std::optional<RecordHeader> decode_record_header(std::string_view bytes);
/// The four bytes at kStateAt of a record that is done with.
std::string_view done_state();
/// The same of one that was committed, and its source told.
std::string_view marked_state();

/// Where in `bytes` the next record may begin, from `from` on; when nowhere, where the search has to go on once there are more bytes.
size_t find_record(std::string_view bytes, size_t from);

}  // namespace invar::disk_segment
