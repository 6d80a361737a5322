#include "src/components/loki/source/file/rotation.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <tuple>

#include "src/io/file.h"

namespace invar::loki_source_file {
namespace {

struct PackedSuffix {
  std::string_view suffix;
  Packing packing;
};
constexpr std::array kPackedSuffixes{PackedSuffix{".gz", Packing::kGzip}, PackedSuffix{".bz2", Packing::kBzip2}, PackedSuffix{".z", Packing::kZlib}};
constexpr std::array<std::string_view, 9> kNotPlain{".gz", ".bz2", ".xz", ".zst", ".zip", ".lz4", ".Z", ".z", ".tmp"};
constexpr std::array<std::string_view, 5> kOldWords{"old", "bak", "backup", "prev", "previous"};
constexpr uint64_t kListingMs = 1000;
constexpr size_t kNamesPerMs = 100;  // listed again and again, a directory takes a tenth of the time

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What rotation puts behind the name or in front of its extension: `.1`, `-20260101`, `.old`.
bool is_rotation_mark(std::string_view mark) {
  if (mark.size() < 2 || !is_separator(mark[0])) return false;
  return is_digit(mark[1]) || std::find(kOldWords.begin(), kOldWords.end(), mark.substr(1)) != kOldWords.end();
}

/// The day in a rotated name, eight digits with or without separators, and what follows: names of one file are ordered by it. Empty: there is none.
std::string date_in(std::string_view name) {
  constexpr size_t kDay = 8;
  std::string digits;
  for (size_t i = 0; i < name.size(); ++i) {
    if (is_digit(name[i])) digits.push_back(name[i]);
    else if (!digits.empty() && digits.size() < kDay && !is_separator(name[i])) digits.clear();
  }
  return digits.size() >= kDay && (digits.starts_with("20") || digits.starts_with("19")) ? digits : std::string();
}

/// The name without its extension.
std::string_view stem_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == name.npos || dot == 0 ? name : name.substr(0, dot);
}

bool look_at(const std::string& path, Neighbour& into) {
  struct statx about;
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &about) != 0) return false;
  if (!S_ISREG(about.stx_mode)) return false;
  into.path = path;
  into.identity.file = {makedev(about.stx_dev_major, about.stx_dev_minor), about.stx_ino};
  into.size = about.stx_size;
  into.modified_ns = about.stx_mtime.tv_sec * 1'000'000'000 + about.stx_mtime.tv_nsec;
  into.identity.birth_ns = (about.stx_mask & STATX_BTIME) != 0 ? about.stx_btime.tv_sec * 1'000'000'000 + about.stx_btime.tv_nsec : 0;
  return true;
}

}  // namespace

FilePlace split_path(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

FilePlace place_of(const std::string& path) {
  char resolved[PATH_MAX];
  return split_path(::realpath(path.c_str(), resolved) ? resolved : path);
}

bool is_rotated_name(std::string_view name, std::string_view candidate) {
  for (const std::string_view suffix : kNotPlain)
    if (candidate.ends_with(suffix)) return false;
  if (candidate.size() > name.size() && candidate.starts_with(name)) return is_rotation_mark(candidate.substr(name.size()));
  const std::string_view stem = stem_of(name), extension = name.substr(stem.size());
  if (extension.empty()) return false;
  if (candidate.size() <= name.size() || !candidate.starts_with(stem) || !candidate.ends_with(extension)) return false;
  return is_rotation_mark(candidate.substr(stem.size(), candidate.size() - name.size()));
}

std::optional<Packing> packing_of_rotated(std::string_view name, std::string_view candidate) {
  for (const PackedSuffix& packed : kPackedSuffixes) {
    if (!candidate.ends_with(packed.suffix)) continue;
    candidate.remove_suffix(packed.suffix.size());
    if (candidate == name || is_rotated_name(name, candidate)) return packed.packing;
  }
  return std::nullopt;
}

void DirectoryListings::list(const std::string& directory, uint64_t now_ms) {
  Listing& listing = listings_[directory];
  listing.names.clear();
  listing.made_ms = now_ms;
  listing.number = ++count_;
  if (auto entries = list_directory(directory))
    for (DirectoryEntry& entry : *entries)
      if (!entry.is_directory && !entry.is_link) listing.names.push_back(std::move(entry.name));
}

bool DirectoryListings::renew(const std::string& directory, uint64_t since, uint64_t now_ms) {
  const Listing& listing = listings_[directory];
  if (listing.number > since) return true;
  if (listing.number != 0 && now_ms < listing.made_ms + listing.names.size() / kNamesPerMs) return false;
  list(directory, now_ms);
  return true;
}

std::vector<std::string> DirectoryListings::names(const std::string& directory, std::string_view prefix, uint64_t now_ms) {
  const Listing& listing = listings_[directory];
  if (listing.number == 0 || now_ms >= listing.made_ms + kListingMs) list(directory, now_ms);
  const auto first = std::lower_bound(listing.names.begin(), listing.names.end(), prefix);
  const auto last = std::find_if(first, listing.names.end(), [&](const std::string& name) { return !name.starts_with(prefix); });
  return {first, last};
}

void DirectoryListings::forget_old(uint64_t now_ms) {
  std::erase_if(listings_, [&](const auto& listing) { return now_ms >= listing.second.made_ms + kListingMs; });
}

/// Names with days in them are in order by these. Other files are as old as they are (a compressed one as what was written last to it: it came later).
std::vector<Neighbour> rotated_neighbours(const FilePlace& place, DirectoryListings& listings, uint64_t now_ms) {
  std::vector<Neighbour> result;
  for (const std::string& name : listings.names(place.directory, stem_of(place.name), now_ms)) {
    const auto packing = packing_of_rotated(place.name, name);
    if (!packing && !is_rotated_name(place.name, name)) continue;
    Neighbour neighbour;
    if (!look_at(place.directory + "/" + name, neighbour)) continue;
    neighbour.packing = packing;
    result.push_back(std::move(neighbour));
  }
  const auto date = [&](const Neighbour& n) { return date_in(std::string_view(n.path).substr(place.directory.size() + 1 + stem_of(place.name).size())); };
  const bool dated = std::all_of(result.begin(), result.end(), [&](const Neighbour& n) { return !date(n).empty(); });
  const bool any_packed = std::any_of(result.begin(), result.end(), [](const Neighbour& n) { return n.packing.has_value(); });
  // Times of birth have the step of the kernel's tick (4 ms); of files of one tick the inodes, which mostly count up, say more than the order of the directory.
  const auto age = [](const Neighbour& n) {
    return std::tuple(n.identity.birth_ns != 0 && !n.packing ? n.identity.birth_ns : n.modified_ns, n.modified_ns, n.file().ino);
  };
  std::stable_sort(result.begin(), result.end(), [&](const Neighbour& a, const Neighbour& b) {
    return dated && any_packed ? date(a) < date(b) : age(a) < age(b);
  });
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

bool gzip_holds(int fd, uint64_t size) {
  const auto about = stat_fd(fd);
  char bytes[4];
  if (!about || about->size < 18) return false;  // the least there is: header and trailer
  const auto got = read_at(fd, bytes, about->size - sizeof(bytes));
  if (!got || *got != sizeof(bytes)) return false;
  uint32_t says = 0;
  for (int i = 3; i >= 0; --i) says = says << 8 | static_cast<unsigned char>(bytes[i]);
  return says == static_cast<uint32_t>(size);
}

}  // namespace invar::loki_source_file
