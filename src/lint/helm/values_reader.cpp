#include "src/lint/helm/values_reader.h"

#include <algorithm>
#include <memory>

#include "src/lint/helm/values_reading.h"

namespace invar::lint {
namespace {

/// `a.b` as keys.
std::vector<std::string> keys_of(std::string_view path) {
  std::vector<std::string> keys;
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    keys.emplace_back(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return keys;
}

bool is_known_chart(std::string_view name) { return name == "k8s-monitoring" || name == "alloy"; }

class ValuesReader {
 public:
  ValuesReader(std::shared_ptr<const HelmValues> values, const YamlOptions& options, const ToldChart& told) : values_(std::move(values)), options_(options), told_(told) {
    document_.name = values_->sources().empty() ? "values" : values_->sources().front()->name();
    document_.sources = values_->sources();
  }

  YamlReading read() {
    std::vector<ValuesIdentity> found;
    if (!options_.values_root.empty()) {
      const auto keys = keys_of(options_.values_root);
      const HelmValue* at = &values_->root();
      for (const std::string& key : keys)
        if (!(at = at->get(key))) return foreign("there is no " + options_.values_root + " in it");
      found.push_back(identify_values_at(*at, keys));
    } else {
      found = identify_values(values_->root());
      if (found.empty() && (options_.kind == YamlKind::kHelmValues || is_known_chart(told_.name))) {
        found.push_back(identify_values_at(values_->root(), {}));
        if (told_.name == "alloy") found.back().chart = Chart::kAlloy;
      }
    }
    if (found.empty()) return foreign("neither values of the k8s-monitoring or alloy chart nor Kubernetes objects");
    for (const ValuesIdentity& identity : found) read_one(identity);
    YamlReading reading;
    reading.documents.push_back(std::move(document_));
    return reading;
  }

 private:
  YamlReading foreign(const std::string& why) const { return {YamlOutcome::kForeign, document_.name + ": " + why, {}}; }

  std::string_view told_version() const { return options_.chart_version.empty() ? std::string_view(told_.version) : options_.chart_version; }

  void read_one(const ValuesIdentity& identity) {
    const bool is_monitoring = identity.chart == Chart::kMonitoring;
    const std::string_view version = is_monitoring ? told_version() : std::string_view();
    const auto told = find_release(Chart::kMonitoring, version);
    const bool is_newer = is_monitoring && !told && is_newer_than_known(Chart::kMonitoring, version);
    const ChartRelease release = !is_monitoring || is_newer ? newest_release(identity.chart) : told ? *told : *newest_release(identity.layout);
    if (is_newer) warn_of_newer(release, version, identity);
    ValuesReading reading{*identity.values, release, identity.layout, told.has_value(), is_monitoring ? "k8s-monitoring " + std::string(release.minor()) : "alloy", document_};
    note(identity, release, told.has_value());
    const size_t first = document_.snippets.size();
    read_keys(reading);
    if (is_monitoring) {
      check_references(reading);
      check_journal(reading);
    }
    for (size_t i = first; i < document_.snippets.size(); ++i) document_.snippets[i].partly_unchecked |= !document_.snippets[i].opaque.empty();
  }

  void warn_of_newer(const ChartRelease& release, std::string_view version, const ValuesIdentity& identity) {
    const Span span = told_.version_span.known() ? told_.version_span : Span{identity.values->source, identity.values->node->begin, identity.values->node->begin};
    document_.findings.push_back({"INV207", FindingSeverity::kWarning, span,
                                  "k8s-monitoring " + std::string(version) + " is newer than what is known here; checked as " + std::string(release.minor()), {}, std::nullopt});
  }

  void note(const ValuesIdentity& identity, const ChartRelease& release, bool told) {
    std::string text;
    for (const std::string& key : identity.path) text += (text.empty() ? "" : ".") + key;
    if (!text.empty()) text += ": ";
    if (identity.chart == Chart::kAlloy) {
      document_.notes.push_back(text + "values of the alloy chart");
      return;
    }
    text += "layout " + std::string(layout_name(identity.layout));
    if (!identity.sign.empty()) text += " (" + identity.sign + ")";
    document_.notes.push_back(text + ", checked as " + std::string(release.minor()) + (told ? " as told" : ""));
  }

  std::shared_ptr<const HelmValues> values_;
  const YamlOptions& options_;
  const ToldChart& told_;
  Document document_;
};

}  // namespace

ValuesPath ValuesPath::below(std::string step) const {
  ValuesPath path(steps_);
  path.steps_.push_back(std::move(step));
  return path;
}

std::string ValuesPath::text() const {
  std::string text;
  for (const std::string& step : steps_) {
    const bool is_index = step.starts_with('[');
    const bool is_quoted = !is_index && step.find('.') != std::string::npos;
    if (!text.empty() && !is_index) text += '.';
    text += is_quoted ? '"' + step + '"' : step;
  }
  return text;
}

void ValuesReading::report(std::string_view code, FindingSeverity severity, Span span, std::string message, std::string help, std::optional<Fix> fix) {
  // Names and values of the file stand in it, of block scalars too.
  std::replace_if(message.begin(), message.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  document.findings.push_back({code, severity, span, std::move(message), std::move(help), std::move(fix)});
}

const HelmValue* ValuesReading::collector(std::string_view name) const {
  if (release.layout() == Layout::kThird) {
    const HelmValue* collectors = values.get("collectors");
    return collectors ? collectors->get(name) : nullptr;
  }
  return values.get(name);
}

std::optional<std::string> ValuesReading::collector_of(const ValuesPath& path, const KeyFacts* facts) const {
  if (path.first() == "collectors" && path.steps().size() > 1) return path.steps()[1];
  if (const HelmValue* chosen = values.at({path.first(), "collector"}); chosen && chosen->is_text()) return std::string(chosen->text());
  if (facts && !facts->collector.empty()) return std::string(facts->collector);
  return std::nullopt;
}

YamlReading read_helm_values(HelmValues values, const YamlOptions& options, const ToldChart& told) {
  return ValuesReader(std::make_shared<const HelmValues>(std::move(values)), options, told).read();
}

}  // namespace invar::lint
