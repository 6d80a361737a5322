#include "src/runtime/retirement.h"

#include <algorithm>

namespace invar {

struct Retirement::Group {
  std::vector<InstancePtr> left;  // sinks first
  std::function<void()> done;
  std::unique_ptr<Timer> deadline;
};

namespace {

/// As Alloy's scheduler tells.
void say_exited(const Instance& instance, const Logger& log) {
  const std::string& id = instance.global_id();
  const size_t slash = id.rfind('/');
  log.info("node exited without error", {{"controller_id", slash == std::string::npos ? std::string() : id.substr(0, slash)}, {"node", instance.local_id()}});
}

/// Lanes first do what the node asked of them (one that has just begun is still being made there), and take in what it gives back before its context goes, and
/// before the next one does: its sources then hold nothing that points to it.
void destroy(InstancePtr instance, Host& host) {
  host.lanes.barrier();
  instance->end();
  host.lanes.barrier();
}

}  // namespace

Retirement::~Retirement() {
  for (const auto& group : groups_) {
    group->deadline.reset();
    for (InstancePtr& instance : group->left) destroy(std::move(instance), host_);
  }
}

void Retirement::begin(std::vector<InstancePtr> instances, int64_t deadline_ns, std::function<void()> done) {
  auto group = std::make_shared<Group>();
  group->left = std::move(instances);
  group->done = std::move(done);
  groups_.push_back(group);
  group->deadline = std::make_unique<Timer>(host_.main_loop, [this, weak = std::weak_ptr(group)] {
    if (const auto alive = weak.lock()) expire(alive);
  });
  group->deadline->start(static_cast<uint64_t>(deadline_ns / 1'000'000));
  for (const InstancePtr& instance : group->left) instance->place(nullptr, 0);
  for (auto instance = group->left.rbegin(); instance != group->left.rend(); ++instance) {
    // The answer may come within the call: it is taken on a later turn, when the group may be gone.
    (*instance)->drain([this, weak = std::weak_ptr(group), raw = instance->get()] {
      host_.main_loop.post([this, weak, raw] {
        if (const auto alive = weak.lock()) drained(alive, raw);
      });
    });
  }
  if (group->left.empty()) host_.main_loop.post([this, weak = std::weak_ptr(group)] {
    if (const auto alive = weak.lock()) finish_if_empty(alive);
  });
}

void Retirement::drained(const std::shared_ptr<Group>& group, const Instance* instance) {
  const auto found = std::find_if(group->left.begin(), group->left.end(), [&](const InstancePtr& i) { return i.get() == instance; });
  if (found == group->left.end()) return;
  InstancePtr done = std::move(*found);
  group->left.erase(found);
  done->health()->set_run(HealthState::kExited, "component shut down cleanly");
  say_exited(*done, host_.log);
  destroy(std::move(done), host_);
  finish_if_empty(group);
}

void Retirement::release(const std::string& global_id) {
  for (const auto& group : std::list(groups_)) {
    const auto found = std::find_if(group->left.begin(), group->left.end(),
                                    [&](const InstancePtr& instance) { return instance->global_id() == global_id; });
    if (found == group->left.end()) continue;
    InstancePtr early = std::move(*found);
    group->left.erase(found);
    early->log().warn("component is started again before it has stopped");
    destroy(std::move(early), host_);
    finish_if_empty(group);
  }
}

void Retirement::expire(const std::shared_ptr<Group>& group) {
  for (const InstancePtr& instance : group->left) instance->log().warn("component did not stop in time");
  for (InstancePtr& instance : std::exchange(group->left, {})) destroy(std::move(instance), host_);
  finish_if_empty(group);
}

void Retirement::finish_if_empty(const std::shared_ptr<Group>& group) {
  if (!group->left.empty()) return;
  const auto at = std::find(groups_.begin(), groups_.end(), group);
  if (at == groups_.end()) return;
  const std::shared_ptr<Group> kept = std::move(*at);
  groups_.erase(at);
  kept->deadline.reset();
  if (kept->done) kept->done();
}

}  // namespace invar
