#include "src/telemetry/wire/snappy_compressor.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace invar {
namespace {

static_assert(std::endian::native == std::endian::little, "lengths of matches are read off the lowest bytes");

constexpr size_t kWindow = 64 * 1024;  // matches do not reach further back, as in libsnappy: decoders and their caches are used to it
constexpr size_t kTableBits = 14;
constexpr size_t kMargin = 16;  // no match begins in the last bytes of a window: whole words can be read everywhere else
constexpr uint32_t kProbesPerStep = 32;

uint64_t load64(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}
uint32_t load32(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Of the first six bytes.
uint32_t hash_of(uint64_t word) { return static_cast<uint32_t>(((word << 16) * 0x9e3779b185ebca87u) >> (64 - kTableBits)); }

char* put_varint(char* out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

char* put_literal_tag(char* out, size_t size) {
  const size_t n = size - 1;
  if (n < 60) {
    *out++ = static_cast<char>(n << 2);
  } else if (n < 256) {
    *out++ = static_cast<char>(60 << 2);
    *out++ = static_cast<char>(n);
  } else {
    *out++ = static_cast<char>(61 << 2);
    *out++ = static_cast<char>(n);
    *out++ = static_cast<char>(n >> 8);
  }
  return out;
}

char* put_literal(char* out, const char* text, size_t size) {
  out = put_literal_tag(out, size);
  std::memcpy(out, text, size);
  return out + size;
}

/// The same where kMargin bytes can be read at `text` and written at `out`.
char* put_inner_literal(char* out, const char* text, size_t size) {
  if (size > kMargin) return put_literal(out, text, size);
  *out++ = static_cast<char>((size - 1) << 2);
  std::memcpy(out, text, kMargin);
  return out + size;
}

char* put_copy_64(char* out, size_t offset, size_t size) {
  if (size < 12 && offset < 2048) {
    *out++ = static_cast<char>((offset >> 8) << 5 | (size - 4) << 2 | 1);
    *out++ = static_cast<char>(offset);
    return out;
  }
  const auto tag = static_cast<uint32_t>((size - 1) << 2 | 2 | offset << 8);
  std::memcpy(out, &tag, sizeof tag);
  return out + 3;
}

char* put_copy(char* out, size_t offset, size_t size) {
  for (; size >= 68; size -= 64) out = put_copy_64(out, offset, 64);
  if (size > 64) out = put_copy_64(out, offset, 60), size -= 60;  // leaves at least four
  return put_copy_64(out, offset, size);
}

/// The end of what equals the bytes from `candidate` on.
const char* end_of_match(const char* at, const char* candidate, const char* end) {
  for (; at <= end - 8; at += 8, candidate += 8)
    if (const uint64_t difference = load64(at) ^ load64(candidate)) return at + (std::countr_zero(difference) >> 3);
  for (; at < end && *at == *candidate; ++candidate) ++at;
  return at;
}

/// Compresses windows, one after the other.
class Compressor {
 public:
  /// `size`: of the window, at most kWindow. `out` has room for the worst case and kMargin more. Returns the end of what it wrote.
  char* window(const char* text, size_t size, char* out) {
    begin_ = unwritten_ = text;
    end_ = text + size;
    if (size > 2 * kMargin) {
      table_.fill(0);
      out = search(out);
    }
    if (unwritten_ < end_) out = put_literal(out, unwritten_, static_cast<size_t>(end_ - unwritten_));
    return out;
  }

 private:
  /// The last place with these bytes' hash; `at` takes its place.
  const char* exchange(uint32_t hash, const char* at) {
    const char* candidate = begin_ + table_[hash];
    table_[hash] = static_cast<uint16_t>(at - begin_);
    return candidate;
  }

  char* search(char* out) {
    const char* const limit = end_ - kMargin;
    for (const char* at = begin_ + 1; at <= limit;) {
      const char* candidate;
      uint64_t word = load64(at);
      // Every second place, and the longer nothing matches, the larger the steps. What lies between is remembered all the same: what repeats may stand at odd distances.
      for (uint32_t probes = 2 * kProbesPerStep;; ++probes) {
        const char* next = at + probes / kProbesPerStep;
        if (next > limit) return out;
        candidate = exchange(hash_of(word), at);
        if (load32(candidate) == static_cast<uint32_t>(word)) break;
        exchange(hash_of(load64(at + 1)), at + 1);
        at = next;
        word = load64(at);
      }
      while (at > unwritten_ && candidate > begin_ && at[-1] == candidate[-1]) --at, --candidate;
      if (at > unwritten_) out = put_inner_literal(out, unwritten_, static_cast<size_t>(at - unwritten_));
      do {
        const char* end = end_of_match(at + 4, candidate + 4, end_);
        out = put_copy(out, static_cast<size_t>(at - candidate), static_cast<size_t>(end - at));
        at = unwritten_ = end;
        if (at >= limit) return out;
        word = load64(at);
        candidate = exchange(hash_of(word), at);
      } while (load32(candidate) == static_cast<uint32_t>(word));
      ++at;
    }
    return out;
  }

  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  const char* unwritten_ = nullptr;
  std::array<uint16_t, size_t{1} << kTableBits> table_;
};

/// The worst case of a window, and what is written beyond its end.
constexpr size_t kWindowRoom = kWindow + kWindow / 6 + 32 + kMargin;

}  // namespace

/// What one thread needs.
struct SnappyCompression::Workspace {
  Compressor compressor;
  std::array<char, kWindow> gathered;

  char* compress(std::span<const std::string_view> pieces, const Window& window, char* out) {
    const std::string_view first = pieces[window.piece].substr(window.offset);
    if (first.size() >= window.size) return compressor.window(first.data(), window.size, out);
    size_t size = first.copy(gathered.data(), first.size());
    for (size_t piece = window.piece + 1; size < window.size; ++piece) size += pieces[piece].copy(gathered.data() + size, window.size - size);
    return compressor.window(gathered.data(), size, out);
  }
};

std::vector<SnappyCompression::Window> SnappyCompression::windows_of(std::span<const std::string_view> pieces) {
  std::vector<Window> windows;
  size_t room = 0;
  for (size_t piece = 0; piece < pieces.size(); ++piece)
    for (size_t offset = 0; offset < pieces[piece].size();) {
      if (room == 0) windows.push_back({piece, offset, 0}), room = kWindow;
      const size_t taken = std::min(room, pieces[piece].size() - offset);
      offset += taken;
      room -= taken;
      windows.back().size += taken;
    }
  return windows;
}

// What comes out is a fraction of the room: pages that nothing is written to cost nothing.
SnappyCompression::SnappyCompression(std::span<const std::string_view> pieces, ForkJoin* forks)
    : pieces_(pieces),
      windows_(windows_of(pieces)),
      room_(std::make_unique_for_overwrite<char[]>(windows_.size() * kWindowRoom)),
      sizes_(windows_.size()),
      job_(forks, windows_.size(), [this](size_t window) { compress(window); }) {}

void SnappyCompression::compress(size_t window) {
  thread_local const auto work = std::make_unique_for_overwrite<Workspace>();
  char* const begin = room_.get() + window * kWindowRoom;
  sizes_[window] = static_cast<size_t>(work->compress(pieces_, windows_[window], begin) - begin);
}

std::string SnappyCompression::finish() {
  job_.join();
  size_t size = 0, compressed = 0;
  for (size_t i = 0; i < windows_.size(); ++i) size += windows_[i].size, compressed += sizes_[i];
  std::array<char, 10> head;
  std::string out;
  out.reserve(head.size() + compressed);
  out.assign(head.data(), put_varint(head.data(), size));
  for (size_t i = 0; i < windows_.size(); ++i) out.append(room_.get() + i * kWindowRoom, sizes_[i]);
  return out;
}

}  // namespace invar
