#pragma once

#include <cstddef>
#include <cstdint>

#include "src/text/gotemplate/memory.h"

namespace invar::gotemplate {

/// Bounds how deep a recursion goes by the bytes of stack it takes, counted from where the guard was made. Beyond is Exhausted.
class StackGuard {
 public:
  static constexpr size_t kLimit = size_t{2} << 20;

  [[gnu::noinline]] StackGuard() : begin_(here()) {}
  void check() const {
    const uintptr_t now = here();
    if ((now > begin_ ? now - begin_ : begin_ - now) > kLimit) throw Exhausted{"stack"};
  }

 private:
  static uintptr_t here() { return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)); }
  uintptr_t begin_;
};

}  // namespace invar::gotemplate
