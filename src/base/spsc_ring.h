#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

namespace invar {

/// A bounded queue between exactly one producer thread and one consumer thread. Never blocks, never allocates after
/// construction. Whoever sleeps is woken by other means (Wake, src/io/loop.h): the ring only tells when that is worth
/// it.
template <class T>
class SpscRing {
 public:
  /// `capacity` is rounded up to a power of two.
  explicit SpscRing(size_t capacity) : cells_(std::bit_ceil(capacity < 2 ? 2 : capacity)), mask_(cells_.size() - 1) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  /// Producer. False when full: `item` is then untouched.
  bool push(T&& item) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - seen_head_ == cells_.size()) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (tail - seen_head_ == cells_.size()) return false;
    }
    cells_[tail & mask_] = std::move(item);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Consumer. False when empty. The cell left behind holds a fresh T{}, so that what was taken is not kept alive.
  bool pop(T& item) {
    const size_t head = head_.load(std::memory_order_relaxed);
    if (head == seen_tail_) {
      seen_tail_ = tail_.load(std::memory_order_acquire);
      if (head == seen_tail_) return false;
    }
    item = std::exchange(cells_[head & mask_], T{});
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  size_t capacity() const { return cells_.size(); }
  /// Any thread; exact only for the two that use it, on their own side.
  size_t size() const { return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire); }
  bool empty() const { return size() == 0; }

 private:
  static constexpr size_t kLine = 64;  // keeps the two sides off each other's cache line
  std::vector<T> cells_;
  const size_t mask_;
  alignas(kLine) std::atomic<size_t> tail_{0};
  size_t seen_head_ = 0;  // producer's
  alignas(kLine) std::atomic<size_t> head_{0};
  size_t seen_tail_ = 0;  // consumer's
};

}  // namespace invar
