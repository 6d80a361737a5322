#include "src/lint/fingerprint.h"

#include <array>

namespace invar::lint {
namespace {

/// FNV-1a: stable between builds and machines, and nobody attacks a list of his own findings.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char byte : text) add(static_cast<unsigned char>(byte));
    add(static_cast<unsigned char>(0));
  }
  std::string hex() const {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(state_ >> shift) & 15];
    return text;
  }

 private:
  void add(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3; }
  uint64_t state_ = 0xcbf29ce484222325;
};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// `already declared at config.alloy:3:5` does not change when line 3 becomes line 4: digits behind a colon, and between `line ` and a blank, are left out.
std::string without_places(std::string_view message) {
  std::string text;
  for (size_t i = 0; i < message.size(); ++i) {
    if (is_digit(message[i]) && (text.ends_with(':') || text.ends_with("line "))) {
      while (i + 1 < message.size() && is_digit(message[i + 1])) ++i;
      continue;
    }
    text += message[i];
  }
  return text;
}

std::string_view trimmed(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::string fingerprint(const Finding& finding, const SecretMask& secrets) {
  const Source& source = *finding.span.source;
  Digest digest;
  digest.add(finding.code);
  digest.add(without_places(finding.message));
  digest.add(trimmed(secrets.line(source, source.position(finding.span.begin).line)));
  return digest.hex();
}

}  // namespace invar::lint
