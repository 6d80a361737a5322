#include "src/components/loki/source/file/trail.h"

#include <algorithm>
#include <utility>

#include "src/components/loki/source/file/file_lane.h"

namespace invar::loki_source_file {
namespace {

constexpr uint64_t kLingerMs = 10'000;       // a rotated file is watched for late lines this long after its last one
constexpr uint64_t kMissingGraceMs = 10'000;  // a path may lead nowhere this long (rotation) before that is trouble
constexpr uint32_t kCopyFingerprint = 64;    // a shorter beginning does not tell a copy from another file

std::string_view read_beginning(int fd, std::span<char> into) {
  const auto got = read_at(fd, into, 0);
  return {into.data(), got ? *got : 0};
}

/// The file of a listing; an error when its name has been given to another one since, or to none.
Result<Fd> open_neighbour(const Neighbour& neighbour) {
  auto fd = open_file(neighbour.path);
  if (!fd) return fd;
  const auto about = stat_fd(fd->get());
  if (!about) return about.error();
  if (FileId{about->dev, about->ino} != neighbour.file) return Error{neighbour.path + " is another file now", "not_found"};
  return fd;
}

bool is_absent(const Error& error) { return error.reason == "not_found" || error.reason == "not_a_directory"; }

}  // namespace

Trail::Trail(FileLane& lane, std::string path, TrailSpec spec, bool first_sync)
    : lane_(lane), path_(std::move(path)), place_(place_of(path_)), first_sync_(first_sync) {
  set_labels(spec);
}

Trail::~Trail() {
  no_trouble();
  for (auto& reader : generations_) release(*reader);
  for (auto& reader : retired_) release(*reader);
  stop();
}

void Trail::stop() {
  stopped_ = true;
  if (std::exchange(running_, false)) {
    lane_.gauge_active(-1);
    log(LogLevel::kInfo, "stopped tailing file");
  }
  status_->running = false;
}

void Trail::log(LogLevel level, std::string_view message) const {
  const Logger& logger = lane_.shared().log;
  if (logger.enabled(level)) logger.log(level, message, {{"component", "tailer"}, {"path", path_}});
}

uint64_t Trail::now_ms() const { return lane_.now_ms(); }

void Trail::set_labels(const TrailSpec& spec) {
  status_ = spec.status;
  std::vector<Label> labels;
  for (const auto& [name, value] : spec.labels) labels.push_back({name, value});
  labels.push_back({"filename", path_});  // the path wins over a label of that name
  labels_ = LabelSetPin(lane_.lane().labels().intern_unsorted(labels));
  status_->running = running_;
}

void Trail::relabel(TrailSpec spec) {
  const std::string before = labels_text();
  set_labels(spec);
  if (before == labels_text()) return;
  lane_.hide(path_, before);
  if (!generations_.empty()) lane_.define(*generations_.back(), *this);
}

void Trail::end() {
  ending_ = true;
  look();
  if (!generations_.empty()) {
    FileReader& newest = *generations_.back();
    if (newest.is_open()) look_into(newest);
    end_offset_ = newest.size();
  }
  no_trouble();
  lane_.make_hot(*this);
  lane_.make_ready(*this);
}

void Trail::revive(TrailSpec spec) {
  ending_ = false;
  end_offset_ = UINT64_MAX;
  relabel(std::move(spec));
  lane_.make_hot(*this);
}

bool Trail::ended() const {
  if (!ending_ || generations_.size() > 1) return false;
  for (const auto& reader : retired_)
    if (!reader->settled()) return false;
  if (generations_.empty()) return true;
  const FileReader& last = *generations_.front();
  if (!last.settled()) return false;
  if (!last.is_open()) return true;
  return last.drained() && (last.at_path || !last.has_tail());
}

// ------------------------------------------------------------------------------------------------- what is at the path

void Trail::look() {
  if (broken_position_) return;
  const auto about = stat_path(path_);
  FileReader* newest = generations_.empty() ? nullptr : generations_.back().get();
  if (!about) {
    if (newest && newest->at_path) went_away(*newest);
    if (missing_since_ms_ == 0) missing_since_ms_ = now_ms() + 1;
    if (!newest || !is_absent(about.error()) || now_ms() > missing_since_ms_ + kMissingGraceMs) trouble(about.error());
    return;
  }
  missing_since_ms_ = 0;
  if (newest && newest->file() == FileId{about->dev, about->ino}) {
    newest->at_path = true;
    return no_trouble();
  }
  if (newest && newest->at_path) went_away(*newest);
  if (ending_) return;
  if (!about->is_regular())
    return trouble({path_ + (about->is_directory() ? ": is a directory" : ": is not a regular file"), "not_a_file"});
  open_generation();
}

void Trail::went_away(FileReader& reader) {
  reader.at_path = false;
  lane_.make_hot(*this);
}

void Trail::open_generation() {
  if (first_open_ && !listed_) {
    place_ = place_of(path_);
    neighbours_ = rotated_neighbours(place_);
    listed_ = true;
  }
  auto fd = open_file(path_);
  if (!fd) {
    if (fd.error().reason == "too_many_files") lane_.close_idle();
    lane_.make_hot(*this);
    return trouble(fd.error());
  }
  const auto about = stat_fd(fd->get());
  if (!about) return trouble(about.error());
  const FileId file{about->dev, about->ino};
  if (!about->is_regular() || (!generations_.empty() && generations_.back()->file() == file)) return;
  std::vector<Neighbour> neighbours = rotated_neighbours(place_);
  // Every file of the listing is older than the opened one only when that one is still at the path: else rotation went on meanwhile.
  if (const auto still = stat_path(path_); !still || FileId{still->dev, still->ino} != file) return lane_.make_hot(*this);
  if (take_back(file)) return;
  char bytes[Fingerprint::kMaxLength];
  const std::string_view beginning = read_beginning(fd->get(), bytes);
  if (first_open_) adopt_left_behind(neighbours, file, beginning, about->size);
  if (!adopt_between(neighbours, file)) return lane_.make_hot(*this);
  const auto siblings = lane_.label_texts(path_);
  const auto claim = lane_.registry().claim({path_, labels_text(), siblings, file, about->size, beginning});
  if (claim.start == FileRegistry::Start::kBusy) return lane_.make_hot(*this);
  if (first_open_)  // what has not been found by now is gone
    for (const Position& gone : lane_.registry().left_behind(path_, labels_text(), siblings)) {
      lane_.registry().drop(gone.id);
      lane_.forget(gone.id);
    }
  if (claim.start == FileRegistry::Start::kBroken && lane_.options().on_positions_file_error == OnPositionsFileError::kSkip) {
    lane_.registry().release({.id = claim.id, .file = file}, false);
    broken_position_ = true;
    return trouble({path_ + ": its entry in positions.yml is not a number, and on_positions_file_error is skip", "positions"});
  }
  auto reader = std::make_unique<FileReader>(*this, lane_.feed().keeper(), claim.id, file, path_, std::move(*fd), lane_.options().encoding);
  begin_reading(*reader, claim, beginning, about->size);
  first_open_ = false;
  settle_place(std::move(neighbours));
  if (running_) log(LogLevel::kDebug, "file deleted");
  add_generation(std::move(reader), true);
  running();
  lane_.watch_path(*this);
  no_trouble();
}

/// The rotated files of `neighbours` have been dealt with; a link that leads elsewhere by now has other ones.
void Trail::settle_place(std::vector<Neighbour> neighbours) {
  FilePlace place = place_of(path_);
  const bool moved = place != place_;
  place_ = std::move(place);
  neighbours_ = moved ? rotated_neighbours(place_) : std::move(neighbours);
}

void Trail::begin_reading(FileReader& reader, const FileRegistry::Claim& claim, std::string_view beginning, uint64_t size) {
  using Start = FileRegistry::Start;
  reader.reader_number = claim.reader;
  reader.start_at(claim.offset, beginning, size);
  if (claim.start != Start::kNew && claim.start != Start::kBroken) return;
  const LaneOptions& options = lane_.options();
  const bool broken_to_end =
      claim.start == Start::kBroken && options.on_positions_file_error == OnPositionsFileError::kRestartFromEnd;
  const bool first = first_open_ && generations_.empty();
  if (broken_to_end || (options.tail_from_end && first && may_skip(reader.fd()))) reader.skip_to_end();
}

/// tail_from_end is about files that were there when the component started: what appears later is new data.
bool Trail::may_skip(int fd) const {
  if (first_sync_) return true;
  const int64_t birth = birth_of(fd);
  return birth != 0 && birth < lane_.shared().started_ns;
}

void Trail::add_generation(std::unique_ptr<FileReader> reader, bool at_path) {
  for (auto& earlier : generations_) earlier->at_path = false;
  reader->at_path = at_path;
  reader->quiet_since_ms = now_ms();
  lane_.define(*reader, *this);
  lane_.metrics_of(path_).set_size(reader->size());
  generations_.push_back(std::move(reader));
  if (at_path) lane_.define(*generations_.back(), *this);
  lane_.make_hot(*this);
  lane_.make_ready(*this);
}

/// A generation that was read to its end is at the path again (renamed back).
FileReader* Trail::take_back(FileId file) {
  const auto found = std::find_if(retired_.begin(), retired_.end(), [&](const auto& reader) { return reader->file() == file; });
  if (found == retired_.end()) return nullptr;
  auto reader = std::move(*found);
  retired_.erase(found);
  add_generation(std::move(reader), true);
  return generations_.back().get();
}

/// At the start: generations that were rotated away while nobody looked, oldest first, and what came between them and the current file.
void Trail::adopt_left_behind(std::span<const Neighbour> neighbours, FileId current, std::string_view beginning, uint64_t size) {
  const auto siblings = lane_.label_texts(path_);
  auto records = lane_.registry().left_behind(path_, labels_text(), siblings);
  std::erase_if(records, [&](const Position& p) {
    return p.file == current && p.offset <= size && p.fingerprint.matches(beginning);
  });
  if (records.empty()) return;
  int64_t newest_known = lane_.shared().store->last_alive_ns();
  std::vector<FileId> adopted;
  for (const Position& record : records) {
    for (const Neighbour& neighbour : neighbours) {
      const bool same = neighbour.file == record.file;
      if (!same && record.fingerprint.length < kCopyFingerprint) continue;
      if (neighbour.size < record.offset || std::count(adopted.begin(), adopted.end(), neighbour.file) > 0) continue;
      auto fd = open_neighbour(neighbour);
      char bytes[Fingerprint::kMaxLength];
      if (!fd || !record.fingerprint.matches(read_beginning(fd->get(), bytes))) continue;
      adopted.push_back(neighbour.file);
      if (same) newest_known = std::max(newest_known, neighbour.modified_ns);
      if (neighbour.size > record.offset) adopt(neighbour, std::move(*fd), &record);
      break;
    }
  }
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.file == current || neighbour.modified_ns <= newest_known) continue;
    if (std::count(adopted.begin(), adopted.end(), neighbour.file) > 0 || lane_.registry().knows(neighbour.file)) continue;
    if (auto fd = open_neighbour(neighbour)) adopt(neighbour, std::move(*fd), nullptr);
  }
}

