#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/finding.h"
#include "src/parser/ast.h"

namespace invar::lint {

inline constexpr std::string_view kUnusedIgnore = "INV002";
inline constexpr std::string_view kUnknownIgnore = "INV003";
inline constexpr std::string_view kReasonlessIgnore = "INV004";

/// A comment that says what not to report: `// invar:ignore INV150 the pods are few`, several codes with commas between them.
struct Suppression {
  struct Code {
    std::string_view text;
    Span span;
    bool used = false;
  };
  Span comment;             // all of it, from its first sign
  std::vector<Code> codes;
  bool reasoned = false;
  Span covers;              // the statement it stands before, or behind on the same line, or the block whose first line it ends; unknown: none
};

/// Reads the text of a comment; false when it is about something else. `at` is where the text stands.
bool read_suppression(std::string_view text, Span at, Suppression& suppression);

std::vector<Suppression> suppressions_of(const ast::File& file);

/// Takes out the findings that comments cover, and adds what is wrong with the comments. Codes in `unchecked` may be there for nothing: what they are about was
/// not looked at.
void apply_suppressions(std::vector<Suppression> suppressions, const std::set<std::string_view>& unchecked, std::vector<Finding>& findings);

}  // namespace invar::lint
