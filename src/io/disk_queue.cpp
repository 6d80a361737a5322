#include "src/io/disk_queue.h"

#include <algorithm>
#include <charconv>
#include <climits>

#include "src/base/check.h"

namespace invar {

using namespace disk_segment;

namespace {

constexpr uint64_t kLargestSegment = 8u << 20, kSmallestSegment = 64u << 10;
constexpr size_t kWalkBlock = 16u << 10, kReadBlock = 128u << 10;
constexpr int64_t kLookAtSpaceEveryNs = 1'000'000'000;
constexpr std::string_view kSuffix = ".seg";

}  // namespace

struct DiskQueue::Segment {
  uint64_t number = 0;
  Fd fd;                  // open while it is written, read, or has records in work
  uint64_t end = 0;       // behind the last record
  uint64_t committed = 0;  // everything before is safe
  uint64_t last_sequence = 0;  // of what this process appended
  bool sealed = false;    // takes no more records
  int64_t oldest_ms = INT64_MAX, newest_ms = 0;  // wall clock
  int64_t newest_steady_ms = 0;  // since then it ages, whatever becomes of the wall clock
  Tally unread;       // committed
  Tally uncommitted;  // of those appended since, that are not held
  uint64_t held = 0;  // records
};

struct DiskQueue::Found {
  RecordHeader header;
  uint64_t at = 0;
  uint64_t behind() const { return at + kRecordHeader + header.payload; }
  Tally tally() const { return {1, header.entries, header.lines}; }
};

DiskQueue::DiskQueue(DiskFiles& files, const Clock& clock, Options options) : files_(files), clock_(clock), options_(std::move(options)) {}

DiskQueue::~DiskQueue() = default;

std::string DiskQueue::path_of(uint64_t number) const {
  char digits[17];
  snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return options_.directory + "/" + digits + std::string(kSuffix);
}

uint64_t DiskQueue::segment_limit() const {
  if (options_.segment_bytes > 0) return options_.segment_bytes;
  return std::clamp(options_.max_bytes / 16, kSmallestSegment, kLargestSegment);
}

Result<void> DiskQueue::open() {
  if (const std::string boot = files_.boot_id(); !boot.empty()) boot_ = hash(boot);
  const auto entries = files_.list(options_.directory);
  if (!entries) {
    if (entries.error().reason == "not_found") return {};
    return entries.error();
  }
  for (const DirectoryEntry& entry : *entries) {
    std::string_view digits = entry.name;
    if (!digits.ends_with(kSuffix)) continue;
    digits.remove_suffix(kSuffix.size());
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) continue;
    last_number_ = std::max(last_number_, number);
    if (auto adopted = adopt(number); !adopted) ++damage_.errors;
  }
  remove_finished();
  committed_sequence_ = last_sequence_;
  if (!segments_.empty()) cursor_number_ = segments_.front().number, cursor_at_ = kSegmentHeader;
  buffer_ = {};
  return {};
}

Result<void> DiskQueue::adopt(uint64_t number) {
  auto fd = files_.open(path_of(number), false);
  if (!fd) return fd.error();
  const auto size = files_.size(fd->get());
  if (!size) return size.error();
  std::string header(kSegmentHeader, '\0');
  const auto got = files_.read_at(fd->get(), header, 0);
  if (!got) return got.error();
  const auto decoded = decode_segment_header(std::string_view(header).substr(0, *got));
  if (*size <= kSegmentHeader) {
    // Made by a process that came no further.
    damage_.torn_bytes += *size;
    return files_.remove(path_of(number));
  }
  Segment segment;
  segment.number = number;
  segment.fd = std::move(*fd);
  segment.end = *size;
  segment.sealed = true;
  // With a damaged header its records are taken as they are: each has checksums of its own.
  if (!decoded) damage_.skipped_bytes += kSegmentHeader;
  const auto committed = decoded ? decode_committed(header) : std::nullopt;
  // Of another run of the kernel nobody knows what reached the disk in which order: whatever is whole counts, and a broken end is a write that was cut off.
  const bool same_boot = decoded && boot_ != 0 && decoded->boot == boot_;
  take_stock(segment, committed && same_boot ? std::min(*committed, *size) : *size, same_boot);
  segment.fd.reset();
  bytes_ += segment.end;
  segments_.push_back(std::move(segment));
  return {};
}

