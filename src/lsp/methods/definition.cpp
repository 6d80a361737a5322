#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/symbol.h"
#include "src/lsp/uri.h"
#include "src/parser/parse.h"
#include "src/text/path.h"

namespace invar::methods_definition {
using namespace lsp;
namespace {

/// Where a component of a file that is imported is declared.
std::optional<std::string> declared_elsewhere(const Session& session, const Spot& spot, const lint::NodeModel& import, std::string_view component) {
  const auto* filename = import.name == "import.file" ? lint::find_attribute(import.block->body, "filename") : nullptr;
  const auto path = filename ? lint::literal_text(*filename->value) : std::nullopt;
  if (!path || !spot.document->is_file()) return std::nullopt;
  const std::string absolute = path->starts_with('/') ? *path : joined_path(directory_of(spot.document->path()), *path);
  const std::string uri = uri_of_path(absolute);
  const DocumentPtr opened = session.find(uri);
  const SourcePtr file = opened ? opened->source() : session.host().read(absolute);
  Diagnostics ignored;
  const ast::FilePtr tree = file ? parse_file(file, ignored) : nullptr;
  if (!tree) return std::nullopt;
  for (const ast::Statement& statement : tree->body)
    if (const ast::Block* block = statement.block(); block && block->full_name() == "declare" && block->label == component)
      return json_object({{"uri", json_string(uri)}, {"range", spot.document->lines().of_text(file->text()).json(block->label_span.begin, block->label_span.end)}});
  return std::nullopt;
}

/// An instance of what an import brings in, by its name `ns.component`.
struct Imported {
  const lint::NodeModel* import = nullptr;
  std::string_view component;
};

std::optional<Imported> imported_at(const lint::ConfigModel& model, const Span& place) {
  std::optional<Imported> found;
  model.each_node([&](const lint::ModuleModel& module, const lint::NodeModel& node) {
    const Span& span = node.block->name_span;
    const bool here = span.source == place.source && span.begin <= place.begin && place.begin <= span.end;
    if (here && node.kind == lint::NodeModel::Kind::kCustom && node.block->name.size() == 2)
      found = Imported{module.custom(node.block->name.front()), node.block->name[1]};
  });
  return found;
}

Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  if (!spot) return {};
  const auto config = session.config_of(spot->document, *spot->text);
  const auto place = config->point_in(*spot->text, spot->offset);
  if (!place) return {};
  if (const auto imported = imported_at(config->model(), *place))
    if (const auto declared = declared_elsewhere(session, *spot, *imported->import, imported->component)) return {*declared};
  const auto symbol = symbol_at(config->model(), *place);
  if (!symbol) return {};
  const auto label = label_of(*symbol->node);
  const auto location = config->locate(label ? *label : symbol->node->block->name_span);
  return location ? Answer{config->location_json(*location)} : Answer{};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/definition", "definitionProvider", "true", answer};

}  // namespace invar::methods_definition