/// Several rotations since the last look: rotated files that were not there then lie between the newest generation and `current`. False when they moved
/// on meanwhile, or cannot be opened now: what was not taken is found in the next listing.
bool Trail::adopt_between(std::span<const Neighbour> neighbours, FileId current) {
  FileReader* const newest = generations_.empty() ? nullptr : generations_.back().get();
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.file == current || (newest && neighbour.file == newest->file())) continue;
    const bool was_there = std::any_of(neighbours_.begin(), neighbours_.end(), [&](const Neighbour& n) { return n.same_file(neighbour); });
    if (was_there || lane_.registry().knows(neighbour.file)) continue;
    auto fd = open_neighbour(neighbour);
    if (!fd) {
      if (fd.error().reason == "too_many_files") lane_.close_idle();
      else if (!is_absent(fd.error())) continue;  // not ours to read
      return false;
    }
    char bytes[Fingerprint::kMaxLength];
    // A copy of what was read (copytruncate) is no generation.
    if (newest && neighbour.size == newest->size() && newest->fingerprint().length > 0 &&
        newest->fingerprint().matches(read_beginning(fd->get(), bytes)))
      continue;
    adopt(neighbour, std::move(*fd), nullptr);
  }
  return true;
}

void Trail::adopt(const Neighbour& neighbour, Fd fd, const Position* known) {
  char bytes[Fingerprint::kMaxLength];
  const std::string_view beginning = read_beginning(fd.get(), bytes);
  FileRegistry::Claim claim;
  if (known) {
    claim = lane_.registry().claim_stored(*known, neighbour.file);
  } else {
    const auto siblings = lane_.label_texts(path_);
    claim = lane_.registry().claim({path_, labels_text(), siblings, neighbour.file, neighbour.size, beginning});
    if (claim.start == FileRegistry::Start::kBusy) return;
    claim.offset = 0;
  }
  auto reader = std::make_unique<FileReader>(*this, lane_.feed().keeper(), claim.id, neighbour.file, neighbour.path, std::move(fd),
                                             lane_.options().encoding);
  reader->reader_number = claim.reader;
  reader->start_at(claim.offset, beginning, neighbour.size);
  add_generation(std::move(reader), false);
}

