#include "stdlib/functions/library.h"

namespace invar {

namespace {

Members collect() {
  Members all;
  for (const FunctionNamespace* space : function_namespaces()) {
    Members members;
    for (const FunctionEntry& entry : space->entries) {
      const Value value = entry.value();
      if (!entry.old_name.empty()) all.insert_or_assign(std::string(entry.old_name), entry.value());
      (space->name.empty() ? all : members).insert_or_assign(std::string(entry.name), value);
    }
    if (!space->name.empty()) all.insert_or_assign(std::string(space->name), Value::object(std::move(members)));
  }
  return all;
}

}  // namespace

const Members& stdlib_values() {
  static const Members kValues = collect();
  return kValues;
}

Members stdlib_values(std::string_view version) {
  Members all = stdlib_values();
  Members constants = all["constants"].members();
  constants["version"] = Value::string(std::string(version));
  all["constants"] = Value::object(std::move(constants));
  return all;
}

bool is_stdlib_name(std::string_view name) { return stdlib_values().contains(name); }

bool is_stdlib_deprecated(std::string_view name) {
  for (const FunctionNamespace* space : function_namespaces())
    for (const FunctionEntry& entry : space->entries)
      if (!name.empty() && entry.old_name == name) return true;
  return false;
}

bool is_stdlib_experimental(std::string_view full_name) {
  for (const FunctionNamespace* space : function_namespaces()) {
    if (!full_name.starts_with(space->name)) continue;
    for (const FunctionEntry& entry : space->entries) {
      const std::string full = space->name.empty() ? std::string(entry.name) : std::string(space->name) + "." + std::string(entry.name);
      if (full == full_name) return entry.stability == Stability::kExperimental;
    }
  }
  return false;
}

}  // namespace invar
