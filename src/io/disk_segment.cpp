#include "src/io/disk_segment.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace invar::disk_segment {
namespace {

constexpr std::string_view kSegmentMagic{"\x89IVSEG\r\n", 8};
constexpr std::string_view kRecordMagic{"\xA7IVR", 4};
constexpr std::string_view kPending = "PEND", kMarked = "MARK", kDone = "DONE";
constexpr uint32_t kVersion = 1;
constexpr size_t kSegmentHashAt = 56, kRecordHashAt = 48;

void put32(char* at, uint32_t number) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<char>(number >> (8 * i));
}
void put64(char* at, uint64_t number) {
  for (int i = 0; i < 8; ++i) at[i] = static_cast<char>(number >> (8 * i));
}
uint32_t get32(const char* at) {
  uint32_t number = 0;
  for (int i = 3; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(at[i]);
  return number;
}
uint64_t get64(const char* at) { return get32(at) | uint64_t{get32(at + 4)} << 32; }

}  // namespace

uint64_t hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

uint64_t hash(std::span<const std::string_view> parts) {
  if (parts.size() == 1) return hash(parts.front());
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  for (const std::string_view part : parts) XXH3_64bits_update(&state, part.data(), part.size());
  return XXH3_64bits_digest(&state);
}

std::array<char, kSegmentHeader> encode(const SegmentHeader& header) {
  std::array<char, kSegmentHeader> bytes{};
  std::memcpy(bytes.data(), kSegmentMagic.data(), kSegmentMagic.size());
  put32(bytes.data() + 8, kVersion);
  put64(bytes.data() + 16, static_cast<uint64_t>(header.created_ns));
  put64(bytes.data() + 24, header.boot);
  put64(bytes.data() + kSegmentHashAt, hash({bytes.data(), kSegmentHashAt}));
  const auto committed = encode_committed(kSegmentHeader);
  std::memcpy(bytes.data() + kCommittedAt, committed.data(), committed.size());
  return bytes;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeader || !bytes.starts_with(kSegmentMagic) || get32(bytes.data() + 8) != kVersion) return std::nullopt;
  if (get64(bytes.data() + kSegmentHashAt) != hash(bytes.substr(0, kSegmentHashAt))) return std::nullopt;
  return SegmentHeader{static_cast<int64_t>(get64(bytes.data() + 16)), get64(bytes.data() + 24)};
}

std::array<char, 16> encode_committed(uint64_t offset) {
  std::array<char, 16> bytes{};
  put64(bytes.data(), offset);
  put64(bytes.data() + 8, hash({bytes.data(), 8}));
  return bytes;
}

std::optional<uint64_t> decode_committed(std::string_view header) {
  const char* at = header.data() + kCommittedAt;
  if (get64(at + 8) != hash({at, 8})) return std::nullopt;
  return get64(at);
}

std::array<char, kRecordHeader> encode(const RecordHeader& header) {
  std::array<char, kRecordHeader> bytes{};
  std::memcpy(bytes.data(), kRecordMagic.data(), kRecordMagic.size());
  bytes[4] = static_cast<char>(header.flags);
  bytes[6] = static_cast<char>(header.label);
  bytes[7] = static_cast<char>(header.label >> 8);
  put32(bytes.data() + 8, header.payload);
  put32(bytes.data() + 12, header.entries);
  put64(bytes.data() + 16, header.lines);
  put64(bytes.data() + 24, header.sequence);
  put64(bytes.data() + 32, static_cast<uint64_t>(header.written_ms));
  put64(bytes.data() + 40, header.payload_hash);
  put64(bytes.data() + kRecordHashAt, hash({bytes.data(), kRecordHashAt}));
  std::memcpy(bytes.data() + kStateAt, (header.done ? kDone : header.marked ? kMarked : kPending).data(), kDone.size());
  return bytes;
}

std::optional<RecordHeader> decode_record_header(std::string_view bytes) {
  if (bytes.size() < kRecordHeader || !bytes.starts_with(kRecordMagic)) return std::nullopt;
  if (get64(bytes.data() + kRecordHashAt) != hash(bytes.substr(0, kRecordHashAt))) return std::nullopt;
  RecordHeader header;
  header.flags = static_cast<uint8_t>(bytes[4]);
  header.label = static_cast<uint16_t>(static_cast<unsigned char>(bytes[6]) | static_cast<unsigned char>(bytes[7]) << 8);
  header.payload = get32(bytes.data() + 8);
  header.entries = get32(bytes.data() + 12);
  header.lines = get64(bytes.data() + 16);
  header.sequence = get64(bytes.data() + 24);
  header.written_ms = static_cast<int64_t>(get64(bytes.data() + 32));
  header.payload_hash = get64(bytes.data() + 40);
  header.done = bytes.substr(kStateAt, kDone.size()) == kDone;
  // The state has no hash. Rather twice than not at all: only an intact one says that it is not marked.
  header.marked = !header.done && bytes.substr(kStateAt, kPending.size()) != kPending;
  if (header.payload > kMaxPayload || header.label > header.payload) return std::nullopt;
  return header;
}

std::string_view done_state() { return kDone; }

std::string_view marked_state() { return kMarked; }

size_t find_record(std::string_view bytes, size_t from) {
  const size_t found = bytes.find(kRecordMagic, from);
  if (found != std::string_view::npos) return found;
  // A magic may begin in the last bytes.
  return std::max(from, bytes.size() - std::min(bytes.size(), kRecordMagic.size() - 1));
}

}  // namespace invar::disk_segment
