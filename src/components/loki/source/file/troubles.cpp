#include "src/components/loki/source/file/troubles.h"

namespace invar::loki_source_file {
namespace {
constexpr size_t kNamed = 3;
constexpr size_t kSamples = 100;
}  // namespace

bool Troubles::set(const std::string& about, std::string what, std::string reason) {
  const std::lock_guard lock(mutex_);
  const auto [trouble, is_new] = known_.insert_or_assign(about, Trouble{std::move(what), std::move(reason)});
  if (std::string now = message(); now != told_ && tell_) tell_(told_ = std::move(now));
  return is_new;
}

void Troubles::clear(const std::string& about) {
  const std::lock_guard lock(mutex_);
  if (known_.erase(about) == 0) return;
  if (std::string now = message(); now != told_ && tell_) tell_(told_ = std::move(now));
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

}  // namespace invar::loki_source_file
