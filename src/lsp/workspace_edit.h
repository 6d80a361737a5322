#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/lint/finding.h"
#include "src/lsp/session.h"

namespace invar::lsp {

/// Changes of several files as an LSP WorkspaceEdit.
class WorkspaceEdit {
 public:
  void add(const std::string& uri, const LineTable& lines, const lint::Edit& edit);
  bool empty() const { return edits_.empty(); }
  /// Documents that are open are named with their versions, where the client takes that.
  std::string json(const Session& session) const;

 private:
  std::map<std::string, std::vector<std::string>> edits_;  // TextEdits by URI
};

/// Makes `text` of the bytes of a span, and touches no more lines than differ: cursors and folds of the others stay.
lint::Edit smallest_edit(const Span& whole, std::string_view text);

std::string text_edit_json(const LineTable& lines, const lint::Edit& edit);

}  // namespace invar::lsp
