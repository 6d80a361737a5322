#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar {

/// A pattern of LogQL's pattern parser: literals, and captures `<name>` or `<_>` between them. Immutable; matching is const and does not
/// allocate.
class LinePattern {
 public:
  /// Errors carry Loki's words: "at least one capture is required".
  static Result<LinePattern> compile(std::string_view text);
  /// Of the captures that have one, in order; unique.
  const std::vector<std::string>& names() const { return names_; }
  /// Fills the captures with names, from the front, and returns how many there are: a text that ends early gives its rest to the capture it ends
  /// in, those behind it are missing. `captures` has room for all names; the views are of `text`.
  size_t match(std::string_view text, std::span<std::string_view> captures) const;

 private:
  /// A capture and the literal behind it; the last one may have none: it takes the rest.
  struct Part {
    bool named = false;
    bool takes_rest = false;
    std::string literal;
  };
  LinePattern() = default;
  std::string head_;  // literal in front of the first capture
  std::vector<Part> parts_;
  std::vector<std::string> names_;
};

}  // namespace invar
