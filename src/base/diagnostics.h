#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/base/source.h"

namespace invar {

enum class Severity : uint8_t { kError, kWarning };

/// One finding about a text that a person wrote. `message` is Alloy's text where Alloy has one. `code` is ours (INVnnn), may be
/// empty; `help` says what to type, may be empty and never shows in compatibility output.
struct Diagnostic {
  Severity severity = Severity::kError;
  Span span;
  std::string message;
  std::string code;
  std::string help;
};

/// The findings of one load: many, in the order found until sort() is called.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { items_.push_back(std::move(diagnostic)); }
  void error(Span at, std::string message, std::string_view code = {}) {
    items_.push_back({Severity::kError, at, std::move(message), std::string(code), {}});
  }
  void warning(Span at, std::string message, std::string_view code = {}) {
    items_.push_back({Severity::kWarning, at, std::move(message), std::string(code), {}});
  }
  /// Adds an error and returns nullptr: `return diagnostics.refuse(span, "...")` out of functions that yield a pointer.
  std::nullptr_t refuse(Span at, std::string message) {
    error(at, std::move(message));
    return nullptr;
  }
  void append(Diagnostics other) {
    for (auto& d : other.items_) items_.push_back(std::move(d));
  }
  bool has_errors() const;
  bool empty() const { return items_.empty(); }
  size_t size() const { return items_.size(); }
  const std::vector<Diagnostic>& all() const { return items_; }
  std::vector<Diagnostic>& all() { return items_; }

 private:
  std::vector<Diagnostic> items_;
};

/// `file:line:col: message`, or `-: message` for a span that is nowhere. Alloy: syntax/diag Diagnostic.Error().
std::string one_line(const Diagnostic& diagnostic);

/// Alloy's Diagnostics.Error(): the first one, and ` (and N more diagnostics)` when there are more.
std::string summary(const Diagnostics& diagnostics);

struct RenderOptions {
  bool color = false;
  int context_before = 1;
  int context_after = 1;
};

/// The excerpt that `run` and `validate` print on stderr for all diagnostics, byte-exact as Alloy's syntax/diag/printer.go.
std::string render(const Diagnostics& diagnostics, const RenderOptions& options = {});

}  // namespace invar
