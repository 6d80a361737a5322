#include "src/base/quote.h"
#include "src/language/record.h"
#include "src/runtime/evaluation_error.h"
#include "src/runtime/module.h"
#include "src/runtime/symbolic_value.h"

// What a module finds out of components that are not started: by their plans, or by what is recorded of those that this build has not.

namespace invar {
namespace {

bool holds_unknown(const ast::Body& body, const Scope& scope) {
  for (const ast::Statement& statement : body) {
    if (const ast::Block* block = statement.block()) {
      if (holds_unknown(block->body, scope)) return true;
      continue;
    }
    Value value;
    if (!evaluate(*statement.attribute()->value, scope, value) && value.holds_unknown()) return true;
  }
  return false;
}

/// Nothing, as a component exports it before it has looked at the world.
bool is_nothing(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return true;
    case ValueType::kString: return value.as_string().empty();
    case ValueType::kArray:
    case ValueType::kObject: return value.size() == 0;
    case ValueType::kCapsule: return value.as_capsule().is_zero();
    default: return false;
  }
}

}  // namespace

PlanPtr Module::plan_component(const PlannedNode& node, Diagnostics& diagnostics) {
  PlanPtr plan = node.spec->plan(*node.block, Scope(library_, variables_for(node)), diagnostics);
  if (!plan || !node.spec->refused_at) return plan;
  const auto refused = node.spec->refused_at(*plan, host_.gate.minimum);
  if (!refused) return plan;
  refuse_block(*node.block, "building component", *refused, diagnostics);
  return nullptr;
}

bool Module::may_be_unfounded(const PlannedNode& node, const Diagnostics& refusal) {
  if (!host_.plan_only || !refusal.all().front().message.starts_with(std::string(kBuildFailure) + "building component: ")) return false;
  if (!holds_unknown(node.block->body, Scope(library_, variables_for(node)))) return false;
  tree_.set(node.id, symbolic_exports(catalog_component(node.spec->name)->exports, global_id(node.id)));
  return true;
}

Value Module::planned_exports(const PlannedNode& node, const Plan& plan) const {
  const std::string id = global_id(node.id);
  Members exports = symbolic_exports(catalog_component(node.spec->name)->exports, id).members();
  const auto receiver = std::make_shared<LogsReceiver>(id + ".receiver");
  const Value known = node.spec->exports ? node.spec->exports(plan, ExportContext{receiver, nullptr}) : Value();
  if (known.is(ValueType::kObject))
    for (const auto& [name, value] : known.members())
      if (value.is_unknown() || !is_nothing(value)) exports.insert_or_assign(name, value);
  return Value::object(std::move(exports));
}

/// Alloy's answers come first; that this build cannot run it is said when there are none.
void Module::evaluate_unbuilt(size_t index, LoadState& load) {
  const ast::Block& block = *plan_.nodes[index].block;
  const std::string name = block.full_name();
  if (const CatalogComponent* recorded = catalog_component(name)) {
    tree_.set(plan_.nodes[index].id, symbolic_exports(recorded->exports, global_id(plan_.nodes[index].id)));
    Record args(recorded->arguments);
    Origins origins;
    const Scope scope(library_, variables_for(plan_.nodes[index]));
    if (const auto failure = decode_body(block.body, whole_span(block), recorded->arguments, scope, &args, origins)) {
      Diagnostics diagnostics;
      refuse_block(block, *failure, diagnostics);
      const std::string error = error_text(diagnostics);
      return fail(index, error, std::move(diagnostics), load);
    }
  }
  load.unbuilt.error(name_span(block, name.size()), "this build of invar cannot run component " + invar::quoted(name));
}

}  // namespace invar
