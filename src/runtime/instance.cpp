#include "src/runtime/instance.h"

#include "src/runtime/module.h"

namespace invar {

std::pair<std::string, std::string> split_id(std::string_view global_id) {
  const size_t slash = global_id.rfind('/');
  if (slash == std::string_view::npos) return {"/", std::string(global_id)};
  return {"/" + std::string(global_id.substr(0, slash)), std::string(global_id.substr(slash + 1))};
}

namespace {

MetricLabels component_labels(const std::string& global_id) {
  const auto [path, id] = split_id(global_id);
  return {{"component_path", path}, {"component_id", id}};
}

Logger component_log(const Logger& log, const std::string& global_id) {
  const auto [path, id] = split_id(global_id);
  return log.with({{"component_path", path}, {"component_id", id}});
}

}  // namespace

Instance::Instance(Host& host, const ComponentSpec& spec, std::string local_id, std::string global_id)
    : host_(host),
      spec_(spec),
      local_id_(std::move(local_id)),
      global_id_(std::move(global_id)),
      metrics_(host.metrics.scope(component_labels(global_id_))),
      log_(component_log(host.log, global_id_)),
      receiver_(std::make_shared<LogsReceiver>(global_id_ + ".receiver")),
      health_(std::make_shared<HealthCell>(host.clock)),
      exports_(Value::object({})) {
  health_->set_created("component created");
}

Instance::~Instance() = default;

Result<void> Instance::start(PlanPtr plan) {
  auto node = spec_.start(plan, *this);
  if (!node) return node.error();
  node_ = std::move(*node);
  if (!published_) exports_ = exports_of(*plan);
  plan_ = std::move(plan);
  return {};
}

void Instance::run() {
  node_->run();
  health_->set_run(HealthState::kHealthy, "started component");
}

void Instance::update(PlanPtr plan, Value exports) {
  plan_ = std::move(plan);
  exports_ = std::move(exports);
  node_->update(plan_);
}

Value Instance::exports_of(const Plan& plan) {
  if (!spec_.exports) return Value::object({});
  Value exports = spec_.exports(plan, ExportContext{receiver_, plan_ ? &exports_ : nullptr});
  return exports.is_null() ? Value::object({}) : exports;
}

void Instance::drain(std::function<void()> done) {
  place(nullptr, 0);
  node_->drain(std::move(done));
}

void Instance::publish(Value exports) {
  published_ = true;
  if (exports.same_as(exports_)) return;
  exports_ = std::move(exports);
  if (module_) module_->note_exports(index_);
}

}  // namespace invar
