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

Label read_pair(pbf_reader reader) {
  Label pair;
  while (reader.next()) {
    if (reader.tag_and_type() == protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited)) pair.name = view(reader.get_view());
    else if (reader.tag_and_type() == protozero::tag_and_type(2, protozero::pbf_wire_type::length_delimited)) pair.value = view(reader.get_view());
    else reader.skip();
  }
  return pair;
}

int64_t read_time(pbf_reader reader) {
  uint64_t seconds = 0, nanos = 0;
  while (reader.next()) {
    if (reader.tag_and_type() == protozero::tag_and_type(1, protozero::pbf_wire_type::varint)) seconds = reader.get_uint64();
    else if (reader.tag_and_type() == protozero::tag_and_type(2, protozero::pbf_wire_type::varint)) nanos = reader.get_uint64();
    else reader.skip();
  }
  return static_cast<int64_t>(seconds * 1'000'000'000u + nanos);  // unsigned: foreign numbers may overflow
}

void read_entry(pbf_reader reader, Entry& entry) {
  entry = {};
  while (reader.next()) {
    switch (reader.tag_and_type()) {
      case protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited): entry.time_ns = read_time(reader.get_message()); break;
      case protozero::tag_and_type(2, protozero::pbf_wire_type::length_delimited): entry.line = view(reader.get_view()); break;
      case protozero::tag_and_type(3, protozero::pbf_wire_type::length_delimited): entry.metadata.push_back(read_pair(reader.get_message())); break;
      default: reader.skip();
    }
  }
}

void read_stream(std::string_view bytes, const std::function<void(std::string_view)>& stream, const std::function<void(const Entry&)>& on_entry) {
  std::string_view labels;
  for (pbf_reader reader{bytes.data(), bytes.size()}; reader.next();) {
    if (reader.tag_and_type() == protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited)) labels = view(reader.get_view());
    else reader.skip();
  }
  stream(labels);
  Entry entry;
  for (pbf_reader reader{bytes.data(), bytes.size()}; reader.next();) {
    if (reader.tag_and_type() != protozero::tag_and_type(2, protozero::pbf_wire_type::length_delimited)) {
      reader.skip();
      continue;
    }
    read_entry(reader.get_message(), entry);
    on_entry(entry);
  }
}

/// As gogo/protobuf, which Go's side reads with, words it.
std::string wording_of(const protozero::exception& error) {
  if (dynamic_cast<const protozero::end_of_buffer_exception*>(&error)) return "unexpected EOF";
  if (dynamic_cast<const protozero::varint_too_long_exception*>(&error)) return "proto: integer overflow";
  return "proto: wrong wireType or tag in a push request";
}

}  // namespace

Result<void> decode(std::string_view body, const std::function<void(std::string_view)>& stream,
                    const std::function<void(const Entry&)>& entry) {
  try {
    for (pbf_reader reader{body.data(), body.size()}; reader.next();) {
      if (reader.tag_and_type() == protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited)) read_stream(view(reader.get_view()), stream, entry);
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
