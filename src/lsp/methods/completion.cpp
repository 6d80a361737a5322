#include <algorithm>
#include <set>

#include "src/base/quote.h"
#include "src/lsp/cursor.h"
#include "src/lsp/description.h"
#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/workspace_edit.h"

namespace invar::methods_completion {
using namespace lsp;
namespace {

/// LSP's kinds, which are icons.
enum class Icon : int {
  kFunction = 3, kField = 5, kVariable = 6, kModule = 9, kProperty = 10, kValue = 12, kKeyword = 14, kReference = 18, kConstant = 21, kStruct = 22,
};

/// A name that may stand at the place.
struct Item {
  std::string label;
  Icon icon = Icon::kField;
  std::string detail = {};
  std::string text = {};     // what is written; empty: the label
  std::string snippet = {};  // the same with places to fill in, for clients that take it
  std::string documentation = {};
  bool resolves = false;     // its documentation is asked for by completionItem/resolve
  int rank = 0;              // lower ones come first
  bool deprecated = false;
};

/// Text of a snippet: what the syntax of snippets would take for its own.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '$' || byte == '}' || byte == '\\') out += '\\';
    out += byte;
  }
  return out;
}

std::vector<const Row*> rows_of(const Schema& schema) {
  std::vector<const Row*> rows;
  for (const Row& row : schema.rows) {
    if (row.kind != RowKind::kSquash) rows.push_back(&row);
    else
      for (const Row* inner : rows_of(*row.schema)) rows.push_back(inner);
  }
  return rows;
}

/// A value to begin with: quotes for texts, brackets for lists. `$n` is where to type.
std::string empty_value(const TypeInfo* type, int& place) {
  const std::string here = "$" + std::to_string(place++);
  switch (type ? type->kind : TypeKind::kAny) {
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kDuration:
    case TypeKind::kBytes: return "\"" + here + "\"";
    case TypeKind::kList:
    case TypeKind::kArray: return "[" + here + "]";
    case TypeKind::kMap:
    case TypeKind::kObject: return "{" + here + "\\}";
    default: return here;
  }
}

/// The body of a new block, with what it cannot do without.
std::string body_snippet(const Schema* schema, int place) {
  std::string body;
  if (schema)
    for (const Row* row : rows_of(*schema)) {
      if (row->presence != Presence::kRequired) continue;
      if (row->kind == RowKind::kAttr) body += "\n\t" + std::string(row->name) + " = " + empty_value(row->type, place);
      if (row->kind == RowKind::kBlock) body += "\n\t" + std::string(row->name) + " {$" + std::to_string(place++) + "\\}";
    }
  return body.empty() ? " {\n\t$0\n\\}" : " {" + body + "$0\n\\}";
}

class Completion {
 public:
  Completion(const Session& session, const Spot& spot, const Config& config) : session_(session), spot_(spot), config_(config), cursor_(config, spot) {}

  Answer answer() {
    find();
    std::vector<std::string> items;
    for (const Item& item : items_)
      if (auto json = item_json(item)) items.push_back(std::move(*json));
    return {json_object({{"isIncomplete", "false"}, {"items", json_array(items)}})};
  }

 private:
  using Where = Cursor::Where;

  void find() {
    switch (cursor_.where()) {
      case Where::kStatement: return cursor_.in_module() ? module_statements() : block_statements();
      case Where::kLabel: return labels();
      case Where::kText: return words(false);
      case Where::kValue: return cursor_.at_field_name() ? field_names() : values();
      case Where::kNothing: return;
    }
  }

  // Names of statements

  /// What stands in the same body besides the statement under the cursor.
  std::set<std::string_view> written() const {
    std::set<std::string_view> names;
    for (const OutlineStatement& statement : cursor_.outline().statements)
      if (statement.parent == cursor_.block() && &statement != cursor_.statement()) names.insert(cursor_.outline().slice(statement.name));
    return names;
  }

  /// Only a name is to be written where the rest of the statement is there.
  bool name_only() const { return cursor_.statement() && cursor_.statement()->kind != OutlineStatement::Kind::kNameOnly; }

