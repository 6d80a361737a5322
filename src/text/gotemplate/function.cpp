#include "src/text/gotemplate/function.h"

#include <algorithm>
#include <vector>

namespace invar::gotemplate {
namespace {

const Function* find_in(std::span<const Function> functions, std::string_view name) {
  for (const Function& function : functions)
    if (function.name == name) return &function;
  return nullptr;
}

using Table = std::span<const Function> (*)();
// Earlier ones hide later ones: functions given to a template hide its own, and of those the last given of a name counts.
constexpr Table kTables[] = {
    alloy_functions,  text_functions, case_functions,   encoding_functions, number_functions, list_functions,    dict_functions,
    value_functions,  json_functions, date_functions,   regex_functions,    path_functions,   system_functions,  version_functions,
    digest_functions, crypto_functions, certificate_functions, builtin_functions,
};

/// Helm takes these away from sprig: a chart must not see the machine it is rendered on.
constexpr std::string_view kNotInHelm[] = {"env", "expandenv"};

const Function* find_helm_function(std::string_view name) {
  if (const Function* const own = find_in(helm_functions(), name)) return own;
  if (std::find(std::begin(kNotInHelm), std::end(kNotInHelm), name) != std::end(kNotInHelm)) return nullptr;
  for (const Table table : kTables) {
    const Function* const found = find_in(table(), name);
    // Those that sprig has too are the same ones.
    if (found && (table != alloy_functions || name.starts_with("regexReplaceAll"))) return found;
  }
  return nullptr;
}

}  // namespace

const Function* find_function(Library library, std::string_view name) {
  if (library == Library::kHelm) return find_helm_function(name);
  for (const Table table : kTables)
    if (const Function* const found = find_in(table(), name)) return found;
  return nullptr;
}

bool is_repeatable(const Function& function) {
  constexpr Table kMoody[] = {date_functions, system_functions, crypto_functions, certificate_functions, helm_functions};
  constexpr std::string_view kByChance[] = {"randInt", "shuffle"};
  for (const Table table : kMoody) {
    const auto functions = table();
    if (&function >= functions.data() && &function < functions.data() + functions.size()) return false;
  }
  return std::find(std::begin(kByChance), std::end(kByChance), function.name) == std::end(kByChance);
}

size_t function_count() {
  std::vector<std::string_view> names;
  for (const Table table : kTables)
    for (const Function& function : table()) names.push_back(function.name);
  std::sort(names.begin(), names.end());
  return static_cast<size_t>(std::unique(names.begin(), names.end()) - names.begin());
}

const Function* find_method(Type type, std::string_view name) {
  switch (type) {
    case Type::kTime: return find_in(time_methods(), name);
    case Type::kDuration: return find_in(duration_methods(), name);
    case Type::kMonth: return find_in(month_methods(), name);
    case Type::kWeekday: return find_in(weekday_methods(), name);
    case Type::kLocation: return find_in(location_methods(), name);
    case Type::kVersion: return find_in(version_methods(), name);
    default: return nullptr;
  }
}

}  // namespace invar::gotemplate
