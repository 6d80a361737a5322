#include "src/lsp/workspace_edit.h"

#include <algorithm>

#include "src/lsp/json_text.h"

namespace invar::lsp {

lint::Edit smallest_edit(const Span& whole, std::string_view text) {
  const std::string_view before = whole.text();
  const auto shorter = static_cast<ptrdiff_t>(std::min(before.size(), text.size()));
  const auto same = static_cast<size_t>(std::mismatch(before.begin(), before.begin() + shorter, text.begin()).first - before.begin());
  const size_t head = before.substr(0, same).rfind('\n') + 1;  // 0 when there is none
  const std::string_view old_rest = before.substr(head), new_rest = text.substr(head);
  const auto least = static_cast<ptrdiff_t>(std::min(old_rest.size(), new_rest.size()));
  const auto same_end = static_cast<size_t>(std::mismatch(old_rest.rbegin(), old_rest.rbegin() + least, new_rest.rbegin()).first - old_rest.rbegin());
  const size_t newline = old_rest.find('\n', old_rest.size() - same_end);
  const size_t tail = newline == std::string_view::npos ? 0 : old_rest.size() - newline - 1;
  const auto begin = whole.begin + static_cast<uint32_t>(head), end = whole.end - static_cast<uint32_t>(tail);
  return {{whole.source, begin, end}, std::string(new_rest.substr(0, new_rest.size() - tail))};
}

std::string text_edit_json(const LineTable& lines, const lint::Edit& edit) {
  return json_object({{"range", lines.json(edit.span.begin, edit.span.end)}, {"newText", json_string(edit.text)}});
}

void WorkspaceEdit::add(const std::string& uri, const LineTable& lines, const lint::Edit& edit) { edits_[uri].push_back(text_edit_json(lines, edit)); }

std::string WorkspaceEdit::json(const Session& session) const {
  std::vector<std::string> documents;
  std::string changes;
  for (const auto& [uri, edits] : edits_) {
    const DocumentPtr document = session.find(uri);
    const std::string version = document ? std::to_string(document->version()) : "null";
    documents.push_back(json_object({{"textDocument", json_object({{"uri", json_string(uri)}, {"version", version}})}, {"edits", json_array(edits)}}));
    changes += (changes.empty() ? "" : ",") + json_string(uri) + ":" + json_array(edits);
  }
  return session.client().versioned_edits ? json_object({{"documentChanges", json_array(documents)}}) : json_object({{"changes", "{" + changes + "}"}});
}

}  // namespace invar::lsp
