#include "src/text/toml_text.h"

#include <doctest/doctest.h>

namespace invar {

TEST_CASE("characters beyond ASCII stand in strings and comments only") {
  CHECK(stray_toml_character("") == std::nullopt);
  CHECK(stray_toml_character("\xEF\xBB\xBF# ü\na = \"ü\" # ü\nb = 'ü\\'\n'ü' = \"\\\"ü\"\n") == std::nullopt);
  CHECK(stray_toml_character("a = \"\"\"ü\n\"\" ü \\\"\"\" ü\"\"\"\"\"\nb = '''\nü'' ü''''\nc = \"\"\n") == std::nullopt);
  CHECK(stray_toml_character("a = ü") == 4);
  CHECK(stray_toml_character("a = 1 # x\nü = 1") == 10);
  CHECK(stray_toml_character("a = \"\" ü") == 7);
  CHECK(stray_toml_character("a = '''x''' ü") == 12);
  CHECK(stray_toml_character("a = \"not ended\nü = 1") == 15);
  CHECK(stray_toml_character("a = \"\\") == std::nullopt);
  CHECK(stray_toml_character("a = \"\"\"never ended ü") == std::nullopt);
}

}  // namespace invar
