#include "src/runtime/reference.h"

#include <algorithm>

#include "src/language/catalog.h"

namespace invar {

std::string Traversal::text(size_t count) const {
  std::string joined;
  for (size_t i = 0; i < std::min(count, names_.size()); ++i) {
    if (i > 0) joined += '.';
    joined += names_[i]->name;
  }
  return joined;
}

namespace {

class Walk {
 public:
  explicit Walk(std::vector<Traversal>& found) : found_(found) {}

  void body(const ast::Body& statements) {
    for (const ast::Statement& statement : statements) {
      if (const auto* attribute = statement.attribute())
        expression(*attribute->value);
      else
        body(statement.block()->body);
    }
  }
  void flush() {
    if (!current_.empty()) found_.emplace_back(std::move(current_));
    current_.clear();
  }

 private:
  void expression(const ast::Expr& expr) {
    std::visit([this](const auto& node) { visit(node); }, expr.node);
  }
  void visit(const ast::Literal&) {}
  void visit(const ast::Identifier& node) {
    flush();
    current_.push_back(&node.ident);
  }
  void visit(const ast::Paren& node) { expression(*node.inner); }
  void visit(const ast::Access& node) {
    expression(*node.value);
    if (!current_.empty()) current_.push_back(&node.name);  // not behind a call or an index: `a().b`
  }
  void visit(const ast::Index& node) {
    expression(*node.value);
    flush();
    expression(*node.index);
  }
  void visit(const ast::Call& node) {
    expression(*node.function);
    flush();
    for (const auto& arg : node.args) expression(*arg);
  }
  void visit(const ast::Unary& node) { expression(*node.value); }
  void visit(const ast::Binary& node) {
    expression(*node.left);
    expression(*node.right);
  }
  void visit(const ast::ArrayLiteral& node) {
    for (const auto& element : node.elements) expression(*element);
  }
  void visit(const ast::ObjectLiteral& node) {
    for (const auto& field : node.fields) expression(*field.value);
  }

  std::vector<Traversal>& found_;
  std::vector<const ast::Ident*> current_;
};

}  // namespace

std::vector<Traversal> find_traversals(const ast::Body& body) {
  std::vector<Traversal> found;
  Walk walk(found);
  walk.body(body);
  walk.flush();
  return found;
}

std::string unresolved_message(const Traversal& traversal) {
  return "component \"" + traversal.text() + "\" does not exist or is out of scope";
}

bool is_library_name(std::string_view first_name) {
  const auto functions = catalog_functions();
  const auto from = std::lower_bound(functions.begin(), functions.end(), first_name,
                                     [](const CatalogFunction& f, std::string_view name) { return f.name < name; });
  return from != functions.end() && from->name.starts_with(first_name) &&
         (from->name.size() == first_name.size() || from->name[first_name.size()] == '.');
}

bool is_deprecated_function(std::string_view first_name) {
  const auto* function = catalog_function(first_name);
  return function && function->deprecated;
}

bool is_experimental_function(std::string_view dotted_name) {
  const auto* function = catalog_function(dotted_name);
  return function && function->stability == Stability::kExperimental;
}

}  // namespace invar
