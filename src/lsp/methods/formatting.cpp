#include "src/lsp/formatting.h"

#include <algorithm>

#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/workspace_edit.h"

namespace invar::methods_formatting {
using namespace lsp;
namespace {

Answer answer(Session& session, const json::Value& params) {
  static constexpr int64_t kWidest = 8;
  const DocumentPtr document = session.document_of(params);
  if (!document) return {};
  Indentation indentation;
  indentation.width = static_cast<uint32_t>(std::clamp<int64_t>(integer_at(params, {"options", "tabSize"}).value_or(2), 1, kWidest));
  if (const auto blanks = value_at(params, {"options", "insertSpaces"}); blanks && blanks->kind() == json::Kind::kBool) indentation.blanks = blanks->as_bool();
  std::vector<std::string> edits;
  for (const lint::Edit& edit : format_edits(*document, indentation)) edits.push_back(text_edit_json(document->lines(), edit));
  return {json_array(edits)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/formatting", "documentFormattingProvider", "true", answer};

}  // namespace invar::methods_formatting
