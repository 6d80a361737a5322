#include "src/lsp/symbol.h"

#include <algorithm>

namespace invar::lsp {
namespace {

using lint::ConfigModel, lint::ModuleModel, lint::NodeModel, lint::Reference;
using Kind = NodeModel::Kind;

bool holds(const Span& span, const Span& place) { return span.source == place.source && span.begin <= place.begin && place.begin <= span.end; }

/// The first part of the name of an instance, which is the label of what it is an instance of.
Span first_part(const ast::Block& block) {
  return {block.name_span.source, block.name_span.begin, block.name_span.begin + static_cast<uint32_t>(block.name.front().size())};
}

const NodeModel* node_labelled(const ModuleModel& module, Kind kind, std::string_view label) {
  for (const auto& node : module.nodes)
    if (node->kind == kind && node->block->label == label) return node.get();
  return nullptr;
}

/// Arguments of a declare, as attributes or blocks of an instance of it.
template <class Act>
void each_argument(const NodeModel& instance, Act act) {
  for (const ast::Statement& statement : instance.block->body) {
    const ast::Attribute* attribute = statement.attribute();
    const std::string name = attribute ? attribute->name.name : statement.block()->full_name();
    if (const NodeModel* argument = node_labelled(*instance.definition, Kind::kArgument, name))
      act(*argument, attribute ? attribute->name.span : statement.block()->name_span);
  }
}

template <class Act>
void each_place_of_reference(const ModuleModel& module, const Reference& reference, Act act) {
  const auto& names = reference.traversal.names();
  const NodeModel& target = *reference.target;
  act(target, names[reference.taken - 1]->span);
  // `team.pipeline.a.input` begins with the name of what it is an instance of, and ends with what that exports.
  if (const NodeModel* maker = target.kind == Kind::kCustom ? module.custom(names.front()->name) : nullptr) act(*maker, names.front()->span);
  if (!target.definition || reference.taken >= names.size()) return;
  const ast::Ident& field = *names[reference.taken];
  if (const NodeModel* exported = node_labelled(*target.definition, Kind::kExport, field.name)) act(*exported, field.span);
}

/// Calls `act(node, span)` for every place where the label of a node is written.
template <class Act>
void each_place(const ConfigModel& model, Act act) {
  model.each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (const auto label = label_of(node)) act(node, *label);
    if (node.kind == Kind::kCustom) act(*module.custom(node.block->name.front()), first_part(*node.block));
    if (node.kind == Kind::kCustom && node.definition) each_argument(node, act);
    for (const Reference& reference : node.references) each_place_of_reference(module, reference, act);
  });
}

}  // namespace

std::optional<Span> label_of(const NodeModel& node) {
  const Span& label = node.block->label_span;
  if (!label.known() || label.end < label.begin + 2) return std::nullopt;
  return Span{label.source, label.begin + 1, label.end - 1};
}

std::optional<Symbol> symbol_at(const ConfigModel& model, const Span& place) {
  std::optional<Symbol> found;
  each_place(model, [&](const NodeModel& node, const Span& span) {
    if (!found && holds(span, place)) found = Symbol{&node, span};
  });
  if (found) return found;
  // `loki.write` and `receiver` of `loki.write.a.receiver`
  model.each_node([&](const ModuleModel&, const NodeModel& node) {
    for (const Reference& reference : node.references) {
      const auto& names = reference.traversal.names();
      const Span whole = names.front()->span.through(names[std::min(reference.taken, names.size() - 1)]->span);
      if (!found && holds(whole, place)) found = Symbol{reference.target, names[reference.taken - 1]->span};
    }
  });
  return found;
}

std::vector<Span> places_of(const ConfigModel& model, const NodeModel& node) {
  std::vector<Span> places;
  each_place(model, [&](const NodeModel& each, const Span& span) {
    if (&each == &node && std::find(places.begin(), places.end(), span) == places.end()) places.push_back(span);
  });
  const auto label = label_of(node);
  const auto defined = label ? std::find(places.begin(), places.end(), *label) : places.end();
  if (defined != places.end()) std::rotate(places.begin(), defined, defined + 1);
  return places;
}

}  // namespace invar::lsp
