#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace invar {

class Loop;

/// Work that may block for long (a library that knows no event loop), on a thread of its own that nobody waits for: when the process ends, it ends with it. Whatever the
/// work uses it has to own. Destroying this forgets the work: what it returned is then not called. Belongs to the loop.
class BackgroundCall {
 public:
  BackgroundCall() = default;
  /// Runs `work` on a thread, and what it returns on the loop.
  BackgroundCall(Loop& loop, std::function<std::function<void()>()> work);
  ~BackgroundCall() { forget(); }
  BackgroundCall(BackgroundCall&& other) noexcept = default;
  BackgroundCall& operator=(BackgroundCall&& other) noexcept;
  bool pending() const;

  /// Runs `work` likewise and waits for it; false when it took longer.
  static bool wait(std::function<void()> work, uint64_t timeout_ms);

 private:
  struct Shared;
  void forget();
  std::shared_ptr<Shared> shared_;
};

}  // namespace invar
