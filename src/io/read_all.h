#pragma once

#include <cstddef>
#include <string>

#include "src/base/result.h"

namespace invar {

/// What comes from a descriptor until its end, waiting for it; fails with reason "too_large" beyond `limit` bytes.
Result<std::string> read_all(int fd, size_t limit = 64u << 20);

}  // namespace invar
