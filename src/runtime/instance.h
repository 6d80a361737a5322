#pragma once

#include <memory>
#include <string>

#include "src/runtime/component.h"
#include "src/runtime/health.h"
#include "src/runtime/host.h"

namespace invar {

class Module;

/// One component that runs, or is about to: its node, and everything that outlives a change of its arguments. Shared by the module that runs and the
/// one that may replace it, so that a reload keeps what did not change. On main, but for log() and set_health().
class Instance final : public NodeContext {
 public:
  Instance(Host& host, const ComponentSpec& spec, std::string local_id, std::string global_id);
  ~Instance() override;

  const ComponentSpec& spec() const { return spec_; }
  const PlanPtr& plan() const { return plan_; }
  const Value& exports() const { return exports_; }
  const HealthCellPtr& health() const { return health_; }
  Node* node() const { return node_.get(); }

  /// Makes the node: the first moment that may touch the world.
  Result<void> start(PlanPtr plan);
  /// The load that made it is committed.
  void run();
  /// New arguments, inside a lane transaction.
  void update(PlanPtr plan, Value exports);
  /// What the plan exports, given what is exported now.
  Value exports_of(const Plan& plan);
  /// Calls back once the node has handed on what it held; the instance must live until then.
  void drain(std::function<void()> done);
  /// The node goes. What it has left to lanes may still look at its context: the instance has to be there until they have done it.
  void end() { node_.reset(); }

  /// Where the node stands in the running graph; nullptr: not (yet, or any more) part of it.
  void place(Module* module, size_t index) { module_ = module, index_ = index; }

  const std::string& local_id() const override { return local_id_; }
  const std::string& global_id() const override { return global_id_; }
  Loop& main_loop() override { return host_.main_loop; }
  const Clock& clock() const override { return host_.clock; }
  Lanes& lanes() override { return host_.lanes; }
  Loop& delivery_loop() override { return host_.delivery_loop; }
  Loop& disk_loop() override { return host_.disk_loop; }
  Delivery& delivery() override { return host_.delivery; }
  std::filesystem::path data_path() const override { return host_.storage_path / global_id_; }
  const std::string& seed_uid() const override { return host_.seed_uid; }
  const std::string& user_agent() const override { return host_.user_agent; }
  MetricScope& metrics() override { return *metrics_; }
  const Logger& log() const override { return log_; }
  void publish(Value exports) override;
  void set_health(HealthState state, std::string message) override { health_->set_own(state, std::move(message)); }
  const LogsReceiverPtr& receiver() override { return receiver_; }

 private:
  Host& host_;
  const ComponentSpec& spec_;
  std::string local_id_, global_id_;
  std::unique_ptr<MetricScope> metrics_;
  Logger log_;
  LogsReceiverPtr receiver_;
  HealthCellPtr health_;
  PlanPtr plan_;
  Value exports_;
  bool published_ = false;
  Module* module_ = nullptr;
  size_t index_ = 0;
  NodePtr node_;  // last: goes first
};
using InstancePtr = std::shared_ptr<Instance>;

}  // namespace invar
