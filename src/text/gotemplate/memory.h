#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace invar::gotemplate {

/// Thrown inside this folder when an execution has used up what it may use. Executor::run turns it into an error.
struct Exhausted {
  std::string_view what;
};

/// The memory of one execution: everything made during it lives until reset(). Blocks are kept for the next execution; at most kLimit bytes,
/// beyond is Exhausted. One per Executor.
class Memory {
 public:
  static constexpr size_t kLimit = size_t{32} << 20;

  void reset() {
    if (blocks_.size() > 1) blocks_.resize(1), total_ = blocks_[0].size;
    begin_block(0);
  }
  char* bytes(size_t size, size_t align = 1) {
    const uintptr_t at = (reinterpret_cast<uintptr_t>(next_) + align - 1) & ~(align - 1);
    if (next_ == nullptr || at + size > reinterpret_cast<uintptr_t>(end_)) return in_new_block(size, align);
    next_ = reinterpret_cast<char*>(at + size);
    return reinterpret_cast<char*>(at);
  }
  template <class T>
  T* array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > kLimit / sizeof(T)) throw Exhausted{"memory"};
    T* const items = reinterpret_cast<T*>(bytes(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (items + i) T();
    return items;
  }
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (bytes(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {"", 0};
    char* const at = bytes(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  static constexpr size_t kBlock = size_t{16} << 10;

  void begin_block(size_t i) {
    next_ = i < blocks_.size() ? blocks_[i].bytes.get() : nullptr;
    end_ = i < blocks_.size() ? next_ + blocks_[i].size : nullptr;
  }
  char* in_new_block(size_t size, size_t align) {
    if (size > kLimit || total_ + size > kLimit) throw Exhausted{"memory"};
    const size_t grown = blocks_.empty() ? kBlock : std::min(blocks_.back().size * 2, kLimit / 8);
    Block block{nullptr, std::max(grown, size + align)};
    block.bytes = std::make_unique_for_overwrite<char[]>(block.size);
    total_ += block.size;
    blocks_.push_back(std::move(block));
    begin_block(blocks_.size() - 1);
    return bytes(size, align);
  }

  std::vector<Block> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t total_ = 0;  // of all blocks
};

}  // namespace invar::gotemplate
