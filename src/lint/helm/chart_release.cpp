#include "src/lint/helm/chart_release.h"

#include <algorithm>
#include <charconv>

#include "src/lint/helm/values_tables.h"

namespace invar::lint {
namespace {

using values_tables::Facts;
using values_tables::Row;
using values_tables::Variant;

enum TypeBit : uint8_t { kString = 1, kBool = 2, kNumber = 4, kList = 8, kMap = 16, kNull = 32 };

const Row& row(ChartRelease::Key key) { return values_tables::rows()[key]; }

std::span<const Row> rows_below(const Row& above) { return values_tables::rows().subspan(above.first_child, above.child_count); }

const Variant* variant_of(const Row& row, uint8_t release) {
  for (const Variant& variant : values_tables::variants().subspan(row.first_variant, row.variant_count))
    if (variant.releases >> release & 1) return &variant;
  return nullptr;
}

std::optional<ChartRelease::Key> find_below(ChartRelease::Key parent, std::string_view name, uint8_t release) {
  const auto below = rows_below(row(parent));
  const auto is_before = [](const Row& row, std::string_view name) { return values_tables::text(row.name) < name; };
  const auto found = std::lower_bound(below.begin(), below.end(), name, is_before);
  if (found == below.end() || values_tables::text(found->name) != name || !variant_of(*found, release)) return std::nullopt;
  return static_cast<ChartRelease::Key>(row(parent).first_child + (found - below.begin()));
}

std::optional<SnippetKind> snippet_of(uint8_t number) {
  using enum SnippetKind;
  static constexpr SnippetKind kKinds[] = {kConfig,       kBody,         kStages,    kDiscoveryRules, kMetricRules, kLogRules,
                                           kProfileRules, kWriteRelabel, kArguments, kExpression,     kStatements};
  return number ? std::optional(kKinds[number - 1]) : std::nullopt;
}

/// Major and minor; -1 where there is none.
std::pair<int, int> version_numbers(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  int major = -1, minor = -1;
  const char* const end = version.data() + version.size();
  auto [at, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc()) return {-1, -1};
  if (at != end && *at == '.') std::from_chars(at + 1, end, minor);
  return {major, minor};
}

}  // namespace

std::string_view layout_name(Layout layout) {
  switch (layout) {
    case Layout::kFirst: return "1";
    case Layout::kSecond: return "2-3";
    case Layout::kThird: return "4";
    case Layout::kUnknown: break;
  }
  return "";
}

bool KeyFacts::takes_map() const { return types & (kMap | kNull); }
bool KeyFacts::takes_list() const { return types & (kList | kNull); }

Chart ChartRelease::chart() const { return values_tables::releases()[number_].is_monitoring ? Chart::kMonitoring : Chart::kAlloy; }
std::string_view ChartRelease::minor() const { return values_tables::text(values_tables::releases()[number_].minor); }
std::string_view ChartRelease::version() const { return values_tables::text(values_tables::releases()[number_].version); }

Layout ChartRelease::layout() const {
  if (chart() != Chart::kMonitoring) return Layout::kUnknown;
  const int major = version_numbers(minor()).first;
  return major == 1 ? Layout::kFirst : major <= 3 ? Layout::kSecond : Layout::kThird;
}

ChartRelease::Key ChartRelease::root() const { return *find_below(0, chart() == Chart::kMonitoring ? "k8s-monitoring" : "alloy", number_); }

std::optional<ChartRelease::Key> ChartRelease::child(Key parent, std::string_view name) const {
  if (const auto found = find_below(parent, name, number_)) return found;
  return name == "[]" ? std::nullopt : find_below(parent, "*", number_);
}

std::optional<KeyFacts> ChartRelease::facts(Key key) const {
  const Variant* variant = variant_of(row(key), number_);
  if (!variant) return std::nullopt;
  const Facts& facts = values_tables::facts()[variant->facts];
  const auto flag = [&](int bit) { return (facts.flags >> bit & 1) != 0; };
  return KeyFacts{flag(0), flag(1), flag(2), flag(3), facts.types, facts.only_for, snippet_of(facts.snippet), values_tables::text(facts.wrapper),
                  values_tables::text(facts.collector), values_tables::text(variant->renamed_to), values_tables::text(variant->description)};
}

std::vector<std::string_view> ChartRelease::names_below(Key key) const {
  std::vector<std::string_view> names;
  for (const Row& below : rows_below(row(key)))
    if (const std::string_view name = values_tables::text(below.name); name != "*" && name != "[]" && variant_of(below, number_)) names.push_back(name);
  return names;
}

bool ChartRelease::has_keys_below(Key key) const {
  const auto below = rows_below(row(key));
  return std::any_of(below.begin(), below.end(), [&](const Row& row) { return variant_of(row, number_) != nullptr; });
}

bool ChartRelease::is_for(const KeyFacts& facts, std::string_view type) const {
  const auto kinds = values_tables::kinds();
  for (size_t i = 0; i < kinds.size(); ++i)
    if (values_tables::text(kinds[i]) == type) return facts.only_for == 0 || (facts.only_for >> i & 1);
  return true;  // a type that nobody knows
}

std::vector<std::string_view> ChartRelease::types_below(Key key) const {
  uint16_t all = 0;
  std::vector<Key> left{key};
  while (!left.empty()) {
    const Row& above = row(left.back());
    left.pop_back();
    for (uint16_t i = 0; i < above.child_count; ++i) {
      const auto below = static_cast<Key>(above.first_child + i);
      const auto known = facts(below);
      if (!known) continue;
      all |= known->only_for;
      left.push_back(below);
    }
  }
  std::vector<std::string_view> types;
  const auto kinds = values_tables::kinds();
  for (size_t i = 0; i < kinds.size(); ++i)
    if (all >> i & 1) types.push_back(values_tables::text(kinds[i]));
  return types;
}

std::string ChartRelease::types_of(const KeyFacts& facts) const {
  std::string types;
  const auto kinds = values_tables::kinds();
  for (size_t i = 0; i < kinds.size(); ++i)
    if (facts.only_for >> i & 1) types += (types.empty() ? "" : ", ") + std::string(values_tables::text(kinds[i]));
  return types;
}

std::vector<ChartRelease> chart_releases(Chart chart) {
  std::vector<ChartRelease> all;
  for (size_t i = 0; i < values_tables::releases().size(); ++i)
    if (const ChartRelease release(static_cast<uint8_t>(i)); release.chart() == chart) all.push_back(release);
  return all;
}

ChartRelease newest_release(Chart chart) { return chart_releases(chart).back(); }

std::optional<ChartRelease> newest_release(Layout layout) {
  std::optional<ChartRelease> newest;
  for (const ChartRelease& release : chart_releases(Chart::kMonitoring))
    if (release.layout() == layout) newest = release;
  return newest;
}

std::optional<ChartRelease> find_release(Chart chart, std::string_view version) {
  const auto [major, minor] = version_numbers(version);
  std::optional<ChartRelease> found;
  for (const ChartRelease& release : chart_releases(chart)) {
    const auto [known_major, known_minor] = version_numbers(release.minor());
    if (known_major == major && (minor == -1 || known_minor == minor)) found = release;
  }
  return found;
}

bool is_newer_than_known(Chart chart, std::string_view version) { return version_numbers(version) > version_numbers(newest_release(chart).minor()); }

}  // namespace invar::lint
