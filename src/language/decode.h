#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/language/evaluate.h"
#include "src/language/schema.h"

namespace invar {

/// Where the values of a decoded block were written: a tree beside the Args. Spans are those of the expressions.
class Origins {
 public:
  struct Field {
    Span span;
    bool unknown = false;  // lint: the value shows only at run time, the Args hold the default
    bool null = false;     // written as null
  };

  Span span;  // of the block; of the whole body at the top

  /// nullptr when the attribute is not written.
  const Field* field(std::string_view name) const;
  bool written(std::string_view name) const { return field(name) != nullptr; }
  bool unknown(std::string_view name) const;
  /// The place of an attribute's value; of the block when it is not written.
  Span at(std::string_view name) const;
  /// The index-th block of that name (enum groups: of the group's prefix); nullptr when there is none.
  const Origins* block(std::string_view name, size_t index = 0) const;
  /// True when anything in here is unknown.
  bool any_unknown() const;

  std::map<std::string, Field, std::less<>> fields;
  std::map<std::string, std::vector<std::unique_ptr<Origins>>, std::less<>> blocks;
};

/// The statement of a block, from its name to its closing brace; and its head, to the opening one.
Span span_of(const ast::Block& block);
Span head_of(const ast::Block& block);

/// Reads a body into `args` (an Args of the schema): resets it, reads the statements in order, then checks what is missing, then
/// validates; inner blocks before outer ones; the first error stops, with Alloy's words. `origins` is filled along; `span` is the
/// block's that holds the body.
std::optional<Failure> decode_body(const ast::Body& body, Span span, const Schema& schema, const Scope& scope, void* args,
                                   Origins& origins);

/// The same for a block with its label, as nested blocks are read.
std::optional<Failure> decode_block(const ast::Block& block, const Schema& schema, const Scope& scope, void* args, Origins& origins);

/// A text of statements, read as the body of a block.
std::optional<Failure> decode_text(const SourcePtr& source, const Schema& schema, const Scope& scope, void* args, Origins& origins);

/// What `alloy validate` finds without evaluating: all structural errors, and literals of the wrong type (syntax/typecheck).
/// Adds every finding to `diagnostics`.
void check_block(const ast::Block& block, const Schema& schema, Diagnostics& diagnostics);

/// Members of an Args or Exports struct as an object (what references to a component see).
Value to_value(const Schema& schema, const void* args);
/// The HTTP API's rendering: a JSON list of statements, without optional ones that have their default (syntax/encoding/alloyjson).
/// `origins` may be nullptr (then an empty list counts as unset).
std::string api_json(const Schema& schema, const void* args, const Origins* origins = nullptr);
/// One value as {"type":..,"value":..}.
std::string api_json(const Value& value);

}  // namespace invar
