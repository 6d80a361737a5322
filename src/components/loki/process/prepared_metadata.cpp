#include "src/components/loki/process/prepared_metadata.h"

namespace invar::loki_process {
namespace {

constexpr char kEntryMetadata = 0x1a;  // field 3, length-delimited
constexpr char kPairName = 0x0a;       // field 1
constexpr char kPairValue = 0x12;      // field 2

size_t varint_size(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

/// proto3: an empty string is left out.
size_t field_size(std::string_view text) { return text.empty() ? 0 : 1 + varint_size(text.size()) + text.size(); }

void append_field(std::string& out, char tag, std::string_view text) {
  if (text.empty()) return;
  out += tag;
  append_varint(out, text.size());
  out += text;
}

}  // namespace

std::unique_ptr<PreparedMetadata> prepare_metadata(std::span<const Label> pairs) {
  auto prepared = std::make_unique<PreparedMetadata>();
  size_t bytes = 0;
  for (const Label& pair : pairs) bytes += pair.name.size() + pair.value.size();
  prepared->bytes.reserve(bytes);
  const auto copy = [&](std::string_view text) {
    const size_t begin = prepared->bytes.size();
    prepared->bytes += text;
    return std::string_view(prepared->bytes).substr(begin);
  };
  for (const Label& pair : pairs) {
    const std::string_view name = copy(pair.name);
    prepared->pairs.push_back({name, copy(pair.value)});
    prepared->wire += kEntryMetadata;
    append_varint(prepared->wire, field_size(pair.name) + field_size(pair.value));
    append_field(prepared->wire, kPairName, pair.name);
    append_field(prepared->wire, kPairValue, pair.value);
  }
  prepared->metadata = {prepared->pairs, prepared->wire};
  return prepared;
}

}  // namespace invar::loki_process
