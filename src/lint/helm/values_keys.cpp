#include <algorithm>
#include <map>

#include "src/lint/helm/values_reading.h"
#include "src/text/nearest_name.h"

namespace invar::lint {
namespace {

using Key = ChartRelease::Key;

/// Names that people give to places where they keep YAML anchors: not meant for the chart.
bool is_holder(std::string_view name) { return name.starts_with("x-") || name.starts_with('.') || name.starts_with('_'); }

/// The key at a path of names; `[0]` stands for items.
std::optional<Key> resolve(const ChartRelease& release, const ValuesPath& path) {
  Key key = release.root();
  for (const std::string& step : path.steps()) {
    const auto next = step.starts_with('[') ? release.item(key) : release.child(key, step);
    if (!next) return std::nullopt;
    key = *next;
  }
  return key;
}

/// `2.0 to 3.4`, of releases in their order.
std::string range_of(const std::vector<ChartRelease>& releases) {
  const std::string first(releases.front().minor()), last(releases.back().minor());
  return first == last ? first : first + " to " + last;
}

bool is_empty(const HelmValue& value) {
  if (value.is_map()) return value.entries.empty();
  if (value.is_list()) return value.items.empty();
  return value.text().empty();
}

/// `key: {{ .Values.x }}` is a map with a map as its key, which no JSON has.
void report_template_keys(ValuesReading& reading, const HelmValue& value) {
  for (const HelmValue& item : value.items) report_template_keys(reading, item);
  for (const HelmValue::Entry& entry : value.entries) {
    report_template_keys(reading, entry.value);
    if (entry.key->is_scalar()) continue;
    const std::string_view text = entry.source->text();
    const bool is_template = entry.key->begin > 0 && text.substr(entry.key->begin - 1, 2) == "{{";
    reading.report("INV202", FindingSeverity::kError, entry.span(),
                   is_template ? "Helm reads values files as YAML, not as templates: {{ }} is a map here, and Helm refuses the file" : "a key that is no text: Helm refuses the file",
                   "write the value itself, in quotes where it is a text");
  }
}

/// The path of a key in the newest release; where users name an entry: what was the collector's key, or `<name>`.
std::string renamed_path(const KeyFacts& facts, const ValuesPath& path) {
  std::string text(facts.renamed_to);
  const bool is_collector = text.starts_with("collectors.*");
  if (const size_t star = text.find('*'); star != std::string::npos) text.replace(star, 1, is_collector ? std::string(path.first()) : "<name>");
  return text;
}

/// Of two keys of the same name in one map the last one counts.
void report_twice_written(ValuesReading& reading, const HelmValue& value) {
  for (const HelmValue& item : value.items) report_twice_written(reading, item);
  for (const HelmValue::Entry& entry : value.entries) report_twice_written(reading, entry.value);
  if (!value.is_map() || value.node->items.size() == value.entries.size() * 2) return;
  std::map<std::string_view, const yaml::Placed*> last;
  for (size_t i = 0; i + 1 < value.node->items.size(); i += 2) {
    const yaml::Placed& key = value.node->items[i]->resolved();
    if (!key.is_scalar() || key.text == "<<") continue;
    const auto [known, is_new] = last.emplace(key.text, &key);
    if (is_new) continue;
    reading.report("INV208", FindingSeverity::kWarning, {value.source, known->second->begin, known->second->end},
                   key.text + " stands twice in this map: Helm takes the last one, in line " + std::to_string(value.source->position(key.begin).line), "write all of it in one place");
    known->second = &key;
  }
}

class KeyWalk {
 public:
  explicit KeyWalk(ValuesReading& reading) : reading_(reading), release_(reading.release) {}

  void walk() { walk_map(reading_.values, release_.root(), ValuesPath{}, {}, false); }

 private:
  /// `type`: of the destination or data processor around.
  void walk_map(const HelmValue& map, Key key, const ValuesPath& path, std::string_view type, bool open) {
    for (const HelmValue::Entry& entry : map.entries) {
      if (!entry.key->is_scalar()) continue;
      const ValuesPath below = path.below(entry.key->text);
      if (const auto known = release_.child(key, entry.key->text)) walk_known(entry, map, *known, below, type, open);
      else if (!open) report_unknown(entry, key, below);
    }
  }

  void walk_known(const HelmValue::Entry& entry, const HelmValue& around, Key key, const ValuesPath& path, std::string_view type, bool open) {
    const KeyFacts facts = *release_.facts(key);
    const HelmValue& value = entry.value;
    if (const bool is_type = path.steps().size() >= 2 && (path.first() == "destinations" || path.first() == "destinationsMap" || path.first() == "dataProcessors"); is_type && type.empty())
      type = type_of(around);
    if (facts.unused && !is_empty(value)) return report_unused(entry, path);
    if (!type.empty() && !is_empty(value) && !release_.is_for(facts, type)) return report_other_type(entry, facts, path, type);
    if (report_old_shape(entry, facts, path)) return;
    walk_value(value, key, facts, path, value.is_map() && type_level(path) ? type_of(value) : type, open || facts.open, around);
  }

