#include "src/components/loki/source/file/file_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace invar::loki_source_file {
namespace {

constexpr uint64_t kBackwardStep = 64 * 1024;

/// Sizes at which Alloy takes its signature of a growing file anew.
constexpr std::array<uint64_t, 5> kSignatureSizes{64, 128, 256, 512, 1024};

bool signature_is_due(uint64_t position, uint32_t length) {
  return std::any_of(kSignatureSizes.begin(), kSignatureSizes.end(),
                     [&](uint64_t size) { return position >= size && length < size; });
}

}  // namespace

FileReader::FileReader(Owner& owner, RunKeeper& keeper, uint64_t id, FileId file, std::string path, Fd fd, TextEncoding encoding)
    : owner_(owner), keeper_(keeper), id_(id), file_(file), path_(std::move(path)), fd_(std::move(fd)), configured_(encoding) {}

FileReader::~FileReader() { disown_runs(); }

uint64_t FileReader::settled_offset() const {
  if (runs_) return std::min(runs_->begin, redo_.empty() ? UINT64_MAX : redo_.front().begin);
  return redo_.empty() ? offset_ : redo_.front().begin;
}

uint64_t FileReader::last_line_end() const {
  const std::string_view separator = newline(encoding_);
  std::string buffer;
  for (uint64_t end = size_; end > 0;) {
    const uint64_t begin = end > kBackwardStep ? end - kBackwardStep : 0;
    // One separator's length more, so that one across the border is seen.
    buffer.resize(std::min<uint64_t>(size_, end + separator.size() - 1) - begin);
    const auto got = read_at(fd_.get(), buffer, begin);
    if (!got) return 0;
    const size_t found = std::string_view(buffer).substr(0, *got).rfind(separator);
    if (found != std::string_view::npos) return begin + found + separator.size();
    end = begin;
  }
  return 0;
}

void FileReader::start_at(uint64_t offset, std::string_view beginning, uint64_t size) {
  offset_ = offset;
  fingerprint_ = signature_ = Fingerprint::of(beginning);
  detect_encoding(beginning);
  size_ = size;
  drained_ = offset_ >= size_;
}

/// The byte order mark holds for the whole file; it is no part of its first line.
void FileReader::detect_encoding(std::string_view beginning) {
  const ByteOrderMark mark = byte_order_mark(beginning);
  if (encoding_known_ || (mark.length == 0 && beginning.size() < 4)) return;
  encoding_known_ = true;
  if (mark.decides) encoding_ = mark.encoding;
  offset_ = std::max<uint64_t>(offset_, mark.length);
}

Result<void> FileReader::reopen() {
  auto fd = open_file(path_);
  if (!fd) return fd.error();
  const auto about = stat_fd(fd->get());
  if (!about) return about.error();
  if (FileId{about->dev, about->ino} != file_) return Error{"open " + path_ + ": another file is there now", "replaced"};
  fd_ = std::move(*fd);
  return {};
}

Result<void> FileReader::look() {
  const auto about = stat_fd(fd_.get());
  if (!about) return about.error();
  unlinked_ = about->links == 0;
  if (about->size == size_ && about->mtime_ns == modified_ns_) return {};
  char bytes[Fingerprint::kMaxLength];
  const auto got = read_at(fd_.get(), bytes, 0);
  if (!got) return got.error();
  const std::string_view beginning(bytes, *got);
  size_ = about->size;
  modified_ns_ = about->mtime_ns;
  if (size_ < offset_) {
    // Truncated. What is left was read already if it begins as before; otherwise it is new.
    if (signature_.length > 0 && signature_.matches(beginning) && (size_ < fingerprint_.length || fingerprint_.matches(beginning))) {
      disown_runs();
      offset_ = size_;
      fingerprint_ = Fingerprint::of(beginning);
      owner_.content_changed(*this);
    } else {
      restart(beginning);
    }
  } else if (!fingerprint_.matches(beginning)) {
    restart(beginning);
  } else {
    extend_fingerprint(beginning);
  }
  drained_ = offset_ >= size_;
  return {};
}

/// Other content under the same inode: read it from its beginning. Runs of the old content concern nobody any more.
void FileReader::restart(std::string_view beginning) {
  disown_runs();
  offset_ = 0;
  encoding_known_ = false;
  encoding_ = configured_;
  fingerprint_ = signature_ = Fingerprint::of(beginning);
  detect_encoding(beginning);
  drained_ = false;
  owner_.content_changed(*this);
}

void FileReader::extend_fingerprint(std::string_view beginning) {
  if (signature_is_due(offset_, signature_.length)) signature_ = Fingerprint::of(beginning);
  if (beginning.size() <= fingerprint_.length) return;
  fingerprint_ = Fingerprint::of(beginning);
  detect_encoding(beginning);
  owner_.content_changed(*this);
}

