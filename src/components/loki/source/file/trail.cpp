#include "src/components/loki/source/file/trail.h"

#include <algorithm>
#include <utility>

#include "src/components/loki/source/file/file_lane.h"

namespace invar::loki_source_file {
namespace {

constexpr uint64_t kLingerMs = 10'000;  // a rotated file is watched for late lines this long after its last one
constexpr uint64_t kRestMs = 30'000;    // a target may come back this long after it was gone

}  // namespace

Trail::Trail(FileLane& lane, TrailSpec spec, std::shared_ptr<PathFigures> figures, bool first_sync)
    : lane_(lane), status_(spec.status), figures_(std::move(figures)), first_sync_(first_sync) {
  set_labels(spec);
  FilePlace real = place_of(path().str());
  if (real != split_path(path().str())) real_place_ = std::make_unique<FilePlace>(std::move(real));
}

Trail::~Trail() {
  no_trouble();
  for (auto& reader : generations_) release(*reader);
  for (auto& reader : retired_) release(*reader);
  stop();
}

void Trail::stop() {
  set_running(false);
  stopped_ = true;
}

void Trail::log(LogLevel level, std::string_view message) const {
  const Logger& logger = lane_.shared().log;
  if (logger.enabled(level)) logger.log(level, message, {{"component", "tailer"}, {"path", path().str()}});
}

uint64_t Trail::now_ms() const { return lane_.now_ms(); }

void Trail::set_labels(const TrailSpec& spec) {
  const bool found = status_->found;
  status_ = spec.status;
  status_->found = found;
  std::vector<Label> labels;
  for (const auto& [name, value] : spec.labels) labels.push_back({name, value});
  labels.push_back({"filename", path().str()});  // the path wins over a label of that name
  labels_ = LabelSetPin(lane_.lane().labels().intern_unsorted(labels));
  status_->running = running_;
}

void Trail::relabel(TrailSpec spec) {
  const SharedText before = labels_text();
  set_labels(spec);
  if (before == labels_text()) return;
  lane_.hide(path(), before);
  if (!generations_.empty()) lane_.define(*generations_.back(), *this);
}

void Trail::end() {
  ending_ = true;
  look();
  if (!generations_.empty()) {
    FileReader& newest = *generations_.back();
    if (newest.is_open()) look_into(newest);
    if (!newest.packing()) end_offset_ = newest.size();
  }
  no_trouble();
  lane_.make_hot(*this);
  lane_.make_ready(*this);
}

void Trail::revive(TrailSpec spec) {
  ending_ = false;
  end_offset_ = UINT64_MAX;
  if (is_resting()) {
    resting_since_ms_ = 0;
    set_labels(spec);
    if (!generations_.empty()) {
      lane_.define(*generations_.back(), *this);
      set_running(true);
    }
  } else {
    relabel(std::move(spec));
  }
  lane_.make_hot(*this);
}

void Trail::rest() {
  resting_since_ms_ = now_ms();
  set_running(false);
  for (auto& reader : generations_) {
    if (reader->is_open()) reader->size_if_deleted();
    reader->close();
  }
}

bool Trail::is_over() const { return is_resting() && now_ms() >= resting_since_ms_ + kRestMs; }

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

void Trail::set_running(bool running) {
  if (running_ == running || stopped_) return;
  running_ = running;
  status_->running = running;
  lane_.gauge_active(running ? 1 : -1);
  log(LogLevel::kInfo, running ? "start tailing file" : "stopped tailing file");
}

// ------------------------------------------------------------------------------------------------------------ reading

bool Trail::work() {
  if (generations_.empty() || !lane_.can_read()) return false;
  FileReader& front = *generations_.front();
  // Known before the look below: whatever was written to the front before its successor began is seen first.
  const bool has_successor = generations_.size() > 1;
  switch (reopen(front)) {
    case Reopened::kYes: break;
    case Reopened::kLater: return false;
    case Reopened::kGone:  // deleted while it was at rest, with everything read
      if (!has_successor) return false;
      next_generation();
      return true;
  }
  if (front.waits_for_returns()) return false;
  if (front.drained() && !look_into(front)) return false;
  if (generations_.front().get() != &front) return true;  // what was copied before it was truncated comes first
  if (front.packing() && front.at_path && now_ms() < begin_ms_) return lane_.make_hot(*this), false;
  if (front.needs_unpacker() && !lane_.may_unpack()) return lane_.wait_for_turn(*this), false;
  if (!front.drained()) {
    const bool went_on = read(front);
    if (!front.drained()) return went_on;
    if (!front.at_path) return true;  // look once more before it is left
    if (!front.packing()) return false;
  }
  if (front.packing() && front.at_path) return finish_packed(front);
  return !front.at_path && finish_rotated(front, has_successor);
}

/// The front has been rotated away and read to its end.
bool Trail::finish_rotated(FileReader& front, bool has_successor) {
  if (front.broken()) {  // who packs it may not be done
    if (now_ms() < front.quiet_since_ms + kLingerMs) return lane_.make_hot(*this), false;
    lane_.shared().log.error("a rotated file cannot be unpacked to its end, what it holds beyond is not sent",
                             {{"path", path().str()}, {"file", front.moved_to}, {"offset", front.offset()}});
  }
  const bool continued = has_successor && continues(front, *generations_[1]);
  if (front.has_tail() && !continued && !front.broken()) {
    if (now_ms() < front.quiet_since_ms + lane_.options().tick_ms) return lane_.make_hot(*this), false;
    if (!read_tail(front) || front.has_tail()) return front.drained() && lane_.can_read();
  }
  if (!has_successor || generations_.front().get() != &front || !front.drained()) return false;
  if (continued) {
    FileReader& next = *generations_[1];
    next.skip_to(front.offset());
    lane_.define(next, *this);
  }
  next_generation();
  return true;
}

/// A packed file does not grow: its last line needs no end, and it is no longer active until somebody changes it. As Alloy.
bool Trail::finish_packed(FileReader& front) {
  if (front.has_tail() && !front.broken() && !read_tail(front)) return false;
  if (!front.drained() || front.waits_for_returns()) return false;
  if (front.has_tail() && !front.broken()) return lane_.can_read();
  set_running(false);
  figures_->clear();
  return false;
}

/// Was the front replaced as a whole (written anew, then renamed over it) by a file that begins with the same content?
bool Trail::continues(FileReader& front, FileReader& next) {
  if (!front.unlinked() || front.packing() || next.packing() || next.offset() > 4 || front.fingerprint().length == 0) return false;
  char bytes[Fingerprint::kMaxLength];
  if (reopen(next) != Reopened::kYes) return false;
  const auto got = read_at(next.fd(), bytes, 0);
  return got && front.fingerprint().matches({bytes, *got});
}

void Trail::next_generation() {
  auto front = std::move(generations_.front());
  generations_.erase(generations_.begin());
  front->quiet_since_ms = std::max(front->quiet_since_ms, now_ms());
  retired_.push_back(std::move(front));
  lane_.make_hot(*this);
}

bool Trail::look_into(FileReader& reader) {
  const uint64_t size_before = reader.size(), offset_before = reader.offset();
  const auto looked = reader.look();
  if (!looked) {
    trouble(Error{path().str() + ": " + looked.error().what, looked.error().reason});
    return false;
  }
  if (reader.offset() < offset_before) log(LogLevel::kDebug, "file truncated");
  else if (reader.size() > size_before) log(LogLevel::kDebug, "file modified");
  if (reader.size() != size_before || (reader.packing() && !reader.drained())) reader.quiet_since_ms = now_ms();
  return true;
}

/// True when it got further.
bool Trail::read(FileReader& reader) {
  const uint64_t size_before = reader.size();
  uint64_t lines = 0;
  const uint64_t limit = ending_ && is_current(reader) && reader.at_path ? end_offset_ : UINT64_MAX;
  set_running(true);
  const auto got = reader.read(lane_.feed(), labels_.get(), lines, limit);
  count(reader, lines, size_before);
  if (!got) {
    trouble(Error{path().str() + ": " + got.error().what, got.error().reason});
    lane_.make_hot(*this);
    return false;
  }
  return *got;
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
  figures_->add(lines, reader.offset(), reader.size());
}

// ------------------------------------------------------------------------------------------------------ as time goes by

void Trail::tick() {
  look();
  if (!retired_.empty()) read_late_lines();
  if (generations_.empty()) return;
  FileReader& front = *generations_.front();
  if (!front.is_open() && (listings_before_gone_ || has_changed())) return lane_.make_ready(*this);
  if (front.is_open() && front.drained() && !look_into(front)) return;
  if (!front.drained() || generations_.size() > 1 || (!front.at_path && front.has_tail())) lane_.make_ready(*this);
}

void Trail::read_late_lines() {
  if (is_resting()) return;
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
    if (reader->ended()) return release(*reader), true;
    if (now_ms() < reader->quiet_since_ms + kLingerMs) return false;
    if (reader->is_open() && reader->has_tail() && !reader->broken() && (!lane_.can_read() || !read_tail(*reader) || !reader->settled())) return false;
    release(*reader);
    return true;
  };
  std::erase_if(retired_, is_over);
}

