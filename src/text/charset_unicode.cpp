#include <cstring>

#include "src/base/quote.h"
#include "src/text/charset_decoders.h"

namespace invar::charset_decoders {
namespace {

constexpr char32_t kBroken = 0xFFFD;

class Utf8 final : public Charset {
 public:
  Utf8() : Charset("\n", "\r") {}
  bool is_plain(std::string_view text) const override { return is_valid_utf8(text); }
  char* decode(std::string_view text, char* to) const override {
    while (!text.empty()) {
      size_t size = 0;
      const bool valid = well_formed(text, size);
      if (valid) {
        std::memcpy(to, text.data(), size);
        to += size;
      } else {
        to = put_rune(to, kBroken);
      }
      text.remove_prefix(size);
    }
    return to;
  }

 private:
  /// `size`: of the sequence at the front, or of the part of it that could have become one.
  static bool well_formed(std::string_view text, size_t& size) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = byte(0);
    size = 1;
    if (first < 0x80) return true;
    if (first < 0xC2 || first > 0xF4) return false;
    const size_t wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (; size < wanted; ++size) {
      if (size >= text.size() || byte(size) < (size == 1 ? low : 0x80) || byte(size) > (size == 1 ? high : 0xBF)) return false;
    }
    return true;
  }
};

class Utf16 final : public Charset {
 public:
  explicit Utf16(ByteOrder order)
      : Charset(encoded('\n', order), encoded('\r', order)), big_endian_(order == ByteOrder::kBigEndian) {}
  bool is_plain(std::string_view text) const override { return text.empty(); }
  char* decode(std::string_view text, char* to) const override {
    const auto unit = [&](size_t at) {
      const auto a = static_cast<unsigned char>(text[at]), b = static_cast<unsigned char>(text[at + 1]);
      return static_cast<char32_t>(big_endian_ ? a << 8 | b : b << 8 | a);
    };
    size_t at = 0;
    while (at + 1 < text.size()) {
      char32_t rune = unit(at);
      at += 2;
      if (rune >= 0xD800 && rune < 0xE000) {
        const bool second_follows = at + 1 < text.size() && unit(at) >= 0xDC00 && unit(at) < 0xE000;
        rune = second_follows && rune < 0xDC00 ? 0x10000 + ((rune - 0xD800) << 10) + (unit(at) - 0xDC00) : kBroken;
        if (second_follows) at += 2;  // also of two second halves, as one broken character
      }
      to = put_rune(to, rune);
    }
    return at < text.size() ? put_rune(to, kBroken) : to;
  }

 private:
  static std::string encoded(char c, ByteOrder order) {
    return order == ByteOrder::kBigEndian ? std::string{'\0', c} : std::string{c, '\0'};
  }
  const bool big_endian_;
};

}  // namespace

CharsetPtr utf8() { return std::make_unique<Utf8>(); }
CharsetPtr utf16(ByteOrder order) { return std::make_unique<Utf16>(order); }

bool is_ascii(std::string_view text) {
  uint64_t any = 0;
  while (text.size() >= 8) {
    uint64_t word;
    std::memcpy(&word, text.data(), 8);
    any |= word;
    text.remove_prefix(8);
  }
  for (const char c : text) any |= static_cast<unsigned char>(c);
  return (any & 0x8080808080808080) == 0;
}

}  // namespace invar::charset_decoders