Result<size_t> FileReader::read(LineFeed& feed, const LabelSet* labels, uint64_t& lines, uint64_t limit) {
  if (has_returned_) return size_t{0};  // until all that is in flight has come back
  if (long_line_) return read_long_line(feed, labels, lines);
  const uint64_t begin = redo_.empty() ? offset_ : redo_.front().begin;
  const uint64_t end = redo_.empty() ? limit : redo_.front().end;
  if (begin >= end) return drained_ = true, size_t{0};
  const std::span<char> buffer = feed.buffer();
  const size_t wanted = std::min<uint64_t>(buffer.size(), end - begin);
  const auto got = read_at(fd_.get(), buffer.first(wanted), begin);
  if (!got) return got.error();
  std::memset(buffer.data() + *got, 0, LineFeed::kPadding);
  const std::string_view chunk(buffer.data(), *got);
  if (!redo_.empty()) return read_again(feed, labels, chunk, lines);
  const size_t sent = send_lines(feed, labels, chunk, begin, lines);
  size_ = std::max(size_, begin + *got);
  if (feed.paused() || rewound_) return *got;
  if (*got < wanted || begin + *got >= limit) {
    drained_ = true;
  } else if (sent == 0 && wanted == buffer.size()) {
    long_line_ = std::make_unique<std::string>(chunk);
  }
  return *got;
}

/// The rest of the first returned range begins with `chunk`.
Result<size_t> FileReader::read_again(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t& lines) {
  const Range range = redo_.front();
  if (chunk.empty()) return redo_.pop_front(), size_t{0};  // the file shrank: nobody can read this any more
  if (send_lines(feed, labels, chunk, range.begin, lines) > 0 || feed.paused() || rewound_) return chunk.size();
  // Not one whole line: a long one, or the unterminated tail of a rotated file.
  std::string line(std::min<uint64_t>(range.end - range.begin, kMaxLine), '\0');
  const auto got = read_at(fd_.get(), line, range.begin);
  if (!got) return got.error();
  line.resize(*got);
  const size_t found = line.find(newline(encoding_));
  const size_t length = found == line.npos ? line.size() : found;
  const size_t whole = found == line.npos ? line.size() : found + newline(encoding_).size();
  ++lines;
  send_line(feed, labels, std::string_view(line).substr(0, length), range.begin, range.begin + whole);
  return *got;
}

/// Sends the whole lines of a chunk that begins at offset `begin`; returns the bytes sent.
size_t FileReader::send_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines) {
  rewound_ = false;
  if (encoding_ != TextEncoding::kBytes) return send_decoded_lines(feed, labels, chunk, begin, lines);
  const char* const first = chunk.data();
  const char* const end = first + chunk.size();
  const char* sent = first;
  const char* at = first;
  while (at < end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (!newline) break;
    const bool returned = newline > at && newline[-1] == '\r';
    feed.add({at, static_cast<size_t>(newline - at) - (returned ? 1 : 0)}, labels);
    at = newline + 1;
    if (!feed.full()) continue;
    lines += send_rows(feed, begin + static_cast<uint64_t>(sent - first), begin + static_cast<uint64_t>(at - first));
    sent = at;
    if (feed.paused() || rewound_) break;
  }
  if (!feed.empty()) {
    lines += send_rows(feed, begin + static_cast<uint64_t>(sent - first), begin + static_cast<uint64_t>(at - first));
    sent = at;
  }
  return static_cast<size_t>(sent - first);
}

size_t FileReader::send_decoded_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines) {
  const std::string_view separator = newline(encoding_);
  size_t at = 0, sent = 0;
  while (!feed.paused() && !rewound_) {
    const size_t found = chunk.find(separator, at);
    if (found == chunk.npos) break;
    feed.add(decode_text(encoding_, without_return(chunk.substr(at, found - at)), feed.arena()), labels);
    at = found + separator.size();
    if (!feed.full()) continue;
    lines += send_rows(feed, begin + sent, begin + at);
    sent = at;
  }
  if (!feed.empty()) {
    lines += send_rows(feed, begin + sent, begin + at);
    sent = at;
  }
  return sent;
}

/// Sends the feed's rows as [begin, end). The sink may settle or return them before this is over.
size_t FileReader::send_rows(LineFeed& feed, uint64_t begin, uint64_t end) {
  const size_t rows = feed.size();
  advance(end);
  feed.send(*this, begin, end);
  return rows;
}

