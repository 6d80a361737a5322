#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "src/lint/snippet_text.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// Writes Alloy text of which parts come from scalars of a YAML text, which itself was taken out of a file.
class MappedWriter {
 public:
  /// `yaml` must outlive the writer; `map` says where its bytes stand.
  MappedWriter(std::string_view yaml, SourceMap map) : yaml_(yaml), map_(std::move(map)) {}

  void add(std::string_view text) { out_.text += text; }
  /// A text as it is, that stands for bytes [begin, end) of the YAML.
  void add(std::string_view text, uint32_t begin, uint32_t end);
  /// A scalar as a string literal.
  void add_literal(const yaml::Placed& scalar);
  MappedText done() { return std::move(out_); }

 private:
  MappedText decoded(const yaml::Placed& scalar) const;

  std::string_view yaml_;
  SourceMap map_;
  MappedText out_;
};

}  // namespace invar::lint
