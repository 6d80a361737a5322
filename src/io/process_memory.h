#pragma once

#include <cstddef>
#include <functional>

#include "src/io/loop.h"

namespace invar {

/// Keeps malloc from holding memory per thread: called once at start, before threads. `arenas` 0 leaves the number
/// alone.
void tune_malloc(unsigned arenas);

/// Gives free heap memory back to the system. From any thread; takes milliseconds.
void release_free_memory();

/// Takes the pages of code and constants that are not in use just now out of this process' memory; they come back from
/// the page cache when they are touched. For the end of a start: parsing, linking and TLS set-up touch far more code
/// than going on does. From any thread.
void release_code_pages();

/// Gives memory back when the work on a loop has ebbed away. On its loop only.
class IdleMemory {
 public:
  /// `let_go` drops what is kept only to be used again, perhaps on other threads; soon after it free memory is released.
  IdleMemory(Loop& loop, std::function<void()> let_go);
  /// Memory has been used for `bytes` of input.
  void note_work(size_t bytes);

 private:
  void look();
  std::function<void()> let_go_;
  size_t since_release_ = 0;
  size_t since_look_ = 0;
  bool letting_go_ = false;
  Timer timer_;
};

}  // namespace invar
