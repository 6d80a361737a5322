#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace invar::gotemplate {

/// Go's base64.StdEncoding. False: `wrong` is the byte that its error names, and `out` holds what came before.
bool decode_base64(std::string_view text, std::string& out, size_t& wrong);
std::string encode_base64(std::string_view bytes);

}  // namespace invar::gotemplate
