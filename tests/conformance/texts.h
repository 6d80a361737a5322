#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace invar {

/// The whole file; empty when it is not there.
std::string contents_of(const std::filesystem::path& path);
/// `text` with each `from` replaced; `from` is not empty.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace invar
