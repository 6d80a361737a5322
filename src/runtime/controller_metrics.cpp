#include "src/runtime/controller_metrics.h"

#include <array>

#include "src/runtime/host.h"

namespace invar {
namespace {

constexpr std::array kEvaluationSeconds{0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0};
constexpr double kSlowSeconds = 60;
constexpr std::string_view kConnection = "alloy_component_graph_connection";

MetricLabels controller_labels(const std::string& module_id) {
  const auto [path, id] = split_id(module_id);
  return {{"controller_path", path}, {"controller_id", id}};
}

void count_by_health(const std::vector<HealthCellPtr>& cells, std::vector<Sample>& out) {
  std::map<std::string_view, size_t> counts;
  for (const HealthCellPtr& cell : cells) ++counts[health_word(cell->current().state)];
  for (const auto& [word, count] : counts)
    out.push_back({{{"health_type", std::string(word)}}, static_cast<double>(count)});
}

}  // namespace

ModuleMetrics::ModuleMetrics(MetricRegistry& registry, const std::string& module_id)
    : scope_(registry.scope(controller_labels(module_id))),
      evaluating_(scope_->gauge("alloy_component_controller_evaluating",
                                "Tracks if the controller is currently in the middle of a graph evaluation")),
      seconds_(scope_->histogram("alloy_component_evaluation_seconds", "Time spent performing component evaluation",
                                 kEvaluationSeconds)),
      wait_(scope_->histogram("alloy_component_dependencies_wait_seconds",
                              "Time spent by components waiting to be evaluated after their dependency is updated.",
                              kEvaluationSeconds)),
      queue_(scope_->gauge("alloy_component_evaluation_queue_size",
                           "Tracks the number of components waiting to be evaluated in the worker pool")),
      components_(std::make_shared<Components>()) {
  scope_->collect("alloy_component_controller_running_components", "Total number of running components.", MetricType::kGauge,
                  [components = components_](std::vector<Sample>& out) {
                    const std::lock_guard lock(components->mutex);
                    count_by_health(components->cells, out);
                  });
}

void ModuleMetrics::observe_evaluation(const std::string& node, double seconds) {
  seconds_.observe(seconds);
  if (seconds < kSlowSeconds) return;
  scope_
      ->float_counter("alloy_component_evaluation_slow_seconds",
                      "Number of seconds spent evaluating components that take longer than 1m0s to evaluate",
                      {{"component_id", node}})
      .add(seconds);
}

void ModuleMetrics::set_connections(std::set<std::pair<std::string, std::string>> connections) {
  const auto labels = [](const auto& edge) { return MetricLabels{{"from", edge.first}, {"to", edge.second}}; };
  for (const auto& edge : connections_)
    if (!connections.contains(edge)) scope_->remove(kConnection, labels(edge));
  for (const auto& edge : connections)
    scope_->gauge(kConnection, "Indicates that two components are connected in the graph", labels(edge)).set(1);
  connections_ = std::move(connections);
}

void ModuleMetrics::set_components(std::vector<HealthCellPtr> components) {
  const std::lock_guard lock(components_->mutex);
  components_->cells = std::move(components);
}

ModuleMetrics& ControllerMetrics::of(const std::string& module_id) {
  auto& metrics = modules_[module_id];
  if (!metrics) metrics = std::make_unique<ModuleMetrics>(registry_, module_id);
  return *metrics;
}

void ControllerMetrics::keep(const std::set<std::string>& module_ids) {
  std::erase_if(modules_, [&](const auto& entry) { return !module_ids.contains(entry.first); });
}

}  // namespace invar
