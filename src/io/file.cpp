#include "src/io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>

namespace invar {
namespace {

template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// 0, or the errno of the write that failed.
int write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

FileStat from_native(const struct stat& native) {
  FileStat result;
  result.dev = native.st_dev;
  result.ino = native.st_ino;
  result.size = static_cast<uint64_t>(native.st_size);
  result.mtime_ns = static_cast<int64_t>(native.st_mtim.tv_sec) * 1'000'000'000 + native.st_mtim.tv_nsec;
  result.links = static_cast<uint32_t>(native.st_nlink);
  result.mode = native.st_mode;
  return result;
}

Result<void> sync_directory(const std::string& path) {
  const Fd directory(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory) return path_error("open", path, errno);
  // Some file systems cannot sync a directory and say EINVAL: nothing more can be done there.
  if (::fsync(directory.get()) != 0 && errno != EINVAL) return path_error("fsync", path, errno);
  return {};
}

}  // namespace

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

std::string errno_text(int code) {
  const char* known = ::strerrordesc_np(code);
  if (known == nullptr) return "errno " + std::to_string(code);
  std::string text = known;
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.size() > 1 && upper(text[0]) && lower(text[1])) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::string errno_reason(int code) {
  switch (code) {
    case ENOENT:
      return "not_found";
    case EACCES:
    case EPERM:
      return "permission";
    case ENOSPC:
    case EDQUOT:
      return "no_space";
    case EROFS:
      return "read_only";
    case EMFILE:
    case ENFILE:
      return "too_many_files";
    case ENOTDIR:
      return "not_a_directory";
    case EISDIR:
      return "is_directory";
    case ELOOP:
      return "link_loop";
    case ENAMETOOLONG:
      return "name_too_long";
    case EEXIST:
      return "exists";
    case ENOMEM:
      return "no_memory";
    case EADDRINUSE:
      return "address_in_use";
    case EADDRNOTAVAIL:
      return "address_not_available";
    case ECONNREFUSED:
      return "refused";
    case ECONNRESET:
    case EPIPE:
      return "reset";
    case ETIMEDOUT:
      return "timeout";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "unreachable";
    default:
      return "io";
  }
}

Error path_error(std::string_view operation, std::string_view path, int code) {
  std::string what(operation);
  what.append(" ").append(path).append(": ").append(errno_text(code));
  return {std::move(what), errno_reason(code)};
}

bool FileStat::is_directory() const { return S_ISDIR(mode); }
bool FileStat::is_regular() const { return S_ISREG(mode); }

Result<Fd> open_file(const std::string& path, OpenMode mode, uint32_t permissions) {
  int flags = O_CLOEXEC | O_NOCTTY;
  switch (mode) {
    case OpenMode::kRead:
      flags |= O_RDONLY | O_NONBLOCK;
      break;
    case OpenMode::kReadNoFollow:
      flags |= O_RDONLY | O_NONBLOCK | O_NOFOLLOW;
      break;
    case OpenMode::kWriteTruncate:
      flags |= O_WRONLY | O_CREAT | O_TRUNC;
      break;
    case OpenMode::kAppend:
      flags |= O_WRONLY | O_CREAT | O_APPEND;
      break;
  }
  Fd fd(uninterrupted([&] { return ::open(path.c_str(), flags, permissions); }));
  if (!fd) return path_error("open", path, errno);
  return fd;
}

Result<size_t> read_some(int fd, std::span<char> into) {
  const ssize_t got = uninterrupted([&] { return ::read(fd, into.data(), into.size()); });
  if (got < 0) return Error{"read: " + errno_text(errno), errno_reason(errno)};
  return static_cast<size_t>(got);
}

Result<size_t> read_at(int fd, std::span<char> into, uint64_t offset) {
  const ssize_t got = uninterrupted([&] { return ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset)); });
  if (got < 0) return Error{"read: " + errno_text(errno), errno_reason(errno)};
  return static_cast<size_t>(got);
}

Result<void> write_all(int fd, std::string_view bytes) {
  if (const int code = write_fully(fd, bytes); code != 0)
    return Error{"write: " + errno_text(code), errno_reason(code)};
  return {};
}

Result<FileStat> stat_fd(int fd) {
  struct stat native;
  if (::fstat(fd, &native) != 0) return Error{"stat: " + errno_text(errno), errno_reason(errno)};
  return from_native(native);
}

