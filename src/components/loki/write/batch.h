#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "src/base/fork_join.h"
#include "src/components/loki/write/fragment.h"
#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {

struct RequestBody;

/// The entries of one push request, as pieces of fragments in arrival order.
struct Batch {
  std::string tenant;
  std::vector<Piece> pieces;
  uint64_t counted = 0;  // bytes towards batch_size
  uint32_t entries = 0;
  uint64_t lines = 0;     // source lines
  int64_t opened_ns = 0;  // steady clock
  std::unordered_set<std::string> streams;  // labels, kept only where max_streams limits them
  std::shared_ptr<RequestBody> body;  // of these entries, begun ahead; goes before they do

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
  /// One without entries, of the same tenant and age.
  Batch like() const;
};

/// A PushRequest as protobuf, in pieces that point into heads and a batch's fragments.
struct Request {
  std::vector<char> heads;
  std::vector<std::string_view> pieces;
};

/// A request on its way to being compressed; helpers may have begun. As long as it is there, so are the batch's fragments.
struct RequestBody {
  RequestBody(Request made, ForkJoin* forks) : request(std::move(made)), compression(request.pieces, forks) {}
  Request request;
  loki_push::Compression compression;
};

/// Builds requests; owns the buffers that are used again and again. One per delivery loop.
class RequestBuilder {
 public:
  /// Entries grouped by stream, streams in order of their first entry, entries in arrival order.
  Request build(const Batch& batch);
  /// Its buffers are used again.
  void take_back(Request request) { spare_ = std::move(request); }
  /// Gives the buffers back; the next call makes them anew.
  void release();

 private:
  struct StreamPlace {
    std::string_view labels;
    size_t bytes = 0;  // of its entries
    size_t runs = 0;
    size_t next = 0;  // the piece that its next run becomes
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
  Request spare_;
};

}  // namespace invar::loki_write
