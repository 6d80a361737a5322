#pragma once

#include <set>
#include <string>
#include <vector>

#include "src/lint/finding.h"
#include "src/lint/linter.h"
#include "src/lint/source_map.h"
#include "src/runtime/module_source.h"

namespace invar::lint {

/// What a piece of Alloy text is where it stands, and so what has to stand around it to make a config of it.
enum class SnippetKind : uint8_t {
  kConfig,          // whole components
  kModule,          // the same, with `argument` and `export`
  kBody,            // the body of one component
  kStages,          // stages of a loki.process
  kDiscoveryRules,  // rule blocks of a discovery.relabel
  kMetricRules,     // of a prometheus.relabel
  kLogRules,        // of a loki.relabel
  kProfileRules,    // of a pyroscope.relabel
  kWriteRelabel,    // write_relabel_config blocks of a prometheus.remote_write endpoint
  kArguments,       // attributes of some block
  kExpression,      // one expression
  kStatements,      // OTTL statements of an otelcol component
  kProcessor,       // components of a data processor, with the names that the chart renders around them
};

/// Alloy text that was found somewhere: a whole file, files of a directory, a string in a values file, a key of a ConfigMap.
struct Snippet {
  SnippetKind kind = SnippetKind::kConfig;
  /// Where it stands, as people name it: `nodeLogs.extraDiscoveryRules`, `ConfigMap logs/alloy, config.alloy`; empty for a file.
  std::string place;
  /// What is parsed, with what has to stand around it.
  ConfigText text;
  /// From the one file of `text` to where it came from; empty when the text is the file.
  SourceMap map;
  /// Where what came from there begins; before it stands what it was put into, and nothing that is said of that is told.
  uint32_t own_begin = 0;
  /// Messages name `place` and the line inside it too: of rendered manifests, whose lines nobody has written.
  bool tells_place = false;
  /// Bytes of the text whose real content only rendering tells. What is said about them is left out, and what follows from them.
  std::vector<Span> opaque;
  /// Components that somebody else puts beside it, which it may refer to: `loki.write.loki`. With `open_references` any name may be there.
  std::set<std::string> beside;
  bool open_references = false;
  /// Parts of it only rendering tells: what depends on them was not checked.
  bool partly_unchecked = false;
  /// What Alloy is started with, when the document tells (values and manifests name flags). Settings that name a level come before it.
  std::optional<FeatureGate> gate;
};

/// What was found in one input: its Alloy texts, and what is wrong with the input itself. Keeps every Source that findings of it point into.
struct Document {
  std::string name;                 // as findings show it
  std::vector<SourcePtr> sources;   // files it was read from
  std::vector<Snippet> snippets;
  std::vector<Finding> findings;    // about the YAML around them
  SecretMask secrets;               // in the YAML, what no report may show
  std::vector<std::string> notes;   // for the summary: `layout 2-3 (destinations is a list), checked as 3.8`
};

/// Moves everything that stands in `text`, a text that was taken out of a file, to where it came from.
void relocate(Document& document, const Source& text, const SourceMap& map);

/// All findings of a document at their places in its files, in the order of the text; fixes that cannot be carried over are left out. Pure, as lint_config() is.
LintResult lint_document(const Document& document, const LintOptions& options);

}  // namespace invar::lint
