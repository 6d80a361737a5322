#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "src/components/loki/write/fragment.h"

namespace invar::loki_write {

/// The entries of one push request, as pieces of fragments in arrival order.
struct Batch {
  std::string tenant;
  std::vector<Piece> pieces;
  uint64_t counted = 0;  // bytes towards batch_size
  uint32_t entries = 0;
  uint64_t lines = 0;     // source lines
  int64_t opened_ns = 0;  // steady clock
  std::unordered_set<std::string> streams;  // labels, kept only where max_streams limits them

  void add(const FragmentPtr& fragment, uint32_t entry);
  void add_piece(const Piece& piece);
  /// All entries of it.
  void add_whole(const FragmentPtr& fragment);
  /// It was read back from a spill. A batch is never of both kinds.
  bool is_spilled() const { return !pieces.empty() && pieces.front().fragment->record != 0; }
  /// Splits after half of the entries; needs two at least. This keeps the first half.
  Batch split();
  /// Takes the entries out for which `leave(fragment, entry)` is true; their order stays on both sides.
  template <class Leave>
  Batch separate(Leave leave) {
    Batch kept = like(), left = like();
    for (const Piece& piece : pieces)
      for (uint32_t i = piece.first; i < piece.last; ++i) (leave(piece.fragment, i) ? left : kept).add(piece.fragment, i);
    *this = std::move(kept);
    return left;
  }

 private:
  Batch like() const;
};

/// Builds request bodies; owns the buffers that are used again and again. One per delivery loop.
class RequestBuilder {
 public:
  /// The protobuf PushRequest, in pieces that point into the batch's fragments: entries grouped by stream, streams in order of their first entry, entries in
  /// arrival order. Valid until the next call, as long as the batch is.
  std::span<const std::string_view> build(const Batch& batch);
  /// Gives the buffers back; the next call makes them anew.
  void release();

 private:
  struct StreamPlace {
    std::string_view labels;
    size_t bytes = 0;  // of its entries
    size_t runs = 0;
    size_t next = 0;  // where in pieces_ its next run goes
  };
  /// Neighbouring entries of one stream.
  struct Run {
    size_t place;
    std::string_view bytes;
  };
  size_t place_of(const Fragment::Stream& stream);
  void find_runs(const Batch& batch);
  std::vector<StreamPlace> places_;
  std::unordered_map<std::string_view, size_t> index_;
  std::vector<size_t> local_;  // stream index of the fragment at hand -> place
  std::vector<Run> runs_;
  std::string heads_;
  std::vector<std::string_view> pieces_;
};

}  // namespace invar::loki_write
