#include "src/components/loki/source/file/file_registry.h"

#include <algorithm>
#include <charconv>

#include "src/io/file.h"

namespace invar::loki_source_file {
namespace {

/// Go's strconv.ParseInt, without negative offsets: there is no such place in a file.
std::optional<uint64_t> parse_offset(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc() || end != text.data() + text.size() || offset < 0) return std::nullopt;
  return static_cast<uint64_t>(offset);
}

constexpr uint32_t kTellingLength = 64;

/// In one directory, with names that begin alike up to the first `.`, `-` or `_` that is not at their front.
bool are_of_one_name(std::string_view a, std::string_view b) {
  const size_t name = a.rfind('/') + 1;
  const size_t stem = a.find_first_of(".-_", name + 1);
  const std::string_view common = a.substr(0, stem);
  return b.starts_with(common) && b.find('/', name) == b.npos;
}

/// An inode that was used again is another file.
bool may_be_same(int64_t birth_ns, int64_t other_birth_ns) { return birth_ns == other_birth_ns || birth_ns == 0 || other_birth_ns == 0; }

bool is_one_of(const SharedText& labels, std::span<const SharedText> siblings) {
  return std::find(siblings.begin(), siblings.end(), labels) != siblings.end();
}

}  // namespace

FileRegistry::FileRegistry(const std::map<uint64_t, Position>& stored, PositionMap imported, bool import_is_newer)
    : imported_(std::move(imported)) {
  for (const auto& [id, position] : stored) {
    largest_id_ = std::max(largest_id_, id);
    const auto entry = imported_.lower_bound(PositionKey{position.path, ""});
    const bool imported = entry != imported_.end() && entry->first.path == position.path;
    if (!import_is_newer || !imported) add_stored(position);
  }
  // Ours, so what the journal knows is newer.
  if (!import_is_newer)
    std::erase_if(imported_, [&](const auto& entry) { return stored_by_path_.contains(std::string_view(entry.first.path)); });
}

void FileRegistry::add_stored(const Position& position) {
  stored_[position.id] = position;
  stored_by_file_[position.file].insert(position.id);
  stored_by_path_[position.path.str()].insert(position.id);
}

void FileRegistry::drop_stored(uint64_t id) {
  const auto found = stored_.find(id);
  if (found == stored_.end()) return;
  const auto file = stored_by_file_.find(found->second.file);
  file->second.erase(id);
  if (file->second.empty()) stored_by_file_.erase(file);
  const auto path = stored_by_path_.find(found->second.path.str());
  path->second.erase(id);
  if (path->second.empty()) stored_by_path_.erase(path);
  stored_.erase(found);
}

/// Is the file a generation that another target still reads, though its path leads elsewhere by now?
bool FileRegistry::held_elsewhere(const Ask& ask) {
  const auto owners = owners_.find(ask.file.file);
  if (owners == owners_.end()) return false;
  for (const Owner& owner : owners->second) {
    if (owner.path == ask.path) continue;
    const auto there = stat_path(owner.path.str());
    if (!there || FileId{there->dev, there->ino} != ask.file.file) return true;
  }
  return false;
}

uint32_t FileRegistry::free_reader(FileId file) const {
  const auto owners = owners_.find(file);
  if (owners == owners_.end()) return 0;
  uint32_t reader = 0;
  while (std::any_of(owners->second.begin(), owners->second.end(), [&](const Owner& o) { return o.reader == reader; })) ++reader;
  return reader;
}

