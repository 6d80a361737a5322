#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar {

/// An encoding of text, by its IANA name: how bytes become UTF-8, as Go's golang.org/x/text decodes them, broken bytes included. Immutable, shared by all
/// threads, lives as long as the process.
class Charset {
 public:
  /// By an IANA name or alias in any case, blanks around it ignored. Tables are made at the first call for an encoding, which blocks (a millisecond to ten).
  /// Error: there is no such name (x/text's words), or glibc's tables for it are not installed.
  static Result<const Charset*> find(std::string_view name);
  static const Charset& utf16_little_endian();
  static const Charset& utf16_big_endian();

  virtual ~Charset() = default;
  Charset(const Charset&) = delete;

  /// "\n" and "\r" as they are encoded.
  std::string_view newline() const { return newline_; }
  std::string_view carriage_return() const { return carriage_return_; }

  /// Is this text its own UTF-8?
  virtual bool is_plain(std::string_view text) const = 0;
  /// The most bytes of UTF-8 that one byte becomes.
  static constexpr size_t kGrowth = 3;
  /// Writes `text` in UTF-8 to `to`, which has room for kGrowth * text.size() bytes; returns the end. Each text is decoded by itself: states
  /// (ISO-2022-JP, HZ) begin anew.
  virtual char* decode(std::string_view text, char* to) const = 0;

 protected:
  Charset(std::string newline, std::string carriage_return) : newline_(std::move(newline)), carriage_return_(std::move(carriage_return)) {}

 private:
  std::string newline_;
  std::string carriage_return_;
};

}  // namespace invar
