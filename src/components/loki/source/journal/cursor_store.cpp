#include "src/components/loki/source/journal/cursor_store.h"

#include "src/base/quote.h"
#include "src/io/file.h"

namespace invar::loki_source_journal {

Result<std::shared_ptr<CursorStore>> CursorStore::open(Loop& disk, Options options, Report report) {
  // The last owner may be on any thread; the end belongs on the disk loop, behind everything put before.
  std::shared_ptr<CursorStore> store(new CursorStore(disk, std::move(options), std::move(report)),
                                     [](CursorStore* store) { store->disk_.post([store] { delete store; }); });
  if (auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

Result<void> CursorStore::load() {
  const auto text = read_file(path());
  if (text) {
    auto read = read_positions_file(*text);
    if (!read) return Error{"invalid yaml positions file [" + path() + "]: " + read.error().what, "bad_yaml"};
    positions_ = std::move(*read);
  } else if (text.error().reason != "not_found" && text.error().reason != "not_a_directory") {
    return text.error();
  }
  if (!options_.legacy_file.empty())
    if (auto legacy = load_legacy(); !legacy) return legacy;
  // Alloy converts old files to an entry with labels, and then looks for one without.
  for (const std::string_view labels : {"{}", ""})
    if (const auto found = positions_.find({key().path, std::string(labels)}); found != positions_.end() && !found->second.empty()) cursor_ = found->second;
  return {};
}

Result<void> CursorStore::load_legacy() {
  const std::string& file = options_.legacy_file;
  const auto text = read_file(file);
  if (!text) {
    if (text.error().reason != "not_found")
      return Error{"legacy positions file " + quoted(file) + " exists but could not be read, refusing to start to avoid re-ingesting logs: " + text.error().what,
                   text.error().reason};
    notes_.push_back("no legacy positions file found: " + file);
    return {};
  }
  const auto legacy = read_legacy_positions_file(*text);
  if (!legacy) {
    notes_.push_back("error parsing legacy positions file " + file + ": " + legacy.error().what);
  } else if (const auto about = stat_path(path()); about && about->size > 0) {
    notes_.push_back("will not convert the legacy positions file as the new positions file already exists");
  } else if (const auto found = legacy->find({"cursor-" + options_.legacy_name, "{}"}); found != legacy->end()) {
    positions_[key()] = found->second;
    notes_.push_back("took the cursor of the legacy positions file " + file);
  }
  return {};
}

void CursorStore::put(std::string cursor, CommitMarks marks) {
  disk_.post([this, cursor = std::move(cursor), marks = std::move(marks)]() mutable {
    waiting_.push_back({std::move(cursor), std::move(marks)});
    save();
  });
}

Result<void> CursorStore::note_cursors() {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    if (!make_all(waiting_.front().marks)) return Error{"a queue on disk cannot be marked", "io"};
    positions_[key()] = std::move(waiting_.front().cursor);
  }
  return {};
}

void CursorStore::flush(std::function<void()> done) {
  disk_.post([this, done = std::move(done)] {
    if (failing_) save();
    done();
  });
}

void CursorStore::save() {
  auto written = note_cursors();
  if (written) written = make_directories(options_.directory, 0750);
  if (written) written = replace_file(path(), write_positions_file(positions_));
  if (!retry_timer_) retry_timer_ = std::make_unique<Timer>(disk_, [this] { save(); });
  if (!written) {
    failing_ = true;
    retry_timer_->start(kRetryMs);
    return report_(written.error());
  }
  retry_timer_->stop();
  if (std::exchange(failing_, false)) report_(std::nullopt);
}

}  // namespace invar::loki_source_journal
