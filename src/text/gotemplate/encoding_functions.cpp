#include <string>
#include <string_view>

#include "src/text/gotemplate/base64.h"
#include "src/text/gotemplate/builder.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

/// base64 or base32 as Go's packages encoding/base64 and encoding/base32 have it, padded.
struct Alphabet {
  std::string_view digits;
  unsigned bits;        // of a digit
  unsigned group;       // digits of a group
};
constexpr Alphabet kBase64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4};
constexpr Alphabet kBase32{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8};

Value encode(Run& run, std::string_view bytes, const Alphabet& alphabet) {
  Builder out(run);
  std::string& to = out.raw();
  uint64_t pending = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= alphabet.bits; bits -= alphabet.bits)
      to += alphabet.digits[pending >> (bits - alphabet.bits) & (alphabet.digits.size() - 1)];
    if (to.size() > Memory::kLimit) throw Exhausted{"memory"};
  }
  if (bits > 0) to += alphabet.digits[pending << (alphabet.bits - bits) & (alphabet.digits.size() - 1)];
  while (to.size() % alphabet.group != 0) to += '=';
  return out.done();
}

/// Reads base64 with line ends in between, as Go does.
class Base64Decoder {
 public:
  explicit Base64Decoder(std::string_view text) : text_(text) {}

  bool decode(std::string& out) {
    while (at_ < text_.size()) {
      if (!decode_group(out)) return false;
      if (ended_) break;
    }
    return true;
  }
  size_t wrong() const { return wrong_; }

 private:
  static bool is_newline(char c) { return c == '\n' || c == '\r'; }
  bool fail(size_t at) {
    wrong_ = at;
    return false;
  }
  void skip_newlines() {
    while (at_ < text_.size() && is_newline(text_[at_])) ++at_;
  }

  bool decode_group(std::string& out) {
    uint64_t value = 0;
    unsigned count = 0;
    while (count < 4) {
      skip_newlines();
      if (at_ == text_.size()) {
        if (count == 0) return true;
        return fail(text_.size() - count);
      }
      const char c = text_[at_++];
      const size_t digit = kBase64.digits.find(c);
      if (digit != std::string_view::npos) {
        value = value << 6 | digit;
        ++count;
        continue;
      }
      if (c != '=') return fail(at_ - 1);
      if (!read_padding(count)) return false;
      ended_ = true;
      break;
    }
    value <<= (4 - count) * 6;
    for (unsigned i = 0; i < count * 6 / 8; ++i) out += static_cast<char>(value >> (8 * (2 - i)));
    return true;
  }

  /// The first = has been read, after `count` digits.
  bool read_padding(unsigned count) {
    if (count < 2) return fail(at_ - 1);
    if (count == 2) {
      skip_newlines();
      if (at_ == text_.size()) return fail(text_.size());
      if (text_[at_] != '=') return fail(at_ - 1);
      ++at_;
    }
    skip_newlines();
    return at_ == text_.size() || fail(at_);
  }

  std::string_view text_;
  size_t at_ = 0, wrong_ = 0;
  bool ended_ = false;
};

// base32 of Go looks at the text without its line ends, eight bytes at a time.
bool decode_base32(std::string_view text, std::string& out, size_t& wrong) {
  std::string plain;
  for (const char c : text)
    if (c != '\n' && c != '\r') plain += c;
  size_t at = 0;
  for (bool end = false; at < plain.size() && !end;) {
    uint64_t value = 0;
    unsigned digits = 0;
    for (; digits < 8; ++digits, ++at) {
      if (at == plain.size()) return wrong = plain.size() - digits, false;
      const char c = plain[at];
      if (c == '=' && digits >= 2 && plain.size() - at - 1 < 8) {
        const size_t rest = plain.size() - at - 1;
        if (rest + digits < 7) return wrong = plain.size(), false;
        for (size_t k = 0; k < 7 - digits; ++k)
          if (plain.size() > at + 1 + k && plain[at + 1 + k] != '=') return wrong = at + k, false;
        if (digits == 1 || digits == 3 || digits == 6) return wrong = at, false;
        end = true;
        break;
      }
      const size_t digit = kBase32.digits.find(c);
      if (digit == std::string_view::npos) return wrong = at, false;
      value = value << 5 | digit;
    }
    value <<= (8 - digits) * 5;
    for (unsigned i = 0; i < digits * 5 / 8; ++i) out += static_cast<char>(value >> (8 * (4 - i)));
  }
  return true;
}

Value corrupt(Run& run, std::string_view name, size_t at) {
  return run.text("illegal " + std::string(name) + " data at input byte " + std::to_string(at));
}

Value b64enc(Run& run, Values a) { return encode(run, a[0].text(), kBase64); }
Value b32enc(Run& run, Values a) { return encode(run, a[0].text(), kBase32); }
Value b64dec(Run& run, Values a) {
  std::string out;
  size_t wrong;
  return decode_base64(a[0].text(), out, wrong) ? run.text(out) : corrupt(run, "base64", wrong);
}
Value b32dec(Run& run, Values a) {
  std::string out;
  size_t wrong = 0;
  return decode_base32(a[0].text(), out, wrong) ? run.text(out) : corrupt(run, "base32", wrong);
}

constexpr Function kFunctions[] = {{"b32dec", "s", b32dec}, {"b32enc", "s", b32enc}, {"b64dec", "s", b64dec}, {"b64enc", "s", b64enc}};

}  // namespace

bool decode_base64(std::string_view text, std::string& out, size_t& wrong) {
  Base64Decoder decoder(text);
  const bool fine = decoder.decode(out);
  wrong = decoder.wrong();
  return fine;
}
std::string encode_base64(std::string_view bytes) {
  std::string out;
  uint64_t pending = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += kBase64.digits[pending >> (bits - 6) & 63];
  }
  if (bits > 0) out += kBase64.digits[pending << (6 - bits) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::span<const Function> encoding_functions() { return kFunctions; }

}  // namespace invar::gotemplate
