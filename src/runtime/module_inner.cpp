#include "src/base/quote.h"
#include "src/runtime/evaluation_error.h"
#include "src/runtime/module.h"

// Modules inside a module: bodies of custom components and of templates, and what they are imported from.

namespace invar {

std::unique_ptr<Module> Module::make_body(size_t index, Diagnostics& diagnostics) {
  const PlannedNode& node = plan_.nodes[index];
  const std::string name = node.block->full_name();
  const FoundDeclare found = find_declare(plan_.declares, name);
  if (!found.block || found.block->body.empty()) {
    const size_t dot = name.find('.');
    const bool dotted = dot != std::string::npos;
    std::string message = "loading custom component controller: custom component config not found in the registry, namespace: ";
    message += invar::quoted(dotted ? name.substr(0, dot) : "") + ", componentName: " + invar::quoted(dotted ? name.substr(dot + 1) : name);
    diagnostics.error(whole_span(*node.block), std::string(kBuildFailure) + message);
    return nullptr;
  }
  GraphContext context{.gate = host_.gate, .find_component = host_.find_component, .root = false, .outer = found.scope,
                       .variables = found.scope->variables, .argument_names = {}};
  for (const auto& [argument, value] : slots_[index].arguments) context.argument_names.insert(argument);
  return make_module(found.block->body, context, global_id(node.id), hidden_, diagnostics);
}

std::unique_ptr<Module> Module::make_module(const ast::Body& body, const GraphContext& context, std::string id, bool hidden, Diagnostics& diagnostics) {
  ModuleSource source;
  if (auto unexpected = sort_body(body, source)) {
    diagnostics.add(std::move(*unexpected));
    return nullptr;
  }
  GraphPlan plan = plan_graph(source, context, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  return std::make_unique<Module>(host_, std::move(id), std::move(plan), hidden);
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
  if (find_declare(plan_.declares, node.block->full_name()).unknown) {
    tree_.set(node.id, slot.exports = Value::unknown());
    return;
  }
  const Slot* running = slot_of(old, node);
  LoadState inner{.trace_id = load.trace_id};
  if (auto body = make_body(index, inner.errors)) {
    body->evaluate(slot.arguments, running ? find_body(running->bodies, body->id()) : nullptr, inner);
    load.unbuilt.append(std::move(inner.unbuilt));
    slot.exports = body->exports();
    slot.bodies.push_back(std::move(body));
    keep_exports(index, load);
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

Module* Module::find_body(const Bodies& bodies, std::string_view id) {
  for (const auto& body : bodies)
    if (body->id() == id) return body.get();
  return nullptr;
}

// Templates.

std::optional<std::string> Module::make_items(size_t index, const Bodies& running, LoadState& load, Items& made, Diagnostics& errors) {
  const PlannedNode& node = plan_.nodes[index];
  const auto refuse = [&](std::string error) { return errors.append(at_block(*node.block, std::string(kBuildFailure) + error)), error; };
  const ast::Block* body = find_template(*node.block);
  if (!body) return refuse("the block template is missing in the foreach block");
  auto settings = std::make_shared<ForeachSettings>();
  const Scope scope(library_, variables_for(node));
  if (auto failure = decode_body(node.block->body, whole_span(*node.block), foreach_schema(), scope, &settings->args, settings->origins)) {
    const std::string error = "decoding configuration: " + failure->error();
    if (!failure->diagnostic) return refuse(error);
    errors.add(*failure->diagnostic);
    return error;
  }
  const ForeachArgs& args = settings->args;
  const auto names = foreach_names(args, host_.log.with({{"component_path", id_}, {"component_id", node.id}}));
  Members variables = tree_.all();
  if (!arguments_.empty()) variables.insert_or_assign("argument", Value::object(arguments_));
  for (size_t i = 0; i < names.size(); ++i) {
    variables.insert_or_assign(args.var, args.collection[i]);
    const GraphContext context{.gate = host_.gate, .find_component = host_.find_component, .root = false, .outer = plan_.declares,
                               .variables = variables, .argument_names = {}};
    LoadState inner{.trace_id = load.trace_id};
    if (auto item = make_module(body->body, context, global_id(node.id) + "/" + names[i], hidden_ || !args.enable_metrics, inner.errors)) {
      item->evaluate({}, find_body(running, item->id()), inner);
      load.unbuilt.append(std::move(inner.unbuilt));
      made.bodies.push_back(std::move(item));
    }
    if (inner.errors.has_errors()) {
      const std::string error = "updating custom component in foreach: " + summary(inner.errors);
      errors.append(std::move(inner.errors));
      return error;
    }
  }
  made.settings = std::move(settings);
  return std::nullopt;
}

void Module::evaluate_foreach(size_t index, Module* old, LoadState& load) {
  const PlannedNode& node = plan_.nodes[index];
  Slot& slot = slots_[index];
  const Slot* running = slot_of(old, node);
  Items made;
  Diagnostics errors;
  static const Bodies kNone;
  if (const auto error = make_items(index, running ? running->bodies : kNone, load, made, errors)) {
    tree_.set(node.id, slot.exports);
    slot.bodies = std::move(made.bodies);  // the errors point into what they hold
    return fail(index, *error, std::move(errors), load);
  }
  slot.bodies = std::move(made.bodies);
  slot.foreach = std::move(made.settings);
  slot.is_new = !running || !running->health;
  slot.health = slot.is_new ? std::make_shared<HealthCell>(host_.clock) : running->health;
  keep_exports(index, load);
}

bool Module::prepare_templates() {
  bool any = false;
  for (const size_t index : plan_.order) {
    Slot& slot = slots_[index];
    if (std::exchange(slot.stale, false)) {
      Items made;
      Diagnostics errors;
      LoadState load;
      if (const auto error = make_items(index, slot.bodies, load, made, errors)) {
        Diagnostics all;
        fail_running(index, *error, std::move(errors), all);
      } else {
        slot.next = std::make_unique<Items>(std::move(made));
        any = true;
        continue;
      }
    }
    for (const auto& body : slot.bodies) any |= body->prepare_templates();
  }
  return any;
}

void Module::commit_templates(std::vector<InstancePtr>& gone) {
  for (Slot& slot : slots_) {
    const auto next = std::exchange(slot.next, nullptr);
    if (!next) {
      for (const auto& body : slot.bodies) body->commit_templates(gone);
      continue;
    }
    std::vector<InstancePtr> before, now;
    for (const auto& body : slot.bodies) body->list_instances(before);
    for (const auto& body : next->bodies) {
      body->commit();
      body->list_instances(now);
    }
    const std::set<InstancePtr> kept(now.begin(), now.end());
    for (InstancePtr& instance : before)
      if (!kept.contains(instance)) gone.push_back(std::move(instance));
    slot.bodies = std::move(next->bodies);
    slot.foreach = std::move(next->settings);
    slot.health->set_evaluated(HealthState::kHealthy, "foreach evaluated");
  }
}

// Imports.

ImportSite Module::site_of_imports() {
  const Value* path = tree_.find("module_path");
  return {.host = host_,
          .module_id = id_,
          .data_path = host_.storage_path,
          .module_path = path && path->is(ValueType::kString) ? path->as_string() : std::string(),
          .on_change = [&host = host_] {
            if (host.import_changed) host.import_changed();
          }};
}

std::optional<std::string> Module::evaluate_import(size_t index, Module* old) {
  const PlannedNode& node = plan_.nodes[index];
  Slot& slot = slots_[index];
  ImportedModule& imported = *plan_.declares->imports.find(node.block->label)->second;
  const Slot* running = slot_of(old, node);
  const ImportPtr before = running ? running->import : nullptr;
  slot.import = std::make_shared<Import>(*node.block, site_of_imports());
  std::optional<std::string> error = slot.import->decode(*node.block, Scope(library_, variables_for(node)));
  if (error && !before)
    slot.import->stay_empty();
  else if (!error && before && before->same_source(*slot.import))
    slot.import = before;
  else if (!error)
    error = slot.import->fetch(before != nullptr);
  imported = {slot.import->scope(), slot.import->is_unknown()};
  return error;
}

void Module::reevaluate_import(size_t index, Diagnostics& errors) {
  const PlannedNode& node = plan_.nodes[index];
  Slot& slot = slots_[index];
  Import changed(*node.block, site_of_imports());
  if (const auto error = changed.decode(*node.block, Scope(library_, variables_for(node)))) {
    fail_running(index, *error, at_block(*node.block, std::string(kConfigFailure) + *error), errors);
    return;
  }
  slot.import->health()->set_evaluated(HealthState::kHealthy, "source evaluated");
  // What it brings in changes the graphs of others: all of them are evaluated anew, beside those that run.
  if (!slot.import->same_source(changed) && host_.import_changed) host_.import_changed();
}

void Module::refuse_imports(const std::string& why) {
  for (Slot& slot : slots_) {
    if (slot.import) slot.import->note_refused(why);
    for (const auto& body : slot.bodies) body->refuse_imports(why);
  }
}

}  // namespace invar
