#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace invar::lsp {

/// A text as a JSON string.
std::string json_string(std::string_view text);
/// An object of members whose values are JSON texts, in this order; those with an empty one are left out.
std::string json_object(std::initializer_list<std::pair<std::string_view, std::string>> members);
std::string json_array(const std::vector<std::string>& elements);
std::string json_strings(const std::vector<std::string>& texts);

}  // namespace invar::lsp
