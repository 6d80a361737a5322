#include "src/base/quote.h"
#include "src/lsp/method.h"
#include "src/lsp/symbol.h"
#include "src/lsp/workspace_edit.h"
#include "src/parser/parse.h"

namespace invar::methods_rename {
using namespace lsp;
namespace {

/// Why the label cannot be that; empty when it can.
std::string refuse(const lint::ConfigModel& model, const lint::NodeModel& node, const std::string& name) {
  if (!is_valid_identifier(name)) return invar::quoted(name) + " is no label: letters, digits and _, and no digit first";
  std::string taken;
  model.each_node([&](const lint::ModuleModel& module, const lint::NodeModel& each) {
    if (&each != &node) return;
    const std::string id = node.name + "." + name;
    if (const lint::NodeModel* other = module.find(id); other && other != &node) taken = id + " is there already";
    const bool names_components = node.kind == lint::NodeModel::Kind::kDeclare || node.kind == lint::NodeModel::Kind::kImport;
    if (names_components && module.customs.contains(name) && name != node.block->label) taken = "there is a declare or an import of the name " + name + " already";
    if (names_components && (catalog_block(name) || catalog_component(name))) taken = name + " is a name of Alloy's own";
  });
  return taken;
}

Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  const auto name = text_at(params, {"newName"});
  if (!spot || !name) return Answer::error(ErrorCode::kInvalidParams, "a place in an open document and a new name are needed");
  const auto config = session.config_of(spot->document, *spot->text);
  const auto place = config->point_in(*spot->text, spot->offset);
  const auto symbol = place ? symbol_at(config->model(), *place) : std::nullopt;
  if (!symbol || !label_of(*symbol->node) || place->begin < symbol->at.begin || symbol->at.end < place->begin) return Answer::error(ErrorCode::kRequestFailed, "there is no label to rename");
  if (std::string why = refuse(config->model(), *symbol->node, *name); !why.empty()) return Answer::error(ErrorCode::kRequestFailed, std::move(why));
  // A use in a statement that cannot be read would keep its name.
  for (const Config::Part& part : config->parts())
    if (part.mended.source != (part.text ? part.text->source : part.file)) return Answer::error(ErrorCode::kRequestFailed, "nothing is renamed while the text has syntax errors: " + part.uri);
  WorkspaceEdit edits;
  for (const Span& span : places_of(config->model(), *symbol->node)) {
    const auto edit = config->edit(span, *name);
    // All of them or none.
    if (!edit) return Answer::error(ErrorCode::kRequestFailed, "the name also stands where it cannot be changed");
    const Config::Part& part = *config->part_of(span);
    edits.add(part.uri, part.lines, *edit);
  }
  return {edits.json(session)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/rename", "renameProvider", R"({"prepareProvider":true})", answer};

}  // namespace invar::methods_rename
