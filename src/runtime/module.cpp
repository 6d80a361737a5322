#include "src/runtime/module.h"

#include "src/base/quote.h"
#include "src/runtime/evaluation_error.h"
#include "src/runtime/zero_exports.h"

namespace invar {
namespace {

Logger controller_log(const Logger& log, const std::string& module_id) {
  const auto [path, id] = split_id(module_id);
  return log.with({{"controller_path", path}, {"controller_id", id}});
}

}  // namespace

Module::Module(Host& host, std::string id, GraphPlan plan, bool hidden)
    : host_(host),
      id_(std::move(id)),
      plan_(std::move(plan)),
      hidden_(hidden),
      log_(controller_log(host.log, id_)),
      library_(host.library),
      slots_(plan_.nodes.size()) {
  tree_.lay_over(plan_.declares->variables);
}

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
      load.tracing = true;
      if (auto failure = decode_body(node.block->body, whole_span(*node.block), tracing_schema(), Scope(library_, variables_for(node)), &args, origins))
        error = "decoding configuration: " + failure->error();
      break;
    }
    case NodeKind::kArgument: error = evaluate_argument(node); break;
    case NodeKind::kExport: error = evaluate_export(node); break;
    case NodeKind::kImport: error = evaluate_import(index, old); break;
    case NodeKind::kForeach: return evaluate_foreach(index, old, load);
    case NodeKind::kDeclare: return;
    case NodeKind::kNotBuilt: return evaluate_unbuilt(index, load);
  }
  if (error) fail(index, kConfigFailure, *error, load);
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
  PlanPtr plan = plan_component(node, diagnostics);
  if (!plan) {
    if (may_be_unfounded(node, diagnostics)) return;
    if (running && running->instance) say_updating(diagnostics);
    const std::string error = error_text(diagnostics);
    return fail(index, error, std::move(diagnostics), load);
  }
  if (host_.plan_only) {
    slot.exports = planned_exports(node, *plan);
  } else if (running && running->instance) {
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
  keep_exports(index, load);
}

void Module::keep_exports(size_t index, LoadState& load) {
  const PlannedNode& node = plan_.nodes[index];
  const auto taken = tree_.set(node.id, slots_[index].exports);
  if (!taken) return;
  const std::string error = "expected a map but found a value for " + invar::quoted(*taken) + " when trying to cache the export for " + node.id;
  log_.with({{"trace_id", load.trace_id}}).error("failed to cache exports after evaluation", {{"err", error}});
  load.errors.append(at_block(*node.block, std::string(kBuildFailure) + error));
}

void Module::evaluate_logging(const PlannedNode& node, LoadState& load) {
  LoggingArgs args;
  Origins origins;
  if (node.block) {
    if (auto failure = decode_body(node.block->body, whole_span(*node.block), logging_schema(), Scope(library_, variables_for(node)), &args, origins))
      return fail(*plan_.graph.find(node.id), kConfigFailure,
                  "decoding configuration: " + failure->error(), load);
  }
  load.logging = std::move(args);
  load.logging_evaluated = true;
}

namespace {

/// Reads the certificates of the http block: what cannot work refuses the load. The error, or nothing.
std::optional<std::string> prepare_tls(LoadState& load, bool plan_only) {
  const auto& tls = load.http.tls;
  if (!tls || plan_only) return std::nullopt;
  if (tls->windows_certificate_filter) return "the Windows Certificate filter is only available on Windows platforms";
  auto made = TlsServer::make(tls->config());
  if (!made) return made.error().what;
  load.tls = std::move(*made);
  return std::nullopt;
}

}  // namespace

void Module::evaluate_service(const PlannedNode& node, LoadState& load) {
  if (!node.block) return;
  const size_t index = *plan_.graph.find(node.id);
  if (catalog_block(node.id)->not_configurable)
    return fail(index, kServiceFailure, "service " + invar::quoted(node.id) + " does not support being configured", load);
  std::optional<Failure> failure;
  Origins origins;
  LabelStoreArgs labels;
  const auto decode = [&](const Schema& schema, void* args) {
    failure = decode_body(node.block->body, whole_span(*node.block), schema, Scope(library_, variables_for(node)), args, origins);
  };
  if (node.id == "http") decode(http_service_schema(), &load.http);
  if (node.id == "livedebugging") decode(livedebugging_schema(), &load.live_debugging);
  if (node.id == "labelstore") decode(labelstore_schema(), &labels);
  if (node.id == "remotecfg") decode(remote_config_schema(), &load.remote);
  if (!failure && node.id == "remotecfg" && host_.register_collector && !host_.plan_only)
    if (const auto registered = host_.register_collector(load.remote); !registered)
      return fail(index, kServiceFailure, "updating service: " + registered.error().what, load);
  if (!failure) {
    if (const auto refused = node.id == "http" ? prepare_tls(load, host_.plan_only) : std::nullopt) fail(index, kServiceFailure, "updating service: " + *refused, load);
    return;
  }
  const std::string error = "decoding configuration: " + failure->error();
  if (!failure->diagnostic) return fail(index, kServiceFailure, error, load);
  Diagnostics diagnostics;
  diagnostics.add(*failure->diagnostic);
  fail(index, error, std::move(diagnostics), load);
}

// What evaluations see.

Members Module::variables_for(const PlannedNode& node) {
  Members variables;
  for (const std::string& name : node.names) {
    if (name == "argument" && !arguments_.empty())
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

}  // namespace invar
