#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/parser/ast.h"

namespace invar {

/// An uninterrupted run of names in an expression: `loki.write.w.receiver`. Indexing and calls end it. Points into the AST.
class Traversal {
 public:
  explicit Traversal(std::vector<const ast::Ident*> names) : names_(std::move(names)) {}
  const std::vector<const ast::Ident*>& names() const { return names_; }
  const std::string& first() const { return names_.front()->name; }
  Span first_span() const { return names_.front()->span; }
  Span last_span() const { return names_.back()->span; }
  Span span() const { return first_span().through(last_span()); }
  /// The names joined by dots; at most `count` of them.
  std::string text(size_t count = static_cast<size_t>(-1)) const;

 private:
  std::vector<const ast::Ident*> names_;
};

/// All traversals of a body and its blocks, in source order (grafana/alloy: internal/util/ast/references.go).
std::vector<Traversal> find_traversals(const ast::Body& body);

/// Resolves a traversal by its shortest prefix that names something: `find(id)` says whether there is such a node. Returns how many names it took; 0: none.
template <class Find>
size_t resolve_prefix(const Traversal& traversal, Find&& find) {
  std::string id;
  for (size_t i = 0; i < traversal.names().size(); ++i) {
    if (i > 0) id += '.';
    id += traversal.names()[i]->name;
    if (find(std::string_view(id))) return i + 1;
  }
  return 0;
}

/// `component "a.b.c" does not exist or is out of scope`
std::string unresolved_message(const Traversal& traversal);

/// What the recorded catalog knows of a name of the standard library.
bool is_library_name(std::string_view first_name);
bool is_deprecated_function(std::string_view first_name);
bool is_experimental_function(std::string_view dotted_name);

}  // namespace invar
