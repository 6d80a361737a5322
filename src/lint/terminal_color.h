#pragma once

#include <string>
#include <string_view>

#include "src/lint/finding.h"

namespace invar::lint {

/// Escape sequences for one finding; none at all unless colours are wanted.
class TerminalColor {
 public:
  TerminalColor(bool on, FindingSeverity severity)
      : on_(on), sequence_(severity == FindingSeverity::kError ? "\x1b[31;1m" : severity == FindingSeverity::kWarning ? "\x1b[33;1m" : "\x1b[36;1m") {}

  /// In the colour of the severity.
  std::string strong(std::string_view text) const { return wrapped(text, sequence_); }
  std::string bold(std::string_view text) const { return wrapped(text, "\x1b[1m"); }
  std::string dim(std::string_view text) const { return wrapped(text, "\x1b[34m"); }
  std::string help(std::string_view text) const { return wrapped(text, "\x1b[32m"); }

 private:
  std::string wrapped(std::string_view text, std::string_view sequence) const {
    std::string out;
    if (on_) out += sequence;
    out += text;
    if (on_) out += "\x1b[0m";
    return out;
  }
  bool on_;
  std::string_view sequence_;
};

}  // namespace invar::lint
