#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/symbol.h"

namespace invar::methods_references {
using namespace lsp;
namespace {

Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  if (!spot) return {};
  const auto config = session.config_of(spot->document, *spot->text);
  const auto place = config->point_in(*spot->text, spot->offset);
  const auto symbol = place ? symbol_at(config->model(), *place) : std::nullopt;
  if (!symbol) return {};
  const bool with_declaration = is_true_at(params, {"context", "includeDeclaration"});
  std::vector<std::string> locations;
  for (const Span& span : places_of(config->model(), *symbol->node)) {
    if (!with_declaration && span == label_of(*symbol->node)) continue;
    if (const auto location = config->locate(span)) locations.push_back(config->location_json(*location));
  }
  return {json_array(locations)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/references", "referencesProvider", "true", answer};

}  // namespace invar::methods_references
