#include "src/components/loki/source/file/packed_content.h"

#include <algorithm>
#include <cstring>

#include "src/io/file.h"

namespace invar::loki_source_file {
namespace {

constexpr size_t kPackedPiece = 32 * 1024;
constexpr uint64_t kSkippedPerTurn = 4u << 20;  // some 10 ms

}  // namespace

PackedContent::PackedContent(Packing packing, size_t& live) : packing_(packing), live_(live) {
  ++live_;
  begin_anew();
}

PackedContent::~PackedContent() { --live_; }

void PackedContent::begin_anew() {
  unpacker_ = Unpacker::make(packing_);
  packed_.clear();
  packed_used_ = 0;
  packed_offset_ = offset_ = 0;
  kept_.clear();
  at_end_ = false;
  broken_.reset();
}

/// Goes on unpacking until `into` is full, the content is at its end, or broken.
size_t PackedContent::unpack_into(int fd, std::span<char> into) {
  size_t made = 0;
  while (made < into.size() && !at_end_ && !broken_) {
    if (packed_used_ == packed_.size()) {
      packed_.resize(kPackedPiece);
      packed_used_ = 0;
      const auto got = read_at(fd, packed_, packed_offset_);
      packed_.resize(got ? *got : 0);
      packed_offset_ += packed_.size();
      if (!got) broken_ = got.error();
    }
    const auto step = unpacker_->unpack(std::string_view(packed_).substr(packed_used_), into.subspan(made));
    if (!step) {
      broken_ = step.error();
      break;
    }
    packed_used_ += step->taken;
    made += step->made;
    if (step->made > 0 || step->taken > 0) continue;
    at_end_ = unpacker_->is_whole();
    if (!at_end_ && !broken_) broken_ = Error{packed_offset_ == 0 ? "EOF" : "unexpected EOF", "truncated"};
  }
  offset_ += made;
  return made;
}

ContentPiece PackedContent::read(int fd, std::span<char> into, uint64_t offset, uint64_t keep_from) {
  if (offset < offset_ - kept_.size()) begin_anew();
  for (uint64_t skipped = 0; offset_ < offset;) {
    kept_.clear();
    const size_t got = unpack_into(fd, into.first(std::min<uint64_t>(into.size(), offset - offset_)));
    if (got == 0) return {0, at_end_, broken_ ? &*broken_ : nullptr};
    if ((skipped += got) >= kSkippedPerTurn && offset_ < offset) return {};
  }
  const uint64_t kept_begin = offset_ - kept_.size();
  if (keep_from > kept_begin) kept_.erase(0, std::min<uint64_t>(keep_from - kept_begin, kept_.size()));
  const std::string_view at_hand = std::string_view(kept_).substr(kept_.size() - (offset_ - offset), into.size());
  std::memcpy(into.data(), at_hand.data(), at_hand.size());
  const size_t fresh = unpack_into(fd, into.subspan(at_hand.size()));
  const size_t size = at_hand.size() + fresh;
  kept_.append(into.data() + at_hand.size(), fresh);
  const bool is_last = offset + size == offset_;
  return {size, at_end_ && is_last, broken_ && is_last ? &*broken_ : nullptr};
}

Result<std::string_view> unpack_beginning(int fd, Packing packing, std::span<char> into) {
  size_t live = 0;
  PackedContent content(packing, live);
  const ContentPiece piece = content.read(fd, into, 0, 0);
  if (piece.broken && piece.size == 0) return *piece.broken;
  return std::string_view(into.data(), piece.size);
}

}  // namespace invar::loki_source_file
