#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/finding.h"
#include "src/lint/snippet_text.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// YAML of another agent that stands where Alloy blocks are expected.
struct ForeignYaml {
  enum class Language : uint8_t { kPromtail, kPrometheus, kOther };
  Language language = Language::kOther;
  /// The same as Alloy blocks, with the places of the YAML; nullopt when a part of it has no counterpart in such a place.
  std::optional<MappedText> alloy;
  /// What is wrong with it as the YAML that it is: names that no stage has (INV110).
  std::vector<Finding> findings;
};

/// nullopt: the text is no YAML list or map, so it may be Alloy text. `kind` is what should stand there.
std::optional<ForeignYaml> read_foreign_yaml(const MappedText& text, SnippetKind kind);
/// The same of a list or map that was read from `yaml` already.
ForeignYaml read_foreign_yaml(const MappedText& yaml, const yaml::Placed& root, SnippetKind kind);

}  // namespace invar::lint
