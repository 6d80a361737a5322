#pragma once

#include <functional>
#include <string>

#include "src/runtime/component.h"
#include "src/runtime/log_output.h"

namespace invar::harness {

/// One component between real threads: lanes, the delivery loop, the disk thread; main is the test's. For the thread sanitizer.
class ThreadedHarness final : public NodeContext {
 public:
  /// `storage`: a directory of the test.
  ThreadedHarness(std::string local_id, std::string storage, size_t lanes = 2);
  ~ThreadedHarness() override;

  /// Plans and starts the one block of the text; aborts when it is refused.
  void load(std::string_view text);
  /// Turns main until `done`; false after 20 s.
  bool until(const std::function<bool()>& done);

  const std::string& local_id() const override { return id_; }
  const std::string& global_id() const override { return id_; }
  Loop& main_loop() override { return main_; }
  const Clock& clock() const override { return SystemClock::instance(); }
  Lanes& lanes() override { return *lanes_; }
  Loop& delivery_loop() override { return delivery_thread_.loop(); }
  Loop& disk_loop() override { return disk_thread_.loop(); }
  Delivery& delivery() override { return delivery_; }
  std::filesystem::path data_path() const override { return storage_ / id_; }
  const std::string& seed_uid() const override { return id_; }
  const std::string& user_agent() const override { return id_; }
  MetricScope& metrics() override { return *metrics_; }
  const Logger& log() const override { return log_; }
  void publish(Value) override {}
  void set_health(HealthState, std::string) override {}
  const LogsReceiverPtr& receiver() override { return receiver_; }

  NodePtr node;
  MetricRegistry registry;

 private:
  std::string id_;
  std::filesystem::path storage_;
  Delivery delivery_;
  std::shared_ptr<Logger::Output> output_ = std::make_shared<Logger::Output>(SystemClock::instance());
  Logger log_{output_};
  std::unique_ptr<MetricScope> metrics_ = registry.scope({});
  LogsReceiverPtr receiver_;
  Scope scope_;
  ast::FilePtr file_;
  Loop main_;
  LoopThread delivery_thread_{"delivery"}, disk_thread_{"disk"};
  std::unique_ptr<Lanes> lanes_;
};

}  // namespace invar::harness
