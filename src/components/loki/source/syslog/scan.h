#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/components/loki/source/syslog/message.h"
#include "src/text/ascii.h"

// What the grammars of RFC 3164 and RFC 5424 have in common.
namespace invar::loki_source_syslog {

constexpr bool in(char c, char first, char last) { return c >= first && c <= last; }
constexpr bool is_graph(char c) { return in(c, '!', '~'); }

/// Where a parser is in a message.
class Scan {
 public:
  explicit Scan(std::string_view bytes) : bytes_(bytes) {}
  size_t at() const { return at_; }
  bool ended() const { return at_ == bytes_.size(); }
  char peek() const { return bytes_[at_]; }
  void skip() { ++at_; }
  void go_to(size_t at) { at_ = at; }
  bool take(char c) {
    if (ended() || peek() != c) return false;
    skip();
    return true;
  }
  bool take_between(char first, char last) {
    if (ended() || !in(peek(), first, last)) return false;
    skip();
    return true;
  }
  bool take_digit() { return take_between('0', '9'); }
  /// One well-formed rune; stops at the byte that is wrong.
  bool take_utf8();
  std::string_view since(size_t from) const { return bytes_.substr(from, at_ - from); }
  std::string_view rest() const { return bytes_.substr(at_); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

/// Of digits only; wraps around.
uint64_t number(std::string_view digits);
/// `what [col column]`. Always false.
bool explain(std::string_view what, size_t column, std::string& why);

/// `<0>` to `<191>`.
bool read_priority(Scan& scan, Message& out, std::string& why);

// Each stops at the first byte that cannot be right.
bool take_date(Scan& scan);      // 2006-01-02
bool take_clock(Scan& scan);     // 15:04:05
bool take_fraction(Scan& scan);  // .000000, or nothing
bool take_offset(Scan& scan);    // Z, +07:00

}  // namespace invar::loki_source_syslog
