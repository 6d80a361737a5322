#include "src/components/loki/source/file/rotation.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "src/io/file.h"

namespace invar::loki_source_file {
namespace {

constexpr std::array<std::string_view, 9> kNotPlain{".gz", ".bz2", ".xz", ".zst", ".zip", ".lz4", ".Z", ".z", ".tmp"};
constexpr std::array<std::string_view, 5> kOldWords{"old", "bak", "backup", "prev", "previous"};

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What rotation puts behind the name or in front of its extension: `.1`, `-20260101`, `.old`.
bool is_rotation_mark(std::string_view mark) {
  if (mark.size() < 2 || !is_separator(mark[0])) return false;
  return is_digit(mark[1]) || std::find(kOldWords.begin(), kOldWords.end(), mark.substr(1)) != kOldWords.end();
}

bool look_at(const std::string& path, Neighbour& into) {
  struct statx about;
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &about) != 0) return false;
  if (!S_ISREG(about.stx_mode)) return false;
  into.path = path;
  into.file = {makedev(about.stx_dev_major, about.stx_dev_minor), about.stx_ino};
  into.size = about.stx_size;
  into.modified_ns = about.stx_mtime.tv_sec * 1'000'000'000 + about.stx_mtime.tv_nsec;
  into.birth_ns = (about.stx_mask & STATX_BTIME) != 0 ? about.stx_btime.tv_sec * 1'000'000'000 + about.stx_btime.tv_nsec : 0;
  return true;
}

}  // namespace

FilePlace place_of(const std::string& path) {
  char resolved[PATH_MAX];
  const std::string real = ::realpath(path.c_str(), resolved) ? resolved : path;
  const size_t slash = real.rfind('/');
  if (slash == std::string::npos) return {".", real};
  return {slash == 0 ? "/" : real.substr(0, slash), real.substr(slash + 1)};
}

bool is_rotated_name(std::string_view name, std::string_view candidate) {
  for (const std::string_view suffix : kNotPlain)
    if (candidate.ends_with(suffix)) return false;
  if (candidate.size() > name.size() && candidate.starts_with(name)) return is_rotation_mark(candidate.substr(name.size()));
  const size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return false;
  const std::string_view stem = name.substr(0, dot), extension = name.substr(dot);
  if (candidate.size() <= name.size() || !candidate.starts_with(stem) || !candidate.ends_with(extension)) return false;
  return is_rotation_mark(candidate.substr(dot, candidate.size() - name.size()));
}

std::vector<Neighbour> rotated_neighbours(const FilePlace& place) {
  std::vector<Neighbour> result;
  const auto entries = list_directory(place.directory);
  if (!entries) return result;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory || entry.is_link || !is_rotated_name(place.name, entry.name)) continue;
    Neighbour neighbour;
    if (look_at(place.directory + "/" + entry.name, neighbour)) result.push_back(std::move(neighbour));
  }
  const auto age = [](const Neighbour& n) { return n.birth_ns != 0 ? n.birth_ns : n.modified_ns; };
  std::stable_sort(result.begin(), result.end(), [&](const Neighbour& a, const Neighbour& b) { return age(a) < age(b); });
  return result;
}

int64_t birth_of(int fd) {
  struct statx about;
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &about) != 0 || (about.stx_mask & STATX_BTIME) == 0) return 0;
  return about.stx_btime.tv_sec * 1'000'000'000 + about.stx_btime.tv_nsec;
}

bool must_be_polled(int fd) {
  struct statfs about;
  if (::fstatfs(fd, &about) != 0) return true;
  switch (static_cast<uint32_t>(about.f_type)) {
    case 0x6969:      // nfs
    case 0xFF534D42:  // cifs
    case 0xFE534D42:  // smb2
    case 0x517B:      // smb
    case 0x65735546:  // fuse
    case 0x01021997:  // 9p
    case 0x00C36400:  // ceph
    case 0x5346414F:  // afs
    case 0x0BD00BD0:  // lustre
    case 0x01161970:  // gfs2
    case 0x7461636F:  // ocfs2
      return true;
    default:
      return false;
  }
}

}  // namespace invar::loki_source_file
