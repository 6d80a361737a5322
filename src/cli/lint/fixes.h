#pragma once

#include "src/cli/lint/checker.h"

namespace invar::lint_command {

/// What fixes made of an input.
struct Fixed {
  Input input;      // its files as they are now
  Checked checked;  // what is left to find in them
  size_t made = 0;  // fixes
  /// A round of fixes that brought new errors with it was taken back.
  bool gave_up = false;
};

/// Makes fixes round by round until there are none left: one may uncover another.
Fixed fix(const Input& input, Checked checked, const Checker& checker, bool unsafe);

/// Writes the files that changed, each as a whole or not at all, behind links, with their permissions. Stdin's text goes to stdout.
Result<void> write_changed(const Input& before, const Input& after);

/// What would be written, as `diff -u` shows it; secrets are stars.
std::string diff(const Input& before, const lint::SecretMask& before_secrets, const Fixed& after);

}  // namespace invar::lint_command
