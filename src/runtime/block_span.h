#pragma once

#include <string>

#include "src/parser/ast.h"

namespace invar {

/// The places of a block that messages point at.

/// The whole statement, from its name to its closing brace.
inline Span whole_span(const ast::Block& block) {
  return {block.name_span.source, block.name_span.begin, block.close_curly + 1};
}
/// From its name to its opening brace.
inline Span header_span(const ast::Block& block) {
  return {block.name_span.source, block.name_span.begin, block.open_curly + 1};
}
/// `length` bytes from the start of its name, as Alloy counts: the length of an id, although the label stands in quotes.
inline Span name_span(const ast::Block& block, size_t length) {
  return {block.name_span.source, block.name_span.begin, block.name_span.begin + static_cast<uint32_t>(length)};
}

/// `block a.b already declared at file:1:2`
std::string already_declared_message(const std::string& id, const ast::Block& first);
/// `file:1:2`
std::string place_text(Span span);

}  // namespace invar