  static bool type_level(const ValuesPath& path) { return path.steps().size() == 2 && path.first() != "collectors"; }
  static std::string_view type_of(const HelmValue& value) {
    const HelmValue* type = value.get("type");
    return type ? type->text() : std::string_view();
  }

  void walk_value(const HelmValue& value, Key key, const KeyFacts& facts, const ValuesPath& path, std::string_view type, bool open, const HelmValue& around) {
    if (facts.snippet) return walk_snippet(value, facts, path, around);
    if (path.last() == "extraObjects") return add_objects(reading_, value, path);
    if (value.is_map()) {
      const bool is_free = open || !release_.has_keys_below(key);
      walk_map(value, key, path, type, is_free);
    } else if (value.is_list()) {
      walk_list(value, key, path, type, open);
    }
  }

  void walk_list(const HelmValue& list, Key key, const ValuesPath& path, std::string_view type, bool open) {
    const auto item = release_.item(key);
    if (!item) return;
    const KeyFacts facts = *release_.facts(*item);
    for (size_t i = 0; i < list.items.size(); ++i) {
      const HelmValue& value = list.items[i];
      const ValuesPath below = path.below("[" + std::to_string(i) + "]");
      walk_value(value, *item, facts, below, type_level(below) ? type_of(value) : type, open || facts.open, list);
    }
  }

  /// Texts, and lists and maps of expressions.
  void walk_snippet(const HelmValue& value, const KeyFacts& facts, const ValuesPath& path, const HelmValue& around) {
    if (*facts.snippet == SnippetKind::kStatements) return add_statements(reading_, value, facts, path);
    if (value.is_text()) return add_text(reading_, value, facts, path, type_of(around));
    if (const HelmValue::Entry* entry = around.find(path.last()); entry && !value.is_null() && !facts.takes_map() && !facts.takes_list())
      return add_structure(reading_, *entry, facts, path);
    for (const HelmValue::Entry& entry : value.entries)
      if (entry.value.is_text() && entry.key->is_scalar()) add_text(reading_, entry.value, facts, path.below(entry.key->text));
    for (size_t i = 0; i < value.items.size(); ++i)
      if (value.items[i].is_text()) add_text(reading_, value.items[i], facts, path.below("[" + std::to_string(i) + "]"));
  }

  // What is wrong with a key.

  void report_other_type(const HelmValue::Entry& entry, const KeyFacts& facts, const ValuesPath& path, std::string_view type) {
    reading_.report("INV201", FindingSeverity::kWarning, entry.span(),
                    path.text() + " is for the type" + (facts.only_for & (facts.only_for - 1) ? "s " : " ") + release_.types_of(facts) + "; one of type " + std::string(type) + " ignores it");
  }

  void report_unused(const HelmValue::Entry& entry, const ValuesPath& path) {
    // Where the templates look instead, as far as that is known.
    static constexpr std::pair<std::string_view, std::string_view> kInstead[] = {
        {"secret.sigv4", "auth.sigv4"}, {"spanLogs.spanAttributes", "spansAttributes"}, {"extraDiscoveryRules", "extraRelabelingRules"}};
    const std::string text = path.text();
    std::string help;
    for (const auto& [end, instead] : kInstead)
      if (text.ends_with(end)) help = "the templates read " + std::string(instead);
    reading_.report("INV201", FindingSeverity::kWarning, entry.span(), text + " has a default in " + reading_.chart + ", but no template reads it: the chart ignores it", std::move(help));
  }

  /// `destinations` as a list where the chart wants a map.
  bool report_old_shape(const HelmValue::Entry& entry, const KeyFacts& facts, const ValuesPath& path) {
    if (path.steps().size() != 1 || !entry.value.is_list() || facts.takes_list() || release_.layout() != Layout::kThird) return false;
    const auto older = newest_release(Layout::kSecond);
    const auto key = resolve(*older, path);
    if (!key || !older->facts(*key)->takes_list()) return false;
    reading_.report("INV205", FindingSeverity::kWarning, entry.span(), path.text() + " is a list, as in chart 2 and 3; " + reading_.chart + " takes a map by name");
    return true;
  }

