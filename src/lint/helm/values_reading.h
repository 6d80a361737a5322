#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/lint/document.h"
#include "src/lint/helm/chart_release.h"
#include "src/lint/helm/values.h"
#include "src/lint/helm/values_identity.h"

namespace invar::lint {

/// The way to a value: keys, and indexes as `[0]`.
class ValuesPath {
 public:
  ValuesPath(std::initializer_list<std::string> steps) : steps_(steps) {}
  explicit ValuesPath(std::vector<std::string> steps) : steps_(std::move(steps)) {}
  ValuesPath below(std::string step) const;
  const std::vector<std::string>& steps() const { return steps_; }
  std::string_view first() const { return steps_.empty() ? std::string_view() : std::string_view(steps_.front()); }
  std::string_view last() const { return steps_.empty() ? std::string_view() : std::string_view(steps_.back()); }
  /// `destinations[0].url`
  std::string text() const;

 private:
  std::vector<std::string> steps_;
};

/// One chart's values while a document is made of them.
struct ValuesReading {
  const HelmValue& values;  // the chart's own, without the sub-charts' names above
  ChartRelease release;
  Layout written_in;        // the layout that the values themselves show
  bool release_told;        // by an option or the manifest around: not only guessed from the layout
  std::string chart;        // `k8s-monitoring 3.8`
  Document& document;

  /// nullopt where the text does not tell: a feature leaves the choice to the chart.
  std::optional<std::string> collector_of(const ValuesPath& path, const KeyFacts* facts) const;
  /// The values of a collector; nullptr when there are none.
  const HelmValue* collector(std::string_view name) const;
  void report(std::string_view code, FindingSeverity severity, Span span, std::string message, std::string help = {}, std::optional<Fix> fix = {});
};

/// Walks the values along the release's keys: reports keys it does not know (INV201, INV205), and adds the Alloy texts in them to the document.
void read_keys(ValuesReading& reading);
/// Adds the Alloy text of one key, after what Helm does with it (INV202, INV203, INV204).
void add_text(ValuesReading& reading, const HelmValue& value, const KeyFacts& facts, const ValuesPath& path, std::string_view component = {});
/// The same of a list or map that stands where the chart takes a text, which Helm refuses (INV204).
void add_structure(ValuesReading& reading, const HelmValue::Entry& entry, const KeyFacts& facts, const ValuesPath& path);
/// Adds OTTL statements as what the chart makes of them.
void add_statements(ValuesReading& reading, const HelmValue& list, const KeyFacts& facts, const ValuesPath& path);
/// Kubernetes objects inside values: their Alloy texts, and what Helm makes of the rest.
void add_objects(ValuesReading& reading, const HelmValue& list, const ValuesPath& path);
/// Names of destinations, data processors and collectors that nothing in the values defines, and references of Alloy texts to what the chart renders (INV206).
void check_references(ValuesReading& reading);
/// Stages that expect the journal's JSON where the chart reads its messages alone (INV141).
void check_journal(ValuesReading& reading);

}  // namespace invar::lint
