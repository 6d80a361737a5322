#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/text/gotemplate/template.h"

namespace invar::loki_process {

/// A Go template as an argument: parsed while the arguments are read, so that a mistake is shown at its place.
struct TemplateText {
  static constexpr std::string_view kGoType = "stages.Template";
  std::string source;
  std::optional<GoTemplate> parsed;
  static bool parse(std::string_view text, TemplateText& into, std::string& why) {
    auto compiled = GoTemplate::compile("pipeline_template", text);
    if (!compiled) return why = compiled.error().what, false;
    into.source = text;
    into.parsed = std::move(*compiled);
    return true;
  }
  std::string text() const { return source; }
  bool operator==(const TemplateText& other) const { return source == other.source; }
};

}  // namespace invar::loki_process
