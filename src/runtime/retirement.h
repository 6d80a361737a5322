#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "src/runtime/instance.h"

namespace invar {

/// Components on their way out: drained one after the other, sources before sinks, then destroyed. On main.
class Retirement {
 public:
  explicit Retirement(Host& host) : host_(host) {}
  /// `instances`, dependencies first, are no longer part of the running graph. They get `deadline_ns` together; `done` is called once
  /// all are gone. Those that are not ready by then are destroyed as they are, and that is logged.
  void begin(std::vector<InstancePtr> instances, int64_t deadline_ns, std::function<void()> done = {});

 private:
  struct Group;
  void drain_next(Group& group);
  void finish(Group& group);
  void expire(Group& group);
  Host& host_;
  std::list<std::shared_ptr<Group>> groups_;
};

}  // namespace invar
