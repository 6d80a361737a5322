#pragma once

#include <memory>
#include <string>

#include "src/runtime/metrics.h"

namespace invar {

/// Registers what the process says of itself: alloy_build_info, alloy_resources_*, process_*. The scope owns them.
std::unique_ptr<MetricScope> register_process_metrics(MetricRegistry& registry);

/// How the last load went. On main.
class ConfigMetrics {
 public:
  ConfigMetrics(MetricRegistry& registry, std::string cluster_name);
  void note_success(const std::string& sha256, int64_t wall_ns);
  void note_failure();

 private:
  std::unique_ptr<MetricScope> scope_;
  Gauge& successful_;
  Gauge& timestamp_;
  Counter& failures_;
  std::string cluster_name_;
  std::string hash_;
};

}  // namespace invar
