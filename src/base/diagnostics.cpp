#include "src/base/diagnostics.h"

#include <algorithm>

namespace invar {

bool Diagnostics::has_errors() const {
  return std::any_of(items_.begin(), items_.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

}  // namespace invar
