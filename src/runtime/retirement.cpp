#include "src/runtime/retirement.h"

namespace invar {

struct Retirement::Group {
  std::vector<InstancePtr> left;  // the last one is being drained
  std::function<void()> done;
  std::unique_ptr<Timer> deadline;
  std::list<std::shared_ptr<Group>>::iterator place;
};

void Retirement::begin(std::vector<InstancePtr> instances, int64_t deadline_ns, std::function<void()> done) {
  for (const InstancePtr& instance : instances) instance->place(nullptr, 0);
  auto group = std::make_shared<Group>();
  group->left = std::move(instances);
  group->done = std::move(done);
  groups_.push_back(group);
  group->place = std::prev(groups_.end());
  group->deadline = std::make_unique<Timer>(host_.main_loop, [this, raw = group.get()] { expire(*raw); });
  group->deadline->start(static_cast<uint64_t>(deadline_ns / 1'000'000));
  drain_next(*group);
}

void Retirement::drain_next(Group& group) {
  if (group.left.empty()) return finish(group);
  // The answer may come within the call or much later, when the group may be gone: it is taken on the next turn, if at all.
  const std::weak_ptr<Group> weak = *group.place;
  group.left.back()->drain([this, weak] {
    host_.main_loop.post([this, weak] {
      const auto alive = weak.lock();
      if (!alive || alive->left.empty()) return;
      alive->left.back()->health()->set_run(HealthState::kExited, "component shut down cleanly");
      alive->left.pop_back();
      drain_next(*alive);
    });
  });
}

void Retirement::expire(Group& group) {
  for (auto instance = group.left.rbegin(); instance != group.left.rend(); ++instance)
    (*instance)->log().warn("component did not stop in time", {{"waited_for", (*instance).get() == group.left.back().get()}});
  while (!group.left.empty()) group.left.pop_back();
  finish(group);
}

void Retirement::finish(Group& group) {
  const std::shared_ptr<Group> kept = *group.place;
  groups_.erase(kept->place);
  if (kept->done) kept->done();
}

}  // namespace invar
