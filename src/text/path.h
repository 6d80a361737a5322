#pragma once

#include <string>
#include <string_view>

namespace invar {

/// Go's filepath.Clean: `a//b/../c/.` is `a/c`; an empty path is `.`.
std::string cleaned_path(std::string_view path);
/// Go's filepath.Join of two parts, of which empty ones do not count.
std::string joined_path(std::string_view directory, std::string_view name);
/// Go's filepath.Dir: all but the last part, cleaned; `.` when there is nothing else.
std::string directory_of(std::string_view path);

}  // namespace invar
