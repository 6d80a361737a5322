#include "src/lint/helm/values_references.h"

#include <algorithm>

#include "src/language/catalog.h"
#include "src/parser/parse.h"
#include "src/runtime/reference.h"
#include "src/text/nearest_name.h"

namespace invar::lint {
namespace {

constexpr std::string_view kCode = "INV206";

struct Destination {
  std::string name;
  const HelmValue* values;
  std::string_view type;
};

std::string_view text_of(const HelmValue& map, std::string_view key) {
  const HelmValue* value = map.get(key);
  return value ? value->text() : std::string_view();
}

void add_destinations(const HelmValue* given, std::vector<Destination>& all) {
  if (!given) return;
  for (const HelmValue::Entry& entry : given->entries)
    if (entry.key->is_scalar() && entry.value.is_map()) all.push_back({entry.key->text, &entry.value, text_of(entry.value, "type")});
  for (const HelmValue& item : given->items)
    if (!text_of(item, "name").empty()) all.push_back({std::string(text_of(item, "name")), &item, text_of(item, "type")});
}

/// nullopt: the values define none, so that they stand in another file.
std::optional<std::vector<Destination>> destinations_of(const ValuesReading& reading) {
  std::vector<Destination> all;
  add_destinations(reading.values.get("destinations"), all);
  add_destinations(reading.values.get("destinationsMap"), all);
  if (all.empty()) return std::nullopt;
  return all;
}

bool is_disabled(const Destination& destination) {
  const HelmValue* disabled = destination.values->get("disabled");
  return disabled && disabled->is_true();
}

/// The components of a destination that other components send to.
std::vector<std::string_view> components_of(std::string_view type) {
  if (type == "loki") return {"loki.write", "loki.process", "otelcol.exporter.loki"};
  if (type == "loki-stdout") return {"loki.echo", "loki.process", "loki.relabel", "otelcol.exporter.loki"};
  if (type == "prometheus") return {"prometheus.remote_write", "prometheus.relabel", "otelcol.exporter.prometheus"};
  if (type == "pyroscope") return {"pyroscope.write"};
  if (type == "nop") return {"prometheus.relabel", "otelcol.exporter.prometheus", "loki.relabel", "otelcol.exporter.loki", "otelcol.connector.spanlogs", "pyroscope.relabel"};
  if (type == "otlp")
    return {"otelcol.receiver.prometheus", "otelcol.receiver.loki", "otelcol.processor.attributes", "otelcol.processor.transform", "otelcol.processor.filter",
            "otelcol.processor.batch", "otelcol.processor.memory_limiter", "otelcol.processor.interval", "otelcol.exporter.otlp", "otelcol.exporter.otlphttp"};
  if (type == "custom") return {"otelcol.exporter.prometheus", "otelcol.receiver.prometheus", "otelcol.exporter.loki", "otelcol.receiver.loki"};
  return {};
}

/// Components that nothing but a destination renders under a name of its own.
bool is_of_destinations(std::string_view component) { return component == "loki.write" || component == "prometheus.remote_write" || component == "pyroscope.write"; }

/// Whether something on a collector may make the chart render a destination there: its own list, or a feature that sends where it is not told.
bool may_render(const ValuesReading& reading, const std::string& collector, const std::string& destination) {
  const HelmValue* own = reading.collector(collector);
  const HelmValue* included = own ? own->get("includeDestinations") : nullptr;
  const auto names = [&](const HelmValue* list) {
    return list && std::any_of(list->items.begin(), list->items.end(), [&](const HelmValue& item) { return item.text() == destination; });
  };
  if (names(included)) return true;
  for (const HelmValue::Entry& feature : reading.values.entries) {
    const HelmValue* enabled = feature.value.get("enabled");
    const bool is_feature = feature.value.is_map() && (enabled || feature.value.get("collector")) && feature.key->text != collector;
    if (!is_feature || (enabled && !enabled->is_true() && feature.value.get("collector") == nullptr)) continue;
    const std::string_view chosen = text_of(feature.value, "collector");
    if (!chosen.empty() && chosen != collector) continue;
    const HelmValue* told = feature.value.get("destinations");
    if (!told || !told->is_list() || told->items.empty() || names(told)) return true;
  }
  return false;
}

/// The chart reports on itself, to where metrics go, on a collector of its choice, unless it is told not to.
bool reports_on_itself(const ValuesReading& reading) {
  const HelmValue* enabled = reading.values.at({"selfReporting", "enabled"});
  return !enabled || enabled->text() != "false";
}

bool has_router(const std::vector<Destination>& destinations) {
  return std::any_of(destinations.begin(), destinations.end(), [](const Destination& destination) { return destination.type == "router"; });
}

std::string joined(const std::vector<Destination>& destinations) {
  std::string names;
  for (const Destination& destination : destinations) names += (names.empty() ? "" : ", ") + destination.name;
  return names;
}

/// A reference cut into the component it means and its label; empty when it means none.
struct Meant {
  std::string component, label;
};
Meant meant_by(const Traversal& traversal) {
  const auto& names = traversal.names();
  std::string component;
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    component += (i > 0 ? "." : "") + names[i]->name;
    if (i > 0 && catalog_component(component)) return {component, names[i + 1]->name};
  }
  return {};
}

std::string nearest_of(const std::string& id, const std::set<std::string>& own) {
  const auto nearest = nearest_name(id, {own.begin(), own.end()});
  return nearest ? "did you mean " + std::string(nearest->name) + "?" : std::string();
}

void collect_ids(const ast::Body& body, std::set<std::string>& ids) {
  for (const ast::Statement& statement : body)
    if (const ast::Block* block = statement.block()) {
      ids.insert(block->id());
      collect_ids(block->body, ids);
    }
}

/// The names in a list or text of the values, each with its place.
template <class Act>
void each_name(const HelmValue* value, Act act) {
  if (!value) return;
  if (value->is_text()) act(*value);
  for (const HelmValue& item : value->items)
    if (item.is_text()) act(item);
}

class NameCheck {
 public:
  explicit NameCheck(ValuesReading& reading) : reading_(reading), destinations_(destinations_of(reading)) {}

