#include "src/runtime/module.h"

#include "src/base/quote.h"

namespace invar {
namespace {

constexpr std::string_view kBuildFailure = "Failed to build component: ";

/// Alloy's err.Error() of a refused component, from what `run` prints of it.
std::string error_text(const Diagnostics& diagnostics) {
  const Diagnostic& first = diagnostics.all().front();
  if (first.message.starts_with(kBuildFailure)) return first.message.substr(kBuildFailure.size());
  return "decoding configuration: " + one_line(first);
}

/// Alloy says so when the component runs already.
void say_updating(Diagnostics& diagnostics) {
  const std::string building = std::string(kBuildFailure) + "building component: ";
  for (Diagnostic& diagnostic : diagnostics.all())
    if (diagnostic.message.starts_with(building))
      diagnostic.message.replace(0, building.size(), std::string(kBuildFailure) + "updating component: ");
}

Diagnostics at_block(const ast::Block& block, std::string message) {
  Diagnostics diagnostics;
  diagnostics.error(whole_span(block), std::move(message));
  return diagnostics;
}

/// What a component exports before it was built: Go's zero values.
Value zero_exports(const Schema* schema) {
  Members members;
  if (!schema) return Value::object({});
  for (const Row& row : schema->rows) {
    Value zero;
    switch (row.type->kind) {
      case TypeKind::kBool: zero = Value::boolean(false); break;
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kFloat: zero = Value::integer(0); break;
      case TypeKind::kString:
      case TypeKind::kText: zero = Value::string(""); break;
      case TypeKind::kDuration: zero = Value::string("0s"); break;
      case TypeKind::kSecret: zero = secret_value({}); break;
      case TypeKind::kOptionalSecret: zero = optional_secret_value({}); break;
      case TypeKind::kList:
      case TypeKind::kArray: zero = Value::array({}); break;
      case TypeKind::kMap:
      case TypeKind::kObject: zero = Value::object({}); break;
      default: break;
    }
    members.emplace(row.name, std::move(zero));
  }
  return Value::object(std::move(members));
}

Logger controller_log(const Logger& log, const std::string& module_id) {
  const auto [path, id] = split_id(module_id);
  return log.with({{"controller_path", path}, {"controller_id", id}});
}

bool same_members(const Members& a, const Members& b) {
  if (a.size() != b.size()) return false;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j)
    if (i->first != j->first || !i->second.same_as(j->second)) return false;
  return true;
}

}  // namespace

Module::Module(Host& host, std::string id, GraphPlan plan, Module* parent, size_t index_in_parent)
    : host_(host),
      id_(std::move(id)),
      plan_(std::move(plan)),
      parent_(parent),
      index_in_parent_(index_in_parent),
      log_(controller_log(host.log, id_)),
      library_(host.library),
      slots_(plan_.nodes.size()) {}

Module::~Module() = default;

// Evaluation beside what runs.

void Module::evaluate(Members arguments, Module* old, LoadState& load) {
  const int64_t began = host_.clock.steady_ns();
  for (const GraphWarning& warning : plan_.warnings) {
    if (warning.function.empty())
      log_.warn("a component is shadowing an existing stdlib name",
                {{"component", warning.component}, {"stdlib_name", warning.stdlib_name}});
    else
      log_.warn("this stdlib function is deprecated; please refer to the documentation for updated usage and alternatives",
                {{"function", warning.function}});
  }
  const Logger log = log_.with({{"trace_id", load.trace_id}});
  log.info("starting complete graph evaluation");
  ModuleMetrics& metrics = host_.controllers.of(id_);
  metrics.set_evaluating(true);
  set_arguments(std::move(arguments));
  for (const size_t index : plan_.order) {
    const int64_t node_began = host_.clock.steady_ns();
    evaluate_node(index, old, load);
    log.info("finished node evaluation", {{"node_id", plan_.nodes[index].id}, {"duration", LogDuration{host_.clock.steady_ns() - node_began}}});
  }
  collect_exports();
  metrics.set_evaluating(false);
  log.info("finished complete graph evaluation", {{"duration", LogDuration{host_.clock.steady_ns() - began}}});
}