/// Counts what is left of an earlier process' file. `committed`: how far it had said that its records are safe; `known`: for certain.
void DiskQueue::take_stock(Segment& segment, uint64_t committed, bool known) {
  uint64_t at = kSegmentHeader;
  while (const auto found = find(segment, at, segment.end)) {
    if (found->at > at) (at < committed ? damage_.skipped_bytes : damage_.torn_bytes) += found->at - at;
    at = found->behind();
    last_sequence_ = std::max(last_sequence_, found->header.sequence);
    if (found->header.done) continue;
    const bool late = found->header.flags & RecordHeader::kMarkedLate;
    const bool counts = late ? found->header.marked || !known : found->at < committed;
    if (!counts && (found->header.flags & RecordHeader::kRepeatable)) {
      // Done with, so that a later commit does not seem to be one of this record.
      mark_done(segment, found->at, found->header.sequence);
      damage_.repeated += found->tally();
      continue;
    }
    segment.unread += found->tally();
    segment.oldest_ms = std::min(segment.oldest_ms, found->header.written_ms);
    segment.newest_ms = std::max(segment.newest_ms, found->header.written_ms);
  }
  segment.newest_steady_ms = steady_ms() - std::max<int64_t>(now_ms() - segment.newest_ms, 0);
  if (at < segment.end) (known && at < committed ? damage_.skipped_bytes : damage_.torn_bytes) += segment.end - at;
  segment.end = segment.committed = at;
}

/// `size` bytes of the segment from `at` on, or fewer where `end` or the file does. Valid until the next call.
std::string_view DiskQueue::peek(Segment& segment, uint64_t at, size_t size, uint64_t end, size_t block) {
  const bool here = buffer_number_ == segment.number && at >= buffer_at_ && at + size <= buffer_at_ + buffer_.size();
  if (!here) {
    buffer_.resize(static_cast<size_t>(std::min<uint64_t>(std::max(size, block), end > at ? end - at : 0)));
    buffer_number_ = segment.number;
    buffer_at_ = at;
    const auto got = open_file_of(segment) ? files_.read_at(segment.fd.get(), buffer_, at) : Result<size_t>(size_t{0});
    if (!got) ++damage_.errors;
    buffer_.resize(got ? *got : 0);
  }
  return std::string_view(buffer_).substr(static_cast<size_t>(at - buffer_at_), size);
}

/// The next whole record that begins at or behind `from`.
std::optional<DiskQueue::Found> DiskQueue::find(Segment& segment, uint64_t from, uint64_t end) {
  const auto record_at = [&](uint64_t at) -> std::optional<Found> {
    const auto header = decode_record_header(peek(segment, at, kRecordHeader, end, kWalkBlock));
    if (!header) return std::nullopt;
    Found found{*header, at};
    if (found.behind() > end) return std::nullopt;
    return found;
  };
  if (from + kRecordHeader > end) return std::nullopt;
  if (auto found = record_at(from)) return found;
  for (uint64_t at = from + 1; at + kRecordHeader <= end;) {
    const std::string_view bytes = peek(segment, at, std::min<uint64_t>(kWalkBlock, end - at), end, kWalkBlock);
    if (bytes.size() < kRecordHeader) return std::nullopt;
    const size_t next = find_record(bytes, 0);
    if (next > 0) {
      at += next;
      continue;
    }
    if (auto found = record_at(at)) return found;
    ++at;
  }
  return std::nullopt;
}

Result<void> DiskQueue::open_file_of(Segment& segment) {
  if (segment.fd) return {};
  auto fd = files_.open(path_of(segment.number), false);
  if (!fd) {
    ++damage_.errors;
    return fd.error();
  }
  segment.fd = std::move(*fd);
  return {};
}

Result<void> DiskQueue::check_room(uint64_t bytes) {
  if (options_.max_bytes > 0 && bytes_ + bytes > options_.max_bytes) return Error{"the queue holds its " + std::to_string(options_.max_bytes) + " bytes", "full"};
  const int64_t now = clock_.steady_ns();
  if (looked_at_space_ns_ == 0 || now - looked_at_space_ns_ >= kLookAtSpaceEveryNs || space_short_) {
    looked_at_space_ns_ = now;
    const auto space = files_.space(options_.directory);
    const auto reserved = space ? std::min<uint64_t>(static_cast<uint64_t>(static_cast<double>(space->total) * options_.reserved_share), kMaxReserved) : 0;
    space_short_ = space && space->available < reserved + bytes;
  }
  if (space_short_) return Error{"the file system of " + options_.directory + " is full but for what is left to others", "no_space"};
  return {};
}

