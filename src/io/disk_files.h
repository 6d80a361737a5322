#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/io/file.h"

namespace invar {

/// The calls that a queue on disk makes, virtual so that tests can let the disk be full or broken. All of them block: for the disk thread.
class DiskFiles {
 public:
  struct Space {
    uint64_t available = 0;  // for users without privileges
    uint64_t total = 0;
  };

  virtual ~DiskFiles() = default;
  /// Those of the kernel.
  static DiskFiles& of_system();

  /// For reading and writing. A file that is created is empty, and its name is on disk when this returns.
  virtual Result<Fd> open(const std::string& path, bool create);
  /// Writes all parts, one behind the other.
  virtual Result<void> write_at(int fd, std::span<const std::string_view> parts, uint64_t offset);
  /// As many bytes as there are; fewer than asked for only at the end of the file.
  virtual Result<size_t> read_at(int fd, std::span<char> into, uint64_t offset);
  /// What was written is on disk when this returns.
  virtual Result<void> sync(int fd);
  virtual Result<void> truncate(int fd, uint64_t size);
  virtual Result<uint64_t> size(int fd);
  virtual Result<void> remove(const std::string& path);
  virtual Result<void> make_directory(const std::string& path);
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path);
  virtual Result<Space> space(const std::string& path);
  /// Names this run of the kernel; empty when it cannot be known.
  virtual std::string boot_id();
};

}  // namespace invar
