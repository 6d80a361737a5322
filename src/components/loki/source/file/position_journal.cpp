#include "src/components/loki/source/file/position_journal.h"

#include <cstring>
#include <utility>

namespace invar::loki_source_file {
namespace {

// A frame: magic, payload length, checksum of the payload (both 32 bits, little endian), payload. The payload is a row of records: a kind byte
// and its fields; numbers are varints, texts have their length in front. Who does not know a kind stops there: newer kinds come last in a frame.
constexpr std::string_view kMagic{"\xA7IVP", 4};
constexpr size_t kHeader = 12;
constexpr uint32_t kMaxPayload = 64u << 20;
enum Kind : char { kDefine = 'D', kMove = 'M', kForget = 'F', kPositionsFile = 'Y', kBirth = 'B' };

void put(std::string& out, uint64_t number) {
  while (number >= 0x80) {
    out.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  out.push_back(static_cast<char>(number));
}
void put(std::string& out, std::string_view text) {
  put(out, text.size());
  out.append(text);
}
void put_fixed(std::string& out, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(number >> shift));
}
uint32_t get_fixed(const char* from) {
  uint32_t number = 0;
  for (int i = 3; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(from[i]);
  return number;
}
uint32_t checksum(std::string_view payload) { return static_cast<uint32_t>(stable_hash(payload) >> 32); }

struct Fields {
  std::string_view left;
  bool broken = false;

  uint64_t number() {
    uint64_t result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (left.empty()) break;
      const auto byte = static_cast<unsigned char>(left.front());
      left.remove_prefix(1);
      result |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return result;
    }
    broken = true;
    return 0;
  }
  std::string text() {
    const uint64_t size = number();
    if (broken || size > left.size()) return broken = true, std::string();
    std::string result(left.substr(0, size));
    left.remove_prefix(size);
    return result;
  }
};

void apply_define(Fields& fields, JournalContents& contents) {
  Position p;
  p.id = fields.number();
  p.reader = static_cast<uint32_t>(fields.number());
  p.file = {fields.number(), fields.number()};
  p.fingerprint.hash = fields.number();
  p.fingerprint.length = static_cast<uint32_t>(fields.number());
  p.offset = fields.number();
  p.path = fields.text();
  p.labels = fields.text();
  if (fields.broken) return;
  contents.largest_id = std::max(contents.largest_id, p.id);
  contents.positions.insert_or_assign(p.id, std::move(p));
}

void apply_payload(std::string_view payload, JournalContents& contents) {
  Fields fields{payload};
  while (!fields.left.empty() && !fields.broken) {
    const char kind = fields.left.front();
    fields.left.remove_prefix(1);
    if (kind == kDefine) {
      apply_define(fields, contents);
    } else if (kind == kMove) {
      const uint64_t id = fields.number(), offset = fields.number();
      const auto found = contents.positions.find(id);
      if (!fields.broken && found != contents.positions.end()) found->second.offset = offset;
    } else if (kind == kForget) {
      contents.positions.erase(fields.number());
    } else if (kind == kBirth) {
      const uint64_t id = fields.number(), birth_ns = fields.number();
      const auto found = contents.positions.find(id);
      if (!fields.broken && found != contents.positions.end()) found->second.birth_ns = static_cast<int64_t>(birth_ns);
    } else if (kind == kPositionsFile) {
      contents.earlier_positions_file_hash = contents.positions_file_hash;
      contents.positions_file_hash = fields.number();
    } else {
      return;
    }
  }
}

}  // namespace

void JournalFrame::define(const Position& p) {
  payload_.push_back(kDefine);
  for (const uint64_t number :
       {p.id, uint64_t{p.reader}, p.file.dev, p.file.ino, p.fingerprint.hash, uint64_t{p.fingerprint.length}, p.offset})
    put(payload_, number);
  put(payload_, std::string_view(p.path));
  put(payload_, std::string_view(p.labels));
  if (p.birth_ns == 0) return;
  births_.push_back(kBirth);
  put(births_, p.id);
  put(births_, static_cast<uint64_t>(p.birth_ns));
}

void JournalFrame::move(uint64_t id, uint64_t offset) {
  payload_.push_back(kMove);
  put(payload_, id);
  put(payload_, offset);
}

void JournalFrame::forget(uint64_t id) {
  payload_.push_back(kForget);
  put(payload_, id);
}

void JournalFrame::note_positions_file(uint64_t hash) {
  payload_.push_back(kPositionsFile);
  put(payload_, hash);
}

std::string JournalFrame::take() {
  payload_ += std::exchange(births_, {});
  std::string frame(kMagic);
  put_fixed(frame, static_cast<uint32_t>(payload_.size()));
  put_fixed(frame, checksum(payload_));
  frame.append(payload_);
  payload_.clear();
  return frame;
}

JournalContents read_journal(std::string_view bytes) {
  JournalContents contents;
  while (!bytes.empty()) {
    const size_t at = bytes.find(kMagic);
    if (at == std::string_view::npos) break;
    contents.skipped_bytes += at;
    bytes.remove_prefix(at);
    if (bytes.size() >= kHeader) {
      const uint32_t size = get_fixed(bytes.data() + 4);
      if (size <= kMaxPayload && size <= bytes.size() - kHeader) {
        const std::string_view payload = bytes.substr(kHeader, size);
        if (checksum(payload) == get_fixed(bytes.data() + 8)) {
          apply_payload(payload, contents);
          ++contents.frames;
          bytes.remove_prefix(kHeader + size);
          continue;
        }
      }
    }
    contents.skipped_bytes += 1;
    bytes.remove_prefix(1);
  }
  contents.skipped_bytes += bytes.size();
  return contents;
}

}  // namespace invar::loki_source_file
