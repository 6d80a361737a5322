#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/components/loki/source/file/position.h"

namespace invar::loki_source_file {

/// A path taken apart, links followed: where generations of the file are renamed to.
struct FilePlace {
  std::string directory;
  std::string name;
  friend bool operator==(const FilePlace&, const FilePlace&) = default;
};
/// Of the file behind `path`; of the path as written when it leads nowhere.
FilePlace place_of(const std::string& path);

/// Is `candidate` how log rotation calls an older generation of `name`? `app.log.1`, `app.log-20260101`, `app-2026-01-01.log`, `0.log.20260101-120000`,
/// `app.log.old`; compressed ones are not, and neither is `app-error.log`.
bool is_rotated_name(std::string_view name, std::string_view candidate);

/// A file beside the one that is read.
struct Neighbour {
  FileId file;
  int64_t birth_ns = 0;  // 0: the file system does not say
  std::string path;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  /// Inode numbers come again: the same file was also born at the same time.
  bool same_file(const Neighbour& other) const { return file == other.file && birth_ns == other.birth_ns; }
};
/// The rotated generations of a file in its directory, oldest first (by birth, else by modification). Blocks for a directory listing.
std::vector<Neighbour> rotated_neighbours(const FilePlace& place);

/// When the inode was made; 0 when the file system does not say.
int64_t birth_of(int fd);

/// Network and other file systems that tell of changes late or never.
bool must_be_polled(int fd);

}  // namespace invar::loki_source_file
