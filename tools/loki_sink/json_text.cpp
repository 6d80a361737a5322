#include "tools/loki_sink/json_text.h"

#include <simdjson.h>

#include <cstdint>

namespace invar::loki_sink {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kReplacement = "\xef\xbf\xbd", kHex = "0123456789abcdef";

// Bytes of the valid character at the front, or 0.
size_t character_size(std::string_view text) {
  for (size_t size = 1; size <= 4 && size <= text.size(); size++)
    if (is_utf8(text.substr(0, size))) return size;
  return 0;
}

void append_character(std::string& into, std::string_view character) {
  const char c = character[0];
  if (c == '"' || c == '\\') into += '\\';
  if (static_cast<unsigned char>(c) >= 0x20) into += character;
  else if (c == '\n') into += "\\n";
  else if (c == '\t') into += "\\t";
  else into += {'\\', 'u', '0', '0', kHex[c >> 4 & 15], kHex[c & 15]};
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string json_string(std::string_view text) {
  std::string json = "\"";
  const bool valid = is_utf8(text);
  while (!text.empty()) {
    const size_t size = valid || static_cast<unsigned char>(text[0]) < 0x80 ? 1 : character_size(text);
    if (size == 0) json += kReplacement;
    else append_character(json, text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return json + "\"";
}

std::string base64(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; i++) group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
    for (size_t i = 0; i < 4; i++) text += at + i > bytes.size() ? '=' : kBase64[group >> (18 - 6 * i) & 63];
  }
  return text;
}

std::string base64_decoded(std::string_view text) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const size_t value = kBase64.find(c);
    if (value == std::string_view::npos) break;
    group = group << 6 | static_cast<uint32_t>(value);
    if ((bits += 6) >= 8) bytes += static_cast<char>(group >> (bits -= 8) & 0xff);
  }
  return bytes;
}

}  // namespace invar::loki_sink
