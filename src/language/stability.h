#pragma once

#include <cstdint>
#include <string_view>

namespace invar {

enum class Stability : uint8_t { kExperimental, kPublicPreview, kGenerallyAvailable };  // from least to most stable
/// "generally-available", "public-preview", "experimental".
std::string_view stability_name(Stability stability);
bool parse_stability(std::string_view name, Stability& stability);

}  // namespace invar
