#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar::lsp {

/// The path of a file: URI on this machine; nullopt for others.
std::optional<std::string> path_of_uri(std::string_view uri);
/// file:///a/b%20c.alloy
std::string uri_of_path(std::string_view path);

}  // namespace invar::lsp