  void report_unknown(const HelmValue::Entry& entry, Key parent, const ValuesPath& path) {
    if (entry.value.is_null() || (path.steps().size() == 1 && is_holder(entry.key->text))) return;
    if (path.steps().size() == 1 && report_old_layout(entry, path)) return;
    std::vector<ChartRelease> others;
    for (const ChartRelease& other : chart_releases(release_.chart()))
      if (other.layout() == release_.layout() && resolve(other, path)) others.push_back(other);
    if (!others.empty()) return report_other_release(entry, path, others);
    if (std::string help = other_layout(path); !help.empty())
      return reading_.report("INV201", FindingSeverity::kWarning, entry.span(), path.text() + " is no key of " + reading_.chart + ": the chart ignores it", std::move(help));
    const auto [name, certain] = meant(entry.key->text, parent);
    std::optional<Fix> fix;
    if (!name.empty() && name.find('.') == std::string::npos) fix = Fix{"rename it to " + name, certain, {{entry.span(), name}}};
    // Of the alloy chart one release is known: what it does not have another one may.
    const bool is_certain = release_.chart() == Chart::kMonitoring || !name.empty();
    reading_.report("INV201", is_certain ? FindingSeverity::kWarning : FindingSeverity::kInfo, entry.span(), path.text() + " is no key of " + reading_.chart + ": the chart ignores it",
                    name.empty() ? std::string() : "did you mean " + name + "?", std::move(fix));
  }

  bool report_old_layout(const HelmValue::Entry& entry, const ValuesPath& path) {
    for (const Layout layout : {Layout::kSecond, Layout::kFirst}) {
      if (layout >= release_.layout()) continue;
      const auto older = newest_release(layout);
      const auto key = resolve(*older, path);
      if (!key) continue;
      const std::string renamed = renamed_path(*older->facts(*key), path);
      const bool tells = !renamed.empty() && release_ == newest_release(Chart::kMonitoring);
      std::optional<Fix> fix;
      if (tells && renamed.find('.') == std::string::npos) fix = Fix{"rename it to " + renamed, false, {{entry.span(), renamed}}};
      reading_.report("INV205", FindingSeverity::kWarning, entry.span(),
                      path.text() + " is of chart " + std::string(layout_name(layout)) + "; " + reading_.chart + (tells ? " calls it " + renamed : " does not have it"), {}, std::move(fix));
      return true;
    }
    return false;
  }

  /// What a key is in another layout; empty when none has it.
  std::string other_layout(const ValuesPath& path) const {
    for (const Layout layout : {Layout::kThird, Layout::kSecond, Layout::kFirst}) {
      if (layout == release_.layout() || release_.chart() != Chart::kMonitoring) continue;
      const auto other = newest_release(layout);
      const auto key = resolve(*other, path);
      if (!key) continue;
      if (layout > release_.layout()) return "it is one of chart " + std::string(layout_name(layout)) + "; --chart-version tells which release it is";
      const std::string renamed = renamed_path(*other->facts(*key), path);
      return "it was one of chart " + std::string(other->minor()) + (renamed.empty() ? std::string() : "; since then it is " + renamed);
    }
    return {};
  }

  /// Known, but not in this release: a mistake only when it is certain that this is the release.
  void report_other_release(const HelmValue::Entry& entry, const ValuesPath& path, const std::vector<ChartRelease>& others) {
    const KeyFacts facts = *others.back().facts(*resolve(others.back(), path));
    const bool tells = !facts.renamed_to.empty() && release_ == newest_release(Chart::kMonitoring);
    std::string message = path.text() + " is a key of the chart's releases " + range_of(others) + ", not of " + std::string(release_.minor());
    if (tells) message += ", which calls it " + renamed_path(facts, path);
    reading_.report("INV201", reading_.release_told ? FindingSeverity::kWarning : FindingSeverity::kInfo, entry.span(), std::move(message),
                    reading_.release_told ? std::string() : "--chart-version tells which release it is");
    if (facts.snippet && entry.value.is_text() && !reading_.release_told) add_text(reading_, entry.value, facts, path);
  }

  /// The key that was probably meant: beside it, one level below, or one level above.
  std::pair<std::string, bool> meant(const std::string& name, Key parent) const {
    const auto siblings = release_.names_below(parent);
    if (const auto nearest = nearest_name(name, siblings)) return {std::string(nearest->name), nearest->certain};
    for (const std::string_view sibling : siblings)
      if (const auto below = release_.child(parent, sibling); below && release_.child(*below, name)) {
        const auto names = release_.names_below(*below);
        if (std::find(names.begin(), names.end(), name) != names.end()) return {std::string(sibling) + "." + name, false};
      }
    return {};
  }

  ValuesReading& reading_;
  const ChartRelease release_;
};

}  // namespace

void read_keys(ValuesReading& reading) {
  report_template_keys(reading, reading.values);
  report_twice_written(reading, reading.values);
  KeyWalk(reading).walk();
}

}  // namespace invar::lint
