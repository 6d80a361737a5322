#include "src/runtime/export_tree.h"

namespace invar {
namespace {

const Value* member(const Value* object, std::string_view name) {
  return object && object->is(ValueType::kObject) ? object->find(name) : nullptr;
}

}  // namespace

const Value* ExportTree::under(std::string_view first_part) const {
  const auto found = below_.find(first_part);
  return found == below_.end() ? nullptr : &found->second;
}

std::optional<std::string> ExportTree::taken_part(std::string_view id) const {
  const Branch* branch = &root_;
  const Value* below = nullptr;
  for (size_t from = 0, dot = id.find('.'); dot != std::string_view::npos; from = dot + 1, dot = id.find('.', from)) {
    const std::string part(id.substr(from, dot - from));
    below = from == 0 ? under(part) : member(below, part);
    if (branch) {
      const auto found = branch->below.find(part);
      branch = found == branch->below.end() ? nullptr : &found->second;
    }
    if ((branch && branch->leaf) || (below && !below->is(ValueType::kObject))) return part;
  }
  return std::nullopt;
}

std::optional<std::string> ExportTree::set(std::string_view id, Value exports) {
  if (auto taken = taken_part(id)) return taken;
  Branch* branch = &root_;
  for (size_t from = 0; from <= id.size();) {
    const size_t dot = std::min(id.find('.', from), id.size());
    branch = &branch->below[std::string(id.substr(from, dot - from))];
    branch->stale = true;
    from = dot + 1;
  }
  branch->leaf = true;
  branch->below.clear();
  branch->value = std::move(exports);
  return std::nullopt;
}

const Value* ExportTree::find(std::string_view first_part) {
  const Value* below = under(first_part);
  const auto found = root_.below.find(first_part);
  return found == root_.below.end() ? below : &value_of(found->second, below);
}

Members ExportTree::all() {
  Members members = below_;
  for (auto& [name, branch] : root_.below) members.insert_or_assign(name, value_of(branch, under(name)));
  return members;
}

const Value& ExportTree::value_of(Branch& branch, const Value* under) {
  if (!branch.leaf && branch.stale) {
    Members members;
    if (under && under->is(ValueType::kObject)) members = under->members();
    for (auto& [name, below] : branch.below) members.insert_or_assign(name, value_of(below, member(under, name)));
    branch.value = Value::object(std::move(members));
  }
  branch.stale = false;
  return branch.value;
}

}  // namespace invar