const Position* FileRegistry::find_stored(const Ask& ask) const {
  const Position* best = nullptr;
  int best_rank = 0;
  const auto consider = [&](uint64_t id, int rank) {
    const Position& p = stored_.at(id);
    if (!p.fingerprint.matches(ask.beginning) || p.offset > ask.size) return;
    // An empty fingerprint says nothing about content: only the same file may continue it.
    if (p.fingerprint.length == 0 && p.file != ask.file.file) return;
    if (p.labels == ask.labels) rank += 2;
    else if (p.path == ask.path && is_one_of(p.labels, ask.siblings)) return;
    if (p.path == ask.path) rank += 1;
    if (rank > best_rank) best = &p, best_rank = rank;
  };
  if (const auto same = stored_by_file_.find(ask.file.file); same != stored_by_file_.end())
    for (const uint64_t id : same->second) consider(id, 300);
  if (const auto same = stored_by_path_.find(ask.path.str()); same != stored_by_path_.end())
    for (const uint64_t id : same->second) consider(id, stored_.at(id).file.ino == ask.file.file.ino ? 200 : 100);
  return best;
}

FileRegistry::Claim FileRegistry::own(Claim claim, const FileIdentity& file, const SharedText& path) {
  owners_[file.file].push_back({claim.id, claim.reader, path, file.birth_ns});
  return claim;
}

FileRegistry::Claim FileRegistry::claim(const Ask& ask) {
  const std::lock_guard lock(mutex_);
  if (held_elsewhere(ask)) return {.start = Start::kBusy};
  const uint32_t reader = free_reader(ask.file.file);
  if (const Position* stored = find_stored(ask)) {
    const Claim claim{Start::kContinue, stored->id, reader, stored->offset};
    drop_stored(stored->id);
    return own(claim, ask.file, ask.path);
  }
  const std::optional<Claim> imported = ask.has_earlier ? std::nullopt : find_import(ask);
  Claim claim = imported.value_or(Claim{.start = lost_ ? Start::kBroken : Start::kNew});
  claim.id = ++largest_id_;
  claim.reader = reader;
  return own(claim, ask.file, ask.path);
}

std::optional<FileRegistry::Claim> FileRegistry::find_import(const Ask& ask) {
  const auto exact = imported_.find(PositionKey{ask.path, ask.labels});
  if (exact != imported_.end()) {
    const auto offset = parse_offset(exact->second);
    imported_.erase(exact);
    if (!offset) return Claim{.start = Start::kBroken};
    if (*offset > 0) return *offset <= ask.size ? Claim{.start = Start::kImported, .offset = *offset} : Claim{};
  }
  // The position is the file's, whatever its labels were. What another reader of the path will want is left to it.
  std::optional<Claim> best;
  for (auto entry = imported_.lower_bound(PositionKey{ask.path, ""});
       entry != imported_.end() && entry->first.path == ask.path; ++entry) {
    const auto offset = parse_offset(entry->second);
    if (!offset || *offset > ask.size || is_one_of(entry->first.labels, ask.siblings)) continue;
    if (!best || *offset > best->offset) best = Claim{.start = Start::kImported, .offset = *offset};
  }
  return best;
}

std::optional<uint64_t> FileRegistry::imported_offset(const Ask& ask) {
  const std::lock_guard lock(mutex_);
  if (find_stored(ask)) return std::nullopt;
  std::optional<uint64_t> best;
  for (auto entry = imported_.lower_bound(PositionKey{ask.path, ""}); entry != imported_.end() && entry->first.path == ask.path; ++entry) {
    const auto offset = parse_offset(entry->second);
    const bool exact = entry->first.labels == ask.labels;
    if (exact && !offset) return std::nullopt;
    if (!offset || *offset == 0 || (!exact && is_one_of(entry->first.labels, ask.siblings))) continue;
    if (exact) return offset;
    best = std::max(best.value_or(0), *offset);
  }
  return best;
}

void FileRegistry::import_for(Position position) {
  const std::lock_guard lock(mutex_);
  imported_.erase(PositionKey{position.path, position.labels});
  position.id = ++largest_id_;
  add_stored(position);
}

FileRegistry::Claim FileRegistry::claim_stored(const Position& position, const FileIdentity& file) {
  const std::lock_guard lock(mutex_);
  const Claim claim{Start::kContinue, position.id, free_reader(file.file), position.offset};
  drop_stored(position.id);
  return own(claim, file, position.path);
}

