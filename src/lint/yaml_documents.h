#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/lint/document.h"
#include "src/lint/snippet_text.h"

namespace invar::lint {

/// What a YAML text holds that Alloy text may stand in.
enum class YamlKind : uint8_t {
  kHelmValues,  // of the k8s-monitoring or the alloy chart, also below a sub-chart's name
  kManifests,   // Kubernetes objects; also a HelmRelease or Argo CD Application with values of those charts
};

/// `--set path=value`, `--set-string path=value`.
struct SetValue {
  std::string text;  // `a.b[0]=c`, several with commas between them
  bool is_string = false;
};

struct YamlOptions {
  /// --helm-values, --k8s; nullopt: what the text itself tells.
  std::optional<YamlKind> kind;
  /// --values-root: dotted path to the chart's values inside an umbrella chart's; empty: where they are found.
  std::string values_root;
  /// --chart-version: `3.8`, `4.4.0`; empty: what the text itself tells.
  std::string chart_version;
  std::vector<SetValue> set;
};

enum class YamlOutcome : uint8_t {
  kRead,
  kForeign,     // YAML, but nothing that Alloy text stands in; `documents` is empty
  kUnreadable,  // no YAML, or too much of it: `documents` has one whose finding INV001 says where; empty when it is --set that is wrong
};

struct YamlReading {
  YamlOutcome outcome = YamlOutcome::kRead;
  /// kForeign, kUnreadable: why, as a sentence that begins with the file's name.
  std::string why;
  std::vector<Document> documents;
};

/// Reads one YAML text. Pure: no files, no network, no environment.
YamlReading read_yaml(const SourcePtr& file, const YamlOptions& options);
/// Reads values files that are given to one release (`-f a -f b`), merged as Helm merges them. Findings stand in the file that wins; one document.
YamlReading read_values(const std::vector<SourcePtr>& files, const YamlOptions& options);
/// A bare piece of Alloy text, `--wrap KIND`.
Document read_snippet(const SourcePtr& file, SnippetKind kind);

}  // namespace invar::lint
