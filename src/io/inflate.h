#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace invar {

/// Appends what gzip (or zlib) text holds, as far as it can be read and about `most` bytes: `broken_by` is then why not further, in Go's words, or empty. False: not
/// even its header can be read.
bool inflate_some(std::string_view compressed, bool gzip, size_t most, std::string& out, std::string& broken_by);

}  // namespace invar
