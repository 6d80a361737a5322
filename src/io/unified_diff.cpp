#include "src/io/unified_diff.h"

#include <git2.h>

#include <memory>

#include "src/base/check.h"

namespace invar {
namespace {

/// libgit2 counts how often it is asked to begin and end.
struct Library {
  Library() { git_libgit2_init(); }
  ~Library() { git_libgit2_shutdown(); }
};

void append_hunk(std::string& out, git_patch* patch, size_t hunk) {
  const git_diff_hunk* about = nullptr;
  size_t lines = 0;
  if (git_patch_get_hunk(&about, &lines, patch, hunk) != 0) return;
  out.append(about->header, about->header_len);
  for (size_t i = 0; i < lines; ++i) {
    const git_diff_line* line = nullptr;
    if (git_patch_get_line_in_hunk(&line, patch, hunk, i) != 0) continue;
    // The others say that there is no newline at the end; their text has its own sign.
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION || line->origin == GIT_DIFF_LINE_DELETION) out += line->origin;
    out.append(line->content, line->content_len);
  }
}

}  // namespace

std::string unified_diff(const std::string& name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Library library;
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.flags = GIT_DIFF_FORCE_TEXT;
  git_patch* made = nullptr;
  const int failed = git_patch_from_buffers(&made, before.data(), before.size(), nullptr, after.data(), after.size(), nullptr, &options);
  INVAR_CHECK(failed == 0);
  const std::unique_ptr<git_patch, void (*)(git_patch*)> patch(made, git_patch_free);
  std::string out = "--- " + name + "\n+++ " + name + "\n";
  for (size_t hunk = 0; hunk < git_patch_num_hunks(patch.get()); ++hunk) append_hunk(out, patch.get(), hunk);
  return out;
}

}  // namespace invar
