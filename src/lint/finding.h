#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/source.h"

namespace invar::lint {

/// kError: Alloy will not load it. kWarning: it loads, but provably does not do what is written. kInfo: depends on cluster, data or taste.
enum class FindingSeverity : uint8_t { kInfo, kWarning, kError };
std::string_view severity_name(FindingSeverity severity);

/// One replacement of bytes.
struct Edit {
  Span span;
  std::string text;
};

/// A way to mend a finding. Safe: the config means what its author wrote, only now it works.
struct Fix {
  std::string title;
  bool safe = false;
  std::vector<Edit> edits;
};

/// Another place that a finding is about: `first declared here`.
struct RelatedPlace {
  Span span;
  std::string text;
};

/// One thing to tell the author. `message` is one line; `help` says what to type, and may be empty.
struct Finding {
  std::string_view code;  // INVnnn, of a rule's spec or base/codes.h
  FindingSeverity severity = FindingSeverity::kError;
  Span span;
  std::string message;
  std::string help;
  std::optional<Fix> fix = {};
  std::vector<RelatedPlace> related = {};
};

}  // namespace invar::lint
