#include "src/runtime/component.h"

namespace invar {

void refuse_block(const ast::Block& block, std::string_view phase, std::string_view reason, Diagnostics& diagnostics) {
  std::string message = "Failed to build component: ";
  message.append(phase).append(": ").append(reason);
  diagnostics.error(whole_span(block), std::move(message));
}

void refuse_block(const ast::Block& block, const Failure& failure, Diagnostics& diagnostics) {
  if (failure.diagnostic)
    diagnostics.add(*failure.diagnostic);
  else
    refuse_block(block, "decoding configuration", failure.text, diagnostics);
}

}  // namespace invar