/// The file that takes the next `bytes`.
Result<DiskQueue::Segment*> DiskQueue::segment_for(uint64_t bytes) {
  if (!segments_.empty() && !segments_.back().sealed) {
    Segment& last = segments_.back();
    if (last.end == kSegmentHeader || last.end + bytes <= segment_limit()) return &last;
    last.sealed = true;  // what it holds is committed with what follows
  }
  const uint64_t number = last_number_ + 1;
  if (segments_.empty()) {
    if (auto made = files_.make_directory(options_.directory); !made) return made.error();
  }
  auto fd = files_.open(path_of(number), true);
  if (!fd) return fd.error();
  const auto header = encode(SegmentHeader{clock_.wall_ns(), boot_});
  const std::string_view parts[] = {{header.data(), header.size()}};
  if (auto written = files_.write_at(fd->get(), parts, 0); !written) {
    (void)files_.remove(path_of(number)).ok();
    return written.error();
  }
  last_number_ = number;
  bytes_ += kSegmentHeader;
  Segment& segment = segments_.emplace_back();
  segment.number = number;
  segment.fd = std::move(*fd);
  segment.end = segment.committed = kSegmentHeader;
  if (cursor_number_ == 0) cursor_number_ = number, cursor_at_ = kSegmentHeader;
  return &segment;
}

Result<void> DiskQueue::append(const Append& record) {
  INVAR_CHECK(record.sequence > last_sequence_);
  uint64_t size = 0;
  for (const std::string_view part : record.payload) size += part.size();
  if (size > kMaxPayload) return Error{"a record of " + std::to_string(size) + " bytes is too large", "too_large"};
  if (auto room = check_room(kSegmentHeader + kRecordHeader + size); !room) return room;
  const auto segment = segment_for(kRecordHeader + size);
  if (!segment) return segment.error();
  Segment& into = **segment;
  RecordHeader header;
  header.flags = static_cast<uint8_t>(record.flags | (record.marked_late ? RecordHeader::kMarkedLate : 0));
  header.label = record.label;
  header.payload = static_cast<uint32_t>(size);
  header.entries = record.entries;
  header.lines = record.lines;
  header.sequence = record.sequence;
  header.written_ms = now_ms();
  header.payload_hash = hash(record.payload);
  const auto head = encode(header);
  std::vector<std::string_view> parts{{head.data(), head.size()}};
  parts.insert(parts.end(), record.payload.begin(), record.payload.end());
  if (auto written = files_.write_at(into.fd.get(), parts, into.end); !written) return written;
  const Tally tally{1, record.entries, record.lines};
  if (record.held) {
    held_[record.sequence] = {into.number, into.end, tally};
    ++into.held;
  } else {
    into.uncommitted += tally;
  }
  if (record.marked_late) unmarked_[record.sequence] = {into.number, into.end};
  into.end += kRecordHeader + size;
  into.oldest_ms = std::min(into.oldest_ms, header.written_ms);
  into.newest_ms = header.written_ms;
  into.newest_steady_ms = steady_ms();
  bytes_ += kRecordHeader + size;
  last_sequence_ = into.last_sequence = record.sequence;
  return {};
}

Result<void> DiskQueue::commit() {
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].end == segments_[i].committed) continue;
    auto committed = commit(segments_[i]);
    if (committed) continue;
    for (size_t later = i; later < segments_.size(); ++later) roll_back(segments_[later]);
    last_sequence_ = committed_sequence_;
    unmarked_.erase(unmarked_.upper_bound(last_sequence_), unmarked_.end());
    remove_finished();
    return committed;
  }
  return {};
}

Result<void> DiskQueue::commit(Segment& segment) {
  if (auto opened = open_file_of(segment); !opened) return opened;
  if (auto synced = files_.sync(segment.fd.get()); !synced) return synced;
  // Not synced itself: it tells a process of the same boot what its predecessor had said, and that is in memory of the kernel.
  const auto mark = encode_committed(segment.end);
  const std::string_view parts[] = {{mark.data(), mark.size()}};
  if (auto written = files_.write_at(segment.fd.get(), parts, kCommittedAt); !written) return written;
  segment.committed = segment.end;
  segment.unread += std::exchange(segment.uncommitted, {});
  committed_sequence_ = segment.last_sequence;
  return {};
}

