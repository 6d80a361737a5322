#pragma once

#include <string>
#include <string_view>

namespace invar {

/// Compresses one block of at most 64 KiB with exactly the choices of Go's snappy (github.com/golang/snappy encodeBlock), so that small requests have the sizes that
/// Alloy's byte counters show. Slower than libsnappy: for bodies where that does not matter.
std::string compress_like_go(std::string_view block);

}  // namespace invar
