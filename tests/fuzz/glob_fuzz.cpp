// A pattern, a newline, a path: matching ends with an answer or an error, a path without backslashes matches itself escaped,
// and the short way for one name agrees with the long one.
#include <string>

#include "src/base/check.h"
#include "src/text/glob.h"
#include "src/text/glob_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline == std::string_view::npos || newline > 60 || size > 300) return 0;
  const std::string_view pattern = input.substr(0, newline), path = input.substr(newline + 1);
  const auto found = glob::match(pattern, path);
  // doublestar checks a pattern as a whole, and while it matches what stands between the commas of braces, or behind the character of a class that decides: with
  // a comma or brace in a class the one is valid and the other no pattern.
  if (glob::is_valid(pattern) && pattern.find_first_of("{}[") == std::string_view::npos) INVAR_CHECK(found.ok());
  if (path.find('\\') == std::string_view::npos) {  // which doublestar does not escape
    const auto itself = glob::match(glob::escape_meta(path), path);
    INVAR_CHECK(itself.ok() && *itself);
  }
  const bool one_name = path.find('/') == std::string_view::npos && pattern.find_first_of("/{}") == std::string_view::npos && pattern.find("**") == std::string_view::npos;
  if (!one_name || !found.ok() || !glob::is_valid(pattern)) return 0;
  const auto short_way = glob::NamePattern(pattern).matches(path);
  if (short_way) INVAR_CHECK(*short_way == *found);
  return 0;
}