Result<void> DiskQueue::mark(uint64_t sequence) {
  const auto found = unmarked_.find(sequence);
  if (found == unmarked_.end() || sequence > committed_sequence_) return {};
  // A file that has gone holds nothing that is needed.
  if (Segment* segment = segment_numbered(found->second.segment))
    if (auto written = write_state(*segment, found->second.at, marked_state()); !written && written.error().reason != "not_found") return written;
  unmarked_.erase(found);
  return {};
}

Result<void> DiskQueue::mark_all() {
  while (!unmarked_.empty() && unmarked_.begin()->first <= committed_sequence_)
    if (auto marked = mark(unmarked_.begin()->first); !marked) return marked;
  return {};
}

/// Takes back what was appended since the last commit.
void DiskQueue::roll_back(Segment& segment) {
  if (segment.end == segment.committed) return;
  bytes_ -= segment.end - segment.committed;
  segment.end = segment.committed;
  segment.uncommitted = {};
  segment.sealed = true;  // after a failed sync nobody knows what this file holds
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->second.segment == segment.number && held->second.at >= segment.end) {
      --segment.held;
      held = held_.erase(held);
    } else {
      ++held;
    }
  }
  if (open_file_of(segment) && !files_.truncate(segment.fd.get(), segment.end)) ++damage_.errors;
}

DiskQueue::Segment* DiskQueue::segment_numbered(uint64_t number) {
  const auto found = std::lower_bound(segments_.begin(), segments_.end(), number, [](const Segment& s, uint64_t n) { return s.number < n; });
  return found == segments_.end() || found->number != number ? nullptr : &*found;
}

bool DiskQueue::load(Segment& segment, const Found& found, std::string& payload) {
  const uint64_t at = found.at + kRecordHeader;
  if (found.header.payload <= kReadBlock) {
    payload = peek(segment, at, found.header.payload, segment.committed, kReadBlock);
  } else if (open_file_of(segment)) {
    payload.resize(found.header.payload);
    const auto got = files_.read_at(segment.fd.get(), payload, at);
    if (!got) ++damage_.errors;
    payload.resize(got ? *got : 0);
  }
  return payload.size() == found.header.payload && hash(payload) == found.header.payload_hash;
}

std::optional<DiskQueue::Record> DiskQueue::read() {
  while (!segments_.empty()) {
    auto at = std::lower_bound(segments_.begin(), segments_.end(), cursor_number_, [](const Segment& s, uint64_t n) { return s.number < n; });
    if (at == segments_.end()) return std::nullopt;
    if (at->number != cursor_number_) cursor_number_ = at->number, cursor_at_ = kSegmentHeader;
    Segment& segment = *at;
    const auto found = segment.unread.records > 0 ? find(segment, cursor_at_, segment.committed) : std::nullopt;
    if (!found) {
      // What cannot be found any more was damaged after it had been counted.
      damage_.corrupt += std::exchange(segment.unread, {});
      cursor_at_ = segment.committed;
      if (!segment.sealed || segment.end != segment.committed) return std::nullopt;  // more may come
      ++cursor_number_;
      cursor_at_ = kSegmentHeader;
      remove_finished();
      continue;
    }
    cursor_at_ = found->behind();
    if (found->header.done || held_.contains(found->header.sequence)) continue;
    segment.unread -= found->tally();
    Record record{found->header.sequence, found->header.entries, found->header.lines, found->header.written_ms, 0, {}};
    if (!load(segment, *found, record.payload)) {
      damage_.corrupt += found->tally();
      mark_done(segment, found->at, record.sequence);
      continue;
    }
    record.label = found->header.label;
    held_[record.sequence] = {segment.number, found->at, found->tally()};
    ++segment.held;
    return record;
  }
  return std::nullopt;
}

Result<void> DiskQueue::write_state(Segment& segment, uint64_t at, std::string_view state) {
  if (auto opened = open_file_of(segment); !opened) return opened;
  const uint64_t state_at = at + kStateAt;
  const std::string_view parts[] = {state};
  auto written = files_.write_at(segment.fd.get(), parts, state_at);
  // What was read ahead has the old state, and may not have been looked at yet.
  if (buffer_number_ == segment.number && state_at >= buffer_at_ && state_at + state.size() <= buffer_at_ + buffer_.size())
    state.copy(buffer_.data() + (state_at - buffer_at_), state.size());
  return written;
}

