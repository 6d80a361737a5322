#pragma once

#include <cstdint>
#include <string_view>

namespace invar::loki_source_file {

/// The beginning of a file, hashed: tells content apart where inode numbers are used again and files are rewritten in place. A value.
struct Fingerprint {
  static constexpr size_t kMaxLength = 1024;
  static constexpr uint32_t kTellsCopies = 64;  // a shorter beginning is too likely that of another file, too

  uint64_t hash = 0;
  uint32_t length = 0;  // bytes that went in; 0 says nothing

  /// Of the first kMaxLength bytes of `beginning` (or fewer, when the file is shorter).
  static Fingerprint of(std::string_view beginning);
  /// Does a file with this beginning still start with what was hashed? False when it is shorter; an empty fingerprint matches anything.
  bool matches(std::string_view beginning) const;
  /// Is a file with this beginning a copy of the one that this was taken of when it was `size` bytes long? Short ones must be equal as a whole.
  bool is_copied_in(std::string_view beginning, uint64_t size) const {
    return length > 0 && (length >= kTellsCopies || length == size || length == beginning.size()) && matches(beginning);
  }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// 64-bit hash for fingerprints and checksums; stored on disk, so it never changes.
uint64_t stable_hash(std::string_view bytes);

}  // namespace invar::loki_source_file