Module::Slot* Module::slot_of(Module* module, const PlannedNode& node) {
  if (!module) return nullptr;
  const auto index = module->plan_.graph.find(node.id);
  if (!index || module->plan_.nodes[*index].kind != node.kind) return nullptr;
  return &module->slots_[*index];
}

void Module::evaluate_node(size_t index, Module* old, LoadState& load) {
  const PlannedNode& node = plan_.nodes[index];
  std::optional<std::string> error;
  switch (node.kind) {
    case NodeKind::kComponent: return evaluate_component(index, old, load);
    case NodeKind::kCustom: return evaluate_custom(index, old, load);
    case NodeKind::kService: return evaluate_service(node, load);
    case NodeKind::kLogging: return evaluate_logging(node, load);
    case NodeKind::kTracing: {
      TracingArgs args;
      Origins origins;
      if (!node.block) return;
      if (auto failure = decode_body(node.block->body, whole_span(*node.block), tracing_schema(), Scope(library_, variables_for(node)), &args, origins))
        error = "decoding configuration: " + failure->error();
      break;
    }
    case NodeKind::kArgument: error = evaluate_argument(node); break;
    case NodeKind::kExport: error = evaluate_export(node); break;
    case NodeKind::kDeclare:
    case NodeKind::kNotBuilt: return;
  }
  if (error) fail(index, "Failed to evaluate node for config block: ", *error, load);
}

void Module::fail(size_t index, const std::string& error, Diagnostics diagnostics, LoadState& load) {
  load.errors.append(std::move(diagnostics));
  log_failure(plan_.nodes[index], error, &load);
}

void Module::fail(size_t index, std::string_view where, const std::string& error, LoadState& load) {
  fail(index, error, at_block(*plan_.nodes[index].block, std::string(where) + error), load);
}

void Module::log_failure(const PlannedNode& node, const std::string& error, const LoadState* load) const {
  const Logger log = load ? log_.with({{"trace_id", load->trace_id}}) : log_;
  log.error("failed to evaluate config", {{"node", node.id}, {"err", error}});
}

void Module::evaluate_component(size_t index, Module* old, LoadState& load) {
  const PlannedNode& node = plan_.nodes[index];
  Slot& slot = slots_[index];
  Diagnostics diagnostics;
  const Slot* running = slot_of(old, node);
  // What depends on it is evaluated even if it fails, and complains on its own account, as in Alloy.
  tree_.set(node.id, running && running->instance ? running->instance->exports() : zero_exports(node.spec->exports_schema));
  PlanPtr plan = node.spec->plan(*node.block, Scope(library_, variables_for(node)), diagnostics);
  if (!plan) {
    if (running && running->instance) say_updating(diagnostics);
    const std::string error = error_text(diagnostics);
    return fail(index, error, std::move(diagnostics), load);
  }
  if (running && running->instance) {
    slot.instance = running->instance;
    slot.changed = !node.spec->equal(*slot.instance->plan(), *plan);
    if (slot.changed)
      if (auto prepared = slot.instance->node()->prepare(*plan); !prepared)
        return fail(index, kBuildFailure, "updating component: " + prepared.error().what, load);
    slot.plan = slot.changed ? std::move(plan) : slot.instance->plan();
    slot.exports = slot.changed ? slot.instance->exports_of(*slot.plan) : slot.instance->exports();
  } else {
    slot.is_new = true;
    if (host_.before_start) host_.before_start(global_id(node.id));
    slot.instance = std::make_shared<Instance>(host_, *node.spec, node.id, global_id(node.id));
    if (auto started = slot.instance->start(std::move(plan)); !started)
      return fail(index, kBuildFailure, "building component: " + started.error().what, load);
    slot.exports = slot.instance->exports();
  }
  if (!tree_.set(node.id, slot.exports))
    fail(index, kBuildFailure, "expected a map but found a value when trying to cache the export for " + node.id, load);
}

