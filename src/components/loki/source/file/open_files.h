#pragma once

#include <cstddef>
#include <utility>

namespace invar::loki_source_file {

/// The right to hold one more file open. The process may hold so many (RLIMIT_NOFILE); files that are read must not take what sockets and positions need,
/// or nothing could be delivered any more, and no file closed. Counted over all components of the process; any thread.
class OpenSlot {
 public:
  OpenSlot() = default;
  OpenSlot(OpenSlot&& other) noexcept : taken_(std::exchange(other.taken_, false)) {}
  OpenSlot& operator=(OpenSlot&& other) noexcept {
    if (this != &other) {
      release();
      taken_ = std::exchange(other.taken_, false);
    }
    return *this;
  }
  ~OpenSlot() { release(); }

  /// Empty when all are taken.
  static OpenSlot take();
  /// One more, though all may be taken: for what would be lost if it waited.
  static OpenSlot take_beyond();
  /// Would take() give one now?
  static bool available();
  explicit operator bool() const { return taken_; }
  void release();
  /// How many there are.
  static size_t limit();

 private:
  bool taken_ = false;
};

}  // namespace invar::loki_source_file
