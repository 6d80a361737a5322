#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "src/lint/document.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// A text that was taken out of a file, and where each of its bytes stands there.
struct MappedText {
  std::string text;
  SourceMap map;
};

/// A scalar's text.
MappedText mapped_text(const Source& file, const yaml::Placed& scalar);
/// A whole file.
MappedText mapped_text(const Source& file);

/// Makes a config of a text by putting around it what it stands in. `wrapper` names that block where it is not the usual one of its kind:
/// `prometheus.operator.probes`, `otelcol.exporter.otlp > client > tls`; may be empty. `place` names the text in messages about it.
Snippet wrap_snippet(MappedText text, SnippetKind kind, std::string place, std::string_view wrapper = {});

/// `--wrap stages`; nullopt for words that are no kind.
std::optional<SnippetKind> wrap_kind(std::string_view word);
/// All words that wrap_kind() takes, as usage texts list them.
std::string wrap_kinds();

}  // namespace invar::lint
