#pragma once

#include <cstdint>

#include "src/components/loki/shared/shared_text.h"
#include "src/components/loki/source/file/fingerprint.h"

namespace invar::loki_source_file {

/// A file as the kernel knows it. Inode numbers are used again: only together with a fingerprint it names content.
struct FileId {
  uint64_t dev = 0;
  uint64_t ino = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

/// What tells a file from all others: inode numbers come again, but not with the same time of birth.
struct FileIdentity {
  FileId file;
  int64_t birth_ns = 0;  // 0: not known
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// How far one reader has got with one file: everything before `offset` is settled. A value.
struct Position {
  uint64_t id = 0;      // within its journal; given in the order in which files were opened
  uint32_t reader = 0;  // 0, or more where one file is read with several label sets at once
  FileId file;
  Fingerprint fingerprint;
  uint64_t offset = 0;
  SharedText path;      // where it was found: the target's path
  SharedText labels;    // as Alloy's positions.yml has them: `{a="b"}`
  int64_t birth_ns = 0;  // of the file, in wall time; 0: not known, or packed
  int64_t left_ns = 0;   // wall time when it was let go of; 0: before this start. Not stored
  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace invar::loki_source_file