void DiskQueue::mark_done(Segment& segment, uint64_t at, uint64_t sequence) {
  unmarked_.erase(sequence);
  if (!write_state(segment, at, done_state())) ++damage_.errors;
}

void DiskQueue::done(uint64_t sequence) {
  const auto found = held_.find(sequence);
  if (found == held_.end()) return;
  const Held held = found->second;
  held_.erase(found);
  Segment* segment = segment_numbered(held.segment);
  if (!segment) return;  // thrown away meanwhile
  --segment->held;
  mark_done(*segment, held.at, sequence);
  remove_finished();
}

/// Removes files with nothing in them that is still needed; the one that is written only when it is the last.
void DiskQueue::remove_finished() {
  const auto finished = [](const Segment& s) { return s.unread.records == 0 && s.held == 0 && s.end == s.committed; };
  const bool empty = std::all_of(segments_.begin(), segments_.end(), finished);
  for (auto segment = segments_.begin(); segment != segments_.end();) {
    if (!finished(*segment) || (!segment->sealed && !empty)) {
      if (segment->sealed && segment->held == 0 && segment->number != cursor_number_ && segment->end == segment->committed) segment->fd.reset();
      ++segment;
      continue;
    }
    if (segment->end == kSegmentHeader && !segment->sealed) return;  // has just been begun
    segment->fd.reset();
    if (!files_.remove(path_of(segment->number))) ++damage_.errors;
    bytes_ -= segment->end;
    removed_ = std::max(removed_, segment->number);
    removed_bytes_ += segment->end;
    segment = segments_.erase(segment);
  }
}

/// Forgets what has not been read of a segment. Records in work stay until they are done, and the file with them.
void DiskQueue::drop(Segment& segment, Loss& loss) {
  loss.tally += std::exchange(segment.unread, {});
  segment.sealed = true;
  uint64_t at = kSegmentHeader;
  while (const auto found = find(segment, at, segment.committed)) {
    at = found->behind();
    const bool read = segment.number == cursor_number_ ? found->at < cursor_at_ : segment.number < cursor_number_;
    if (read || found->header.done || held_.contains(found->header.sequence)) continue;
    loss.labels.emplace_back(peek(segment, found->at + kRecordHeader, found->header.label, segment.committed, kWalkBlock));
    if (segment.held > 0) mark_done(segment, found->at, found->header.sequence);
  }
  remove_finished();
}

DiskQueue::Loss DiskQueue::drop_oldest() {
  Loss loss;
  const auto droppable = [](const Segment& s) { return s.unread.records > 0 && s.end == s.committed; };
  // A file with records in work would stay, and no room would be made.
  auto oldest = std::find_if(segments_.begin(), segments_.end(), [&](const Segment& s) { return droppable(s) && s.held == 0; });
  if (oldest == segments_.end()) oldest = std::find_if(segments_.begin(), segments_.end(), droppable);
  if (oldest != segments_.end()) drop(*oldest, loss);
  return loss;
}

DiskQueue::Loss DiskQueue::expire() {
  Loss loss;
  if (options_.max_age_ms <= 0) return loss;
  const int64_t limit = steady_ms() - options_.max_age_ms;
  const auto too_old = [&](const Segment& s) { return s.unread.records > 0 && s.newest_steady_ms < limit && s.end == s.committed; };
  for (auto old = segments_.begin(); (old = std::find_if(segments_.begin(), segments_.end(), too_old)) != segments_.end();) drop(*old, loss);
  return loss;
}

DiskQueue::Figures DiskQueue::figures() const {
  Figures figures;
  figures.bytes = bytes_;
  figures.segments = segments_.size();
  figures.reading = cursor_number_;
  figures.removed = removed_;
  figures.removed_bytes = removed_bytes_;
  for (const Segment& segment : segments_) {
    figures.unread += segment.unread;
    const bool used = segment.unread.records > 0 || segment.held > 0;
    if (used && (figures.oldest_ms == 0 || segment.oldest_ms < figures.oldest_ms)) figures.oldest_ms = segment.oldest_ms;
  }
  for (const auto& [sequence, held] : held_) figures.held += held.tally;
  return figures;
}

}  // namespace invar
