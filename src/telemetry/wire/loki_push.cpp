#include "src/telemetry/wire/loki_push.h"

#include <snappy.h>

#include <algorithm>
#include <cstring>
#include <protozero/pbf_reader.hpp>

#include "src/telemetry/wire/snappy_block.h"

namespace invar::loki_push {
namespace {

constexpr size_t kMostVarint = 10;

size_t varint_size(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

char* put_varint(char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

char* put_bytes(char* at, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

/// Of a field that has `size` bytes: tag and length too.
size_t wire_size(size_t size) { return 1 + varint_size(size) + size; }
size_t field_size(std::string_view bytes) { return bytes.empty() ? 0 : wire_size(bytes.size()); }
size_t pair_size(const Label& pair) { return field_size(pair.name) + field_size(pair.value); }

char* put_field(char* at, char tag, std::string_view bytes) {
  if (bytes.empty()) return at;
  *at++ = tag;
  return put_bytes(put_varint(at, bytes.size()), bytes);
}

struct Seconds {
  int64_t seconds;
  uint32_t nanos;
};
Seconds split(int64_t time_ns) {
  if (time_ns == kGoZeroTimeNs) return {-62135596800, 0};
  int64_t seconds = time_ns / 1'000'000'000;
  int64_t nanos = time_ns % 1'000'000'000;
  if (nanos < 0) nanos += 1'000'000'000, --seconds;
  return {seconds, static_cast<uint32_t>(nanos)};
}

constexpr char kField1 = 0x0a, kField2 = 0x12, kField3 = 0x1a, kVarint1 = 0x08, kVarint2 = 0x10;

}  // namespace

void append_metadata(std::string& out, std::span<const Label> pairs) {
  size_t size = 0;
  for (const Label& pair : pairs) size += wire_size(pair_size(pair));
  out.resize(out.size() + size);
  char* at = out.data() + out.size() - size;
  for (const Label& pair : pairs) {
    *at++ = kField3;
    at = put_varint(at, pair_size(pair));
    at = put_field(put_field(at, kField1, pair.name), kField2, pair.value);
  }
}

size_t metadata_size(std::span<const Label> pairs) {
  size_t size = 0;
  for (const Label& pair : pairs) size += pair_size(pair);
  return size;
}

void append_entry(std::string& out, int64_t time_ns, std::string_view line, std::string_view metadata_wire) {
  const Seconds time = split(time_ns);
  const size_t time_size = (time.seconds ? 1 + varint_size(static_cast<uint64_t>(time.seconds)) : 0) +
                           (time.nanos ? 1 + varint_size(time.nanos) : 0);
  const size_t size = 2 + time_size + field_size(line) + metadata_wire.size();
  // All that is short goes in at once; `resize` and writing in place would fill it with zeros first.
  char head[4 + 4 * kMostVarint];
  char* at = head;
  *at++ = kField2;
  at = put_varint(at, size);
  *at++ = kField1;
  *at++ = static_cast<char>(time_size);
  if (time.seconds) *at++ = kVarint1, at = put_varint(at, static_cast<uint64_t>(time.seconds));
  if (time.nanos) *at++ = kVarint2, at = put_varint(at, time.nanos);
  if (!line.empty()) *at++ = kField2, at = put_varint(at, line.size());
  out.append(std::string_view(head, at)).append(line).append(metadata_wire);
}

size_t stream_head_size(std::string_view labels, size_t entry_bytes) {
  const size_t size = field_size(labels) + entry_bytes;
  return 1 + varint_size(size) + field_size(labels);
}

char* put_stream_head(char* at, std::string_view labels, size_t entry_bytes) {
  *at++ = kField1;
  return put_field(put_varint(at, field_size(labels) + entry_bytes), kField1, labels);
}

std::string compress(std::string_view body) { return Compression(std::span(&body, 1)).finish(); }

Compression::Compression(std::span<const std::string_view> pieces, ForkJoin* forks) : pieces_(pieces) {
  constexpr size_t kSmall = 16 * 1024;
  for (const std::string_view piece : pieces) size_ += piece.size();
  if (size_ > kSmall) large_.emplace(pieces, forks);
}

std::string Compression::finish() {
  if (large_) return large_->finish();
  std::string body;
  body.reserve(size_);
  for (const std::string_view piece : pieces_) body += piece;
  return compress_like_go(body);
}

Result<std::string> uncompress(std::string_view body, size_t limit) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) return Error{"snappy: corrupt input", "corrupt"};
  if (size > limit) return Error{"snappy: decoded block is too large", "too_large"};
  std::string out(size, '\0');
  if (!snappy::RawUncompress(body.data(), body.size(), out.data())) return Error{"snappy: corrupt input", "corrupt"};
  return out;
}

namespace {

using protozero::pbf_reader;

std::string_view view(protozero::data_view data) { return {data.data(), data.size()}; }

/// What gogo/protobuf's code for Loki's messages refuses, in its words.
struct Refused final : protozero::exception {
  explicit Refused(std::string reason) : why(std::move(reason)) {}
  std::string why;
};

void expect(const pbf_reader& reader, protozero::pbf_wire_type type, const char* field) {
  if (reader.wire_type() != type) throw Refused("proto: wrong wireType = " + std::to_string(static_cast<int>(reader.wire_type())) + " for field " + field);
}
std::string_view text_of(pbf_reader& reader, const char* field) {
  expect(reader, protozero::pbf_wire_type::length_delimited, field);
  return view(reader.get_view());
}
pbf_reader message_of(pbf_reader& reader, const char* field) {
  expect(reader, protozero::pbf_wire_type::length_delimited, field);
  return reader.get_message();
}
uint64_t number_of(pbf_reader& reader, const char* field) {
  expect(reader, protozero::pbf_wire_type::varint, field);
  return reader.get_uint64();
}

Label read_pair(pbf_reader reader) {
  Label pair;
  while (reader.next()) {
    switch (reader.tag()) {
      case 1: pair.name = text_of(reader, "Name"); break;
      case 2: pair.value = text_of(reader, "Value"); break;
      default: reader.skip();
    }
  }
  return pair;
}

/// Of the years 1 to 9999, as protobuf's Timestamp; what 64 bits of nanoseconds do not hold is the nearest that they do.
int64_t nanoseconds_of(int64_t seconds, int32_t nanos) {
  constexpr int64_t kYear1 = -62'135'596'800, kYear10000 = 253'402'300'800, kMost = INT64_MAX / 1'000'000'000;
  const auto refuse = [&](const char* why) {
    throw Refused("timestamp: &types.Timestamp{Seconds: " + std::to_string(seconds) + ",\nNanos: " + std::to_string(nanos) + ",\n}" + why);
  };
  if (seconds < kYear1) refuse(" before 0001-01-01");
  if (seconds >= kYear10000) refuse(" after 10000-01-01");
  if (nanos < 0 || nanos >= 1'000'000'000) refuse(": nanos not in range [0, 1e9)");
  if (seconds == kYear1 && nanos == 0) return kGoZeroTimeNs;
  if (seconds >= kMost) return INT64_MAX;
  if (seconds <= -kMost) return INT64_MIN;
  return seconds * 1'000'000'000 + nanos;
}

int64_t read_time(pbf_reader reader) {
  uint64_t seconds = 0, nanos = 0;
  while (reader.next()) {
    switch (reader.tag()) {
      case 1: seconds = number_of(reader, "Seconds"); break;
      case 2: nanos = number_of(reader, "Nanos"); break;
      default: reader.skip();
    }
  }
  return nanoseconds_of(static_cast<int64_t>(seconds), static_cast<int32_t>(nanos));
}

void read_entry(pbf_reader reader, Entry& entry) {
  entry = {};
  entry.time_ns = kGoZeroTimeNs;
  while (reader.next()) {
    switch (reader.tag()) {
      case 1: entry.time_ns = read_time(message_of(reader, "Timestamp")); break;
      case 2: entry.line = text_of(reader, "Line"); break;
      case 3: entry.metadata.push_back(read_pair(message_of(reader, "StructuredMetadata"))); break;
      default: reader.skip();
    }
  }
}

void read_stream(std::string_view bytes, const std::function<void(std::string_view)>& stream, const std::function<void(const Entry&)>& on_entry) {
  std::string_view labels;
  for (pbf_reader reader{bytes.data(), bytes.size()}; reader.next();) {
    if (reader.tag() == 1) labels = text_of(reader, "Labels");
    else reader.skip();
  }
  stream(labels);
  Entry entry;
  for (pbf_reader reader{bytes.data(), bytes.size()}; reader.next();) {
    if (reader.tag() != 2) {
      reader.skip();
      continue;
    }
    read_entry(message_of(reader, "Entries"), entry);
    on_entry(entry);
  }
}

/// As gogo/protobuf, which Go's side reads with, words it.
std::string wording_of(const protozero::exception& error) {
  if (const auto* refused = dynamic_cast<const Refused*>(&error)) return refused->why;
  if (dynamic_cast<const protozero::end_of_buffer_exception*>(&error)) return "unexpected EOF";
  if (dynamic_cast<const protozero::varint_too_long_exception*>(&error)) return "proto: integer overflow";
  return "proto: wrong wireType or tag in a push request";
}

}  // namespace

Result<void> decode(std::string_view body, const std::function<void(std::string_view)>& stream,
                    const std::function<void(const Entry&)>& entry) {
  try {
    for (pbf_reader reader{body.data(), body.size()}; reader.next();) {
      if (reader.tag() == 1) read_stream(text_of(reader, "Streams"), stream, entry);
      else reader.skip();
    }
  } catch (const protozero::exception& error) {
    return Error{wording_of(error), "malformed"};
  }
  return {};
}

Result<Entry> decode_entry(std::string_view field) {
  Entry entry;
  try {
    pbf_reader reader{field.data(), field.size()};
    if (!reader.next(2, protozero::pbf_wire_type::length_delimited)) return Error{"no entry", "malformed"};
    read_entry(reader.get_message(), entry);
  } catch (const protozero::exception& error) {
    return Error{wording_of(error), "malformed"};
  }
  return entry;
}

}  // namespace invar::loki_push
