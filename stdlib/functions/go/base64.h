#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar {

enum class Base64Alphabet : uint8_t { kStandard, kUrl };

/// Padded; line breaks are skipped; errors as Go's (`illegal base64 data at input byte 3`).
Result<std::string> go_base64_decode(std::string_view text, Base64Alphabet alphabet);
std::string go_base64_encode(std::string_view bytes, Base64Alphabet alphabet);

}  // namespace invar
