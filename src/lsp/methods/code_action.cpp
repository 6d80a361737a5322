#include "src/lint/fix.h"
#include "src/lsp/diagnostics.h"
#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/uri.h"
#include "src/lsp/workspace_edit.h"

namespace invar::methods_code_action {
using namespace lsp;
namespace {

constexpr std::string_view kQuickFix = "quickfix", kFixAll = "source.fixAll.invar";

/// Whether the client asks for actions of a kind: it names the kind, or the beginning of it.
bool wants(const json::Value& params, std::string_view kind) {
  const auto only = value_at(params, {"context", "only"});
  if (!only || only->kind() != json::Kind::kArray) return true;
  for (json::Elements elements(*only); elements.next();) {
    if (elements.value().kind() != json::Kind::kString) continue;
    const std::string_view wanted = elements.value().as_string();
    if (wanted.empty() || (kind.starts_with(wanted) && (kind.size() == wanted.size() || kind[wanted.size()] == '.'))) return true;
  }
  return false;
}

/// nullopt when an edit stands in what is no file.
std::optional<WorkspaceEdit> edits_of(const Document& document, const lint::Fix& fix) {
  WorkspaceEdit edits;
  for (const lint::Edit& edit : fix.edits) {
    if (edit.span.source == document.source().get()) {
      edits.add(document.uri(), document.lines(), edit);
    } else if (edit.span.source && edit.span.source->name().starts_with('/')) {
      edits.add(uri_of_path(edit.span.source->name()), document.lines().of_text(edit.span.source->text()), edit);
    } else {
      return std::nullopt;
    }
  }
  return edits;
}

std::optional<std::string> quick_fix(const Session& session, const Document& document, const lint::Finding& finding) {
  const auto edits = edits_of(document, *finding.fix);
  if (!edits || edits->empty()) return std::nullopt;
  return json_object({{"title", json_string(std::string(finding.code) + ": " + finding.fix->title)},
                      {"kind", json_string(kQuickFix)},
                      {"diagnostics", json_array({diagnostic_json(document, finding)})},
                      {"isPreferred", finding.fix->safe ? "true" : "false"},
                      {"edit", edits->json(session)}});
}

std::optional<std::string> fix_all(const Session& session, const Document& document, const std::vector<lint::Finding>& findings) {
  const lint::FixedText fixed = lint::apply_fixes(*document.source(), findings, false);
  if (fixed.applied == 0) return std::nullopt;
  WorkspaceEdit edits;
  edits.add(document.uri(), document.lines(), smallest_edit({document.source().get(), 0, static_cast<uint32_t>(document.source()->text().size())}, fixed.text));
  return json_object({{"title", json_string("Make all safe fixes (" + std::to_string(fixed.applied) + ")")}, {"kind", json_string(kFixAll)}, {"edit", edits.json(session)}});
}

Answer answer(Session& session, const json::Value& params) {
  const DocumentPtr document = session.document_of(params);
  const auto range = range_at(params, {"range"});
  if (!document || !range) return {};
  const Host::Checked& checked = session.check(document);
  std::vector<std::string> actions;
  const uint32_t begin = document->lines().offset(range->begin), end = document->lines().offset(range->end);
  for (const lint::Finding& finding : checked.findings) {
    if (!finding.fix || !stands_in(*document, finding) || !wants(params, kQuickFix)) continue;
    if (finding.span.begin > end || std::max(finding.span.end, finding.span.begin + 1) < begin) continue;
    if (auto action = quick_fix(session, *document, finding)) actions.push_back(std::move(*action));
  }
  if (wants(params, kFixAll))
    if (auto action = fix_all(session, *document, checked.findings)) actions.push_back(std::move(*action));
  return {json_array(actions)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/codeAction", "codeActionProvider", R"({"codeActionKinds":["quickfix","source.fixAll.invar"]})", answer};

}  // namespace invar::methods_code_action
