#include "src/components/loki/source/docker/engine_tails.h"

#include <algorithm>
#include <set>
#include <utility>

namespace invar::loki_source_docker {

void EngineTails::set_engine(Settings settings) {
  if (stopped_) return;
  for (auto& [container, tail] : tails_) positions_[container] = tail->stop();
  tails_.clear();
  gone_.clear();
  engine_ = std::make_unique<DockerEngine>(loop_, std::move(settings.address), std::move(settings.client), std::move(settings.user_agent), settings.timeout_ms);
  for (const ContainerTail::Target& target : targets_) begin(target);
}

void EngineTails::set_targets(std::vector<ContainerTail::Target> targets) {
  if (stopped_) return;
  targets_ = std::move(targets);
  std::set<std::string> wanted;
  for (const ContainerTail::Target& target : targets_) wanted.insert(target.container);
  for (auto at = tails_.begin(); at != tails_.end();) {
    const std::string container = at->first;
    ++at;
    if (!wanted.contains(container)) end(container, /*gone=*/false);
  }
  for (const ContainerTail::Target& target : targets_) {
    if (const auto known = tails_.find(target.container); known != tails_.end()) known->second->set_labels(target.labels);
    else if (!gone_.contains(target.container)) begin(target);
  }
  std::erase_if(gone_, [&](const auto& item) { return !wanted.contains(item.first); });
}

void EngineTails::begin(ContainerTail::Target target) {
  const std::string container = target.container;
  const auto known = positions_.find(container);
  const LogPosition from = known == positions_.end() ? LogPosition() : known->second;
  ContainerTail::Owner owner{owner_.deliver, [this, container] {
                               // Not from within the tail.
                               loop_.post([this, container] {
                                 if (!tails_.contains(container)) return;
                                 gone_[container] = true;
                                 end(container, /*gone=*/true);
                               });
                             }};
  Logger log = log_.with({{"component", "tailer"}, {"container", "docker/" + container}});
  auto& tail = tails_[container];
  tail = std::make_unique<ContainerTail>(loop_, std::move(log), parsing_errors_, look_ms_, std::move(target), from, std::move(owner));
  tail->begin(*engine_);
}

void EngineTails::end(const std::string& container, bool gone) {
  const auto at = tails_.find(container);
  if (positions_.size() >= kMostPositions) positions_.erase(positions_.begin());
  const LogPosition position = at->second->stop();
  if (gone) positions_.erase(container);
  else positions_[container] = position;
  tails_.erase(at);
  owner_.ended(container, gone);
}

void EngineTails::handed_on(const std::string& container) {
  if (const auto at = tails_.find(container); at != tails_.end()) at->second->handed_on();
}

void EngineTails::stop() {
  stopped_ = true;
  for (auto& [_, tail] : tails_) tail->stop();
  tails_.clear();
  engine_.reset();
}

}  // namespace invar::loki_source_docker
