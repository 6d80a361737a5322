#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/language/value.h"

namespace invar::lint {

/// Operators of otelcol.receiver.filelog, as a config writes them: a list of objects. Both give what Alloy says of the first one that it does not take; nullopt
/// when all are fine, or their values are not known. They answer as a load check's `finds` does (load_check.h).

/// What reading the list says: `unsupported type 'json'`.
std::optional<std::vector<std::string>> broken_operator(const Value& operators);
/// What building the receiver from it says: `compiling regex: error parsing regexp: ...`.
std::optional<std::vector<std::string>> unbuildable_operator(const Value& operators);

}  // namespace invar::lint
