#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "src/components/loki/source/file/position.h"

namespace invar::loki_source_file {

/// Collects changes of positions and turns them into one checksummed frame of the journal. A frame counts as a whole or not at all.
class JournalFrame {
 public:
  bool empty() const { return payload_.empty(); }
  /// Everything about a position; replaces what was known under its id.
  void define(const Position& position);
  void move(uint64_t id, uint64_t offset);
  void forget(uint64_t id);
  /// A positions.yml with this stable_hash is about to be written.
  void note_positions_file(uint64_t hash);
  /// The bytes to append; the frame is empty again.
  std::string take();

 private:
  std::string payload_;
  std::string births_;  // comes behind it
};

/// What a journal says when all its whole frames are applied in order.
struct JournalContents {
  std::map<uint64_t, Position> positions;
  /// Hashes of the last two positions.yml that were about to be written; 0: none.
  uint64_t positions_file_hash = 0;
  uint64_t earlier_positions_file_hash = 0;
  uint64_t largest_id = 0;
  size_t frames = 0;
  /// Bytes that belong to no whole frame: a torn write at the end, or damage.
  size_t skipped_bytes = 0;
};

/// Never fails: damaged frames are stepped over. Positions are absolute, so a lost frame can only send lines again, never lose one.
JournalContents read_journal(std::string_view bytes);

}  // namespace invar::loki_source_file
