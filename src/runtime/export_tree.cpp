#include "src/runtime/export_tree.h"

namespace invar {

bool ExportTree::set(std::string_view id, Value exports) {
  Branch* branch = &root_;
  for (size_t from = 0; from <= id.size();) {
    if (branch->leaf) return false;
    const size_t dot = std::min(id.find('.', from), id.size());
    branch = &branch->below[std::string(id.substr(from, dot - from))];
    branch->stale = true;
    from = dot + 1;
  }
  branch->leaf = true;
  branch->below.clear();
  branch->value = std::move(exports);
  return true;
}

const Value* ExportTree::find(std::string_view first_part) {
  const auto found = root_.below.find(first_part);
  return found == root_.below.end() ? nullptr : &value_of(found->second);
}

const Value& ExportTree::value_of(Branch& branch) {
  if (!branch.leaf && branch.stale) {
    Members members;
    for (auto& [name, below] : branch.below) members.emplace(name, value_of(below));
    branch.value = Value::object(std::move(members));
  }
  branch.stale = false;
  return branch.value;
}

}  // namespace invar
