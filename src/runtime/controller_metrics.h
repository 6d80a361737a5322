#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "src/runtime/health.h"
#include "src/runtime/metrics.h"

namespace invar {

/// The alloy_component_* metrics of one module. On main; its component list is read by scrapes.
class ModuleMetrics {
 public:
  ModuleMetrics(MetricRegistry& registry, const std::string& module_id);
  void set_evaluating(bool evaluating) { evaluating_.set(evaluating ? 1 : 0); }
  void set_hidden(bool hidden) { scope_->set_hidden(hidden); }
  void set_queue(size_t waiting) { queue_.set(static_cast<double>(waiting)); }
  void observe_wait(double seconds) { wait_.observe(seconds); }
  void observe_evaluation(const std::string& node, double seconds);
  /// Data flow edges, from and to.
  void set_connections(std::set<std::pair<std::string, std::string>> connections);
  void set_components(std::vector<HealthCellPtr> components);

 private:
  std::unique_ptr<MetricScope> scope_;
  Gauge& evaluating_;
  Histogram& seconds_;
  Histogram& wait_;
  Gauge& queue_;
  std::set<std::pair<std::string, std::string>> connections_;
  struct Components {
    std::mutex mutex;
    std::vector<HealthCellPtr> cells;
  };
  std::shared_ptr<Components> components_;
};

/// The metrics of all modules by module id: they outlive reloads as long as their module does.
class ControllerMetrics {
 public:
  explicit ControllerMetrics(MetricRegistry& registry) : registry_(registry) {}
  ModuleMetrics& of(const std::string& module_id);
  /// Forgets all modules but these.
  void keep(const std::set<std::string>& module_ids);

 private:
  MetricRegistry& registry_;
  std::map<std::string, std::unique_ptr<ModuleMetrics>> modules_;
};

}  // namespace invar
