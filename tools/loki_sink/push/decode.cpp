#include "tools/loki_sink/push/decode.h"

#include <simdjson.h>
#include <snappy.h>

#include <charconv>
#include <protozero/pbf_message.hpp>

namespace invar::loki_sink {
namespace {

constexpr size_t kMaxUncompressed = 512u << 20;

// Field numbers of Loki's pkg/push/push.proto.
enum class Request : protozero::pbf_tag_type { kStream = 1 };
enum class Stream : protozero::pbf_tag_type { kLabels = 1, kEntry = 2 };
enum class Entry : protozero::pbf_tag_type { kTimestamp = 1, kLine = 2, kMetadata = 3 };
enum class Timestamp : protozero::pbf_tag_type { kSeconds = 1, kNanos = 2 };
enum class Pair : protozero::pbf_tag_type { kName = 1, kValue = 2 };

std::string_view text(protozero::data_view view) { return {view.data(), view.size()}; }

int64_t read_timestamp(protozero::pbf_message<Timestamp> message) {
  int64_t seconds = 0, nanos = 0;
  while (message.next()) {
    switch (message.tag()) {
      case Timestamp::kSeconds: seconds = message.get_int64(); break;
      case Timestamp::kNanos: nanos = message.get_int32(); break;
      default: message.skip();
    }
  }
  return seconds * 1'000'000'000 + nanos;
}

void read_pair(protozero::pbf_message<Pair> message, PushVisitor& visitor) {
  std::string_view name, value;
  while (message.next()) {
    switch (message.tag()) {
      case Pair::kName: name = text(message.get_view()); break;
      case Pair::kValue: value = text(message.get_view()); break;
      default: message.skip();
    }
  }
  visitor.metadata(name, value);
}

// Metadata follows its entry in what the visitor sees, whatever the order of the fields on the wire.
void read_entry(protozero::data_view bytes, PushVisitor& visitor) {
  int64_t when = 0;
  std::string_view line;
  bool has_metadata = false;
  for (protozero::pbf_message<Entry> message(bytes); message.next();) {
    switch (message.tag()) {
      case Entry::kTimestamp: when = read_timestamp(message.get_message()); break;
      case Entry::kLine: line = text(message.get_view()); break;
      case Entry::kMetadata: has_metadata = true; [[fallthrough]];
      default: message.skip();
    }
  }
  visitor.entry(when, line);
  if (!has_metadata) return;
  for (protozero::pbf_message<Entry> message(bytes); message.next(Entry::kMetadata, protozero::pbf_wire_type::length_delimited);)
    read_pair(message.get_message(), visitor);
}

void read_stream(protozero::data_view bytes, PushVisitor& visitor) {
  std::string_view labels;
  protozero::pbf_message<Stream> first(bytes);
  while (first.next(Stream::kLabels, protozero::pbf_wire_type::length_delimited)) labels = text(first.get_view());
  visitor.stream(labels);
  for (protozero::pbf_message<Stream> message(bytes); message.next(Stream::kEntry, protozero::pbf_wire_type::length_delimited);)
    read_entry(message.get_view(), visitor);
}

}  // namespace

struct PushDecoder::Buffers {
  std::unique_ptr<char[]> plain;
  size_t plain_capacity = 0;
  simdjson::dom::parser parser;
  std::string labels;
};

PushDecoder::PushDecoder() : buffers_(std::make_unique<Buffers>()) {}
PushDecoder::~PushDecoder() = default;

Result<std::string_view> PushDecoder::uncompress(std::string_view block) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size)) return Error{"broken snappy length", "snappy"};
  if (size > kMaxUncompressed) return Error{"snappy block of more than 512 MiB", "snappy"};
  if (size > buffers_->plain_capacity) {
    buffers_->plain_capacity = size + size / 4;
    buffers_->plain.reset(new char[buffers_->plain_capacity]);
  }
  if (!snappy::RawUncompress(block.data(), block.size(), buffers_->plain.get())) return Error{"broken snappy block", "snappy"};
  return std::string_view(buffers_->plain.get(), size);
}

Result<void> PushDecoder::read_protobuf(std::string_view request, PushVisitor& visitor) {
  try {
    for (protozero::pbf_message<Request> message(request.data(), request.size());
         message.next(Request::kStream, protozero::pbf_wire_type::length_delimited);)
      read_stream(message.get_view(), visitor);
    return {};
  } catch (const protozero::exception& broken) {
    return Error{std::string("broken protobuf: ") + broken.what(), "protobuf"};
  }
}

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

Error broken_json(std::string_view what) { return Error{"broken push request: " + std::string(what), "json"}; }

bool read_integer(std::string_view digits, int64_t& into) {
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
  return code == std::errc() && end == digits.data() + digits.size();
}

Result<void> read_json_value(array value, PushVisitor& visitor) {
  std::string_view when_text, line;
  int64_t when = 0;
  if (value.size() < 2 || value.at(0).get(when_text) || value.at(1).get(line)) return broken_json("value is not [time, line]");
  if (!read_integer(when_text, when)) return broken_json("time is not in nanoseconds");
  visitor.entry(when, line);
  object metadata;
  if (value.size() < 3 || value.at(2).get(metadata)) return {};
  for (const auto& [name, pair] : metadata) {
    std::string_view pair_text;
    if (pair.get(pair_text)) return broken_json("metadata is not a string");
    visitor.metadata(name, pair_text);
  }
  return {};
}

}  // namespace

Result<void> PushDecoder::read_json(std::string_view request, PushVisitor& visitor) {
  element document;
  array streams;
  if (const auto error = buffers_->parser.parse(request.data(), request.size()).get(document))
    return broken_json(simdjson::error_message(error));
  if (document["streams"].get(streams)) return broken_json("no streams");
  for (const element stream : streams) {
    object labels;
    array values;
    if (stream["stream"].get(labels) || stream["values"].get(values)) return broken_json("stream without labels or values");
    buffers_->labels = simdjson::minify(labels);
    visitor.stream(buffers_->labels);
    for (const element value : values) {
      array parts;
      if (value.get(parts)) return broken_json("value is not an array");
      if (auto read = read_json_value(parts, visitor); !read) return read;
    }
  }
  return {};
}

}  // namespace invar::loki_sink