void Trail::running() {
  if (running_ || stopped_) return;
  running_ = true;
  status_->running = true;
  lane_.gauge_active(1);
  log(LogLevel::kInfo, "start tailing file");
}

// ------------------------------------------------------------------------------------------------------------ reading

bool Trail::work() {
  if (generations_.empty() || !lane_.can_read()) return false;
  FileReader& front = *generations_.front();
  // Known before the look below: whatever was written to the front before its successor began is seen first.
  const bool has_successor = generations_.size() > 1;
  if (!reopen(front)) {
    // Deleted while it was at rest, with everything read.
    if (!has_successor) return false;
    next_generation();
    return true;
  }
  if (front.waits_for_returns()) return false;
  if (front.drained() && !look_into(front)) return false;
  if (!front.drained()) {
    const bool went_on = read(front);
    if (!front.drained()) return went_on;
    if (!front.at_path) return true;  // look once more before it is left
    return false;
  }
  return !front.at_path && finish_rotated(front, has_successor);
}

/// The front has been rotated away and read to its end.
bool Trail::finish_rotated(FileReader& front, bool has_successor) {
  const bool continued = has_successor && continues(front, *generations_[1]);
  if (front.has_tail() && !continued) {
    if (now_ms() < front.quiet_since_ms + lane_.options().tick_ms) return lane_.make_hot(*this), false;
    if (!read_tail(front)) return false;
  }
  if (!has_successor || generations_.front().get() != &front || !front.drained()) return false;
  if (continued) {
    FileReader& next = *generations_[1];
    char bytes[Fingerprint::kMaxLength];
    next.start_at(std::min(front.offset(), next.size()), read_beginning(next.fd(), bytes), next.size());
    lane_.define(next, *this);
  }
  next_generation();
  return true;
}

