#include "src/text/path.h"

#include <doctest/doctest.h>

namespace invar {

TEST_CASE("paths are cleaned, joined and cut as Go does it") {
  for (const auto& [path, cleaned] : {std::pair<std::string_view, std::string_view>{"", "."}, {"a//b/../c/.", "a/c"}, {"/../a", "/a"},
                                      {"../../x", "../../x"}, {"a/..", "."}, {"/", "/"}, {"./cfg", "cfg"}})
    CHECK(cleaned_path(path) == cleaned);
  CHECK(joined_path("./cfg", "a.alloy") == "cfg/a.alloy");
  CHECK(joined_path("", "a") == "a");
  CHECK(joined_path("/", "a") == "/a");
  CHECK(directory_of("config.alloy") == ".");
  CHECK(directory_of("/etc/x/config.alloy") == "/etc/x");
  CHECK(directory_of("/config.alloy") == "/");
  CHECK(directory_of("a/b/") == "a/b");
}

}  // namespace invar