std::unique_ptr<Module> Module::make_body(size_t index, Diagnostics& diagnostics) {
  const PlannedNode& node = plan_.nodes[index];
  DeclareScopePtr scope = plan_.declares;
  const std::string name = node.block->full_name();
  while (scope && !scope->declares.contains(name)) scope = scope->outer;
  const ast::Block* declare = scope ? scope->declares.find(name)->second : nullptr;
  if (!declare || declare->body.empty()) {
    const size_t dot = name.find('.');
    const bool dotted = dot != std::string::npos;
    std::string message = "loading custom component controller: custom component config not found in the registry, namespace: ";
    message += invar::quoted(dotted ? name.substr(0, dot) : "") + ", componentName: " + invar::quoted(dotted ? name.substr(dot + 1) : name);
    diagnostics.error(whole_span(*node.block), std::string(kBuildFailure) + message);
    return nullptr;
  }
  ModuleSource source;
  if (auto unexpected = sort_body(declare->body, source)) {
    diagnostics.add(std::move(*unexpected));
    return nullptr;
  }
  GraphContext context{.gate = host_.gate, .find_component = host_.find_component, .root = false, .outer = scope,
                       .module_path = scope->module_path, .argument_names = {}};
  for (const auto& [argument, value] : slots_[index].arguments) context.argument_names.insert(argument);
  GraphPlan plan = plan_graph(source, context, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  return std::make_unique<Module>(host_, global_id(node.id), std::move(plan), this, index);
}

void Module::evaluate_custom(size_t index, Module* old, LoadState& load) {
  const PlannedNode& node = plan_.nodes[index];
  Slot& slot = slots_[index];
  tree_.set(node.id, slot.exports);
  if (auto failure = decode_arguments(node, slot.arguments)) {
    const std::string error = "decoding configuration: " + failure->error();
    if (!failure->diagnostic) return fail(index, kBuildFailure, error, load);
    Diagnostics diagnostics;
    diagnostics.add(*failure->diagnostic);
    return fail(index, error, std::move(diagnostics), load);
  }
  Slot* running = slot_of(old, node);
  LoadState inner{.trace_id = load.trace_id};
  slot.body = make_body(index, inner.errors);
  if (slot.body) {
    slot.body->evaluate(slot.arguments, running ? running->body.get() : nullptr, inner);
    slot.exports = slot.body->exports();
    tree_.set(node.id, slot.exports);
  } else if (inner.errors.all().front().message.starts_with(kBuildFailure)) {
    const std::string error = error_text(inner.errors);
    return fail(index, error, std::move(inner.errors), load);
  }
  if (inner.errors.has_errors()) {
    const std::string error = "updating custom component: " + summary(inner.errors);
    return fail(index, error, std::move(inner.errors), load);
  }
  slot.is_new = !running || !running->health;
  slot.health = slot.is_new ? std::make_shared<HealthCell>(host_.clock) : running->health;
  if (slot.is_new) slot.health->set_created("node custom component created");
}

void Module::evaluate_logging(const PlannedNode& node, LoadState& load) {
  LoggingArgs args;
  Origins origins;
  if (node.block) {
    if (auto failure = decode_body(node.block->body, whole_span(*node.block), logging_schema(), Scope(library_, variables_for(node)), &args, origins))
      return fail(*plan_.graph.find(node.id), "Failed to evaluate node for config block: ",
                  "decoding configuration: " + failure->error(), load);
  }
  load.logging = std::move(args);
  load.logging_evaluated = true;
}

void Module::evaluate_service(const PlannedNode& node, LoadState& load) {
  if (!node.block) return;
  const size_t index = *plan_.graph.find(node.id);
  if (catalog_block(node.id)->not_configurable)
    return fail(index, "Failed to evaluate service: ", "service " + invar::quoted(node.id) + " does not support being configured", load);
  std::optional<Failure> failure;
  Origins origins;
  LiveDebuggingArgs live;
  LabelStoreArgs labels;
  const auto decode = [&](const Schema& schema, void* args) {
    failure = decode_body(node.block->body, whole_span(*node.block), schema, Scope(library_, variables_for(node)), args, origins);
  };
  if (node.id == "http") decode(http_service_schema(), &load.http);
  if (node.id == "livedebugging") decode(livedebugging_schema(), &live);
  if (node.id == "labelstore") decode(labelstore_schema(), &labels);
  if (!failure) return;
  const std::string error = "decoding configuration: " + failure->error();
  if (!failure->diagnostic) return fail(index, "Failed to evaluate service: ", error, load);
  Diagnostics diagnostics;
  diagnostics.add(*failure->diagnostic);
  fail(index, error, std::move(diagnostics), load);
}

// What evaluations see.

Members Module::variables_for(const PlannedNode& node) {
  Members variables;
  for (const std::string& name : node.names) {
    if (name == "module_path")
      variables.emplace(name, Value::string(plan_.declares->module_path));
    else if (name == "argument" && !arguments_.empty())
      variables.emplace(name, Value::object(arguments_));
    else if (const Value* exports = tree_.find(name))
      variables.emplace(name, *exports);
  }
  return variables;
}

std::optional<Failure> Module::decode_arguments(const PlannedNode& node, Members& arguments) {
  const Scope scope(library_, variables_for(node));
  Evaluation evaluation;
  for (const ast::Statement& statement : node.block->body) {
    const auto* attribute = statement.attribute();
    if (!attribute) return Failure{Diagnostic{Severity::kError, statement.span, "nested blocks not supported here", {}, {}}, {}};
    Value value;
    if (auto failure = evaluation.evaluate(*attribute->value, scope, value)) return failure;
    Value taken;
    ValueError error;
    if (!read_value(value, taken, error)) return evaluation.explain(error);
    arguments[attribute->name.name] = value.is_unknown() ? value : taken;
  }
  return std::nullopt;
}

void Module::set_arguments(Members arguments) {
  given_ = std::move(arguments);
  arguments_.clear();
  for (const auto& [label, value] : given_) arguments_[label] = Value::object({{"value", value}});
}

std::optional<std::string> Module::evaluate_argument(const PlannedNode& node) {
  ArgumentArgs args;
  Origins origins;
  const auto failure = decode_body(node.block->body, whole_span(*node.block), argument_schema(), Scope(library_, variables_for(node)), &args, origins);
  const std::string& label = node.block->label;
  if (!given_.contains(label)) {
    // Alloy: a missing argument is the more important error, whatever else is wrong.
    if (failure || !args.optional) return "missing required argument " + invar::quoted(label) + " to module";
    arguments_[label] = Value::object({{"value", args.default_value}});
  }
  if (failure) return "decoding configuration: " + failure->error();
  return std::nullopt;
}

std::optional<std::string> Module::evaluate_export(const PlannedNode& node) {
  ExportArgs args;
  Origins origins;
  if (auto failure = decode_body(node.block->body, whole_span(*node.block), export_schema(), Scope(library_, variables_for(node)), &args, origins))
    return "decoding configuration: " + failure->error();
  const auto* written = origins.field("value");
  module_exports_[node.block->label] = written && written->unknown ? Value::unknown() : args.value;
  return std::nullopt;
}

void Module::collect_exports() { exports_ = Value::object(module_exports_); }

// The running graph.

void Module::commit() {
  std::vector<HealthCellPtr> cells;
  for (const size_t index : plan_.order) {
    Slot& slot = slots_[index];
    if (slot.instance) {
      slot.instance->place(this, index);
      slot.instance->health()->set_evaluated(HealthState::kHealthy, "component evaluated");
      if (slot.is_new)
        slot.instance->run();
      else if (slot.changed)
        slot.instance->update(slot.plan, slot.exports);
      cells.push_back(slot.instance->health());
    }
    if (slot.body) {
      slot.body->commit();
      slot.health->set_evaluated(HealthState::kHealthy, "component evaluated");
      if (slot.is_new) slot.health->set_run(HealthState::kHealthy, "started custom component");
      cells.push_back(slot.health);
    }
    slot.is_new = slot.changed = false;
    slot.plan.reset();
  }
  ModuleMetrics& metrics = host_.controllers.of(id_);
  metrics.set_components(std::move(cells));
  metrics.set_connections(connections());
}

void Module::list_instances(std::vector<InstancePtr>& out) const {
  for (const size_t index : plan_.order) {
    if (slots_[index].instance) out.push_back(slots_[index].instance);
    if (slots_[index].body) slots_[index].body->list_instances(out);
  }
}

void Module::list_ids(std::set<std::string>& out) const {
  out.insert(id_);
  for (const Slot& slot : slots_)
    if (slot.body) slot.body->list_ids(out);
}

const Module* Module::find(std::string_view id) const {
  if (id == id_) return this;
  for (const Slot& slot : slots_)
    if (slot.body)
      if (const Module* found = slot.body->find(id)) return found;
  return nullptr;
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
    if (slot.body) finish_body(index, errors);
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
    case NodeKind::kArgument:
      error = evaluate_argument(node);
      for (const size_t dependant : plan_.graph.dependants(index)) mark_due(dependant);
      break;
    default: break;
  }
  if (error) fail_running(index, *error, at_block(*node.block, "Failed to evaluate node for config block: " + *error), errors);
  const int64_t took = host_.clock.steady_ns() - began;
  metrics.observe_evaluation(node.id, static_cast<double>(took) / 1e9);
  log_.debug("finished node evaluation", {{"node_id", node.id}, {"duration", LogDuration{took}}});
}

