#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "src/runtime/instance.h"

namespace invar {

/// Components on their way out. All are told to drain in one go, sources first: their lanes see the commands in that order, so what a source has sent is handed on by
/// whatever lies behind it. Each is destroyed once it is done; a destination that is destroyed gives back what it could not deliver, which is what its sources
/// wait for. On main.
class Retirement {
 public:
  explicit Retirement(Host& host) : host_(host) {}
  ~Retirement();
  /// `instances`, dependencies (sinks) first, are no longer part of the running graph. They get `deadline_ns` together; `done` is called once
  /// all are gone. Those that are not ready by then are destroyed as they are, sinks first, and that is logged.
  void begin(std::vector<InstancePtr> instances, int64_t deadline_ns, std::function<void()> done = {});
  /// Destroys the component of that id at once, if it is on its way out.
  void release(const std::string& global_id);

 private:
  struct Group;
  void drained(const std::shared_ptr<Group>& group, const Instance* instance);
  void expire(const std::shared_ptr<Group>& group);
  void finish_if_empty(const std::shared_ptr<Group>& group);
  Host& host_;
  std::list<std::shared_ptr<Group>> groups_;
};

}  // namespace invar