  void module_statements() {
    for (const CatalogComponent& component : catalog_components())
      add_block(std::string(component.name), component.doc, &component.arguments, true, Icon::kStruct);
    const bool in_declare = cursor_.block() >= 0;
    for (const CatalogBlock& block : catalog_blocks()) {
      if (block.not_configurable || (in_declare && block.where == CatalogBlock::Where::kRoot)) continue;
      add_block(std::string(block.name), block.doc, &block.arguments, block.label_required, Icon::kKeyword);
    }
    for (const lint::ModuleModel* module = cursor_.around().module; module; module = module->outer)
      for (const auto& [name, node] : module->customs)
        if (node->kind == lint::NodeModel::Kind::kDeclare) add_block(name, "declared here", nullptr, true, Icon::kModule);
  }

  void block_statements() {
    if (!cursor_.around().schema) return custom_arguments();
    const auto names = written();
    for (const Row* row : rows_of(*cursor_.around().schema)) {
      if (row->kind == RowKind::kAttr && !names.contains(row->name)) add_attribute(*row);
      if (row->kind == RowKind::kBlock && (row->repeat == Repeat::kMany || !names.contains(row->name))) add_inner_block(std::string(row->name), *row, row->schema);
      for (size_t i = 0; row->kind == RowKind::kEnum && row->group && i < row->group->size(); ++i) {
        const EnumBlock kind = row->group->at(i);
        add_inner_block(std::string(row->name) + "." + std::string(kind.name), *row, kind.schema);
      }
    }
  }

  /// Arguments of a declare, in an instance of it.
  void custom_arguments() {
    const lint::NodeModel* node = cursor_.around().node;
    if (!node || !node->definition || cursor_.around().block != node->block) return;
    const auto names = written();
    for (const auto& inner : node->definition->nodes)
      if (inner->kind == lint::NodeModel::Kind::kArgument && !names.contains(inner->block->label))
        items_.push_back({.label = inner->block->label, .icon = Icon::kProperty, .detail = "argument", .snippet = name_only() ? "" : inner->block->label + " = $0"});
  }

  void add_attribute(const Row& row) {
    int place = 1;
    const std::string name(row.name);
    items_.push_back({.label = name, .icon = Icon::kProperty, .detail = brief(row), .snippet = name_only() ? "" : name + " = " + empty_value(row.type, place),
                      .documentation = describe(row, row.name), .rank = row.presence == Presence::kRequired ? 0 : 1, .deprecated = row.deprecated});
    if (!name_only()) items_.back().text = name + " = ";
  }

  void add_inner_block(const std::string& name, const Row& row, const Schema* schema) {
    items_.push_back({.label = name, .icon = Icon::kModule, .detail = brief(row), .snippet = name_only() ? "" : escaped(name) + body_snippet(schema, 1),
                      .documentation = describe(row, name), .rank = row.presence == Presence::kRequired ? 0 : 2, .deprecated = row.deprecated});
  }

  void add_block(const std::string& name, std::string_view doc, const Schema* schema, bool labelled, Icon icon) {
    const std::string label = labelled ? " \"${1:default}\"" : "";
    items_.push_back({.label = name, .icon = icon, .detail = std::string(doc), .snippet = name_only() ? "" : escaped(name) + label + body_snippet(schema, labelled ? 2 : 1),
                      .resolves = true, .rank = icon == Icon::kStruct ? 1 : 0});
  }

  // Labels

  /// Those that others have: components of one pipeline are often called the same.
  void labels() {
    const std::string_view name = cursor_.outline().slice(cursor_.statement()->name);
    std::set<std::string> taken, known{"default"};
    for (const OutlineStatement& statement : cursor_.outline().statements) {
      if (statement.parent != cursor_.block() || statement.label.end < statement.label.begin + 2 || &statement == cursor_.statement()) continue;
      const std::string label(cursor_.outline().slice({statement.label.begin + 1, statement.label.end - 1}));
      if (cursor_.outline().slice(statement.name) == name) taken.insert(label);
      else known.insert(label);
    }
    if (!cursor_.in_module()) return;
    for (const std::string& label : known)
      if (!taken.contains(label)) items_.push_back({.label = label, .icon = Icon::kValue});
  }

  // Values

  void words(bool in_quotes) {
    if (!cursor_.expected()) return;
    for (const std::string_view word : words_of(*cursor_.expected())) {
      std::string text = in_quotes ? quoted(word) : std::string(word);
      items_.push_back({.label = text, .icon = Icon::kValue, .text = text});
    }
  }

