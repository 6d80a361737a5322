#include "src/runtime/evaluation_error.h"
#include "src/runtime/module.h"

// The running graph: commits, and evaluations of what depends on new exports.

namespace invar {
namespace {

bool same_members(const Members& a, const Members& b) {
  if (a.size() != b.size()) return false;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j)
    if (i->first != j->first || !i->second.same_as(j->second)) return false;
  return true;
}

}  // namespace

void Module::commit() {
  std::vector<HealthCellPtr> cells;
  for (const size_t index : plan_.order) {
    Slot& slot = slots_[index];
    if (slot.instance) {
      slot.instance->place(this, index);
      slot.instance->metrics().set_hidden(hidden_);
      slot.instance->health()->set_evaluated(HealthState::kHealthy, "component evaluated");
      if (slot.is_new)
        slot.instance->run();
      else if (slot.changed)
        slot.instance->update(slot.plan, slot.exports);
      cells.push_back(slot.instance->health());
    }
    if (slot.import) {
      slot.import->accept();
      cells.push_back(slot.import->health());
    }
    for (const auto& body : slot.bodies) body->commit();
    if (slot.health) {
      const bool custom = plan_.nodes[index].kind == NodeKind::kCustom;
      slot.health->set_evaluated(HealthState::kHealthy, custom ? "component evaluated" : "foreach evaluated");
      if (slot.is_new) slot.health->set_run(HealthState::kHealthy, custom ? "started custom component" : "started foreach");
      cells.push_back(slot.health);
    }
    slot.is_new = slot.changed = false;
    slot.plan.reset();
  }
  ModuleMetrics& metrics = host_.controllers.of(id_);
  metrics.set_hidden(hidden_);
  metrics.set_components(std::move(cells));
  metrics.set_connections(connections());
}

void Module::note_exports(size_t index) { set_exports(index, slots_[index].instance->exports()); }

void Module::set_exports(size_t index, Value exports) {
  Slot& slot = slots_[index];
  if (slot.exports.same_as(exports)) return;
  slot.exports = std::move(exports);
  tree_.set(plan_.nodes[index].id, slot.exports);
  for (const size_t dependant : plan_.graph.dependants(index)) mark_due(dependant);
}

void Module::mark_due(size_t index) {
  Slot& slot = slots_[index];
  if (slot.due) return;
  slot.due = true;
  slot.due_since_ns = host_.clock.steady_ns();
  host_.schedule_evaluation();
}

Diagnostics Module::evaluate_due() {
  Diagnostics errors;
  ModuleMetrics& metrics = host_.controllers.of(id_);
  metrics.set_evaluating(true);
  for (const size_t index : plan_.order) {
    Slot& slot = slots_[index];
    if (slot.due) reevaluate(index, errors);
    if (!slot.bodies.empty()) finish_bodies(index, errors);
  }
  collect_exports();
  metrics.set_evaluating(false);
  return errors;
}

void Module::reevaluate(size_t index, Diagnostics& errors) {
  const PlannedNode& node = plan_.nodes[index];
  const int64_t began = host_.clock.steady_ns();
  ModuleMetrics& metrics = host_.controllers.of(id_);
  metrics.observe_wait(static_cast<double>(began - slots_[index].due_since_ns) / 1e9);
  slots_[index].due = false;
  std::optional<std::string> error;
  switch (node.kind) {
    case NodeKind::kComponent: reevaluate_component(index, errors); break;
    case NodeKind::kCustom: reevaluate_custom(index, errors); break;
    case NodeKind::kExport: error = evaluate_export(node); break;
    case NodeKind::kImport: reevaluate_import(index, errors); break;
    case NodeKind::kForeach: slots_[index].stale = true; break;
    case NodeKind::kArgument:
      error = evaluate_argument(node);
      for (const size_t dependant : plan_.graph.dependants(index)) mark_due(dependant);
      break;
    default: break;
  }
  if (error) fail_running(index, *error, at_block(*node.block, std::string(kConfigFailure) + *error), errors);
  const int64_t took = host_.clock.steady_ns() - began;
  metrics.observe_evaluation(node.id, static_cast<double>(took) / 1e9);
  log_.debug("finished node evaluation", {{"node_id", node.id}, {"duration", LogDuration{took}}});
}

void Module::fail_running(size_t index, const std::string& error, Diagnostics diagnostics, Diagnostics& errors) {
  Slot& slot = slots_[index];
  const bool foreach = plan_.nodes[index].kind == NodeKind::kForeach;
  const std::string message = (slot.import ? "source" : foreach ? "foreach" : "component") + (" evaluation failed: " + error);
  if (slot.instance) slot.instance->health()->set_evaluated(HealthState::kUnhealthy, message);
  if (slot.health) slot.health->set_evaluated(HealthState::kUnhealthy, message);
  if (slot.import) slot.import->health()->set_evaluated(HealthState::kUnhealthy, message);
  log_failure(plan_.nodes[index], error, nullptr);
  errors.append(std::move(diagnostics));
}

void Module::reevaluate_component(size_t index, Diagnostics& errors) {
  const PlannedNode& node = plan_.nodes[index];
  Instance& instance = *slots_[index].instance;
  Diagnostics diagnostics;
  PlanPtr plan = plan_component(node, diagnostics);
  if (!plan) {
    say_updating(diagnostics);
    const std::string error = error_text(diagnostics);
    return fail_running(index, error, std::move(diagnostics), errors);
  }
  if (!node.spec->equal(*instance.plan(), *plan)) {
    if (auto prepared = instance.node()->prepare(*plan); !prepared) {
      const std::string error = "updating component: " + prepared.error().what;
      return fail_running(index, error, at_block(*node.block, std::string(kBuildFailure) + error), errors);
    }
    Value exports = instance.exports_of(*plan);
    instance.update(std::move(plan), std::move(exports));
  }
  instance.health()->set_evaluated(HealthState::kHealthy, "component evaluated");
  set_exports(index, instance.exports());
}

void Module::reevaluate_custom(size_t index, Diagnostics& errors) {
  Slot& slot = slots_[index];
  Members arguments;
  if (auto failure = decode_arguments(plan_.nodes[index], arguments)) {
    const std::string error = "decoding configuration: " + failure->error();
    return fail_running(index, error, at_block(*plan_.nodes[index].block, std::string(kBuildFailure) + error), errors);
  }
  slot.health->set_evaluated(HealthState::kHealthy, "component evaluated");
  if (same_members(arguments, slot.arguments)) return;
  slot.arguments = arguments;
  Module& body = *slot.bodies.front();
  body.set_arguments(std::move(arguments));
  for (size_t inner = 0; inner < body.plan_.nodes.size(); ++inner)
    if (body.plan_.nodes[inner].kind == NodeKind::kArgument) body.mark_due(inner);
}

void Module::finish_bodies(size_t index, Diagnostics& errors) {
  Slot& slot = slots_[index];
  const bool custom = plan_.nodes[index].kind == NodeKind::kCustom;
  Diagnostics inner;
  for (const auto& body : slot.bodies) inner.append(body->evaluate_due());
  if (inner.has_errors()) {
    const std::string error = (custom ? "updating custom component: " : "updating custom component in foreach: ") + summary(inner);
    fail_running(index, error, std::move(inner), errors);
  }
  if (custom) set_exports(index, slot.bodies.front()->exports());
}

}  // namespace invar
