#include "src/components/loki/source/gelf/message.h"

#include <array>
#include <cmath>
#include <map>

#include "src/io/inflate.h"

namespace invar::loki_source_gelf {
namespace {

constexpr size_t kMostInflated = 16u << 20;

/// The bytes of the JSON value that the text begins with, as far as a decoder of a stream would read; `whole`: it ends there.
std::string_view first_value(std::string_view text, bool& whole) {
  whole = true;
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  size_t depth = 0;
  bool in_string = false;
  for (size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      else if (c == '"') in_string = false;
      if (in_string || depth > 0) continue;
      return text.substr(0, at + 1);
    }
    if (c == '"') in_string = true;
    else if (c == '{' || c == '[') ++depth;
    else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) return text.substr(0, at + 1);
    else if (depth == 0 && std::string_view(" \t\r\n,:").find(c) != std::string_view::npos) return text.substr(0, at);
  }
  // A number, true, false or null ends with the text; nothing else does.
  whole = depth == 0 && !in_string;
  return text;
}

/// What Go says of text that does not hold a whole value.
std::string error_of(std::string_view text, std::string_view broken_by) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return broken_by.empty() ? "EOF" : std::string(broken_by);
  const std::string error = json::syntax_error(text);
  // What is wrong with the text itself stays wrong whatever follows; else it only ends too early.
  if (!error.empty() && error == json::syntax_error(std::string(text) + '\x01')) return error;
  return broken_by.empty() ? "unexpected EOF" : std::string(broken_by);
}

std::string_view kind_word(json::Kind kind) {
  switch (kind) {
    case json::Kind::kArray: return "array";
    case json::Kind::kString: return "string";
    case json::Kind::kBool: return "bool";
    default: return "number";
  }
}

/// As Go's encoding/json writes it: members sorted, the last of the same name.
void append_value(std::string& out, const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull: out += "null"; return;
    case json::Kind::kBool: out += value.as_bool() ? "true" : "false"; return;
    case json::Kind::kNumber: return json::append_standard_number(out, value.as_number());
    case json::Kind::kString: return json::append_standard_string(out, value.as_string());
    case json::Kind::kArray: {
      out += '[';
      bool first = true;
      for (json::Elements elements(value); elements.next(); first = false) {
        if (!first) out += ',';
        append_value(out, elements.value());
      }
      out += ']';
      return;
    }
    case json::Kind::kObject: break;
  }
  std::map<std::string_view, json::Value> sorted;
  for (json::Members members(value); members.next();) sorted.insert_or_assign(members.key(), members.value());
  out += '{';
  for (const auto& [name, member] : sorted) {
    if (!out.ends_with('{')) out += ',';
    json::append_standard_string(out, name);
    out += ':';
    append_value(out, member);
  }
  out += '}';
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out += out.ends_with('{') ? "\"" : ",\"";
  out += name;
  out += "\":";
  json::append_standard_string(out, text);
}

/// As Go converts it on this machine: by way of 64 bits, whose upper half is cut off.
int32_t level_of(double number) {
  constexpr double kTooLarge = 9223372036854775808.0;
  if (!(number >= -kTooLarge && number < kTooLarge)) return 0;
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(static_cast<int64_t>(number))));
}

}  // namespace

std::string_view level_word(int32_t level) {
  static constexpr std::array<std::string_view, 8> kWords{"emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"};
  return level >= 0 && level < static_cast<int32_t>(kWords.size()) ? kWords[static_cast<size_t>(level)] : std::string_view();
}

std::optional<int64_t> time_of(const Message& message) {
  constexpr double kMost = 9223372036854775807.0;
  const double nanoseconds = message.timestamp * 1e9;
  if (message.timestamp == 0 || !(std::abs(nanoseconds) < kMost)) return std::nullopt;
  return static_cast<int64_t>(nanoseconds);
}

MessageReader::Outcome MessageReader::read(std::string_view bytes, Message& message, std::string& why) {
  const auto byte = [bytes](size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u; };
  const bool gzip = byte(0) == 0x1f && byte(1) == 0x8b;
  const bool zlib = byte(0) == 0x78 && (byte(0) * 256 + byte(1)) % 31 == 0;
  if (!gzip && !zlib) return read_json(bytes, "", message, why);
  inflated_.clear();
  std::string broken_by;
  if (!inflate_some(bytes, gzip, kMostInflated, inflated_, broken_by)) return why = "NewReader: " + broken_by, Outcome::kBad;
  return read_json(inflated_, broken_by, message, why);
}

MessageReader::Outcome MessageReader::read_json(std::string_view text, std::string_view broken_by, Message& message, std::string& why) {
  message = {};
  const auto refuse = [&why](const std::string& error) { return why = "json.Unmarshal: " + error, Outcome::kBad; };
  bool whole = false;
  const std::string_view value = first_value(text, whole);
  if (!whole || value.find_first_not_of(" \t\r\n") == std::string_view::npos) return refuse(error_of(text, broken_by));
  if (!parser_.parse_any(value)) {
    // Where nothing is wrong with the syntax, a number is too large.
    const std::string error = json::syntax_error(value);
    if (error == "unexpected end of JSON input") return refuse(error_of(text, broken_by));
    return refuse(error.empty() ? "json: cannot unmarshal number into Go value of type float64" : error);
  }
  const json::Value root = parser_.root();
  if (root.kind() == json::Kind::kNull) return Outcome::kNothing;
  if (root.kind() != json::Kind::kObject) return refuse("json: cannot unmarshal " + std::string(kind_word(root.kind())) + " into Go value of type map[string]interface {}");
  std::string error;
  return take_fields(root, message, error) ? Outcome::kMessage : refuse(error);
}

/// Of members with the same name the last one counts.
bool MessageReader::take_fields(const json::Value& object, Message& message, std::string& why) {
  std::map<std::string_view, json::Value> fields;
  for (json::Members members(object); members.next();)
    if (!members.key().starts_with('_')) fields.insert_or_assign(members.key(), members.value());
  for (const auto& [name, value] : fields) {
    std::string_view* text = name == "version"         ? &message.version
                             : name == "host"          ? &message.host
                             : name == "short_message" ? &message.short_message
                             : name == "full_message"  ? &message.full_message
                             : name == "facility"      ? &message.facility
                                                       : nullptr;
    const bool number = name == "timestamp" || name == "level";
    if (!text && !number) continue;
    if (value.kind() != (text ? json::Kind::kString : json::Kind::kNumber)) return why = "invalid type for field " + std::string(name), false;
    if (text) *text = value.as_string();
    else if (name == "level") message.level = level_of(value.as_number());
    else message.timestamp = value.as_number();
  }
  return true;
}

void MessageReader::append_line(const Message& message, std::string& line) const {
  line += '{';
  append_text(line, "version", message.version);
  append_text(line, "host", message.host);
  append_text(line, "short_message", message.short_message);
  if (!message.full_message.empty()) append_text(line, "full_message", message.full_message);
  line += ",\"timestamp\":";
  json::append_standard_number(line, message.timestamp);
  if (message.level != 0) line += ",\"level\":" + std::to_string(message.level);
  if (!message.facility.empty()) append_text(line, "facility", message.facility);
  std::map<std::string_view, json::Value> further;
  for (json::Members members(parser_.root()); members.next();)
    if (members.key().starts_with('_')) further.insert_or_assign(members.key(), members.value());
  for (const auto& [name, value] : further) {
    line += ',';
    json::append_standard_string(line, name);
    line += ':';
    append_value(line, value);
  }
  line += '}';
}

}  // namespace invar::loki_source_gelf
