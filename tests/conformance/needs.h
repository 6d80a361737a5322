#pragma once

#include <string>
#include <string_view>

#include "src/runtime/module_source.h"

namespace invar {

/// Has this build the component of that name?
bool is_built(std::string_view component);
/// What a config wants that this build cannot run: `component loki.relabel`, `import.file`; empty when it has all. Text that does not parse wants nothing.
std::string missing_parts(const ModuleSource& source);
/// The same of one block.
std::string missing_part(const ast::Block& block);

}  // namespace invar
