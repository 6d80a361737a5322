#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/symbol.h"

namespace invar::methods_document_highlight {
using namespace lsp;
namespace {

/// The uses of the label under the cursor in its own document.
Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  if (!spot) return {};
  const auto config = session.config_of(spot->document, *spot->text);
  const auto place = config->point_in(*spot->text, spot->offset);
  const auto symbol = place ? symbol_at(config->model(), *place) : std::nullopt;
  if (!symbol) return {};
  std::vector<std::string> highlights;
  for (const Span& span : places_of(config->model(), *symbol->node))
    if (const auto location = config->locate(span); location && location->part->uri == spot->document->uri()) highlights.push_back(json_object({{"range", location->range()}}));
  return {json_array(highlights)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/documentHighlight", "documentHighlightProvider", "true", answer};

}  // namespace invar::methods_document_highlight