/// Was the front replaced as a whole (written anew, then renamed over it) by a file that begins with the same content?
bool Trail::continues(FileReader& front, FileReader& next) {
  if (!front.unlinked() || next.offset() > 4 || front.fingerprint().length == 0 || !reopen(next)) return false;
  char bytes[Fingerprint::kMaxLength];
  return front.fingerprint().matches(read_beginning(next.fd(), bytes));
}

void Trail::next_generation() {
  auto front = std::move(generations_.front());
  generations_.pop_front();
  front->quiet_since_ms = std::max(front->quiet_since_ms, now_ms());
  retired_.push_back(std::move(front));
  lane_.make_hot(*this);
}

bool Trail::look_into(FileReader& reader) {
  const uint64_t size_before = reader.size(), offset_before = reader.offset();
  const auto looked = reader.look();
  if (!looked) {
    trouble(Error{path_ + ": " + looked.error().what, looked.error().reason});
    return false;
  }
  if (reader.offset() < offset_before) log(LogLevel::kDebug, "file truncated");
  else if (reader.size() > size_before) log(LogLevel::kDebug, "file modified");
  if (reader.size() != size_before) reader.quiet_since_ms = now_ms();
  return true;
}

/// True when it got further.
bool Trail::read(FileReader& reader) {
  const uint64_t size_before = reader.size();
  uint64_t lines = 0;
  const uint64_t limit = ending_ && is_current(reader) && reader.at_path ? end_offset_ : UINT64_MAX;
  const auto got = reader.read(lane_.feed(), labels_.get(), lines, limit);
  if (!got) {
    trouble(Error{path_ + ": " + got.error().what, got.error().reason});
    lane_.make_hot(*this);
    return false;
  }
  count(reader, lines, size_before);
  return *got > 0;
}

