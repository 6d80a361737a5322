#include "src/lint/helm/tpl_scope.h"

#include <charconv>

namespace invar::lint {
namespace {

constexpr std::string_view kGivenByHelm[] = {"Release", "Chart", "Capabilities", "Files", "Template", "Subcharts"};

}  // namespace

TplScope::TplScope(const ValuesReading& reading, std::string_view scope) : reading_(reading) {
  const ChartRelease::Key root = reading.release.root();
  maps_.push_back({nullptr, std::nullopt});
  if (scope.empty()) maps_.push_back({&reading.values, root});
  else maps_.push_back({reading.values.get(scope), reading.release.child(root, scope)});
}

OpenScope::Found TplScope::find(uint32_t map, std::string_view name) {
  if (map == 0) {
    if (name == "Values") return {.kind = Found::Kind::kMap, .map = 1};
    for (const std::string_view given : kGivenByHelm)
      if (name == given) return {.kind = Found::Kind::kUnknown};
    return {};
  }
  const Map& in = maps_[map];
  const auto key = in.key ? reading_.release.child(*in.key, name) : std::nullopt;
  const auto facts = key ? reading_.release.facts(*key) : std::nullopt;
  return found({in.value ? in.value->get(name) : nullptr, key, in.open || (facts && facts->open)});
}

/// A list of nothing but texts; of others no more is told.
OpenScope::Found TplScope::list(const HelmValue& value) {
  Found found{.kind = Found::Kind::kTexts};
  for (const HelmValue& item : value.items) {
    const std::string_view text = item.text();
    const bool is_word = item.is_text() && (item.node->is_quoted() || (text.find_first_of("0123456789+-.") != 0 && text != "true" && text != "false"));
    if (!is_word) return {.kind = Found::Kind::kUnknown};
    found.texts.push_back(text);
  }
  return found;
}

OpenScope::Found TplScope::found(Map map) {
  using Kind = Found::Kind;
  const HelmValue* value = map.value;
  if (!value || value->is_null()) return {.kind = map.key || map.open ? Kind::kUnknown : Kind::kAbsent};  // the chart's default, or nothing
  if (value->is_list()) return list(*value);
  if (value->is_map()) {
    maps_.push_back(map);
    return {.kind = Kind::kMap, .map = static_cast<uint32_t>(maps_.size() - 1)};
  }
  const std::string_view text = value->text();
  if (value->node->is_quoted()) return {.kind = Kind::kText, .text = text};
  if (text == "true" || text == "false") return {.kind = Kind::kBool, .boolean = text == "true"};
  // Helm reads YAML through JSON: every number is a float64.
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return {.kind = Kind::kNumber, .number = number};
  return {.kind = Kind::kText, .text = text};
}

bool TplScope::is_filled(uint32_t map) { return map == 0 || (maps_[map].value && !maps_[map].value->entries.empty()); }

}  // namespace invar::lint
