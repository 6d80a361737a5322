#pragma once

#include <cstddef>
#include <cstdint>

namespace invar::gotemplate {

/// Bytes nobody can foresee, from the kernel.
void random_bytes(void* into, size_t size);
/// A number below `bound` (> 0), all equally likely.
uint64_t random_below(uint64_t bound);

}  // namespace invar::gotemplate
