#pragma once

#include <string>
#include <string_view>

#include "src/runtime/module_source.h"

namespace invar {

/// What a config wants that this build cannot run: `component loki.relabel`, `import.file`; empty when it has all. Text that does not parse wants nothing.
std::string missing_parts(const ModuleSource& source);

}  // namespace invar