void FileRegistry::release(const Position& position, bool keep) {
  const std::lock_guard lock(mutex_);
  const auto owners = owners_.find(position.file);
  if (owners != owners_.end()) {
    std::erase_if(owners->second, [&](const Owner& owner) { return owner.id == position.id; });
    if (owners->second.empty()) owners_.erase(owners);
  }
  if (keep) add_stored(position);
}

std::vector<Position> FileRegistry::left_behind(const SharedText& path, const SharedText& labels, std::span<const SharedText> siblings) {
  const std::lock_guard lock(mutex_);
  std::vector<Position> result;
  const auto same = stored_by_path_.find(path.str());
  if (same == stored_by_path_.end()) return result;
  for (const uint64_t id : same->second) {
    const Position& p = stored_.at(id);
    if (p.labels != labels && is_one_of(p.labels, siblings)) continue;
    result.push_back(p);
  }
  return result;
}

void FileRegistry::drop(uint64_t id) {
  const std::lock_guard lock(mutex_);
  drop_stored(id);
}

bool FileRegistry::forget_unowned(uint64_t id, bool also_old) {
  const std::lock_guard lock(mutex_);
  const auto found = stored_.find(id);
  if (found == stored_.end() || (found->second.left_ns == 0 && !also_old)) return false;
  drop_stored(id);
  return true;
}

bool FileRegistry::knows(const FileIdentity& file, const SharedText& path, const SharedText& labels, std::span<const SharedText> siblings) {
  const std::lock_guard lock(mutex_);
  if (const auto owners = owners_.find(file.file); owners != owners_.end())
    for (const Owner& owner : owners->second)
      if (owner.path != path && may_be_same(owner.birth_ns, file.birth_ns)) return true;
  const auto same = stored_by_file_.find(file.file);
  return same != stored_by_file_.end() && std::any_of(same->second.begin(), same->second.end(), [&](uint64_t id) {
    const Position& p = stored_.at(id);
    const bool of_sibling = p.path == path && p.labels != labels && is_one_of(p.labels, siblings);
    return !of_sibling && may_be_same(p.birth_ns, file.birth_ns);
  });
}

bool FileRegistry::knows(FileId file, const SharedText& path, std::string_view beginning) {
  const std::lock_guard lock(mutex_);
  if (const auto owners = owners_.find(file); owners != owners_.end())
    for (const Owner& owner : owners->second)
      if (owner.path != path) return true;
  if (const auto same = stored_by_file_.find(file); same != stored_by_file_.end())
    for (const uint64_t id : same->second)
      if (const Fingerprint& known = stored_.at(id).fingerprint; known.length > 0 && known.matches(beginning)) return true;
  return false;
}

void FileRegistry::note_content(FileId file, uint64_t id, const Fingerprint& fingerprint) {
  const std::lock_guard lock(mutex_);
  if (const auto owners = owners_.find(file); owners != owners_.end())
    for (Owner& owner : owners->second)
      if (owner.id == id) owner.fingerprint = fingerprint;
}

bool FileRegistry::is_read_beside(const SharedText& path, std::string_view beginning) {
  const std::lock_guard lock(mutex_);
  const Fingerprint full = Fingerprint::of(beginning);
  const auto is_it = [&](const Fingerprint& known, const SharedText& other) {
    if (known.length < kTellingLength || other == path || !are_of_one_name(path, other)) return false;
    return known.length == full.length ? known == full : known.matches(beginning);
  };
  for (const auto& [file, owners] : owners_)
    for (const Owner& owner : owners)
      if (is_it(owner.fingerprint, owner.path)) return true;
  return std::any_of(stored_.begin(), stored_.end(), [&](const auto& entry) { return is_it(entry.second.fingerprint, entry.second.path); });
}

void FileRegistry::forget_import(const PositionKey& key) {
  const std::lock_guard lock(mutex_);
  imported_.erase(key);
}

}  // namespace invar::loki_source_file