bool Trail::read_tail(FileReader& reader) {
  const uint64_t size_before = reader.size();
  uint64_t lines = 0;
  const auto got = reader.read_tail(lane_.feed(), labels_.get(), lines);
  count(reader, lines, size_before);
  return got.ok();
}

void Trail::count(FileReader& reader, uint64_t lines, uint64_t size_before) {
  if (lines > 0 || reader.size() != size_before) reader.quiet_since_ms = now_ms();
  if (lines == 0) return;
  status_->read_offset = reader.offset();
  lane_.metrics_of(path_).add(lines, reader.offset(), reader.size());
}

bool Trail::reopen(FileReader& reader) {
  if (reader.is_open()) return true;
  auto opened = reader.reopen();
  if (opened) return true;
  if (opened.error().reason == "too_many_files") {
    lane_.close_idle();
    return lane_.make_hot(*this), false;
  }
  for (const Neighbour& neighbour : rotated_neighbours(place_)) {
    if (neighbour.file != reader.file()) continue;
    reader.set_path(neighbour.path);
    if (reader.reopen()) return true;
  }
  return false;
}

// ------------------------------------------------------------------------------------------------------ as time goes by

void Trail::tick() {
  look();
  if (!retired_.empty()) read_late_lines();
  if (generations_.empty()) return;
  FileReader& front = *generations_.front();
  if (!front.is_open() && has_changed()) return lane_.make_ready(*this);
  if (front.is_open() && front.drained() && !look_into(front)) return;
  if (!front.drained() || generations_.size() > 1 || (!front.at_path && front.has_tail())) lane_.make_ready(*this);
}

void Trail::read_late_lines() {
  for (size_t i = 0; i < retired_.size(); ++i) {
    FileReader& reader = *retired_[i];
    if (!reader.is_open() || !lane_.can_read() || !look_into(reader)) continue;
    if (reader.drained() || reader.waits_for_returns()) continue;
    read(reader);
    if (i >= retired_.size() || retired_[i].get() != &reader) return;  // it came back, and is read as a generation again
  }
}

