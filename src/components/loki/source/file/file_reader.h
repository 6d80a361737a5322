#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/components/loki/source/file/line_feed.h"
#include "src/components/loki/source/file/open_files.h"
#include "src/components/loki/source/file/packed_content.h"
#include "src/components/loki/source/file/position.h"
#include "src/components/loki/source/file/text_decoding.h"
#include "src/io/file.h"

namespace invar::loki_source_file {

/// A file as it was opened.
struct OpenedFile {
  Fd fd;
  OpenSlot slot;
  FileStat about;
  std::optional<Packing> packing;  // none: its bytes are its content
  int64_t birth_ns = 0;            // 0: the file system does not say
  FileId id() const { return {about.dev, about.ino}; }
  FileIdentity identity() const { return {id(), birth_ns}; }
  /// Is there content behind `offset`?
  bool holds_more(uint64_t offset) const;
};
/// Error: "too_many_files" also when there is no slot: others have to close theirs first.
Result<OpenedFile> open_in_slot(const std::string& path, std::optional<Packing> packing, OpenSlot slot);

/// Reads one generation of a file (one inode) and knows what of it is settled. Owned by its Trail, on the lane.
///
/// Offsets are those of the content, unpacked where it is packed. Everything before settled_offset() is settled; up to offset() it has been sent. When a
/// destination gives runs back, the reader waits until all outstanding runs are settled one way or the other, and then sends exactly the returned ranges
/// again, in order.
class FileReader {
 public:
  /// Told about what must reach the journal. Outlives the reader.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void position_moved(FileReader& reader) = 0;     // settled_offset() rose
    virtual void content_changed(FileReader& reader) = 0;    // fingerprint or beginning: define it anew
    /// There is other content in the file now; the one with this fingerprint was read up to `offset`. True: the new one is to be read.
    virtual bool content_replaced(FileReader& reader, const Fingerprint& before, uint64_t offset) = 0;
    virtual void returned_ranges(FileReader& reader) = 0;    // there is something to send again
    virtual void line_too_long(FileReader& reader) = 0;      // a line was cut
    virtual size_t& live_unpackers() = 0;
    virtual const SharedText& path() const = 0;
  };
  /// Lines beyond this are cut into several.
  static constexpr size_t kMaxLine = 16u << 20;

  /// Begins at `offset` of a file whose content begins with `beginning` (skipping a byte order mark).
  FileReader(Owner& owner, RunKeeper& keeper, uint64_t id, OpenedFile file, TextEncoding encoding, uint64_t offset, std::string_view beginning);
  ~FileReader();
  FileReader(const FileReader&) = delete;

  uint64_t id() const { return id_; }
  FileId file() const { return identity_.file; }
  const FileIdentity& identity() const { return identity_; }
  /// Of the target, wherever the file is by now.
  const std::string& path() const { return owner_.path().str(); }
  const Fingerprint& fingerprint() const { return fingerprint_; }
  uint64_t offset() const { return offset_; }
  uint64_t settled_offset() const;
  /// Of the content, as far as known.
  uint64_t size() const { return size_; }
  bool is_open() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  std::optional<Packing> packing() const { return packing_; }
  /// It will read packed bytes next, and holds no unpacker yet.
  bool needs_unpacker() const { return packing_ && !content_ && !drained_; }
  /// Nothing is in flight or waits to be sent again.
  bool settled() const { return !runs_ && redo_.empty(); }
  /// Nothing left to read as of the last look but an unterminated tail.
  bool drained() const { return drained_ && redo_.empty() && !has_returned_; }
  /// Waits for runs in flight before it sends returned ones again: reading does nothing.
  bool waits_for_returns() const { return has_returned_; }
  bool has_tail() const { return size_ > offset_; }
  bool unlinked() const { return unlinked_; }
  /// The size of the open file, when nothing but this reader keeps it.
  std::optional<uint64_t> size_if_deleted();
  /// What is behind offset() cannot be unpacked; drained() until the file changes.
  bool broken() const { return broken_; }
  /// What it read is no longer in the file, and what is there is not its matter.
  bool ended() const { return ended_; }

