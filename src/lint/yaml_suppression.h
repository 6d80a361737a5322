#pragma once

#include <vector>

#include "src/lint/suppression.h"

namespace invar::lint {

/// The comments `# invar:ignore INV201 reason` of a YAML text: before a key or an element, on a line of their own, or behind one on its line. They cover the
/// key with all of its value. Empty when the text is no YAML.
std::vector<Suppression> yaml_suppressions_of(const Source& source);

}  // namespace invar::lint
