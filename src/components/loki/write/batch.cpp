#include "src/components/loki/write/batch.h"

#include <utility>

#include "src/base/check.h"

namespace invar::loki_write {
namespace {

constexpr size_t kNoPlace = static_cast<size_t>(-1);

/// Calls `run(stream, begin, end)` for each stretch of neighbouring entries of one stream.
template <class Run>
void for_each_run(const Piece& piece, Run run) {
  const Fragment& fragment = *piece.fragment;
  for (uint32_t i = piece.first; i < piece.last;) {
    const uint32_t stream = fragment.entries[i].stream;
    const size_t begin = fragment.begin_of(i);
    while (i < piece.last && fragment.entries[i].stream == stream) ++i;
    run(stream, begin, fragment.begin_of(i));
  }
}

}  // namespace

void Fragment::recycle() {
  constexpr size_t kKeptBytes = 2 * kSealBytes;
  if (bytes.capacity() > kKeptBytes) std::string().swap(bytes);
  bytes.clear();
  entries.clear();
  streams.clear();
  stretches.clear();
  shared = false;
  record = head = 0;
}

void Batch::add(const FragmentPtr& fragment, uint32_t entry) {
  if (!pieces.empty() && pieces.back().fragment == fragment && pieces.back().last == entry)
    ++pieces.back().last;
  else
    pieces.push_back({fragment, entry, entry + 1});
  counted += fragment->entries[entry].counted;
  lines += fragment->entries[entry].source_lines;
  ++entries;
}

void Batch::add_piece(const Piece& piece) {
  if (!pieces.empty() && pieces.back().fragment == piece.fragment && pieces.back().last == piece.first)
    pieces.back().last = piece.last;
  else
    pieces.push_back(piece);
  for (uint32_t i = piece.first; i < piece.last; ++i) counted += piece.fragment->entries[i].counted;
  for_each_stretch(piece, [this](const Fragment::Stretch&, uint32_t, uint64_t more) { lines += more; });
  entries += piece.size();
}

void Batch::add_whole(const FragmentPtr& fragment) {
  add_piece({fragment, 0, static_cast<uint32_t>(fragment->entries.size())});
}

Batch Batch::like() const {
  Batch other;
  other.tenant = tenant;
  other.opened_ns = opened_ns;
  return other;
}

Batch Batch::split() {
  INVAR_CHECK(entries >= 2);
  uint32_t kept = entries / 2;
  return separate([&kept](const FragmentPtr&, uint32_t) { return kept == 0 || kept-- == 0; });
}

size_t RequestBuilder::place_of(const Fragment::Stream& stream) {
  const auto [found, added] = index_.try_emplace(stream.labels, places_.size());
  if (added) places_.push_back({stream.labels});
  return found->second;
}

void RequestBuilder::release() { *this = {}; }

void RequestBuilder::find_runs(const Batch& batch) {
  places_.clear();
  index_.clear();
  runs_.clear();
  for (const Piece& piece : batch.pieces) {
    local_.assign(piece.fragment->streams.size(), kNoPlace);
    for_each_run(piece, [&](uint32_t stream, size_t begin, size_t end) {
      size_t& place = local_[stream];
      if (place == kNoPlace) place = place_of(piece.fragment->streams[stream]);
      places_[place].bytes += end - begin;
      ++places_[place].runs;
      runs_.push_back({place, std::string_view(piece.fragment->bytes).substr(begin, end - begin)});
    });
  }
}

Request RequestBuilder::build(const Batch& batch) {
  find_runs(batch);
  size_t head_bytes = 0;
  for (const StreamPlace& place : places_) head_bytes += loki_push::stream_head_size(place.labels, place.bytes);
  Request request = std::exchange(spare_, {});
  request.heads.resize(head_bytes);
  request.pieces.resize(places_.size() + runs_.size());
  char* head = request.heads.data();
  size_t first = 0;
  for (StreamPlace& place : places_) {
    char* const end = loki_push::put_stream_head(head, place.labels, place.bytes);
    request.pieces[first] = {head, end};
    head = end;
    place.next = first + 1;
    first = place.next + place.runs;
  }
  for (const Run& run : runs_) request.pieces[places_[run.place].next++] = run.bytes;
  return request;
}

}  // namespace invar::loki_write
