#pragma once

#include <string>
#include <string_view>

namespace invar::loki_process {

/// What of an entry a stage works on, as Alloy names it.
struct SourceType {
  static constexpr std::string_view kGoType = "stages.SourceType";
  std::string word;
  static bool parse(std::string_view text, SourceType& into, std::string& why) {
    if (text != "line" && text != "label" && text != "structured_metadata" && text != "extracted")
      return why = "unknown source_type: " + std::string(text), false;
    into.word = text;
    return true;
  }
  std::string text() const { return word; }
  bool operator==(const SourceType&) const = default;
};

/// An extracted name that must not be empty.
struct SourceName {
  static constexpr std::string_view kGoType = "stages.Source";
  std::string name;
  static bool parse(std::string_view text, SourceName& into, std::string& why) {
    if (text.empty()) return why = "source cannot be empty", false;
    into.name = text;
    return true;
  }
  std::string text() const { return name; }
  bool operator==(const SourceName&) const = default;
};

}  // namespace invar::loki_process
