#include <algorithm>

#include "src/components/loki/source/file/file_lane.h"
#include "src/components/loki/source/file/trail.h"

// Generations that were rotated away while nobody looked: between the end, or the kill, of the last run and this start.
namespace invar::loki_source_file {
namespace {

bool contains(std::span<const FileId> files, FileId file) { return std::find(files.begin(), files.end(), file) != files.end(); }

}  // namespace

/// May this file, of which nothing is known, have come after what was read? Being alive does not mean having seen it: a generation may have come and gone just
/// before the end. What was there before we ever read the path is older than what was read; so is a copy of that, which it was written to after.
bool Trail::NewestRead::precedes(const Neighbour& neighbour) const {
  if (neighbour.packing) return std::max(neighbour.modified_ns, neighbour.identity.birth_ns) > alive_ns;
  const bool births_tell = birth_ns != 0 && neighbour.identity.birth_ns != 0;
  if (is_current || (modified_ns == 0 && !births_tell)) return neighbour.modified_ns > std::max(alive_ns, modified_ns);
  return neighbour.modified_ns >= modified_ns && (!births_tell || neighbour.identity.birth_ns >= birth_ns);
}

/// At the start: positions of this path that are not those of the current file.
std::vector<Position> Trail::left_behind(FileId current, const Beginning& beginning) {
  if (!first_open_) return {};
  auto records = lane_.registry().left_behind(path(), labels_text(), lane_.label_texts(path()));
  const bool is_current = std::any_of(records.begin(), records.end(), [&](const Position& p) { return p.file == current; });
  std::erase_if(records, [&](const Position& p) {
    return p.file == current && p.offset <= beginning.size && p.fingerprint.matches(beginning.text);
  });
  if (records.empty()) return records;
  if (!newest_read_) newest_read_ = std::make_unique<NewestRead>(NewestRead{.alive_ns = lane_.shared().store->last_alive_ns()});
  newest_read_->is_current |= is_current;
  for (const Position& record : records) {
    newest_read_->birth_ns = std::max(newest_read_->birth_ns, record.birth_ns);
    newest_read_->alive_ns = std::max(newest_read_->alive_ns, record.left_ns);
  }
  return records;
}

/// Generations that were rotated away while nobody looked, oldest first, and what came between them and the current file. False: some have to wait for
/// their turn to be opened.
bool Trail::adopt_left_behind(std::span<const Position> records, std::span<const Neighbour> neighbours, FileId current) {
  std::vector<FileId> found;
  for (const Position& record : records)
    if (!adopt_record(record, neighbours, found)) return false;
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.file() == current || !newest_read_->precedes(neighbour)) continue;
    if (contains(found, neighbour.file()) || is_known(neighbour.identity)) continue;
    auto file = open_neighbour(neighbour);
    if (!file && file.error().reason == "too_many_files") return false;
    char bytes[Fingerprint::kMaxLength];
    const auto begins = file ? read_beginning(*file, bytes) : Result<Beginning>(file.error());
    if (begins && !is_known_content(neighbour, *file, begins->text)) adopt(neighbour, std::move(*file), nullptr);
  }
  return true;
}

/// Finds the file of a position and goes on with it: the same inode, else one with the same beginning, also compressed. False: it has to wait for its turn.
bool Trail::adopt_record(const Position& record, std::span<const Neighbour> neighbours, std::vector<FileId>& found) {
  const Fingerprint& known = record.fingerprint;
  for (const bool same : {true, false}) {
    if (!same && known.length == 0) return true;
    for (const Neighbour& neighbour : neighbours) {
      if ((neighbour.file() == record.file) != same || contains(found, neighbour.file())) continue;
      if (!neighbour.packing && neighbour.size < record.offset) continue;
      auto file = open_neighbour(neighbour);
      if (!file && file.error().reason == "too_many_files") return false;
      if (!file) continue;
      char bytes[Fingerprint::kMaxLength];
      const auto begins = read_beginning(*file, bytes);
      if (!begins || !(same ? known.matches(begins->text) : known.is_copied_in(begins->text, record.offset))) continue;
      found.push_back(neighbour.file());
      if (same && !neighbour.packing) {
        newest_read_->modified_ns = std::max(newest_read_->modified_ns, neighbour.modified_ns);
        newest_read_->birth_ns = std::max(newest_read_->birth_ns, neighbour.identity.birth_ns);
      }
      if (file->holds_more(record.offset)) adopt(neighbour, std::move(*file), &record);
      return true;
    }
  }
  return true;
}

}  // namespace invar::loki_source_file