bool Trail::has_changed() {
  if (broken_position_ || is_resting()) return false;
  const auto about = stat_path(path().str());
  const FileReader* newest = generations_.empty() ? nullptr : generations_.back().get();
  if (!about) return newest && newest->at_path;
  if (!newest) return about->is_regular();
  if (newest->file() != FileId{about->dev, about->ino}) return true;
  return !newest->at_path || newest->has_changed(*about);
}

bool Trail::can_rest() const {
  if (!retired_.empty() || generations_.size() > 1 || ending_ || schedule.waiting) return false;
  if (generations_.empty()) return true;
  const FileReader& last = *generations_.front();
  if (!last.drained() || last.is_in_long_line()) return false;
  return last.at_path || !last.has_tail();
}

void Trail::close_settled() {
  if (!generations_.empty() && generations_.front()->settled()) generations_.front()->close();
}

int Trail::current_fd() const { return generations_.empty() ? -1 : generations_.back()->fd(); }

Position Trail::position_of(const FileReader& reader) const {
  return {.id = reader.id(),
          .reader = reader.reader_number,
          .file = reader.file(),
          .fingerprint = reader.fingerprint(),
          .offset = reader.settled_offset(),
          .path = path(),
          .labels = labels_text(),
          .birth_ns = reader.packing() ? 0 : reader.identity().birth_ns,
          .left_ns = lane_.lane().clock().wall_ns()};
}

