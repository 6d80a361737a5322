#include "src/lsp/cursor.h"
#include "src/lsp/description.h"
#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/runtime/reference.h"

namespace invar::methods_hover {
using namespace lsp;
namespace {

/// What is said, and of which bytes.
struct Told {
  std::string text;
  Extent extent;
};

/// Of a code in `invar:ignore INV150 why`; `begin` is where the text stands.
std::optional<Told> of_rule(std::string_view text, uint32_t begin, uint32_t offset) {
  static constexpr size_t kCodeSize = 6;
  const size_t sign = text.find("invar:ignore");
  if (sign == std::string_view::npos) return std::nullopt;
  for (size_t at = text.find("INV", sign); at != std::string_view::npos; at = text.find("INV", at + 1)) {
    const Extent extent{begin + static_cast<uint32_t>(at), begin + static_cast<uint32_t>(at + kCodeSize)};
    if (const lint::RuleSpec* rule = extent.holds(offset) ? lint::find_rule(text.substr(at, kCodeSize)) : nullptr) return Told{describe(*rule), extent};
  }
  return std::nullopt;
}

/// Of the name of a statement.
std::optional<Told> of_statement(const Cursor& cursor, const OutlineStatement& statement) {
  const std::string_view name = cursor.outline().slice(statement.name);
  if (!cursor.in_module()) {
    const Row* row = cursor.around().schema ? row_named(*cursor.around().schema, name) : nullptr;
    return row ? std::optional(Told{describe(*row, name), statement.name}) : std::nullopt;
  }
  const lint::ConfigPlace place = statement.kind == OutlineStatement::Kind::kBlock && cursor.point(statement.open + 1)
                                      ? cursor.place_in_block(static_cast<int>(&statement - cursor.outline().statements.data()))
                                      : lint::ConfigPlace{};
  if (place.node && place.node->kind != lint::NodeModel::Kind::kUnknown) return Told{describe(*place.node), statement.name};
  if (const CatalogComponent* component = catalog_component(name)) return Told{describe(*component), statement.name};
  if (const CatalogBlock* block = catalog_block(name)) return Told{describe(*block), statement.name};
  return std::nullopt;
}

/// The whole dotted name that goes on behind the place.
Extent whole_name(const Outline& outline, Extent word) {
  bool inside = false;
  for (const Token& token : outline.tokens) {
    if (token.begin < word.begin) continue;
    if (inside && token.begin != word.end) break;
    if (token.kind != ast::TokenKind::kIdent && token.kind != ast::TokenKind::kDot) break;
    word.end = std::max(word.end, token.end);
    inside = true;
  }
  return word;
}

const Row* export_row(const lint::NodeModel& node, std::string_view name) {
  if (!node.component) return nullptr;
  for (const Row& row : node.component->exports)
    if (row.name == name) return &row;
  return nullptr;
}

std::optional<Told> of_reference(const lint::ModuleModel& module, std::string_view name, Extent extent) {
  for (size_t end = name.find('.'); ; end = name.find('.', end + 1)) {
    const std::string_view id = name.substr(0, end);
    if (const lint::NodeModel* node = module.find(id)) {
      const std::string_view rest = id.size() < name.size() ? name.substr(id.size() + 1) : std::string_view();
      const Row* row = export_row(*node, rest.substr(0, rest.find('.')));
      return Told{row ? describe_export(*row, id) + "\n" + describe(*node) : describe(*node), extent};
    }
    if (end == std::string_view::npos) return std::nullopt;
  }
}

std::optional<Told> of_value(const Cursor& cursor) {
  const Row* const row = cursor.attribute();
  if (cursor.where() == Cursor::Where::kText) return row ? std::optional(Told{describe(*row, row->name), cursor.word()}) : std::nullopt;
  const Extent extent = whole_name(cursor.outline(), cursor.word());
  const std::string_view name = cursor.outline().slice(extent);
  if (name.empty()) return std::nullopt;
  if (cursor.around().module)
    if (auto told = of_reference(*cursor.around().module, name, extent)) return told;
  for (size_t end = name.size(); end != std::string_view::npos && end > 0; end = name.rfind('.', end - 1))
    if (const CatalogFunction* function = catalog_function(name.substr(0, end))) return Told{describe(*function), extent};
  return std::nullopt;
}

std::optional<Told> told_at(const Cursor& cursor) {
  for (const Extent& comment : cursor.outline().comments)
    if (comment.holds(cursor.offset())) return of_rule(cursor.outline().slice(comment), comment.begin, cursor.offset());
  if (cursor.where() == Cursor::Where::kValue || cursor.where() == Cursor::Where::kText) return of_value(cursor);
  const OutlineStatement* statement = cursor.statement();
  return statement && cursor.where() == Cursor::Where::kStatement ? of_statement(cursor, *statement) : std::nullopt;
}

/// `# invar:ignore INV201 why` in YAML.
std::optional<Told> told_in_yaml(const Document& document, uint32_t offset) {
  const std::string_view text = document.source()->text();
  const size_t line_begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  const std::string_view line = text.substr(line_begin, text.find('\n', line_begin) - line_begin);
  return of_rule(line, static_cast<uint32_t>(line_begin), offset);
}

Answer told(const Session& session, const Document& document, const std::string& text, const Span& span) {
  const std::string kind = session.client().markdown ? "\"markdown\"" : "\"plaintext\"";
  return {json_object({{"contents", json_object({{"kind", kind}, {"value", json_string(text)}})}, {"range", document.lines().json(span.begin, span.end)}})};
}

Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.spot_of(params);
  if (!spot) {
    const DocumentPtr document = session.document_of(params);
    const auto position = position_at(params, {"position"});
    if (!document || !position) return {};
    const auto found = told_in_yaml(*document, document->lines().offset(*position));
    return found ? told(session, *document, found->text, {nullptr, found->extent.begin, found->extent.end}) : Answer{};
  }
  const auto config = session.config_of(spot->document, *spot->text);
  const auto found = told_at(Cursor(*config, *spot));
  const auto origin = found ? spot->text->origin(*spot->document->source(), found->extent.begin, found->extent.end) : std::nullopt;
  return origin ? told(session, *spot->document, found->text, *origin) : Answer{};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/hover", "hoverProvider", "true", answer};

}  // namespace invar::methods_hover
