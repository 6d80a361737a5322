#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/position.h"
#include "src/components/loki/shared/positions_file.h"

namespace invar::loki_source_file {

/// Who reads which file, and where unread files are to be continued: one per component, shared by its lanes. All calls from any thread; asked when
/// files are opened and let go of, never per line.
class FileRegistry {
 public:
  FileRegistry() = default;
  /// `stored` comes from the journal, `imported` from a positions.yml. When someone else wrote that file after us (`import_is_newer`), its
  /// entries come first and the journal's for the same paths are void.
  FileRegistry(const std::map<uint64_t, Position>& stored, PositionMap imported, bool import_is_newer);
  /// What was known before cannot be read any more: files that no position is known of count as kBroken.
  void note_loss() { lost_ = true; }

  enum class Start : uint8_t {
    kNew,       // nothing is known
    kContinue,  // at `offset`
    kImported,  // at `offset`, known from positions.yml
    kBroken,    // there was a position, and it cannot be read
    kBusy,      // still read as a rotated generation of another target: ask again later
  };
  struct Claim {
    Start start = Start::kNew;
    uint64_t id = 0;  // the position's, new or known
    uint32_t reader = 0;
    uint64_t offset = 0;
  };
  struct Ask {
    SharedText path;
    SharedText labels;
    /// Label texts of all readers of this path: what was theirs is not taken by another.
    std::span<const SharedText> siblings;
    FileIdentity file;
    uint64_t size = 0;           // of its content; the largest there is where that is not known
    std::string_view beginning;  // first bytes of its content
    bool has_earlier = false;    // what positions.yml says is about an earlier file of this path
  };
  /// Makes the asker the owner of this file (but when busy). Order of matching: dev+ino+fingerprint, path+ino+fingerprint, path+fingerprint, positions.yml.
  Claim claim(const Ask& ask);
  /// Continues a stored position whose file was found under another name.
  Claim claim_stored(const Position& position, const FileIdentity& file);
  /// The owner is done. With `keep` the position stays known, should the file turn up again.
  void release(const Position& position, bool keep);

  /// Stored positions of this path that nobody owns, oldest first: generations that may have been rotated away while nobody looked.
  std::vector<Position> left_behind(const SharedText& path, const SharedText& labels, std::span<const SharedText> siblings);
  void drop(uint64_t id);
  /// The file of this position is gone: forgets it, unless somebody reads it. One from before this start is kept, but for `also_old`.
  bool forget_unowned(uint64_t id, bool also_old);
  /// Is this file read for another path, or is a position of it known that is not that of a sibling (another reader of this path)?
  bool knows(const FileIdentity& file, const SharedText& path, const SharedText& labels, std::span<const SharedText> siblings);
  /// The same, but for content: does another target read the file, or is a position of it known that goes with this beginning?
  bool knows(FileId file, const SharedText& path, std::string_view beginning);
  /// The owner's file begins like this now.
  void note_content(FileId file, uint64_t id, const Fingerprint& fingerprint);
  /// Does a target beside `path`, whose name begins as this one's, read or know a file that begins like this? (`a.log` and `a.log.1` may both be targets.)
  bool is_read_beside(const SharedText& path, std::string_view beginning);

  /// Where positions.yml says the asker is to begin, when nothing else is known of its file and it has got beyond the beginning.
  std::optional<uint64_t> imported_offset(const Ask& ask);
  /// What positions.yml says is about another file, or about one that is gone (`position.file` is empty): from now on it is a stored position, with an id.
  void import_for(Position position);
  /// Imported entries whose file is gone: no reader will start from them.
  void forget_import(const PositionKey& key);

 private:
  struct Owner {
    uint64_t id;
    uint32_t reader;
    SharedText path;
    int64_t birth_ns = 0;
    Fingerprint fingerprint = {};
  };
  bool held_elsewhere(const Ask& ask);
  uint32_t free_reader(FileId file) const;
  const Position* find_stored(const Ask& ask) const;
  Claim own(Claim claim, const FileIdentity& file, const SharedText& path);
  std::optional<Claim> find_import(const Ask& ask);

  std::mutex mutex_;
  uint64_t largest_id_ = 0;
  std::map<uint64_t, Position> stored_;  // unowned
  std::map<FileId, std::set<uint64_t>> stored_by_file_;
  std::map<std::string, std::set<uint64_t>, std::less<>> stored_by_path_;
  std::map<FileId, std::vector<Owner>> owners_;
  PositionMap imported_;
  bool lost_ = false;
  void add_stored(const Position& position);
  void drop_stored(uint64_t id);
};

}  // namespace invar::loki_source_file