/// A line longer than the buffer: it is gathered in memory of its own, chunk by chunk, until its end is found.
Result<size_t> FileReader::read_long_line(LineFeed& feed, const LabelSet* labels, uint64_t& lines) {
  const std::span<char> buffer = feed.buffer();
  const auto got = read_at(fd_.get(), buffer, offset_ + long_line_->size());
  if (!got) return got.error();
  size_ = std::max(size_, offset_ + long_line_->size() + *got);
  const std::string_view separator = newline(encoding_);
  // An encoded newline may have begun in the chunk before.
  const size_t searched = long_line_->size() - std::min(long_line_->size(), separator.size() - 1);
  long_line_->append(buffer.data(), *got);
  const size_t found = long_line_->find(separator, searched);
  if (found != std::string::npos) {
    const auto line = std::move(long_line_);
    send_line(feed, labels, std::string_view(*line).substr(0, found), offset_, offset_ + found + separator.size());
    ++lines;
  } else if (long_line_->size() >= kMaxLine) {
    const auto line = std::move(long_line_);
    send_line(feed, labels, *line, offset_, offset_ + line->size());
    ++lines;
    owner_.line_too_long(*this);
  } else {
    drained_ = *got < buffer.size();
  }
  return *got;
}

Result<size_t> FileReader::read_tail(LineFeed& feed, const LabelSet* labels, uint64_t& lines) {
  if (!has_tail() || has_returned_ || !redo_.empty()) return size_t{0};
  std::string tail;
  if (long_line_) tail = std::move(*long_line_);
  long_line_.reset();
  while (tail.size() < kMaxLine) {
    const std::span<char> buffer = feed.buffer();
    const auto got = read_at(fd_.get(), buffer, offset_ + tail.size());
    if (!got) return got.error();
    if (*got == 0) break;
    tail.append(buffer.data(), *got);
  }
  if (tail.empty()) return size_ = offset_, size_t{0};
  if (without_return(tail).empty()) {
    offset_ += tail.size();
    owner_.position_moved(*this);
  } else {
    const size_t size = tail.size();
    send_line(feed, labels, tail, offset_, offset_ + size);
    ++lines;
  }
  size_ = std::max(size_, offset_);
  drained_ = true;
  return tail.size();
}

void FileReader::send_line(LineFeed& feed, const LabelSet* labels, std::string_view line, uint64_t begin, uint64_t end) {
  line = without_return(line);
  if (encoding_ != TextEncoding::kBytes) line = decode_text(encoding_, line, feed.arena());
  // Whoever parses the line may read a little beyond it.
  char* padded = feed.arena().allocate(line.size() + LineFeed::kPadding);
  std::memcpy(padded, line.data(), line.size());
  std::memset(padded + line.size(), 0, LineFeed::kPadding);
  feed.add({padded, line.size()}, labels);
  rewound_ = false;
  send_rows(feed, begin, end);
}

std::string_view FileReader::without_return(std::string_view line) const {
  const std::string_view carriage = carriage_return(encoding_);
  if (line.ends_with(carriage)) line.remove_suffix(carriage.size());
  return line;
}

/// Everything up to `to` has been sent.
void FileReader::advance(uint64_t to) {
  if (redo_.empty()) {
    offset_ = to;
    return;
  }
  redo_.front().begin = to;
  if (to >= redo_.front().end) redo_.pop_front();
}

void FileReader::add_run(FileRun& run) {
  if (last_run_) last_run_->next = &run;
  else runs_ = &run;
  last_run_ = &run;
}

void FileReader::run_settled() {
  bool moved = false;
  while (runs_ && runs_->settled) {
    if (runs_->returned) break;
    FileRun* const done = runs_;
    runs_ = done->next;
    if (!runs_) last_run_ = nullptr;
    keeper_.give_back(*done);
    moved = true;
  }
  if (moved) owner_.position_moved(*this);
  if (!runs_) return;
  bool all_settled = true;
  for (const FileRun* run = runs_; run; run = run->next) {
    has_returned_ |= run->settled && run->returned;
    all_settled &= run->settled;
  }
  rewound_ |= has_returned_;
  if (has_returned_ && all_settled) resend_returned();
}

/// All that was in flight has come to rest: the returned ranges are sent again before anything new.
void FileReader::resend_returned() {
  std::deque<Range> again;
  while (runs_) {
    FileRun* const run = runs_;
    runs_ = run->next;
    if (run->returned) {
      if (!again.empty() && again.back().end == run->begin) again.back().end = run->end;
      else again.push_back({run->begin, run->end});
    }
    keeper_.give_back(*run);
  }
  last_run_ = nullptr;
  has_returned_ = false;
  rewound_ = true;
  again.insert(again.end(), redo_.begin(), redo_.end());
  redo_ = std::move(again);
  if (redo_.size() == 1 && redo_.front().end == offset_) {  // the usual case: simply go back
    offset_ = redo_.front().begin;
    redo_.clear();
    long_line_.reset();
  }
  drained_ = false;
  owner_.returned_ranges(*this);
}

void FileReader::disown_runs() {
  for (FileRun* run = runs_; run;) {
    FileRun* const next = run->next;
    run->reader = nullptr;
    run->next = nullptr;
    if (run->settled) keeper_.give_back(*run);
    run = next;
  }
  runs_ = last_run_ = nullptr;
  redo_.clear();
  has_returned_ = false;
  long_line_.reset();
}

}  // namespace invar::loki_source_file
