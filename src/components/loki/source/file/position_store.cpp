#include "src/components/loki/source/file/position_store.h"

#include <algorithm>
#include <filesystem>

#include "src/components/loki/source/file/rotation.h"

namespace invar::loki_source_file {
namespace {

constexpr uint64_t kWaitForTargetsMs = 3'600'000;  // a target may be discovered this late
constexpr size_t kSmallJournal = 256 * 1024;  // below this it is not worth a rewrite

bool is_cursor(std::string_view path) { return path.starts_with("cursor-") || path.starts_with("journal-"); }

bool is_missing(const std::string& path) {
  const auto about = stat_path(path);
  return !about && about.error().reason == "not_found";
}

Result<void> move_aside(const std::string& path) {
  std::error_code failure;
  std::filesystem::rename(path, path + std::string(PositionStore::kAsideSuffix), failure);
  if (failure) return path_error("rename", path, failure.value());
  return {};
}

/// Is the file still there, rotated away?
bool is_beside(const Position& position, DirectoryListings& listings, uint64_t now_ms) {
  const auto neighbours = rotated_neighbours(split_path(position.path.str()), listings, now_ms);
  return std::any_of(neighbours.begin(), neighbours.end(), [&](const Neighbour& n) { return n.file() == position.file; });
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

PositionStore::PositionStore(Loop& disk, Options options, Report report)
    : disk_(disk), options_(std::move(options)), report_(std::move(report)) {}

PositionStore::~PositionStore() = default;

Result<std::shared_ptr<PositionStore>> PositionStore::open(Loop& disk, Options options, Report report) {
  // The last owner may be on any thread; the end belongs on the disk loop, behind every change posted before.
  std::shared_ptr<PositionStore> store(new PositionStore(disk, std::move(options), std::move(report)), [](PositionStore* store) {
    store->disk_.post([store] {
      if (store->sync_timer_) {
        store->sync();
        store->publish();
      }
      delete store;
    });
  });
  if (auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

Result<void> PositionStore::load() {
  JournalContents contents;
  const auto journal = read_file(journal_path(), size_t{1} << 30);
  if (journal) {
    contents = read_journal(*journal);
    live_bytes_ = journal->size();
    if (contents.skipped_bytes > 0)
      notes_.push_back({"positions journal: stepped over " + std::to_string(contents.skipped_bytes) + " damaged bytes", {}});
    rewrite_due_ = contents.skipped_bytes > 0;
  } else if (journal.error().reason != "not_found" && journal.error().reason != "not_a_directory") {
    return Error{"positions journal cannot be read, refusing to start to avoid re-ingesting logs: " + journal.error().what, journal.error().reason};
  }
  const auto positions = read_file(positions_path(), size_t{1} << 30);
  if (positions) load_positions(*positions, journal.ok(), contents);
  else if (positions.error().reason != "not_found" && positions.error().reason != "not_a_directory") return positions.error();
  if (!options_.legacy_file.empty() && !journal)
    if (auto legacy = load_legacy(); !legacy) return legacy;
  positions_ = contents.positions;
  published_hash_ = contents.positions_file_hash;
  earlier_hash_ = contents.earlier_positions_file_hash;
  if (journal)
    if (const auto about = stat_path(journal_path())) journal_written_ns_ = about->mtime_ns;
  registry_ = std::make_unique<FileRegistry>(contents.positions, published_, import_is_newer_);
  if (positions_file_is_broken_ && !journal) registry_->note_loss();
  return {};
}

/// Alloy's positions.yml, ours, or one in the form of Promtail's.
void PositionStore::load_positions(std::string_view text, bool has_journal, const JournalContents& journal) {
  auto read = read_positions_file(text);
  if (!read) {
    const Error error = read.error();
    read = read_legacy_positions_file(text);
    if (!read) {
      positions_file_is_broken_ = true;
      const std::string aside = positions_path() + std::string(kAsideSuffix);
      notes_.push_back({has_journal ? "positions file makes no sense; it is moved to " + aside + ", and the journal of positions counts"
                                    : "positions file makes no sense; it is moved to " + aside + ", and files begin where on_positions_file_error says",
                        "invalid yaml positions file [" + positions_path() + "]: " + error.what});
      return;
    }
    notes_.push_back({"positions file has the form of Promtail's: taken over", {}});
  }
  const uint64_t hash = stable_hash(text);
  const bool ours = has_journal && (hash == journal.positions_file_hash || hash == journal.earlier_positions_file_hash);
  published_ = std::move(*read);
  import_is_newer_ = !ours;
  if (ours) return;
  foreign_hash_ = hash;
  if (const auto about = stat_path(positions_path())) import_written_ns_ = about->mtime_ns;
}

Result<void> PositionStore::load_legacy() {
  const auto refuse = [&](const Error& why) {
    return Error{"legacy positions file \"" + options_.legacy_file +
                     "\" exists but could not be read, refusing to start to avoid re-ingesting logs: " + why.what,
                 why.reason};
  };
  const auto text = read_file(options_.legacy_file);
  if (!text) {
    if (text.error().reason != "not_found") return refuse(text.error());
    notes_.push_back({"no legacy positions file found: " + options_.legacy_file, {}});
    return {};
  }
  auto legacy = read_legacy_positions_file(*text);
  if (!legacy) {
    notes_.push_back({"error parsing legacy positions file", options_.legacy_file + ": " + legacy.error().what});
  } else if (const auto about = stat_path(positions_path()); about && about->size > 0) {
    notes_.push_back({"will not convert the legacy positions file as the new positions file already exists", {}});
  } else {
    published_ = std::move(*legacy);
    if (const auto about = stat_path(options_.legacy_file)) import_written_ns_ = about->mtime_ns;
  }
  return {};
}

void PositionStore::begin() {
  disk_.post([this] { begin_on_disk(); });
}

void PositionStore::begin_on_disk() {
  begun_ms_ = disk_.now_ms();
  sync_timer_ = std::make_unique<Timer>(disk_, [this] { sync(); });
  publish_timer_ = std::make_unique<Timer>(disk_, [this] {
    publish();
    clean_up();
  });
  publish_timer_->start(options_.publish_every_ms, options_.publish_every_ms);
  if (auto made = make_directories(options_.directory, 0750); !made) return failed(made.error());
  if (positions_file_is_broken_)
    if (auto moved = move_aside(positions_path()); !moved) return failed(moved.error());
  auto journal = Journal::open(journal_path());
  if (!journal) return failed(journal.error());
  journal_ = std::move(*journal);
  if (foreign_hash_) note_positions_file(foreign_hash_);  // imported: from now on the journal knows better
  if (rewrite_due_ || journal_->size() > kSmallJournal) rewrite();
}

void PositionStore::note_positions_file(uint64_t hash) {
  if (hash == published_hash_) return;
  earlier_hash_ = published_hash_;
  published_hash_ = hash;
  if (!journal_ || rewrite_due_) return rewrite();
  JournalFrame frame;
  frame.note_positions_file(hash);
  auto written = journal_->append(frame.take());
  if (written) written = journal_->sync();
  if (written) return;
  rewrite_due_ = true;
  failed(written.error());
}

void PositionStore::apply(PositionChanges changes) {
  disk_.post([this, changes = std::move(changes)]() mutable {
    waiting_.push_back(std::move(changes));
    note_changes();
  });
}

/// What queues on disk have taken over is theirs from now on, and at once is not the files' any more: a kill in between would double it, the other way round lose it.
void PositionStore::note_changes() {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    const PositionChanges& next = waiting_.front();
    if (auto made = make_all(next.marks); !made) {
      failed(made.error());
      if (!sync_timer_->active()) sync_timer_->start(options_.sync_every_ms);
      return;
    }
    apply_to_memory(next);
    write(next);
  }
}

void PositionStore::flush(std::function<void()> done) {
  disk_.post([this, done = std::move(done)] {
    sync();
    publish();
    done();
  });
}

void PositionStore::apply_to_memory(const PositionChanges& changes) {
  for (const PositionKey& key : changes.hidden) {
    shown_.erase(key);
    published_.erase(key);
  }
  for (const auto& [position, at_path] : changes.defined) {
    positions_[position.id] = position;
    if (at_path) shown_[{position.path, position.labels}] = position.id;
  }
  for (const auto& [id, offset] : changes.moved)
    if (const auto found = positions_.find(id); found != positions_.end()) found->second.offset = offset;
  for (const uint64_t id : changes.forgotten) positions_.erase(id);
  publish_due_ = true;
}

void PositionStore::write(const PositionChanges& changes) {
  if (!journal_ || rewrite_due_) {  // the whole is written once the disk takes it again
    rewrite_due_ = true;
  } else {
    JournalFrame frame;
    for (const auto& define : changes.defined) frame.define(define.position);
    for (const auto& [id, offset] : changes.moved) frame.move(id, offset);
    for (const uint64_t id : changes.forgotten) frame.forget(id);
    if (!frame.empty()) {
      if (auto written = journal_->append(frame.take()); !written) {
        rewrite_due_ = true;
        failed(written.error());
      }
    }
  }
  unsynced_ = true;
  if (!sync_timer_->active()) sync_timer_->start(options_.sync_every_ms);
}

void PositionStore::sync() {
  note_changes();
  if (!journal_ || rewrite_due_ || journal_->size() > std::max<size_t>(kSmallJournal, 4 * live_bytes_)) return rewrite();
  if (!unsynced_) return;
  unsynced_ = false;
  if (auto synced = journal_->sync(); !synced) {
    rewrite_due_ = true;
    return failed(synced.error());
  }
  recovered();
}

/// A new journal that holds only what is known now, in place of the old one.
void PositionStore::rewrite() {
  unsynced_ = false;
  std::string bytes;
  JournalFrame frame;
  if (earlier_hash_) frame.note_positions_file(earlier_hash_);
  if (published_hash_) frame.note_positions_file(published_hash_);
  size_t in_frame = 0;
  for (const auto& [id, position] : positions_) {
    frame.define(position);
    if (++in_frame % 256 == 0) bytes += frame.take();
  }
  if (!frame.empty()) bytes += frame.take();
  if (auto made = make_directories(options_.directory, 0750); !made) return failed(made.error());
  if (auto replaced = replace_file(journal_path(), bytes); !replaced) {
    rewrite_due_ = true;
    return failed(replaced.error());
  }
  auto journal = Journal::open(journal_path());
  if (!journal) return failed(journal.error());
  journal_ = std::move(*journal);
  live_bytes_ = bytes.size();
  rewrite_due_ = false;
  recovered();
}

/// Writes positions.yml. Its hash goes into the journal first, so that the next start knows whether somebody else has written it since.
void PositionStore::publish() {
  if (!publish_due_) return;
  for (const auto& [key, id] : shown_)
    if (const auto found = positions_.find(id); found != positions_.end()) published_[key] = std::to_string(found->second.offset);
  const std::string text = write_positions_file(published_);
  note_positions_file(stable_hash(text));
  if (auto replaced = replace_file(positions_path(), text); !replaced) return failed(replaced.error());
  publish_due_ = false;
  if (!rewrite_due_ && journal_) recovered();
}

/// As Alloy, after each save: entries of files that are gone are dropped from the next one. Our own positions outlive the path, since the file may only have
/// been renamed, and those from before the start some time more, since its target may not be known yet.
void PositionStore::clean_up() {
  for (auto entry = published_.begin(); entry != published_.end();) {
    const PositionKey& key = entry->first;
    const auto reader = shown_.find(key);
    if (is_cursor(key.path) || (reader != shown_.end() && positions_.contains(reader->second)) || !is_missing(key.path.str())) {
      ++entry;
      continue;
    }
    registry_->forget_import(key);
    entry = published_.erase(entry);
    publish_due_ = true;
  }
  PositionChanges gone;
  DirectoryListings listings;
  const bool started_long_ago = disk_.now_ms() >= begun_ms_ + kWaitForTargetsMs;
  for (const auto& [id, position] : positions_) {
    const auto reader = shown_.find({position.path, position.labels});
    if (reader != shown_.end() && reader->second == id) continue;
    if (!is_missing(position.path.str())) continue;
    if (!is_missing(parent_of(position.path.str())) && is_beside(position, listings, disk_.now_ms())) continue;
    if (registry_->forget_unowned(id, started_long_ago || is_missing(parent_of(position.path.str())))) gone.forgotten.push_back(id);
  }
  if (gone.empty()) return;
  apply_to_memory(gone);
  write(gone);
}

void PositionStore::failed(const Error& error) {
  failing_ = true;
  if (!sync_timer_->active()) sync_timer_->start(std::max<uint64_t>(options_.sync_every_ms, 1));
  report_(error);
}

void PositionStore::recovered() {
  if (!failing_ || !waiting_.empty()) return;
  failing_ = false;
  report_(std::nullopt);
}

}  // namespace invar::loki_source_file
