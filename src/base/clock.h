#pragma once

#include <cstdint>

namespace invar {

/// Where time comes from. Handed in, never reached for, so that tests and simulation can hold it.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Nanoseconds since the Unix epoch.
  virtual int64_t wall_ns() const = 0;
  /// Nanoseconds that never go back.
  virtual int64_t steady_ns() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t wall_ns() const override;
  int64_t steady_ns() const override;
  static const SystemClock& instance();
};

/// A clock that moves only when told to; for tests and simulation.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t wall_ns = 1'700'000'000'000'000'000) : wall_(wall_ns) {}
  int64_t wall_ns() const override { return wall_; }
  int64_t steady_ns() const override { return steady_; }
  void advance(int64_t ns) { wall_ += ns, steady_ += ns; }
  void set_wall(int64_t ns) { wall_ = ns; }

 private:
  int64_t wall_;
  int64_t steady_ = 1'000'000'000;
};

}  // namespace invar
