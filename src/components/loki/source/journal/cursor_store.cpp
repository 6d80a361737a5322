#include "src/components/loki/source/journal/cursor_store.h"

#include "src/base/quote.h"
#include "src/io/file.h"

namespace invar::loki_source_journal {

CursorStore::CursorStore(Loop& disk, Options options, PositionSaver::Report report)
    : options_(std::move(options)),
      saver_(disk, options_.directory, [this](const auto& make_marks) { return replace_file(path(), write_positions_file(positions_), 0600, make_marks); },
             std::move(report)) {}

Result<std::shared_ptr<CursorStore>> CursorStore::open(Loop& disk, Options options, PositionSaver::Report report) {
  auto store = ends_on(disk, new CursorStore(disk, std::move(options), std::move(report)));
  if (auto loaded = store->load(); !loaded) return loaded.error();
  return store;
}

Result<void> CursorStore::load() {
  auto positions = load_positions_file(path());
  if (!positions) return positions.error();
  positions_ = std::move(*positions);
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
  saver_.put(std::move(marks), [this, cursor = std::move(cursor)] { positions_[key()] = cursor; });
}

}  // namespace invar::loki_source_journal
