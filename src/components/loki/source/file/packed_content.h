#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "src/base/result.h"
#include "src/io/unpacker.h"

namespace invar::loki_source_file {

/// Bytes of a file's content as asked for; fewer only at the end, or when getting there takes another turn.
struct ContentPiece {
  size_t size = 0;
  bool at_end = false;            // nothing is behind them now
  const Error* broken = nullptr;  // what is behind them cannot be unpacked
};

/// The unpacked bytes of a compressed file, read from front to back. Going further back than what it was told to keep is beginning anew. On the lane.
class PackedContent {
 public:
  /// Counts itself in `live`, as long as it is there.
  PackedContent(Packing packing, size_t& live);
  ~PackedContent();
  PackedContent(const PackedContent&) = delete;

  /// The unpacked bytes from `offset` on; those from `keep_from` (<= offset) on stay at hand for the next calls. Neither bytes nor the end: this turn's work went into
  /// getting to `offset`.
  ContentPiece read(int fd, std::span<char> into, uint64_t offset, uint64_t keep_from);
  /// How far it has unpacked; at the end, the size of the content.
  uint64_t unpacked() const { return offset_; }

 private:
  void begin_anew();
  size_t unpack_into(int fd, std::span<char> into);
  const Packing packing_;
  size_t& live_;
  std::unique_ptr<Unpacker> unpacker_;
  std::string packed_;         // read from the file
  size_t packed_used_ = 0;     // of packed_
  uint64_t packed_offset_ = 0; // in the file, behind packed_
  uint64_t offset_ = 0;        // of the unpacked content, behind what was unpacked
  std::string kept_;           // the content in front of offset_
  bool at_end_ = false;
  std::optional<Error> broken_;
};

/// The first unpacked bytes of a file, as many as there are and `into` holds. Error: it is not packed like this.
Result<std::string_view> unpack_beginning(int fd, Packing packing, std::span<char> into);

}  // namespace invar::loki_source_file
