#include "src/cli/lint/fixes.h"

#include <unistd.h>

#include <filesystem>

#include "src/io/file.h"
#include "src/io/unified_diff.h"
#include "src/lint/fix.h"

namespace invar::lint_command {
namespace {

constexpr int kMostRounds = 20;

/// The input with one round of fixes; how many were made is added to `made`.
Input fixed_once(const Input& input, const Checked& checked, bool unsafe, size_t& made) {
  Input next = input;
  for (SourcePtr& file : next.files) {
    lint::FixedText fixed = lint::apply_fixes(*file, checked.findings, unsafe);
    if (fixed.applied == 0) continue;
    made += fixed.applied;
    file = std::make_shared<const Source>(file->name(), std::move(fixed.text));
  }
  return next;
}

Result<void> write_one(const std::string& path, std::string_view text) {
  std::error_code failed;
  const std::string target = std::filesystem::canonical(path, failed).string();
  if (failed) return Error{"open " + path + ": " + failed.message(), "io"};
  const auto stat = stat_path(target);
  if (!stat) return stat.error();
  if (!stat->is_regular()) return Error{path + " is no file that could be written back", "io"};
  return replace_file(target, text, stat->mode & 07777);
}

}  // namespace

Fixed fix(const Input& input, Checked checked, const Checker& checker, bool unsafe) {
  Fixed fixed{.input = input, .checked = std::move(checked)};
  for (int round = 0; round < kMostRounds; ++round) {
    size_t made = 0;
    Input next = fixed_once(fixed.input, fixed.checked, unsafe, made);
    if (made == 0) break;
    Checked after = checker.check(next);
    if (after.errors() > fixed.checked.errors()) {
      fixed.gave_up = true;
      break;
    }
    fixed.input = std::move(next);
    fixed.checked = std::move(after);
    fixed.made += made;
  }
  return fixed;
}

Result<void> write_changed(const Input& before, const Input& after) {
  if (after.from_stdin) return write_all(STDOUT_FILENO, after.files.front()->text());
  for (size_t i = 0; i < after.files.size(); ++i) {
    if (before.files[i] == after.files[i]) continue;
    if (auto written = write_one(after.files[i]->name(), after.files[i]->text()); !written) return written;
  }
  return {};
}

std::string diff(const Input& before, const lint::SecretMask& before_secrets, const Fixed& after) {
  std::string text;
  for (size_t i = 0; i < before.files.size(); ++i)
    if (before.files[i] != after.input.files[i])
      text += unified_diff(before.files[i]->name(), before_secrets.whole(*before.files[i]), after.checked.secrets.whole(*after.input.files[i]));
  return text;
}

}  // namespace invar::lint_command