  void check() {
    check_types("destinations", destinations_.value_or(std::vector<Destination>()));
    std::vector<Destination> processors;
    add_destinations(reading_.values.get("dataProcessors"), processors);
    check_types("dataProcessors", processors);
    for (const HelmValue::Entry& entry : reading_.values.entries) {
      if (!entry.key->is_scalar() || !entry.value.is_map() || !reading_.release.child(reading_.release.root(), entry.key->text)) continue;
      const std::string& name = entry.key->text;
      if (name == "destinations" || name == "destinationsMap") check_routers(entry.value);
      else if (name == "collectors")
        for (const HelmValue::Entry& collector : entry.value.entries) check_destinations(collector.value.get("includeDestinations"), false);
      else check_feature(name, entry.value);
    }
  }

 private:
  void check_types(std::string_view key, const std::vector<Destination>& named) {
    const auto above = reading_.release.child(reading_.release.root(), key);
    const auto types = above ? reading_.release.types_below(*above) : std::vector<std::string_view>();
    for (const Destination& one : named) {
      if (types.empty() || one.type.empty() || std::find(types.begin(), types.end(), one.type) != types.end()) continue;
      const auto nearest = nearest_name(one.type, types);
      reading_.report(kCode, FindingSeverity::kError, one.values->get("type")->span(), reading_.chart + " has no type " + std::string(one.type) + " of " + std::string(key) + ": Helm will not render this",
                      nearest ? "did you mean " + std::string(nearest->name) + "?" : std::string());
    }
  }

  void check_routers(const HelmValue& destinations) {
    for (const HelmValue::Entry& destination : destinations.entries) {
      check_destinations(destination.value.get("defaultDestinations"), false);
      if (const HelmValue* routes = destination.value.get("routes"))
        for (const HelmValue& route : routes->items) check_destinations(route.get("destinations"), false);
    }
  }

  void check_feature(const std::string& name, const HelmValue& feature) {
    if (name.starts_with("alloy-")) return check_destinations(feature.get("includeDestinations"), false);
    const HelmValue* enabled = feature.get("enabled");
    if (!enabled || !enabled->is_true()) return;
    check_destinations(feature.get("destinations"), true);
    each_name(feature.get("dataProcessors"), [&](const HelmValue& processor) { check_processor(processor); });
    if (const HelmValue* collector = feature.get("collector"); collector && collector->is_text()) check_collector(name, *collector);
  }

  void check_destinations(const HelmValue* names, bool needs_one) {
    if (!destinations_ || !names) return;
    std::vector<const HelmValue*> missing;
    size_t all = 0;
    each_name(names, [&](const HelmValue& name) {
      ++all;
      const auto is_meant = [&](const Destination& destination) { return destination.name == name.text() && !is_disabled(destination); };
      if (std::none_of(destinations_->begin(), destinations_->end(), is_meant)) missing.push_back(&name);
    });
    const bool renders_nothing = needs_one && missing.size() == all;
    for (const HelmValue* name : missing)
      reading_.report(kCode, renders_nothing ? FindingSeverity::kError : FindingSeverity::kWarning, name->span(),
                      "there is no destination " + std::string(name->text()) + (renders_nothing ? ": Helm will not render this" : ": the chart leaves it out"), help(name->text()));
  }

  std::string help(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Destination& destination : *destinations_) names.push_back(destination.name);
    const auto nearest = nearest_name(name, names);
    return nearest ? "did you mean " + std::string(nearest->name) + "?" : "destinations: " + joined(*destinations_);
  }

