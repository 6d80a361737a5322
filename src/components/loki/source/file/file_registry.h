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

  enum class Start : uint8_t {
    kNew,       // nothing is known
    kContinue,  // at `offset`
    kImported,  // at `offset`, known from positions.yml
    kBroken,    // the positions.yml has something for it that is no offset
    kBusy,      // still read as a rotated generation of another target: ask again later
  };
  struct Claim {
    Start start = Start::kNew;
    uint64_t id = 0;  // the position's, new or known
    uint32_t reader = 0;
    uint64_t offset = 0;
  };
  struct Ask {
    std::string_view path;
    std::string_view labels;
    /// Label texts of all readers of this path: what was theirs is not taken by another.
    std::span<const std::string> siblings;
    FileId file;
    uint64_t size = 0;
    std::string_view beginning;  // first bytes of the file
  };
  /// Makes the asker the owner of this file (but when busy). Order of matching: dev+ino+fingerprint, path+ino+fingerprint, path+fingerprint, positions.yml.
  Claim claim(const Ask& ask);
  /// Continues a stored position whose file was found under another name.
  Claim claim_stored(const Position& position, FileId file);
  /// The owner is done. With `keep` the position stays known, should the file turn up again.
  void release(const Position& position, bool keep);

  /// Stored positions of this path that nobody owns, oldest first: generations that may have been rotated away while nobody looked.
  std::vector<Position> left_behind(std::string_view path, std::string_view labels, std::span<const std::string> siblings);
  void drop(uint64_t id);
  /// Is this file read by someone, or is a position of it known?
  bool knows(FileId file);

  uint64_t next_id();
  /// Imported entries whose file is gone: no reader will start from them.
  void forget_import(const PositionKey& key);

 private:
  struct Owner {
    uint64_t id;
    uint32_t reader;
    std::string path;
  };
  bool held_elsewhere(const Ask& ask);
  uint32_t free_reader(FileId file) const;
  const Position* find_stored(const Ask& ask) const;
  Claim own(Claim claim, FileId file, std::string_view path);
  std::optional<Claim> find_import(const Ask& ask);

  std::mutex mutex_;
  uint64_t largest_id_ = 0;
  std::map<uint64_t, Position> stored_;  // unowned
  std::map<FileId, std::set<uint64_t>> stored_by_file_;
  std::map<std::string, std::set<uint64_t>, std::less<>> stored_by_path_;
  std::map<FileId, std::vector<Owner>> owners_;
  PositionMap imported_;
  void add_stored(const Position& position);
  void drop_stored(uint64_t id);
};

}  // namespace invar::loki_source_file