Result<FileStat> stat_path(const std::string& path) {
  struct stat native;
  if (::stat(path.c_str(), &native) != 0) return path_error("stat", path, errno);
  return from_native(native);
}

Result<std::string> read_file(const std::string& path, size_t limit) {
  auto fd = open_file(path);
  if (!fd) return fd.error();
  std::string text;
  if (const auto about = stat_fd(fd->get()); about && about->is_regular())
    text.reserve(std::min<size_t>(about->size, limit) + 1);
  char piece[16384];
  while (true) {
    const ssize_t got = uninterrupted([&] { return ::read(fd->get(), piece, sizeof piece); });
    if (got < 0) return path_error("read", path, errno);
    if (got == 0) return text;
    if (text.size() + static_cast<size_t>(got) > limit)
      return Error{"read " + path + ": more than " + std::to_string(limit) + " bytes", "too_large"};
    text.append(piece, static_cast<size_t>(got));
  }
}

Result<void> replace_file(const std::string& path, std::string_view bytes, uint32_t permissions, const std::function<Result<void>()>& before_rename) {
  static std::atomic<uint64_t> counter{0};
  const std::string temporary = path + ".tmp" + std::to_string(::getpid()) + "." + std::to_string(++counter);
  const auto failed = [&](Error error) {
    ::unlink(temporary.c_str());
    return error;
  };
  auto fd = open_file(temporary, OpenMode::kWriteTruncate, permissions);
  if (!fd) return fd.error();
  struct stat before;
  if (::stat(path.c_str(), &before) == 0 && ::fchown(fd->get(), before.st_uid, before.st_gid) != 0) errno = 0;  // only root may give files away
  if (::fchmod(fd->get(), permissions) != 0) return failed(path_error("chmod", temporary, errno));
  if (const int code = write_fully(fd->get(), bytes); code != 0) return failed(path_error("write", temporary, code));
  if (::fdatasync(fd->get()) != 0) return failed(path_error("fdatasync", temporary, errno));
  fd->reset();
  if (before_rename)
    if (auto done = before_rename(); !done) return failed(done.error());
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed(path_error("rename", path, errno));
  return sync_directory(parent_of(path));
}

Result<void> make_directories(const std::string& path, uint32_t permissions) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), permissions) != 0 && errno != EEXIST) return path_error("mkdir", part, errno);
    if (slash == std::string::npos) break;
  }
  const auto about = stat_path(path);
  if (!about) return about.error();
  if (!about->is_directory()) return path_error("mkdir", path, ENOTDIR);
  return {};
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return path_error("remove", path, errno);
  return {};
}

Result<std::vector<DirectoryEntry>> list_directory(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
  if (!directory) return path_error("open", path, errno);
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;
    const dirent* native = ::readdir(directory.get());
    if (native == nullptr) break;
    const std::string_view name = native->d_name;
    if (name == "." || name == "..") continue;
    unsigned char type = native->d_type;
    if (type == DT_UNKNOWN) {  // some file systems leave it to the asker
      struct stat about;
      if (::fstatat(::dirfd(directory.get()), native->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0)
        type = IFTODT(about.st_mode);
    }
    entries.push_back({std::string(name), type == DT_DIR, type == DT_LNK});
  }
  if (errno != 0) return path_error("readdirent", path, errno);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

Result<Journal> Journal::open(const std::string& path, uint32_t permissions) {
  auto fd = open_file(path, OpenMode::kAppend, permissions);
  if (!fd) return fd.error();
  const auto about = stat_fd(fd->get());
  if (!about) return about.error();
  return Journal(path, std::move(*fd), about->size);
}

Result<void> Journal::append(std::string_view bytes) {
  if (const int code = write_fully(fd_.get(), bytes); code != 0) {
    const Error error = path_error("write", path_, code);
    if (auto cut = truncate(size_); !cut) return Error{error.what + "; " + cut.error().what, error.reason};
    return error;
  }
  size_ += bytes.size();
  return {};
}

Result<void> Journal::sync() {
  if (::fdatasync(fd_.get()) != 0) return path_error("fdatasync", path_, errno);
  return {};
}

Result<void> Journal::truncate(uint64_t size) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return path_error("truncate", path_, errno);
  size_ = size;
  return {};
}

uint64_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && ::setrlimit(RLIMIT_NOFILE, &raised) == 0) return raised.rlim_cur;
  return limit.rlim_cur;
}

}  // namespace invar