void Module::fail_running(size_t index, const std::string& error, Diagnostics diagnostics, Diagnostics& errors) {
  Slot& slot = slots_[index];
  const std::string message = "component evaluation failed: " + error;
  if (slot.instance) slot.instance->health()->set_evaluated(HealthState::kUnhealthy, message);
  if (slot.health) slot.health->set_evaluated(HealthState::kUnhealthy, message);
  log_failure(plan_.nodes[index], error, nullptr);
  errors.append(std::move(diagnostics));
}

void Module::reevaluate_component(size_t index, Diagnostics& errors) {
  const PlannedNode& node = plan_.nodes[index];
  Instance& instance = *slots_[index].instance;
  Diagnostics diagnostics;
  PlanPtr plan = node.spec->plan(*node.block, Scope(library_, variables_for(node)), diagnostics);
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
  Module& body = *slot.body;
  body.set_arguments(std::move(arguments));
  for (size_t inner = 0; inner < body.plan_.nodes.size(); ++inner)
    if (body.plan_.nodes[inner].kind == NodeKind::kArgument) body.mark_due(inner);
}

void Module::finish_body(size_t index, Diagnostics& errors) {
  Slot& slot = slots_[index];
  Diagnostics inner = slot.body->evaluate_due();
  if (inner.has_errors()) {
    const std::string error = "updating custom component: " + summary(inner);
    fail_running(index, error, std::move(inner), errors);
  }
  set_exports(index, slot.body->exports());
}

