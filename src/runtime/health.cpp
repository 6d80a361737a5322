#include "src/runtime/health.h"

namespace invar {
namespace {

/// More is worse.
int severity_of(HealthState state) {
  switch (state) {
    case HealthState::kHealthy: return 0;
    case HealthState::kUnknown: return 1;
    case HealthState::kUnhealthy: return 2;
    case HealthState::kExited: return 3;
  }
  return 1;
}

bool counts_before(const Health& a, const Health& b) {
  if (severity_of(a.state) != severity_of(b.state)) return severity_of(a.state) > severity_of(b.state);
  return a.updated_ns > b.updated_ns;
}

}  // namespace

std::string_view health_word(HealthState state) {
  switch (state) {
    case HealthState::kUnknown: return "unknown";
    case HealthState::kHealthy: return "healthy";
    case HealthState::kUnhealthy: return "unhealthy";
    case HealthState::kExited: return "exited";
  }
  return "unknown";
}

void HealthCell::set_created(std::string message) {
  const std::lock_guard lock(mutex_);
  run_ = evaluated_ = stamp(HealthState::kUnknown, std::move(message));
}

void HealthCell::set_evaluated(HealthState state, std::string message) {
  const std::lock_guard lock(mutex_);
  evaluated_ = stamp(state, std::move(message));
}

void HealthCell::set_run(HealthState state, std::string message) {
  const std::lock_guard lock(mutex_);
  run_ = stamp(state, std::move(message));
}

void HealthCell::set_own(HealthState state, std::string message) {
  const std::lock_guard lock(mutex_);
  own_ = stamp(state, std::move(message));
}

Health HealthCell::current() const {
  const std::lock_guard lock(mutex_);
  Health worst = run_;
  if (counts_before(evaluated_, worst)) worst = evaluated_;
  if (own_ && counts_before(*own_, worst)) worst = *own_;
  return worst;
}

}  // namespace invar