  void field_names() {
    const TypeInfo* type = cursor_.expected();
    if (!type || type->kind != TypeKind::kObject || !type->fields) return;
    for (const Row* row : rows_of(*type->fields))
      if (row->kind == RowKind::kAttr) add_attribute(*row);
  }

  void values() {
    words(true);
    if (cursor_.expected() && cursor_.expected()->kind == TypeKind::kBool)
      for (const char* word : {"true", "false"}) items_.push_back({.label = word, .icon = Icon::kKeyword});
    references();
    functions();
  }

  void references() {
    std::set<std::string> seen;
    for (const lint::ModuleModel* module = cursor_.around().module; module; module = module->around) {
      for (const auto& node : module->nodes) exports_of(*node, seen);
      if (module->owner && module->owner->kind == lint::NodeModel::Kind::kForeach) loop_variable(*module->owner);
    }
    for (const std::string& id : spot_.text->beside)
      if (const CatalogComponent* component = catalog_component(id.substr(0, id.rfind('.')))) component_exports(*component, id, seen);
  }

  void exports_of(const lint::NodeModel& node, std::set<std::string>& seen) {
    using Kind = lint::NodeModel::Kind;
    // Nothing refers to itself.
    if (&node == cursor_.around().node) return;
    if (node.kind == Kind::kComponent) component_exports(*node.component, node.id, seen);
    if (node.kind == Kind::kArgument) add_reference(node.id + ".value", nullptr, {}, seen);
    if (node.kind == Kind::kCustom && node.definition)
      for (const auto& inner : node.definition->nodes)
        if (inner->kind == Kind::kExport) add_reference(node.id + "." + inner->block->label, nullptr, {}, seen);
  }

  void component_exports(const CatalogComponent& component, const std::string& id, std::set<std::string>& seen) {
    for (const Row& row : component.exports) add_reference(id + "." + std::string(row.name), &row, describe_export(row, id), seen);
  }

  void loop_variable(const lint::NodeModel& loop) {
    const auto* variable = lint::find_attribute(loop.block->body, "var");
    if (const auto name = variable ? lint::literal_text(*variable->value) : std::nullopt) items_.push_back({.label = *name, .icon = Icon::kVariable, .detail = "item of the foreach"});
  }

  void add_reference(const std::string& text, const Row* row, std::string documentation, std::set<std::string>& seen) {
    if (!seen.insert(text).second) return;
    const Fit fit = !row || !row->type || !cursor_.expected() ? Fit::kMaybe : fits(*cursor_.expected(), *row->type);
    // What does not fit is offered to whoever has begun to type its name: functions take and make other types.
    const bool named = cursor_.typed().find('.') != std::string_view::npos;
    if (fit == Fit::kNo && !named) return;
    std::string written = fit == Fit::kElement && cursor_.typed().empty() ? "[" + text + "]" : text;
    items_.push_back({.label = text, .icon = Icon::kReference, .detail = row && row->type ? type_name(*row->type) : "", .text = std::move(written),
                      .documentation = std::move(documentation), .rank = fit == Fit::kYes || fit == Fit::kElement ? 0 : fit == Fit::kMaybe ? 1 : 3});
  }

  enum class Fit : uint8_t { kNo, kMaybe, kElement, kYes };

  static bool is_text(const TypeInfo& type) {
    using enum TypeKind;
    return type.kind == kString || type.kind == kText || type.kind == kDuration || type.kind == kBytes;
  }
  static bool is_secret(const TypeInfo& type) { return type.kind == TypeKind::kSecret || type.kind == TypeKind::kOptionalSecret; }
  static bool is_number(const TypeInfo& type) { return type.kind == TypeKind::kInt || type.kind == TypeKind::kUint || type.kind == TypeKind::kFloat; }
  static bool is_list(const TypeInfo& type) { return type.kind == TypeKind::kList || type.kind == TypeKind::kArray; }

