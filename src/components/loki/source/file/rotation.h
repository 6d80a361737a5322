#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/position.h"
#include "src/io/file.h"
#include "src/io/unpacker.h"

namespace invar::loki_source_file {

/// A path taken apart, links followed: where generations of the file are renamed to.
struct FilePlace {
  std::string directory;
  std::string name;
  friend bool operator==(const FilePlace&, const FilePlace&) = default;
};
FilePlace split_path(const std::string& path);
/// Of the file behind `path`; of the path as written when it leads nowhere.
FilePlace place_of(const std::string& path);

/// Is `candidate` how log rotation calls an older generation of `name`? `app.log.1`, `app.log-20260101`, `app-2026-01-01.log`, `0.log.20260101-120000`,
/// `app.log.old`; `app-error.log` is not, and neither are compressed ones.
bool is_rotated_name(std::string_view name, std::string_view candidate);
/// The same of a compressed generation, `app.log.1.gz` or `app.log.gz`: how it is packed.
std::optional<Packing> packing_of_rotated(std::string_view name, std::string_view candidate);

/// A file beside the one that is read.
struct Neighbour {
  FileIdentity identity;
  std::string path;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  std::optional<Packing> packing;  // of a compressed one
  FileId file() const { return identity.file; }
};

/// Directories as they were listed, so that many files of one are not each a listing of it. On one lane.
class DirectoryListings {
 public:
  /// Names in `directory` that begin with `prefix`, as of a listing of the last second; none when it cannot be listed.
  std::vector<std::string> names(const std::string& directory, std::string_view prefix, uint64_t now_ms);
  /// Lists `directory` now.
  void list(const std::string& directory, uint64_t now_ms);
  /// Sees to it that names() are of a listing that was made after the first `since` ones. False: the directory is so large that one listing has to do for all
  /// whose files are rotated at the same time: ask again a little later.
  bool renew(const std::string& directory, uint64_t since, uint64_t now_ms);
  /// How many listings were made.
  uint64_t count() const { return count_; }
  /// Forgets listings older than a second.
  void forget_old(uint64_t now_ms);

 private:
  struct Listing {
    std::vector<std::string> names;  // of files, sorted
    uint64_t made_ms = 0;
    uint64_t number = 0;  // from one; 0: not made yet
  };
  std::unordered_map<std::string, Listing> listings_;
  uint64_t count_ = 0;
};

/// The rotated generations of a file in its directory, oldest first. Blocks for a listing.
std::vector<Neighbour> rotated_neighbours(const FilePlace& place, DirectoryListings& listings, uint64_t now_ms);

/// When the inode was made; 0 when the file system does not say.
int64_t birth_of(int fd);

/// Network and other file systems that tell of changes late or never.
bool must_be_polled(int fd);

/// Does a gzip file say that it holds exactly `size` bytes? (It says it of its last member, modulo 2^32.)
bool gzip_holds(int fd, uint64_t size);

}  // namespace invar::loki_source_file