void Trail::retire_old() {
  read_late_lines();
  const auto is_over = [&](std::unique_ptr<FileReader>& reader) {
    if (!reader->settled() || (reader->is_open() && !reader->drained())) return false;
    if (now_ms() < reader->quiet_since_ms + kLingerMs) return false;
    if (reader->is_open() && reader->has_tail() && (!lane_.can_read() || !read_tail(*reader) || !reader->settled())) return false;
    release(*reader);
    return true;
  };
  std::erase_if(retired_, is_over);
}

bool Trail::has_changed() {
  if (broken_position_) return false;
  const auto about = stat_path(path_);
  const FileReader* newest = generations_.empty() ? nullptr : generations_.back().get();
  if (!about) return newest && newest->at_path;
  if (!newest) return about->is_regular();
  if (newest->file() != FileId{about->dev, about->ino}) return true;
  return !newest->at_path || newest->has_changed(*about);
}

bool Trail::can_rest() const {
  if (!retired_.empty() || generations_.size() > 1 || ending_) return false;
  if (generations_.empty()) return true;
  const FileReader& last = *generations_.front();
  if (!last.drained() || last.holds_long_line()) return false;
  return last.at_path || !last.has_tail();
}

void Trail::close_settled() {
  if (!generations_.empty() && generations_.front()->settled()) generations_.front()->close();
}

int Trail::current_fd() const { return generations_.empty() ? -1 : generations_.back()->fd(); }

size_t Trail::open_files() const {
  size_t open = 0;
  for (const auto& reader : generations_) open += reader->is_open();
  for (const auto& reader : retired_) open += reader->is_open();
  return open;
}

void Trail::release(FileReader& reader) {
  const bool deleted = reader.is_open() && reader.look() && reader.unlinked();
  lane_.clean(reader);
  const bool keep = !deleted || lane_.stopping();
  lane_.registry().release({.id = reader.id(),
                            .reader = reader.reader_number,
                            .file = reader.file(),
                            .fingerprint = reader.fingerprint(),
                            .offset = reader.settled_offset(),
                            .path = path_,
                            .labels = labels_text()},
                           keep);
  if (!keep) lane_.forget(reader.id());
}

// --------------------------------------------------------------------------------------------------------------- events

void Trail::position_moved(FileReader& reader) {
  lane_.mark_dirty(reader);
  if (!schedule.hot && can_rest()) close_settled();
}

void Trail::content_changed(FileReader& reader) {
  lane_.define(reader, *this);
  lane_.make_hot(*this);
}

void Trail::returned_ranges(FileReader& reader) {
  const auto found = std::find_if(retired_.begin(), retired_.end(), [&](const auto& r) { return r.get() == &reader; });
  if (found != retired_.end()) {  // it comes before everything else again
    auto again = std::move(*found);
    retired_.erase(found);
    const auto later = std::find_if(generations_.begin(), generations_.end(), [&](const auto& r) { return r->id() > reader.id(); });
    generations_.insert(later, std::move(again));
  }
  lane_.make_hot(*this);
}

void Trail::line_too_long(FileReader& reader) {
  lane_.shared().log.warn("cut a line that is too long", {{"path", path_}, {"limit_bytes", uint64_t{FileReader::kMaxLine}}});
}

void Trail::trouble(const Error& error) {
  if (!in_trouble_) log_trouble(error);
  in_trouble_ = true;
  lane_.shared().troubles->set(path_, error.what, error.reason, error.reason == "not_found");
}

void Trail::log_trouble(const Error& error) {
  // Alloy's words for a file that is not there.
  if (error.what.starts_with("stat "))
    lane_.shared().log.error("failed to create source, skipping", {{"error", "failed to tail file, stat failed: " + error.what},
                                                                   {"key", "{Path:" + path_ + " Labels:" + labels_text() + "}"}});
  else
    lane_.shared().log.error("failed to tail file", {{"path", path_}, {"error", error.what}});
}

void Trail::no_trouble() {
  if (!in_trouble_) return;
  in_trouble_ = false;
  lane_.shared().troubles->clear(path_);
}

}  // namespace invar::loki_source_file
