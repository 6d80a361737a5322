#pragma once

#include <filesystem>
#include <string>

#include "src/base/clock.h"
#include "src/runtime/logger.h"

namespace invar {

/// The identity of this installation: the UID in `<storage>/alloy_seed.json`, or in /tmp's where the former has none. A new one is made and stored when
/// there is none at all; when it cannot be stored, that is logged and it lives as long as the process.
std::string load_seed(const std::filesystem::path& storage, const Clock& clock, const Logger& log);

}  // namespace invar
