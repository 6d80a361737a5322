#include "src/lsp/description.h"
#include "src/lsp/json_text.h"
#include "src/lsp/method.h"

namespace invar::methods_completion_resolve {
using namespace lsp;
namespace {

std::string documentation_of(std::string_view name) {
  if (const CatalogComponent* component = catalog_component(name)) return describe(*component);
  if (const CatalogBlock* block = catalog_block(name)) return describe(*block);
  if (const CatalogFunction* function = catalog_function(name)) return describe(*function);
  return {};
}

/// The item as it came, with what there is to say about it: lists are long, and only one of them is looked at.
Answer answer(Session& session, const json::Value& params) {
  std::string item;
  params.append_json(item);
  const auto name = text_at(params, {"data"});
  const std::string text = name ? documentation_of(*name) : std::string();
  if (text.empty() || !item.ends_with('}')) return {item};
  item.pop_back();
  const std::string kind = session.client().markdown ? "\"markdown\"" : "\"plaintext\"";
  return {item + ",\"documentation\":" + json_object({{"kind", kind}, {"value", json_string(text)}}) + "}"};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"completionItem/resolve", "", "", answer};

}  // namespace invar::methods_completion_resolve
