#include "src/components/loki/shared/troubles.h"

#include <algorithm>

namespace invar {
namespace {
constexpr size_t kNamed = 3;
constexpr size_t kSamples = 100;
}  // namespace

bool Troubles::set(const std::string& about, std::string what, std::string reason, bool waiting) {
  const std::lock_guard lock(mutex_);
  const auto [trouble, is_new] = known_.insert_or_assign(about, Trouble{std::move(what), std::move(reason), waiting});
  tell();
  return is_new;
}

void Troubles::clear(const std::string& about) {
  const std::lock_guard lock(mutex_);
  if (known_.erase(about) == 0) return;
  tell();
}

void Troubles::tell() {
  std::pair now(message(), faulty());
  if (now == told_ || !tell_) return;
  told_ = std::move(now);
  tell_(told_.first, told_.second);
}

void Troubles::mute() {
  const std::lock_guard lock(mutex_);
  tell_ = nullptr;
}

void Troubles::sample(std::vector<Sample>& samples) {
  const std::lock_guard lock(mutex_);
  for (const auto& [about, trouble] : known_) {
    if (samples.size() >= kSamples) return;
    samples.push_back({{{"path", about}, {"reason", trouble.reason}}, 1});
  }
}

bool Troubles::faulty() const {
  return std::any_of(known_.begin(), known_.end(), [](const auto& known) { return !known.second.waiting; });
}

std::string Troubles::message() const {
  std::string text;
  size_t named = 0;
  for (const auto& [about, trouble] : known_) {
    if (named == kNamed) break;
    if (named++ > 0) text += "; ";
    text += trouble.what;
  }
  if (known_.size() > kNamed) text += " (and " + std::to_string(known_.size() - kNamed) + " more)";
  return text;
}

}  // namespace invar
