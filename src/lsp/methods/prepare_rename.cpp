#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/symbol.h"

namespace invar::methods_prepare_rename {
using namespace lsp;
namespace {

/// The name under the cursor, when it is a label or a use of one.
Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  if (!spot) return {};
  const auto config = session.config_of(spot->document, *spot->text);
  const auto place = config->point_in(*spot->text, spot->offset);
  const auto symbol = place ? symbol_at(config->model(), *place) : std::nullopt;
  if (!symbol || !label_of(*symbol->node) || place->begin < symbol->at.begin || symbol->at.end < place->begin) return {};
  const auto location = config->locate(symbol->at);
  if (!location) return {};
  return {json_object({{"range", location->range()}, {"placeholder", json_string(symbol->at.text())}})};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/prepareRename", "", "", answer};

}  // namespace invar::methods_prepare_rename
