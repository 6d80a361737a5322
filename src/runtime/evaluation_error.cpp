#include "src/runtime/evaluation_error.h"

#include "src/runtime/block_span.h"

namespace invar {

std::string error_text(const Diagnostics& diagnostics) {
  const Diagnostic& first = diagnostics.all().front();
  if (first.message.starts_with(kBuildFailure)) return first.message.substr(kBuildFailure.size());
  return "decoding configuration: " + one_line(first);
}

void say_updating(Diagnostics& diagnostics) {
  const std::string building = std::string(kBuildFailure) + "building component: ";
  for (Diagnostic& diagnostic : diagnostics.all())
    if (diagnostic.message.starts_with(building))
      diagnostic.message.replace(0, building.size(), std::string(kBuildFailure) + "updating component: ");
}

Diagnostics at_block(const ast::Block& block, std::string message) {
  Diagnostics diagnostics;
  diagnostics.error(whole_span(block), std::move(message));
  return diagnostics;
}

}  // namespace invar
