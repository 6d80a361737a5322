#include "src/runtime/block_span.h"

namespace invar {

std::string place_text(Span span) {
  const Position position = span.source->position(span.begin);
  return span.source->name() + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string already_declared_message(const std::string& id, const ast::Block& first) {
  return "block " + id + " already declared at " + place_text(first.name_span);
}

}  // namespace invar
