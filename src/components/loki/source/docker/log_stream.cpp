#include "src/components/loki/source/docker/log_stream.h"

#include <algorithm>
#include <utility>

#include "src/text/time_layout.h"

namespace invar::loki_source_docker {
namespace {

constexpr size_t kLongestTime = 64;  // with room to spare
constexpr size_t kKeptCapacity = 64u << 10;
constexpr size_t kMostComplaint = 4096;

bool is_time(std::string_view text) {
  Instant time;
  return parse_rfc3339(text, time);
}

LineAssembler::Owner owner_of(StdStream stream, const LogStream::Owner& owner) {
  return {[stream, on_line = owner.on_line](std::string_view line, bool ended) { on_line(stream, line, ended); }, owner.on_timeless};
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------- lines

void LineAssembler::begin_message() {
  in_messages_ = true;
  after_full_ = message_bytes_ >= kFullMessage;
  message_bytes_ = 0;
  undecided_ = !line_.empty();
}

void LineAssembler::add(std::string_view bytes) {
  message_bytes_ += bytes.size();
  if (undecided_) join(bytes);
  if (!bytes.empty()) take(bytes);
}

/// Decides what a message behind an unfinished line is, as soon as its time is whole, and takes that from the front of one that continues it.
void LineAssembler::join(std::string_view& bytes) {
  const size_t space = std::min(bytes.find(' '), bytes.size());
  if (space == bytes.size() && head_.size() + bytes.size() <= kLongestTime) {
    head_.append(bytes);
    bytes = {};
    return;
  }
  head_.append(bytes.substr(0, space));
  bytes.remove_prefix(space);
  undecided_ = false;
  const bool timed = !bytes.empty() && is_time(head_);
  const bool same_time = timed && line_.size() > head_.size() && line_.starts_with(head_) && line_[head_.size()] == ' ';
  if (timed && (after_full_ || same_time)) {
    bytes.remove_prefix(1);
  } else {
    if (timed) emit_kept();
    else if (after_full_) owner_.on_timeless();
    take(head_);
  }
  head_.clear();
}

void LineAssembler::end_message() {
  if (!std::exchange(undecided_, false) || head_.empty()) return;
  if (after_full_) owner_.on_timeless();
  take(head_);
  head_.clear();
}

void LineAssembler::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return keep(bytes);
    const std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line_.empty() && piece.size() <= kMostBytes) {
      owner_.on_line(piece, true);
      continue;
    }
    keep(piece);
    emit_kept();
  }
}

void LineAssembler::keep(std::string_view bytes) {
  while (line_.size() + bytes.size() > kMostBytes) {
    const size_t fits = kMostBytes - std::min(line_.size(), kMostBytes);
    line_.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
    const size_t space = line_.find(' ');
    std::string time = space <= kLongestTime ? line_.substr(0, space + 1) : std::string();
    owner_.on_line(line_, true);
    line_ = std::move(time);
  }
  line_.append(bytes);
}

void LineAssembler::emit_kept(bool ended) {
  owner_.on_line(line_, ended);
  line_.clear();
  if (line_.capacity() > kKeptCapacity) line_.shrink_to_fit();
}

void LineAssembler::finish() {
  end_message();
  if (!line_.empty()) emit_kept(/*ended=*/in_messages_ && message_bytes_ < kFullMessage);
}

// ------------------------------------------------------------------------------------------------------------- frames

LogStream::LogStream(bool tty, Owner owner)
    : tty_(tty), lines_{LineAssembler(owner_of(StdStream::kStdout, owner)), LineAssembler(owner_of(StdStream::kStderr, owner))} {}

Result<void> LogStream::add(std::string_view bytes) {
  if (tty_) {
    written_ += bytes.size();
    lines_[0].add(bytes);
    return {};
  }
  while (!bytes.empty()) {
    if (left_ == 0) {
      header_[header_bytes_++] = static_cast<uint8_t>(bytes.front());
      bytes.remove_prefix(1);
      if (header_bytes_ < kHeaderBytes) continue;
      header_bytes_ = 0;
      if (auto begun = begin_frame(); !begun) return begun;
      continue;
    }
    const std::string_view piece = bytes.substr(0, left_);
    bytes.remove_prefix(piece.size());
    if (auto taken = take_frame(piece); !taken) return taken;
  }
  return {};
}

Result<void> LogStream::begin_frame() {
  if (header_[0] > kSystemError) return Error{"unrecognized stream: " + std::to_string(header_[0]), "stream"};
  left_ = static_cast<uint32_t>(header_[4]) << 24 | static_cast<uint32_t>(header_[5]) << 16 | static_cast<uint32_t>(header_[6]) << 8 | header_[7];
  if (header_[0] != kSystemError) lines().begin_message();
  return left_ > 0 ? Result<void>() : take_frame({});
}

Result<void> LogStream::take_frame(std::string_view bytes) {
  left_ -= static_cast<uint32_t>(bytes.size());
  if (header_[0] == kSystemError) {
    complaint_.append(bytes.substr(0, kMostComplaint - std::min(kMostComplaint, complaint_.size())));
    if (left_ > 0) return {};
    return Error{"error from daemon in stream: " + complaint_, "engine"};
  }
  written_ += bytes.size();
  lines().add(bytes);
  if (left_ == 0) lines().end_message();
  return {};
}

void LogStream::finish() {
  for (LineAssembler& lines : lines_)
    if (left_ == 0 || &lines != &this->lines()) lines.finish();
}

}  // namespace invar::loki_source_docker