  void check_processor(const HelmValue& name) {
    const HelmValue* processors = reading_.values.get("dataProcessors");
    if (processors && processors->is_map() && !processors->get(name.text()))
      reading_.report(kCode, FindingSeverity::kError, name.span(), "there is no data processor " + std::string(name.text()) + ": Helm will not render this");
  }

  void check_collector(const std::string& feature, const HelmValue& name) {
    if (reading_.release.layout() != Layout::kThird) {
      if (!reading_.release.child(reading_.release.root(), name.text()))
        reading_.report(kCode, FindingSeverity::kError, name.span(), "there is no collector " + std::string(name.text()) + " in " + reading_.chart + ": Helm will not render this");
      return;
    }
    const HelmValue* collectors = reading_.values.get("collectors");
    if (!collectors || !collectors->is_map()) return;
    const HelmValue* collector = collectors->get(name.text());
    const HelmValue* enabled = collector ? collector->get("enabled") : nullptr;
    if (collector && !(enabled && enabled->text() == "false")) return;
    std::vector<std::string_view> names;
    for (const HelmValue::Entry& entry : collectors->entries) names.push_back(entry.key->text);
    const auto nearest = nearest_name(name.text(), names);
    reading_.report(kCode, FindingSeverity::kError, name.span(),
                    (collector ? "collector " + std::string(name.text()) + " is disabled" : "there is no collector " + std::string(name.text())) + ": Helm will not render " + feature,
                    nearest && !collector ? "did you mean " + std::string(nearest->name) + "?" : std::string());
  }

  ValuesReading& reading_;
  const std::optional<std::vector<Destination>> destinations_;
};

}  // namespace

std::string component_label(std::string_view name) {
  std::string label;
  for (const char byte : name) label += byte == ' ' || byte == '-' ? '_' : byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  return label;
}

std::set<std::string> rendered_components(const ValuesReading& reading) {
  std::set<std::string> ids;
  if (const auto destinations = destinations_of(reading))
    for (const Destination& destination : *destinations)
      if (!is_disabled(destination))
        for (const std::string_view component : components_of(destination.type)) ids.insert(std::string(component) + "." + component_label(destination.name));
  if (const HelmValue* processors = reading.values.get("dataProcessors"))
    for (const HelmValue::Entry& processor : processors->entries)
      for (const auto& [component, end] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
               {"prometheus.relabel", "metrics_prometheus"}, {"loki.process", "logs_loki"}, {"pyroscope.relabel", "profiles_pyroscope"},
               {"otelcol.processor.batch", "metrics_otlp"}, {"otelcol.processor.batch", "logs_otlp"}, {"otelcol.processor.batch", "traces_otlp"}})
        ids.insert(std::string(component) + "." + component_label(processor.key->text) + "_out_" + std::string(end));
  return ids;
}

void check_snippet_references(ValuesReading& reading, const Snippet& snippet, const std::optional<std::string>& collector) {
  if (snippet.kind != SnippetKind::kConfig) return;
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(snippet.text.files.front(), diagnostics);
  if (!file) return;
  std::set<std::string> own;
  collect_ids(file->body, own);
  const auto destinations = destinations_of(reading);
  for (const Traversal& traversal : find_traversals(file->body)) {
    const auto [component, label] = meant_by(traversal);
    const std::string id = component + "." + label;
    if (component.empty() || own.contains(id)) continue;
    const auto span = snippet.map.origin(traversal.first_span().begin, traversal.first_span().end);
    if (!span || std::any_of(snippet.opaque.begin(), snippet.opaque.end(), [&](const Span& opaque) {
          return opaque.begin <= traversal.first_span().end + id.size() && traversal.first_span().begin <= opaque.end;
        }))
      continue;
    if (!snippet.beside.contains(id)) {
      const bool provable = destinations && is_of_destinations(component);
      if (!provable) reading.report(kCode, FindingSeverity::kInfo, *span, "whether the chart renders " + id + " beside this is not checkable here", nearest_of(id, own));
      else reading.report(kCode, FindingSeverity::kError, *span, "no destination of these values becomes " + id, "destinations: " + joined(*destinations));
      continue;
    }
    // Which features run where is told by the values since chart 4.
    if (!is_of_destinations(component) || !collector || reading.release.layout() != Layout::kThird || has_router(*destinations)) continue;
    if (component == "prometheus.remote_write" && reports_on_itself(reading)) continue;
    for (const Destination& destination : *destinations)
      if (component_label(destination.name) == label && !may_render(reading, *collector, destination.name))
        reading.report(kCode, FindingSeverity::kError, *span, "the chart renders " + id + " on " + *collector + " only when includeDestinations names " + destination.name,
                       "collectors." + *collector + ".includeDestinations: [" + destination.name + "]");
  }
}

void check_references(ValuesReading& reading) { NameCheck(reading).check(); }

}  // namespace invar::lint
