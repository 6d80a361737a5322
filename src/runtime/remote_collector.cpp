#include "src/runtime/remote_collector.h"

#include <algorithm>
#include <iterator>

#include "src/text/json.h"

namespace invar::remote_collector {
namespace {

constexpr int kText = 2;  // wire type of texts and messages

void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void append_text(std::string& out, int field, std::string_view text) {
  if (text.empty()) return;
  append_varint(out, static_cast<uint64_t>(field) << 3 | kText);
  append_varint(out, text.size());
  out += text;
}

void append_attributes(std::string& out, int field, const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    std::string entry;
    append_text(entry, 1, name);
    append_text(entry, 2, value);
    append_text(out, field, entry);
  }
}

/// Walks the fields of one message; every read is checked.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return bytes_.empty(); }
  bool varint(uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) return false;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool bytes(std::string_view& value) {
    uint64_t size = 0;
    return varint(size) && fixed(size, value);
  }
  bool fixed(uint64_t size, std::string_view& value) {
    if (size > bytes_.size()) return false;
    value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view bytes_;
};

bool read_field(Reader& reader, ConfigResponse& response) {
  uint64_t tag = 0, number = 0;
  std::string_view text;
  if (!reader.varint(tag)) return false;
  switch (tag & 7) {
    case 0:
      if (!reader.varint(number)) return false;
      if (tag >> 3 == 3) response.not_modified = number != 0;
      return true;
    case 1: return reader.fixed(8, text);
    case 2:
      if (!reader.bytes(text)) return false;
      if (tag >> 3 == 1) response.content = text;
      if (tag >> 3 == 2) response.hash = text;
      return true;
    case 5: return reader.fixed(4, text);
    default: return false;
  }
}

std::string_view code_of(int status) {
  switch (status) {
    case 400: return "internal";
    case 401: return "unauthenticated";
    case 403: return "permission_denied";
    case 404: return "unimplemented";
    case 429:
    case 502:
    case 503:
    case 504: return "unavailable";
    default: return "unknown";
  }
}

constexpr std::string_view kCodes[] = {"canceled",          "unknown",            "invalid_argument",    "deadline_exceeded", "not_found",    "already_exists",
                                       "permission_denied", "resource_exhausted", "failed_precondition", "aborted",           "out_of_range", "unimplemented",
                                       "internal",          "unavailable",        "data_loss",           "unauthenticated"};

/// False: it is there and no text. Missing or null it is empty.
bool read_text(const json::Value& object, std::string_view name, std::string_view& text) {
  json::Value member;
  if (!object.member(name, member) || member.kind() == json::Kind::kNull) return true;
  if (member.kind() != json::Kind::kString) return false;
  text = member.as_string();
  return true;
}

}  // namespace

std::string register_request(const std::string& id, const std::string& name, const Attributes& attributes) {
  std::string out;
  append_text(out, 1, id);
  append_text(out, 3, name);
  append_attributes(out, 4, attributes);
  return out;
}

std::string unregister_request(const std::string& id) {
  std::string out;
  append_text(out, 1, id);
  return out;
}

std::string config_request(const std::string& id, const std::string& hash, const Attributes& attributes, Status status, const std::string& error) {
  std::string out;
  append_text(out, 1, id);
  append_text(out, 3, hash);
  append_attributes(out, 4, attributes);
  if (status == Status::kUnset && error.empty()) return out;
  std::string inner;
  append_varint(inner, 1 << 3);
  append_varint(inner, static_cast<uint64_t>(status));
  append_text(inner, 2, error);
  append_text(out, 5, inner);
  return out;
}

Result<ConfigResponse> read_config_response(std::string_view bytes) {
  ConfigResponse response;
  for (Reader reader(bytes); !reader.done();)
    if (!read_field(reader, response)) return Error{"internal: unmarshal message: malformed protobuf", "malformed"};
  return response;
}

std::string error_of(int status, std::string_view status_text, std::string_view body) {
  json::Parser parser;
  std::string_view code, message;
  std::string text(code_of(status));
  if (!parser.parse_line(body) || parser.root().kind() != json::Kind::kObject || !read_text(parser.root(), "code", code) || !read_text(parser.root(), "message", message)) {
    text.append(": ").append(std::to_string(status));
    if (!status_text.empty()) text.append(" ").append(status_text);
    return text;
  }
  if (std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes)) text = code;
  if (!message.empty()) text.append(": ").append(message);
  return text;
}

}  // namespace invar::remote_collector