void Trail::release(FileReader& reader) {
  const bool deleted = reader.is_open() ? reader.size_if_deleted().has_value() : reader.unlinked();
  lane_.clean(reader);
  const bool keep = (!deleted || lane_.stopping()) && !reader.ended();
  lane_.registry().release(position_of(reader), keep);
  if (!keep) lane_.forget(reader.id());
}

// --------------------------------------------------------------------------------------------------------------- events

void Trail::position_moved(FileReader& reader) {
  lane_.mark_dirty(reader);
  if ((!schedule.hot || lane_.others_wait()) && can_rest()) close_settled();
}

void Trail::content_changed(FileReader& reader) {
  lane_.define(reader, *this);
  lane_.make_hot(*this);
}

/// Rotated files are written over by the next copy of the log: that is read at its path, or found as a copy.
bool Trail::content_replaced(FileReader& reader, const Fingerprint& before, uint64_t offset) {
  if (!is_current(reader)) return lane_.make_hot(*this), false;
  if (!reader.packing()) adopt_copies(before, offset);
  content_changed(reader);
  return true;
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
  lane_.shared().log.warn("cut a line that is too long", {{"path", path().str()}, {"limit_bytes", uint64_t{FileReader::kMaxLine}}});
}

size_t& Trail::live_unpackers() { return lane_.live_unpackers(); }

void Trail::trouble(const Error& error) {
  if (!in_trouble_) log_trouble(error);
  in_trouble_ = true;
  const std::string about = error.what.starts_with(kCannotTail) ? path().str() + ": " : "";
  lane_.shared().troubles->set(path().str(), about + error.what, error.reason, error.reason == "not_found");
}

/// In Alloy's words, where it has some.
void Trail::log_trouble(const Error& error) {
  const Logger& log = lane_.shared().log;
  if (error.what.starts_with("stat "))
    log.error("failed to create source, skipping", {{"error", "failed to tail file, stat failed: " + error.what},
                                                    {"key", "{Path:" + path().str() + " Labels:" + labels_text().str() + "}"}});
  else if (error.what.starts_with(kCannotTail))
    log.error("failed to run tailer", {{"component", "tailer"}, {"path", path().str()}, {"error", error.what}});
  else
    log.error("failed to tail file", {{"path", path().str()}, {"error", error.what}});
}

void Trail::no_trouble() {
  if (!in_trouble_) return;
  in_trouble_ = false;
  lane_.shared().troubles->clear(path().str());
}

}  // namespace invar::loki_source_file
