#include "stdlib/functions/go/base64.h"

#include <array>

namespace invar {

namespace {

constexpr std::string_view kAlphabets[] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

Error corrupt(size_t at) { return {"illegal base64 data at input byte " + std::to_string(at), {}}; }

size_t skip_breaks(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

}  // namespace

/// A quantum at a time, as Go's decodeQuantum: the byte it complains of is part of the answer.
Result<std::string> go_base64_decode(std::string_view text, Base64Alphabet alphabet) {
  const std::string_view letters = kAlphabets[static_cast<size_t>(alphabet)];
  std::string out;
  size_t at = 0;
  while (true) {
    std::array<uint32_t, 4> digits{};
    size_t count = 0;
    bool ended = false;
    while (count < 4) {
      at = skip_breaks(text, at);
      if (at == text.size()) {
        if (count == 0) return out;
        return corrupt(at - count);
      }
      const char c = text[at++];
      if (const size_t digit = letters.find(c); digit != std::string_view::npos) {
        digits[count++] = static_cast<uint32_t>(digit);
        continue;
      }
      if (c != '=' || count < 2) return corrupt(at - 1);
      if (count == 2) {
        at = skip_breaks(text, at);
        if (at == text.size()) return corrupt(text.size());
        if (text[at] != '=') return corrupt(at - 1);
        ++at;
      }
      at = skip_breaks(text, at);
      if (at < text.size()) return corrupt(at);
      ended = true;
      break;
    }
    const uint32_t bits = digits[0] << 18 | digits[1] << 12 | digits[2] << 6 | digits[3];
    for (size_t i = 0; i + 1 < count; ++i) out += static_cast<char>(bits >> (16 - 8 * i));
    if (ended) return out;
  }
}

std::string go_base64_encode(std::string_view bytes, Base64Alphabet alphabet) {
  const std::string_view letters = kAlphabets[static_cast<size_t>(alphabet)];
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) out += j <= count ? letters[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

}  // namespace invar
