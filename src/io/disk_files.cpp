#include "src/io/disk_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace invar {
namespace {

constexpr uint32_t kFilePermissions = 0600;
constexpr uint32_t kDirectoryPermissions = 0750;

Error failed(std::string_view operation) { return {std::string(operation) + ": " + errno_text(errno), errno_reason(errno)}; }

Result<void> sync_parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Fd directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return path_error("open", parent, errno);
  // Some file systems cannot sync a directory and say EINVAL: nothing more can be done there.
  if (::fsync(directory.get()) != 0 && errno != EINVAL) return path_error("fsync", parent, errno);
  return {};
}

}  // namespace

DiskFiles& DiskFiles::of_system() {
  static DiskFiles files;
  return files;
}

Result<Fd> DiskFiles::open(const std::string& path, bool create) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | (create ? O_CREAT | O_TRUNC : 0), kFilePermissions));
  if (!fd) return path_error("open", path, errno);
  if (!create) return fd;
  if (auto synced = sync_parent(path); !synced) return synced.error();
  return fd;
}

Result<void> DiskFiles::write_at(int fd, std::span<const std::string_view> parts, uint64_t offset) {
  constexpr size_t kParts = 16;
  while (!parts.empty()) {
    iovec native[kParts];
    const size_t count = std::min(parts.size(), kParts);
    size_t whole = 0;
    for (size_t i = 0; i < count; ++i) {
      native[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
      whole += parts[i].size();
    }
    parts = parts.subspan(count);
    for (iovec* at = native; whole > 0;) {
      const ssize_t written = ::pwritev(fd, at, static_cast<int>(native + count - at), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("write");
      offset += static_cast<uint64_t>(written);
      whole -= static_cast<size_t>(written);
      for (auto left = static_cast<size_t>(written); left > 0;) {
        const size_t step = std::min(left, at->iov_len);
        at->iov_base = static_cast<char*>(at->iov_base) + step;
        at->iov_len -= step;
        left -= step;
        if (at->iov_len == 0) ++at;
      }
    }
  }
  return {};
}

Result<size_t> DiskFiles::read_at(int fd, std::span<char> into, uint64_t offset) {
  size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read");
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

Result<void> DiskFiles::sync(int fd) {
  if (::fdatasync(fd) != 0) return failed("fdatasync");
  return {};
}

Result<void> DiskFiles::truncate(int fd, uint64_t size) {
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return failed("truncate");
  return {};
}

Result<uint64_t> DiskFiles::size(int fd) {
  const auto about = stat_fd(fd);
  if (!about) return about.error();
  return about->size;
}

Result<void> DiskFiles::remove(const std::string& path) { return remove_file(path); }

Result<void> DiskFiles::make_directory(const std::string& path) {
  if (auto made = make_directories(path, kDirectoryPermissions); !made) return made;
  return sync_parent(path);
}

Result<std::vector<DirectoryEntry>> DiskFiles::list(const std::string& path) { return list_directory(path); }

Result<DiskFiles::Space> DiskFiles::space(const std::string& path) {
  struct statvfs about {};
  if (::statvfs(path.c_str(), &about) != 0) return path_error("statvfs", path, errno);
  return Space{uint64_t{about.f_bavail} * about.f_frsize, uint64_t{about.f_blocks} * about.f_frsize};
}

std::string DiskFiles::boot_id() {
  const auto text = read_file("/proc/sys/kernel/random/boot_id", 1024);
  return text ? *text : std::string();
}

}  // namespace invar