  /// Whether a value of one type can be given where another is wanted; kElement: as the element of a list.
  static Fit fits(const TypeInfo& wanted, const TypeInfo& given) {
    using enum TypeKind;
    if (wanted.kind == kAny || given.kind == kAny) return Fit::kMaybe;
    if (is_list(wanted) && !is_list(given)) return wanted.element && fits(*wanted.element, given) == Fit::kYes ? Fit::kElement : Fit::kNo;
    if (is_list(wanted)) return wanted.element && given.element ? fits(*wanted.element, *given.element) : Fit::kMaybe;
    if (is_text(wanted)) return is_text(given) || given.kind == kOptionalSecret ? Fit::kYes : Fit::kNo;
    if (is_secret(wanted)) return is_secret(given) || is_text(given) ? Fit::kYes : Fit::kNo;
    if (is_number(wanted)) return is_number(given) ? Fit::kYes : Fit::kNo;
    const bool wants_object = wanted.kind == kMap || wanted.kind == kObject, gives_object = given.kind == kMap || given.kind == kObject;
    if (wanted.kind == kCapsule && given.kind == kCapsule) return wanted.go == given.go ? Fit::kYes : Fit::kNo;
    if (wanted.kind == kCapsule && gives_object) return wanted.from_object ? Fit::kMaybe : Fit::kNo;
    if (wants_object && given.kind == kCapsule) return given.from_object ? Fit::kMaybe : Fit::kNo;
    if (wants_object) return gives_object ? Fit::kYes : Fit::kNo;
    return wanted.kind == given.kind ? Fit::kYes : Fit::kNo;
  }

  void functions() {
    for (const CatalogFunction& function : catalog_functions()) {
      // Old names are offered to nobody who did not begin to type them.
      if (function.deprecated && (cursor_.typed().empty() || !function.name.starts_with(cursor_.typed()))) continue;
      std::string name(function.name);
      items_.push_back({.label = name, .icon = function.constant ? Icon::kConstant : Icon::kFunction, .detail = std::string(function.signature), .snippet = function.constant ? "" : name + "($0)",
                        .resolves = true, .rank = 2, .deprecated = function.deprecated});
    }
  }

  // As LSP wants it

  std::optional<lint::Edit> edit_of(const std::string& text) const {
    if (spot_.put_in) return lint::Edit{{spot_.document->source().get(), *spot_.put_in, *spot_.put_in}, text};
    const Extent word = cursor_.word();
    return spot_.text->carry_over(*spot_.document->source(), word.begin, std::max(word.begin, word.end), text);
  }

  /// Lines of a snippet are indented by the client, as deep as the line it goes to; a text that has no lines of its own takes none.
  std::optional<lint::Edit> snippet_edit(const Item& item) const {
    if (!session_.client().snippets || item.snippet.empty()) return std::nullopt;
    auto edit = edit_of("\n");
    if (!edit || !edit->text.starts_with('\n')) return std::nullopt;
    edit->text = item.snippet;
    return edit;
  }

  std::optional<std::string> item_json(const Item& item) const {
    auto edit = snippet_edit(item);
    const bool as_snippet = edit.has_value();
    if (!edit) edit = edit_of(item.text.empty() ? item.label : item.text);
    if (!edit) return std::nullopt;
    const std::string kind = session_.client().markdown ? "\"markdown\"" : "\"plaintext\"";
    const std::string documentation = item.documentation.empty() ? "" : json_object({{"kind", kind}, {"value", json_string(item.documentation)}});
    return json_object({{"label", json_string(item.label)},
                        {"kind", std::to_string(static_cast<int>(item.icon))},
                        {"detail", item.detail.empty() ? "" : json_string(item.detail)},
                        {"documentation", documentation},
                        {"tags", item.deprecated ? "[1]" : ""},
                        {"sortText", json_string(std::to_string(item.rank) + item.label)},
                        {"filterText", json_string(item.label)},
                        {"insertTextFormat", as_snippet ? "2" : "1"},
                        {"insertTextMode", "2"},
                        {"data", item.resolves ? json_string(item.label) : ""},
                        {"textEdit", text_edit_json(spot_.document->lines(), *edit)}});
  }

  const Session& session_;
  const Spot& spot_;
  const Config& config_;
  const Cursor cursor_;
  std::vector<Item> items_;
};

Answer answer(Session& session, const json::Value& params) {
  const auto spot = session.writing_spot_of(params);
  if (!spot) return {};
  const auto config = session.config_of(spot->document, *spot->text);
  return Completion(session, *spot, *config).answer();
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/completion", "completionProvider", R"({"triggerCharacters":[".","\"","["],"resolveProvider":true})", answer};

}  // namespace invar::methods_completion
