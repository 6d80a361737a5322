#include "src/lint/fix.h"

#include <algorithm>

namespace invar::lint {
namespace {

/// A document may hold a copy of a file in which its secrets are blotted out byte for byte.
bool is_same_file(const Source* a, const Source& b) { return a == &b || (a && a->name() == b.name() && a->text().size() == b.text().size()); }

bool is_in(const Fix& fix, const Source& source) {
  return !fix.edits.empty() && std::all_of(fix.edits.begin(), fix.edits.end(), [&](const Edit& edit) {
    return is_same_file(edit.span.source, source) && edit.span.begin <= edit.span.end && edit.span.end <= source.text().size();
  });
}

/// Touching counts: two insertions at one place have no order.
bool conflicts(const Edit& a, const Edit& b) {
  if (a.span.begin == a.span.end || b.span.begin == b.span.end) return a.span.begin <= b.span.end && b.span.begin <= a.span.end;
  return a.span.begin < b.span.end && b.span.begin < a.span.end;
}

bool conflicts(const Fix& fix, const std::vector<const Edit*>& made) {
  for (size_t i = 0; i < fix.edits.size(); ++i) {
    for (const Edit* other : made)
      if (conflicts(fix.edits[i], *other)) return true;
    for (size_t j = i + 1; j < fix.edits.size(); ++j)
      if (conflicts(fix.edits[i], fix.edits[j])) return true;
  }
  return false;
}

}  // namespace

FixedText apply_fixes(const Source& source, const std::vector<Finding>& findings, bool unsafe) {
  FixedText fixed;
  std::vector<const Edit*> edits;
  for (const Finding& finding : findings) {
    if (!finding.fix || !(finding.fix->safe || unsafe) || !is_in(*finding.fix, source) || conflicts(*finding.fix, edits)) continue;
    for (const Edit& edit : finding.fix->edits) edits.push_back(&edit);
    ++fixed.applied;
    fixed.codes.push_back(finding.code);
  }
  std::sort(edits.begin(), edits.end(), [](const Edit* a, const Edit* b) { return a->span.begin < b->span.begin; });
  uint32_t at = 0;
  for (const Edit* edit : edits) {
    fixed.text.append(source.text().substr(at, edit->span.begin - at)).append(edit->text);
    at = edit->span.end;
  }
  fixed.text.append(source.text().substr(at));
  return fixed;
}

}  // namespace invar::lint
