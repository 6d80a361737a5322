#include "src/telemetry/wire/snappy_block.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "src/base/check.h"

namespace invar {
namespace {

constexpr size_t kMaxTable = 1 << 14;
constexpr size_t kMargin = 15;          // no match begins in the last bytes
constexpr size_t kSmallestSearched = 17;

uint32_t word_at(std::string_view text, size_t at) {
  uint32_t word;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

class Block {
 public:
  Block(std::string_view text, std::string& out) : text_(text), out_(out) {
    for (size_t size = 1 << 8; size < kMaxTable && size < text.size(); size *= 2) --shift_;
  }

  void compress() {
    if (text_.size() >= kSmallestSearched) search();
    if (unwritten_ < text_.size()) literal(text_.size());
  }

 private:
  uint32_t slot(uint32_t word) const { return (word * 0x1e35a7bdu) >> shift_; }
  /// The last place with this word's hash; `at` takes its place.
  size_t exchange(uint32_t hash, size_t at) {
    uint16_t& entry = table_[hash & (kMaxTable - 1)];
    const size_t candidate = entry;
    entry = static_cast<uint16_t>(at);
    return candidate;
  }

  void search() {
    const size_t limit = text_.size() - kMargin;
    uint32_t hash = slot(word_at(text_, 1));
    for (size_t at = 1;;) {
      size_t candidate = 0, next = at;
      // The longer nothing matches, the larger the steps.
      for (size_t skip = 32;; ) {
        at = next;
        const size_t step = skip >> 5;
        next = at + step;
        skip += step;
        if (next > limit) return;
        candidate = exchange(hash, at);
        hash = slot(word_at(text_, next));
        if (word_at(text_, at) == word_at(text_, candidate)) break;
      }
      literal(at);
      for (;;) {
        at = match(at, candidate);
        if (at >= limit) return;
        exchange(slot(word_at(text_, at - 1)), at - 1);
        candidate = exchange(slot(word_at(text_, at)), at);
        if (word_at(text_, at) == word_at(text_, candidate)) continue;
        hash = slot(word_at(text_, at + 1));
        ++at;
        break;
      }
    }
  }

  /// Writes the copy of what follows `candidate`; returns the end of it.
  size_t match(size_t at, size_t candidate) {
    const size_t begin = at;
    at += 4;
    for (size_t i = candidate + 4; at < text_.size() && text_[i] == text_[at]; ++i) ++at;
    copy(begin - candidate, at - begin);
    unwritten_ = at;
    return at;
  }

  void put(size_t byte) { out_.push_back(static_cast<char>(byte)); }

  void literal(size_t end) {
    const size_t n = end - unwritten_ - 1;
    if (n < 60) {
      put(n << 2);
    } else if (n < 256) {
      put(60 << 2), put(n);
    } else {
      put(61 << 2), put(n), put(n >> 8);
    }
    out_.append(text_.substr(unwritten_, end - unwritten_));
    unwritten_ = end;
  }

  void long_copy(size_t offset, size_t length) { put((length - 1) << 2 | 2), put(offset), put(offset >> 8); }
  void copy(size_t offset, size_t length) {
    for (; length >= 68; length -= 64) long_copy(offset, 64);
    if (length > 64) long_copy(offset, 60), length -= 60;
    if (length >= 12 || offset >= 2048) return long_copy(offset, length);
    put((offset >> 8) << 5 | (length - 4) << 2 | 1);
    put(offset);
  }

  std::string_view text_;
  std::string& out_;
  uint32_t shift_ = 32 - 8;
  size_t unwritten_ = 0;
  std::array<uint16_t, kMaxTable> table_{};
};

}  // namespace

std::string compress_like_go(std::string_view block) {
  INVAR_CHECK(block.size() <= 65536);
  std::string out;
  size_t length = block.size();
  for (; length >= 0x80; length >>= 7) out.push_back(static_cast<char>(length | 0x80));
  out.push_back(static_cast<char>(length));
  Block(block, out).compress();
  return out;
}

}  // namespace invar
