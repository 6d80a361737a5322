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
  /// May this, taken when the file was `size` bytes long, tell a copy of the file from another one?
  bool tells_copies(uint64_t size) const { return length >= kTellsCopies || (length > 0 && length == size); }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// 64-bit hash for fingerprints and checksums; stored on disk, so it never changes.
uint64_t stable_hash(std::string_view bytes);

}  // namespace invar::loki_source_file
