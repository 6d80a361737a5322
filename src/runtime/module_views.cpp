#include "src/runtime/module.h"

// What others may know of the running graph.

namespace invar {

void Module::list_instances(std::vector<InstancePtr>& out) const {
  for (const size_t index : plan_.order) {
    if (slots_[index].instance) out.push_back(slots_[index].instance);
    for (const auto& body : slots_[index].bodies) body->list_instances(out);
  }
}

void Module::list_ids(std::set<std::string>& out) const {
  out.insert(id_);
  for (const Slot& slot : slots_)
    for (const auto& body : slot.bodies) body->list_ids(out);
}

const Module* Module::find(std::string_view id) const {
  if (id == id_) return this;
  for (const Slot& slot : slots_)
    for (const auto& body : slot.bodies)
      if (const Module* found = body->find(id)) return found;
  return nullptr;
}

std::set<std::pair<std::string, std::string>> Module::connections() const {
  std::set<std::pair<std::string, std::string>> edges;
  for (const View& view : components())
    for (const std::string& to : view.data_flow_to) edges.emplace(view.node->id, to);
  return edges;
}

namespace {

bool is_component(const PlannedNode& node) { return invar::is_component(node.kind); }

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
    View view{.node = &node, .instance = slot.instance.get(), .bodies = {}, .arguments = &slot.arguments, .foreach = slot.foreach.get(), .exports = &slot.exports};
    for (const auto& body : slot.bodies) view.bodies.push_back(body.get());
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
