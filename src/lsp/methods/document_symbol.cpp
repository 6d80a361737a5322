#include "src/language/catalog.h"
#include "src/lsp/json_text.h"
#include "src/lsp/method.h"
#include "src/lsp/outline.h"

namespace invar::methods_document_symbol {
using namespace lsp;
namespace {

/// LSP's kinds, which are icons.
enum class Icon : int { kFile = 1, kModule = 2, kNamespace = 3, kClass = 5, kField = 8, kFunction = 12, kStruct = 23 };

struct Symbol {
  std::string name, detail;
  Icon icon;
  Span whole, head;  // of the document
  std::vector<Symbol> inner;
};

Icon icon_of(std::string_view name, bool at_top) {
  if (name == "declare") return Icon::kFunction;
  if (name == "argument" || name == "export") return Icon::kField;
  if (name.starts_with("import.")) return Icon::kNamespace;
  return at_top ? Icon::kClass : Icon::kStruct;
}

class Reader {
 public:
  Reader(const Document& document, const AlloyText& text) : document_(*document.source()), text_(text), outline_(text.source->text()) {}

  /// Blocks of a body. Those that only stand around the text are passed over, what is in them is not.
  std::vector<Symbol> symbols(int parent, bool at_top) const {
    std::vector<Symbol> all;
    for (size_t i = 0; i < outline_.statements.size(); ++i) {
      const OutlineStatement& statement = outline_.statements[i];
      if (statement.kind != OutlineStatement::Kind::kBlock || statement.parent != parent) continue;
      const bool is_module = outline_.slice(statement.name) == "declare" || outline_.slice(statement.name) == "template";
      std::vector<Symbol> inner = symbols(static_cast<int>(i), is_module);
      if (auto symbol = symbol_of(statement, at_top)) {
        symbol->inner = std::move(inner);
        all.push_back(std::move(*symbol));
      } else {
        for (Symbol& each : inner) all.push_back(std::move(each));
      }
    }
    return all;
  }

 private:
  std::optional<Symbol> symbol_of(const OutlineStatement& statement, bool at_top) const {
    if (statement.extent.begin < text_.own_begin) return std::nullopt;
    const auto whole = text_.origin(document_, statement.extent.begin, statement.extent.end);
    const auto head = text_.origin(document_, statement.name.begin, statement.label.end > 0 ? statement.label.end : statement.name.end);
    if (!whole || !head || head->begin < whole->begin || whole->end < head->end) return std::nullopt;
    const std::string_view name = outline_.slice(statement.name);
    std::string shown(name);
    if (statement.label.end > 0) shown += " " + std::string(outline_.slice(statement.label));
    const CatalogComponent* component = at_top ? catalog_component(name) : nullptr;
    return Symbol{std::move(shown), std::string(component ? component->doc : ""), icon_of(name, at_top), *whole, *head, {}};
  }

  const Source& document_;
  const AlloyText& text_;
  const Outline outline_;
};

std::vector<Symbol> symbols_of(const Document& document) {
  std::vector<Symbol> all;
  for (const AlloyText& text : document.texts()) {
    std::vector<Symbol> inside = Reader(document, text).symbols(-1, true);
    if (text.is_whole()) return inside;
    const auto whole = text.origin(*document.source(), text.own_begin, text.own_end);
    if (whole) all.push_back({text.place, "", Icon::kModule, *whole, {whole->source, whole->begin, whole->begin}, std::move(inside)});
  }
  return all;
}

std::string nested(const Document& document, const std::vector<Symbol>& symbols) {
  std::vector<std::string> all;
  for (const Symbol& symbol : symbols)
    all.push_back(json_object({{"name", json_string(symbol.name.empty() ? "(no name)" : symbol.name)},
                               {"detail", symbol.detail.empty() ? "" : json_string(symbol.detail)},
                               {"kind", std::to_string(static_cast<int>(symbol.icon))},
                               {"range", document.lines().json(symbol.whole.begin, symbol.whole.end)},
                               {"selectionRange", document.lines().json(symbol.head.begin, symbol.head.end)},
                               {"children", symbol.inner.empty() ? "" : nested(document, symbol.inner)}}));
  return json_array(all);
}

void flatten(const Document& document, const std::vector<Symbol>& symbols, const std::string& container, std::vector<std::string>& all) {
  for (const Symbol& symbol : symbols) {
    const std::string location = json_object({{"uri", json_string(document.uri())}, {"range", document.lines().json(symbol.whole.begin, symbol.whole.end)}});
    all.push_back(json_object({{"name", json_string(symbol.name.empty() ? "(no name)" : symbol.name)},
                               {"kind", std::to_string(static_cast<int>(symbol.icon))},
                               {"location", location},
                               {"containerName", container.empty() ? "" : json_string(container)}}));
    flatten(document, symbol.inner, symbol.name, all);
  }
}

Answer answer(Session& session, const json::Value& params) {
  const DocumentPtr document = session.document_of(params);
  if (!document) return {};
  const std::vector<Symbol> symbols = symbols_of(*document);
  if (session.client().nested_symbols) return {nested(*document, symbols)};
  std::vector<std::string> all;
  flatten(*document, symbols, "", all);
  return {json_array(all)};
}

}  // namespace

extern const Method kMethod;
constinit const Method kMethod{"textDocument/documentSymbol", "documentSymbolProvider", "true", answer};

}  // namespace invar::methods_document_symbol