// Views.

std::set<std::pair<std::string, std::string>> Module::connections() const {
  std::set<std::pair<std::string, std::string>> edges;
  for (const View& view : components())
    for (const std::string& to : view.data_flow_to) edges.emplace(view.node->id, to);
  return edges;
}

namespace {

bool is_component(const PlannedNode& node) { return node.kind == NodeKind::kComponent || node.kind == NodeKind::kCustom; }

/// Whether data flows from the one who refers to the one referred to (receivers), and not the other way (targets, content).
bool flows_to_target(const Row& exported) {
  return exported.type && exported.type->kind == TypeKind::kCapsule && exported.type->interface;
}

}  // namespace

std::vector<Module::View> Module::components() const {
  std::vector<View> views;
  std::map<size_t, size_t> view_of;
  for (const size_t index : plan_.order) {
    const PlannedNode& node = plan_.nodes[index];
    if (!is_component(node)) continue;
    const Slot& slot = slots_[index];
    view_of[index] = views.size();
    View view{.node = &node, .instance = slot.instance.get(), .body = slot.body.get(), .arguments = &slot.arguments, .exports = &slot.exports};
    if (const HealthCellPtr& cell = slot.instance ? slot.instance->health() : slot.health) view.health = cell->current();
    for (const size_t to : plan_.graph.dependencies(index))
      if (is_component(plan_.nodes[to])) view.references.push_back(plan_.nodes[to].id);
    for (const size_t from : plan_.graph.dependants(index))
      if (is_component(plan_.nodes[from])) view.referenced_by.push_back(plan_.nodes[from].id);
    views.push_back(std::move(view));
  }
  for (const size_t index : plan_.order)
    for (const PlannedReference& reference : plan_.nodes[index].references) {
      const PlannedNode& target = plan_.nodes[reference.target];
      if (!is_component(plan_.nodes[index]) || target.kind != NodeKind::kComponent || !target.spec->exports_schema) continue;
      const Row* exported = find_row(*target.spec->exports_schema, reference.rest);
      if (!exported) continue;
      const bool forward = flows_to_target(*exported);
      View& from = views[view_of[forward ? index : reference.target]];
      from.data_flow_to.push_back(plan_.nodes[forward ? reference.target : index].id);
    }
  return views;
}

}  // namespace invar