  // Set by the trail.
  uint32_t reader_number = 0;
  bool at_path = true;          // the path still leads here
  uint64_t quiet_since_ms = 0;  // loop time of the last growth
  uint64_t journaled = UINT64_MAX;  // offset as last given to the journal
  bool in_dirty_list = false;
  std::string moved_to;  // where a rotated file was found; empty: its path is the trail's

  /// Skips what is there: on behind the last newline, or from the beginning when there is none. Before the first read.
  void skip_to_end();
  /// Goes on at `offset`: what is before it was read elsewhere. Before the first read.
  void skip_to(uint64_t offset);
  /// Goes on with its file, which idleness had closed. False: it is another file.
  bool reopen(OpenedFile file);
  /// Lets go of the fd. Only when drained() and settled().
  void close();

  /// Looks at the open file: has it grown, shrunk or been rewritten? After this drained() is true again only if there is nothing to read.
  Result<void> look();
  /// Does this say anything else than the last look()?
  bool has_changed(const FileStat& about) const { return about.size != looked_size_ || about.mtime_ns != modified_ns_; }
  bool is_in_long_line() const { return scanned_ > 0; }
  /// Reads one chunk and sends its lines. Stops early when the feed pauses or `limit` (an offset) is reached. False: nothing more can be read at once.
  Result<bool> read(LineFeed& feed, const LabelSet* labels, uint64_t& lines, uint64_t limit = UINT64_MAX);
  /// Sends the unterminated rest as a line: the file was rotated away, or will not grow.
  Result<void> read_tail(LineFeed& feed, const LabelSet* labels, uint64_t& lines);

  // For the feed.
  void add_run(FileRun& run);
  void run_settled();

 private:
  struct Range {
    uint64_t begin, end;
  };
  ContentPiece content(std::span<char> into, uint64_t offset, uint64_t keep_from);
  Result<std::string_view> beginning(std::span<char> into) const;
  Result<void> look_at_content(const FileStat& about);
  void restart(std::string_view beginning);
  void extend_fingerprint(std::string_view beginning);
  void detect_encoding(std::string_view beginning);
  void disown_runs();
  void resend_returned();
  void advance(uint64_t to);
  void end_reached(uint64_t size);
  void learn_beginning();
  bool skip(const ContentPiece& piece);
  Error fail(Error error);
  size_t send_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines);
  size_t send_decoded_lines(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t begin, uint64_t& lines);
  Result<bool> read_again(LineFeed& feed, const LabelSet* labels, std::string_view chunk, uint64_t& lines);
  std::string_view read_whole(LineFeed& feed, uint64_t begin, size_t length);
  uint64_t last_line_end() const;
  size_t send_rows(LineFeed& feed, uint64_t begin, uint64_t end);
  Result<bool> read_long_line(LineFeed& feed, const LabelSet* labels, uint64_t& lines);
  void send_line(LineFeed& feed, const LabelSet* labels, std::string_view line, uint64_t begin, uint64_t end);
  std::string_view without_return(std::string_view line) const;

  Owner& owner_;
  RunKeeper& keeper_;
  uint64_t id_;
  FileIdentity identity_;
  Fd fd_;
  OpenSlot slot_;
  const std::optional<Packing> packing_;
  bool encoding_known_ = false;
  bool drained_ = false;
  bool unlinked_ = false;
  bool broken_ = false;
  bool ended_ = false;
  bool skips_all_ = false;     // packed content that is to be left out: its end is found by unpacking
  bool has_returned_ = false;  // runs came back while others are still in flight
  bool rewound_ = false;       // ... during the current send
  Fingerprint fingerprint_;
  Fingerprint signature_;  // as Alloy keeps it: taken at the start and when certain sizes are passed; decides what a truncation means
  const TextEncoding configured_;  // holds unless a byte order mark says otherwise
  TextEncoding encoding_ = configured_;
  uint64_t offset_ = 0;
  uint64_t size_ = 0;
  uint64_t looked_size_ = 0;  // of the file
  int64_t modified_ns_ = INT64_MIN;
  uint64_t scanned_ = 0;  // bytes behind offset_ that are known to hold no line's end: a line longer than the buffer
  std::vector<Range> redo_;
  FileRun* runs_ = nullptr;  // outstanding, in the order sent
  FileRun* last_run_ = nullptr;
  std::unique_ptr<PackedContent> content_;
  std::unique_ptr<Error> read_error_;
};

}  // namespace invar::loki_source_file
