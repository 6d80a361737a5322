#pragma once

#include <string_view>
#include <vector>

namespace invar::json {

/// Puts the elements of a JSON array, byte for byte and without the blanks around them, into `elements` as views of `text`. False, and nothing to be said
/// about `elements`, when Go's encoding/json does not take the text, or when it is no array.
bool split_array(std::string_view text, std::vector<std::string_view>& elements);

}  // namespace invar::json
