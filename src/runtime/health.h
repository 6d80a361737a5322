#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "src/base/clock.h"
#include "src/runtime/component.h"

namespace invar {

/// "unknown", "healthy", "unhealthy", "exited"
std::string_view health_word(HealthState state);

/// The health of one component, put together from its last evaluation, its running, and what it says itself: the worst counts, of equal ones
/// the newest. Written on main, read by scrapes too. Any thread.
class HealthCell {
 public:
  explicit HealthCell(const Clock& clock) : clock_(clock) {}
  void set_created(std::string message);
  void set_evaluated(HealthState state, std::string message);
  void set_run(HealthState state, std::string message);
  void set_own(HealthState state, std::string message);
  Health current() const;

 private:
  Health stamp(HealthState state, std::string message) const { return {state, std::move(message), clock_.wall_ns()}; }
  const Clock& clock_;
  mutable std::mutex mutex_;
  Health run_, evaluated_;
  std::optional<Health> own_;
};
using HealthCellPtr = std::shared_ptr<HealthCell>;

}  // namespace invar
