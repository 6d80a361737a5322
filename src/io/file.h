#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar {

/// An open file descriptor, closed at the end of its life.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// The text Go prints for an errno value: "no such file or directory".
std::string errno_text(int code);
/// A stable word for an errno value: not_found, permission, no_space, too_many_files, ...; "io" when there is none of
/// its own.
std::string errno_reason(int code);
/// As Go's PathError: `open /x: permission denied`.
Error path_error(std::string_view operation, std::string_view path, int code);

struct FileStat {
  uint64_t dev = 0;
  uint64_t ino = 0;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  uint32_t links = 0;  // 0: deleted, still open
  uint32_t mode = 0;   // st_mode: type and permissions
  bool is_directory() const;
  bool is_regular() const;
};

enum class OpenMode : uint8_t {
  kRead,
  kReadNoFollow,  // refuses a symbolic link at the end of the path
  kWriteTruncate,
  kAppend,
};

/// Always close-on-exec; never blocks on a FIFO; never becomes a controlling terminal. `permissions` are for a file it
/// creates.
Result<Fd> open_file(const std::string& path, OpenMode mode = OpenMode::kRead, uint32_t permissions = 0600);

/// One read; 0 is the end of the file. Interruptions are repeated.
Result<size_t> read_some(int fd, std::span<char> into);
Result<size_t> read_at(int fd, std::span<char> into, uint64_t offset);
/// Writes all of it.
Result<void> write_all(int fd, std::string_view bytes);

Result<FileStat> stat_fd(int fd);
/// Follows symbolic links.
Result<FileStat> stat_path(const std::string& path);

/// The whole file; fails with reason "too_large" beyond `limit` bytes.
Result<std::string> read_file(const std::string& path, size_t limit = 64u << 20);

/// Replaces a file as a whole: a temporary neighbour is written, synced, renamed over `path`, and the directory synced.
/// After a crash the file is the old or the new one, never a part. `before_rename`: what belongs to the same step; unless it succeeds the file stays as it is.
Result<void> replace_file(const std::string& path, std::string_view bytes, uint32_t permissions = 0600, const std::function<Result<void>()>& before_rename = {});

Result<void> make_directories(const std::string& path, uint32_t permissions = 0755);
/// Missing is success.
Result<void> remove_file(const std::string& path);

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;  // of the entry itself: a link to a directory is none
  bool is_link = false;
};
/// Sorted by name, without `.` and `..`.
Result<std::vector<DirectoryEntry>> list_directory(const std::string& path);

/// A file that only grows at its end, for journals. Each append is one write(2); durable after sync().
class Journal {
 public:
  static Result<Journal> open(const std::string& path, uint32_t permissions = 0600);
  /// On failure (full disk) the file is cut back to its size before.
  Result<void> append(std::string_view bytes);
  Result<void> sync();
  /// Cuts the file to `size` bytes.
  Result<void> truncate(uint64_t size);
  uint64_t size() const { return size_; }
  int fd() const { return fd_.get(); }

 private:
  Journal(std::string path, Fd fd, uint64_t size) : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}
  std::string path_;
  Fd fd_;
  uint64_t size_;
};

/// Raises the soft limit of open files to the hard one; returns the limit in force.
uint64_t raise_open_file_limit();

}  // namespace invar
