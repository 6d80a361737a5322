#include "src/components/loki/source/file/file_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "src/components/loki/source/file/rotation.h"

namespace invar::loki_source_file {
namespace {

constexpr uint64_t kBackwardStep = 64 * 1024;

/// Sizes at which Alloy takes its signature of a growing file anew.
constexpr std::array<uint64_t, 5> kSignatureSizes{64, 128, 256, 512, 1024};

bool signature_is_due(uint64_t position, uint32_t length) {
  return std::any_of(kSignatureSizes.begin(), kSignatureSizes.end(),
                     [&](uint64_t size) { return position >= size && length < size; });
}

/// Without a last UTF-8 sequence that may be cut.
std::string_view before_last_rune(std::string_view text) {
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  size_t end = text.size();
  for (int i = 0; i < 3 && end > 0 && is_continuation(text[end - 1]); ++i) --end;
  return end > 0 && static_cast<unsigned char>(text[end - 1]) >= 0xC0 ? text.substr(0, end - 1) : text;
}

}  // namespace

Result<OpenedFile> open_in_slot(const std::string& path, std::optional<Packing> packing, OpenSlot slot) {
  if (!slot) return Error{"open " + path + ": too many open files", "too_many_files"};
  auto fd = open_file(path);
  if (!fd) return fd.error();
  const auto about = stat_fd(fd->get());
  if (!about) return about.error();
  const int64_t birth_ns = birth_of(fd->get());
  return OpenedFile{std::move(*fd), std::move(slot), *about, packing, birth_ns};
}

bool OpenedFile::holds_more(uint64_t offset) const {
  if (!packing) return about.size > offset;
  return packing != Packing::kGzip || !gzip_holds(fd.get(), offset);
}

FileReader::FileReader(Owner& owner, RunKeeper& keeper, uint64_t id, OpenedFile file, TextEncoding encoding, uint64_t offset,
                       std::string_view beginning)
    : owner_(owner),
      keeper_(keeper),
      id_(id),
      identity_(file.identity()),
      fd_(std::move(file.fd)),
      slot_(std::move(file.slot)),
      packing_(file.packing),
      fingerprint_(Fingerprint::of(beginning)),
      signature_(fingerprint_),
      configured_(encoding),
      offset_(offset),
      looked_size_(file.about.size) {
  detect_encoding(beginning);
  if (packing_) modified_ns_ = file.about.mtime_ns;
  size_ = packing_ ? offset_ : file.about.size;
  drained_ = !packing_ && offset_ >= size_;
}

FileReader::~FileReader() { disown_runs(); }

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

void FileReader::skip_to_end() {
  if (packing_) {
    skips_all_ = true;
    return;
  }
  offset_ = std::max(offset_, last_line_end());
  drained_ = true;
}

void FileReader::skip_to(uint64_t offset) {
  offset_ = std::max(offset_, std::min(offset, size_));
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

bool FileReader::reopen(OpenedFile file) {
  if (file.id() != identity_.file) return false;
  fd_ = std::move(file.fd);
  slot_ = std::move(file.slot);
  return true;
}

void FileReader::close() {
  fd_.reset();
  slot_.release();
  content_.reset();
}

// -------------------------------------------------------------------------------------------------------------- looks

Result<void> FileReader::look() {
  const auto about = stat_fd(fd_.get());
  if (!about) return about.error();
  unlinked_ = about->links == 0;
  return has_changed(*about) && !ended_ ? look_at_content(*about) : Result<void>{};
}

std::optional<uint64_t> FileReader::size_if_deleted() {
  const auto about = stat_fd(fd_.get());
  if (!about) return std::nullopt;
  unlinked_ = about->links == 0;
  return unlinked_ ? std::optional(about->size) : std::nullopt;
}

Result<std::string_view> FileReader::beginning(std::span<char> into) const {
  if (packing_) return unpack_beginning(fd_.get(), *packing_, into);
  const auto got = read_at(fd_.get(), into, 0);
  if (!got) return got.error();
  return std::string_view(into.data(), *got);
}

Result<void> FileReader::look_at_content(const FileStat& about) {
  char bytes[Fingerprint::kMaxLength];
  const auto begins = beginning(bytes);
  if (!begins && !packing_) return begins.error();
  // What was written to an empty file and taken away again before now is in a copy at best.
  const bool was_empty = fingerprint_.length == 0 && !packing_ && modified_ns_ != INT64_MIN;
  looked_size_ = about.size;
  modified_ns_ = about.mtime_ns;
  if (!begins) return fail(begins.error());
  if (packing_) {
    content_.reset();
    broken_ = drained_ = false;
    if (fingerprint_.matches(*begins)) extend_fingerprint(*begins);
    else restart(*begins);
    return {};
  }
  size_ = about.size;
  if (size_ < offset_) {
    // Truncated. What is left was read already if it begins as before; otherwise it is new.
    if (signature_.length > 0 && signature_.matches(*begins) && (size_ < fingerprint_.length || fingerprint_.matches(*begins))) {
      disown_runs();
      offset_ = size_;
      fingerprint_ = Fingerprint::of(*begins);
      owner_.content_changed(*this);
    } else {
      restart(*begins);
    }
  } else if (!fingerprint_.matches(*begins)) {
    restart(*begins);
  } else {
    extend_fingerprint(*begins);
    if (was_empty) owner_.content_replaced(*this, {}, 0);
  }
  drained_ = ended_ || offset_ >= size_;
  return {};
}

/// Other content under the same inode: read it from its beginning. Runs of the old content concern nobody any more.
void FileReader::restart(std::string_view beginning) {
  const Fingerprint before = fingerprint_;
  const uint64_t read = offset_;
  disown_runs();
  offset_ = 0;
  if (packing_) size_ = 0;
  encoding_known_ = false;
  encoding_ = configured_;
  fingerprint_ = signature_ = Fingerprint::of(beginning);
  detect_encoding(beginning);
  drained_ = false;
  if (owner_.content_replaced(*this, before, read)) return;
  ended_ = drained_ = true;
  fingerprint_ = before;
  size_ = offset_;
}

void FileReader::extend_fingerprint(std::string_view beginning) {
  if (signature_is_due(offset_, signature_.length)) signature_ = Fingerprint::of(beginning);
  if (beginning.size() <= fingerprint_.length) return;
  fingerprint_ = Fingerprint::of(beginning);
  detect_encoding(beginning);
  owner_.content_changed(*this);
}

// ------------------------------------------------------------------------------------------------------------ reading

ContentPiece FileReader::content(std::span<char> into, uint64_t offset, uint64_t keep_from) {
  if (packing_) {
    if (!content_) content_ = std::make_unique<PackedContent>(*packing_, owner_.live_unpackers());
    return content_->read(fd_.get(), into, offset, keep_from);
  }
  const auto got = read_at(fd_.get(), into, offset);
  if (got) return {*got, *got < into.size()};
  read_error_ = std::make_unique<Error>(got.error());
  return {0, false, read_error_.get()};
}

/// Packed content stays as it is until the file changes.
Error FileReader::fail(Error error) {
  if (packing_) {
    drained_ = broken_ = true;
    content_.reset();
  }
  return error;
}

Result<bool> FileReader::read(LineFeed& feed, const LabelSet* labels, uint64_t& lines, uint64_t limit) {
  if (has_returned_) return false;  // until all that is in flight has come back
  if (scanned_ > 0 && redo_.empty()) return read_long_line(feed, labels, lines);
  const uint64_t begin = redo_.empty() ? offset_ : redo_.front().begin;
  const uint64_t end = redo_.empty() ? limit : redo_.front().end;
  if (begin >= end) return drained_ = true, false;
  const std::span<char> buffer = feed.buffer();
  const size_t wanted = std::min<uint64_t>(buffer.size(), end - begin);
  const ContentPiece piece = content(buffer.first(wanted), begin, begin);
  if (piece.broken && piece.size == 0) return fail(*piece.broken);
  if (piece.size == 0 && !piece.at_end) return true;
  std::memset(buffer.data() + piece.size, 0, LineFeed::kPadding);
  const std::string_view chunk(buffer.data(), piece.size);
  if (!redo_.empty()) return read_again(feed, labels, chunk, lines);
  if (skips_all_) return skip(piece);
  const size_t sent = send_lines(feed, labels, chunk, begin, lines);
  size_ = std::max(size_, begin + piece.size);
  if (feed.paused() || rewound_) return piece.size > 0;
  if (piece.at_end || begin + piece.size >= limit) {
    end_reached(begin + piece.size);
  } else if (piece.broken && sent == 0) {
    return fail(*piece.broken);
  } else if (sent == 0 && wanted == buffer.size()) {
    scanned_ = piece.size;
  }
  return piece.size > 0;
}

/// The content ends at `size`, as far as it is written.
void FileReader::end_reached(uint64_t size) {
  drained_ = true;
  if (!packing_) return learn_beginning();
  if (content_ && content_->unpacked() < offset_) {  // there is less than there was: it is something else
    char bytes[Fingerprint::kMaxLength];
    if (const auto begins = beginning(bytes)) restart(*begins);
    content_.reset();
    return;
  }
  size_ = size;
  if (!has_tail()) content_.reset();
}

/// What is read of a file that was short when it was last looked at makes its beginning known: without it nobody could tell a copy of it.
void FileReader::learn_beginning() {
  if (fingerprint_.length == Fingerprint::kMaxLength || offset_ <= fingerprint_.length) return;
  char bytes[Fingerprint::kMaxLength];
  const auto begins = beginning(bytes);
  if (begins && fingerprint_.matches(*begins)) extend_fingerprint(*begins);
}

/// Packed content that was there before is left out. True: there is more of it.
bool FileReader::skip(const ContentPiece& piece) {
  offset_ += piece.size;
  size_ = offset_;
  if (!piece.at_end) return true;
  skips_all_ = false;
  end_reached(offset_);
  owner_.position_moved(*this);
  return false;
}

/// The rest of the first returned range begins with `chunk`.
Result<bool> FileReader::read_again(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t& lines) {
  const Range range = redo_.front();
  if (chunk.empty()) return redo_.erase(redo_.begin()), true;  // the file shrank: nobody can read this any more
  if (send_lines(feed, labels, chunk, range.begin, lines) > 0 || feed.paused() || rewound_) return true;
  // Not one whole line: a long one, or the unterminated tail of a rotated file.
  const std::string_view rest = read_whole(feed, range.begin, std::min<uint64_t>(range.end - range.begin, kMaxLine));
  if (rest.empty()) return redo_.erase(redo_.begin()), true;
  const size_t found = rest.find(newline(encoding_));
  const size_t length = std::min(found, rest.size());
  const size_t whole = found == rest.npos ? rest.size() : found + newline(encoding_).size();
  ++lines;
  send_line(feed, labels, rest.substr(0, length), range.begin, range.begin + whole);
  return true;
}

/// Sends the whole lines of a chunk that begins at offset `begin`; returns the bytes sent.
size_t FileReader::send_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines) {
  rewound_ = false;
  if (encoding_) return send_decoded_lines(feed, labels, chunk, begin, lines);
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
    feed.add(decode_text(encoding_, without_return(chunk.substr(at, found - at)), feed.arena(), LineFeed::kPadding), labels);
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

/// A line longer than the buffer. Nothing of it is kept while its end is looked for: it is read as a whole once the end is there.
Result<bool> FileReader::read_long_line(LineFeed& feed, const LabelSet* labels, uint64_t& lines) {
  const std::span<char> buffer = feed.buffer();
  const std::string_view separator = newline(encoding_);
  const uint64_t searched = scanned_ - std::min<uint64_t>(scanned_, separator.size() - 1);  // an encoded newline may have begun in front
  const ContentPiece piece = content(buffer, offset_ + searched, offset_);
  if (piece.broken && offset_ + searched + piece.size <= offset_ + scanned_) return fail(*piece.broken);
  if (piece.size == 0 && !piece.at_end) return true;
  const size_t found = std::string_view(buffer.data(), piece.size).find(separator);
  size_ = std::max(size_, offset_ + searched + piece.size);
  if (found == std::string_view::npos && searched + piece.size < kMaxLine) {
    scanned_ = std::max(scanned_, searched + piece.size);
    if (piece.at_end) end_reached(offset_ + scanned_);
    return piece.size > separator.size() - 1;
  }
  const bool whole = found != std::string_view::npos && searched + found <= kMaxLine;
  std::string_view line = read_whole(feed, offset_, whole ? searched + found : kMaxLine);
  if (!whole && !encoding_) line = before_last_rune(line);
  scanned_ = 0;
  if (line.empty()) return true;  // it shrank
  const uint64_t end = offset_ + line.size() + (whole ? separator.size() : 0);
  send_line(feed, labels, line, offset_, end);
  ++lines;
  if (!whole) owner_.line_too_long(*this);
  return true;
}

Result<void> FileReader::read_tail(LineFeed& feed, const LabelSet* labels, uint64_t& lines) {
  if (!has_tail() || has_returned_ || !redo_.empty()) return {};
  scanned_ = 0;
  const std::string_view tail = read_whole(feed, offset_, std::min<uint64_t>(size_ - offset_, kMaxLine));
  if (tail.empty()) {
    size_ = offset_;
  } else if (without_return(tail).empty()) {
    offset_ += tail.size();
    owner_.position_moved(*this);
  } else {
    send_line(feed, labels, tail, offset_, offset_ + tail.size());
    ++lines;
  }
  drained_ = true;
  if (!has_tail()) content_.reset();
  return {};
}

/// `length` bytes of content in the feed's arena, padded; empty when they are not there any more.
std::string_view FileReader::read_whole(LineFeed& feed, uint64_t begin, size_t length) {
  char* const text = feed.arena().allocate(length + LineFeed::kPadding);
  for (size_t filled = 0; filled < length;) {
    const ContentPiece piece = content({text + filled, length - filled}, begin + filled, begin);
    if (piece.broken || (piece.size == 0 && piece.at_end)) return {};
    filled += piece.size;
  }
  std::memset(text + length, 0, LineFeed::kPadding);
  return {text, length};
}

/// Sends one line that whoever parses it may read a little beyond.
void FileReader::send_line(LineFeed& feed, const LabelSet* labels, std::string_view line, uint64_t begin, uint64_t end) {
  feed.add(decode_text(encoding_, without_return(line), feed.arena(), LineFeed::kPadding), labels);
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
  if (to >= redo_.front().end) redo_.erase(redo_.begin());
}

}  // namespace invar::loki_source_file
