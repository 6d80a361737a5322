#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/components/loki/source/file/line_feed.h"
#include "src/components/loki/source/file/position.h"
#include "src/components/loki/source/file/text_decoding.h"
#include "src/io/file.h"

namespace invar::loki_source_file {

/// Reads one generation of a file (one inode) and knows what of it is settled. Owned by its Trail, on the lane.
///
/// Offsets: everything before settled_offset() is settled; up to offset() it has been sent. When a destination gives runs back, the reader waits
/// until all outstanding runs are settled one way or the other, and then sends exactly the returned ranges again, in order.
class FileReader {
 public:
  /// Told about what must reach the journal. Outlives the reader.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void position_moved(FileReader& reader) = 0;     // settled_offset() rose
    virtual void content_changed(FileReader& reader) = 0;    // fingerprint or beginning: define it anew
    virtual void returned_ranges(FileReader& reader) = 0;    // there is something to send again
    virtual void line_too_long(FileReader& reader) = 0;      // a line was cut
  };
  /// Lines beyond this are cut into several.
  static constexpr size_t kMaxLine = 64u << 20;

  FileReader(Owner& owner, RunKeeper& keeper, uint64_t id, FileId file, std::string path, Fd fd, TextEncoding encoding);
  ~FileReader();
  FileReader(const FileReader&) = delete;

  uint64_t id() const { return id_; }
  FileId file() const { return file_; }
  const Fingerprint& fingerprint() const { return fingerprint_; }
  uint64_t offset() const { return offset_; }
  uint64_t settled_offset() const;
  uint64_t size() const { return size_; }
  bool is_open() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  /// Nothing is in flight or waits to be sent again.
  bool settled() const { return !runs_ && redo_.empty(); }
  /// Nothing left to read as of the last look but an unterminated tail.
  bool drained() const { return drained_ && redo_.empty() && !has_returned_; }
  /// Waits for runs in flight before it sends returned ones again: reading does nothing.
  bool waits_for_returns() const { return has_returned_; }
  bool has_tail() const { return size_ > offset_; }
  bool unlinked() const { return unlinked_; }

  // Set by the trail.
  uint32_t reader_number = 0;
  bool at_path = true;         // the path still leads here
  uint64_t quiet_since_ms = 0;  // loop time of the last growth
  uint64_t journaled = UINT64_MAX;  // offset as last given to the journal
  bool in_dirty_list = false;

  /// Begins at `offset` of a file whose first bytes are `beginning` (skipping a byte order mark). Before the first read.
  void start_at(uint64_t offset, std::string_view beginning, uint64_t size);
  /// Skips what is there: on behind the last newline, or from the beginning when there is none. After start_at.
  void skip_to_end() { offset_ = std::max(offset_, last_line_end()), drained_ = true; }
  /// Opens the file again when idleness had closed it. Error: it is not there any more, or another file is.
  Result<void> reopen();
  /// Lets go of the fd. Only when drained() and settled().
  void close() { fd_.reset(); }
  void set_path(std::string path) { path_ = std::move(path); }
  const std::string& path() const { return path_; }

  /// Looks at the open file: has it grown, shrunk or been rewritten? After this drained() is true again only if there is nothing to read.
  Result<void> look();
  /// Does this say anything else than the last look()?
  bool has_changed(const FileStat& about) const { return about.size != size_ || about.mtime_ns != modified_ns_; }
  bool holds_long_line() const { return long_line_ != nullptr; }
  /// Reads one chunk and sends its lines. Stops early when the feed pauses or `limit` (an offset) is reached.
  Result<size_t> read(LineFeed& feed, const LabelSet* labels, uint64_t& lines, uint64_t limit = UINT64_MAX);
  /// Sends the unterminated rest as a line: the file was rotated away.
  Result<size_t> read_tail(LineFeed& feed, const LabelSet* labels, uint64_t& lines);

  // For the feed.
  void add_run(FileRun& run);
  void run_settled();

 private:
  struct Range {
    uint64_t begin, end;
  };
  void restart(std::string_view beginning);
  void extend_fingerprint(std::string_view beginning);
  void detect_encoding(std::string_view beginning);
  void disown_runs();
  void resend_returned();
  void advance(uint64_t to);
  size_t send_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines);
  Result<size_t> read_again(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t& lines);
  uint64_t last_line_end() const;
  size_t send_rows(LineFeed& feed, uint64_t begin, uint64_t end);
  size_t send_decoded_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines);
  Result<size_t> read_long_line(LineFeed& feed, const LabelSet* labels, uint64_t& lines);
  void send_line(LineFeed& feed, const LabelSet* labels, std::string_view line, uint64_t begin, uint64_t end);
  std::string_view without_return(std::string_view line) const;

  Owner& owner_;
  RunKeeper& keeper_;
  uint64_t id_;
  FileId file_;
  std::string path_;
  Fd fd_;
  Fingerprint fingerprint_;
  Fingerprint signature_;  // as Alloy keeps it: taken at the start and when certain sizes are passed; decides what a truncation means
  const TextEncoding configured_;  // holds unless a byte order mark says otherwise
  TextEncoding encoding_ = configured_;
  bool encoding_known_ = false;
  bool drained_ = false;
  bool unlinked_ = false;
  bool has_returned_ = false;  // runs came back while others are still in flight
  bool rewound_ = false;       // ... during the current send
  uint64_t offset_ = 0;
  uint64_t size_ = 0;
  int64_t modified_ns_ = INT64_MIN;
  std::deque<Range> redo_;
  FileRun* runs_ = nullptr;  // outstanding, in the order sent
  FileRun* last_run_ = nullptr;
  std::unique_ptr<std::string> long_line_;  // what was read of a line longer than the buffer, from offset_ on
};

}  // namespace invar::loki_source_file
