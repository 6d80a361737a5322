#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace invar {

/// Bump allocator for bytes that die together. Keeps its first block across reset(), so that steady state allocates nothing. One thread.
class Arena {
 public:
  explicit Arena(size_t block_bytes = 64 * 1024) : block_bytes_(block_bytes) {}

  char* allocate(size_t bytes, size_t alignment = 1) {
    const size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (current_ < blocks_.size() && at + bytes <= blocks_[current_].size) {
      used_ = at + bytes;
      return blocks_[current_].data.get() + at;
    }
    return allocate_slow(bytes);
  }
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = allocate(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  template <class T>
  std::span<T> array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    T* first = reinterpret_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }
  template <class T, class... A>
  T* make(A&&... a) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<A>(a)...};
  }
  /// All bytes handed out become invalid. Blocks beyond the first few are given back.
  void reset() {
    current_ = 0;
    used_ = 0;
    if (blocks_.size() > kKeptBlocks) blocks_.resize(kKeptBlocks);
    if (!blocks_.empty() && blocks_[0].size > 4 * block_bytes_) blocks_.clear();
  }

 private:
  static constexpr size_t kKeptBlocks = 4;
  struct Block {
    std::unique_ptr<char[]> data;
    size_t size;
  };
  char* allocate_slow(size_t bytes) {
    while (current_ + 1 < blocks_.size()) {
      ++current_;
      if (bytes <= blocks_[current_].size) {
        used_ = bytes;
        return blocks_[current_].data.get();
      }
    }
    const size_t size = bytes > block_bytes_ ? bytes : block_bytes_;
    blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    current_ = blocks_.size() - 1;
    used_ = bytes;
    return blocks_[current_].data.get();
  }
  size_t block_bytes_;
  std::vector<Block> blocks_;
  size_t current_ = 0;
  size_t used_ = 0;
};

}  // namespace invar
