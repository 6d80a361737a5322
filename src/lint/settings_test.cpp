#include "src/lint/settings.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

std::string errors_in(std::string text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const Source>(".invar.toml", std::move(text));
  read_settings(file, diagnostics);
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics.all()) all += one_line(diagnostic) + "\n";
  return all;
}

TEST_CASE("all keys") {
  Diagnostics diagnostics;
  const Settings settings = read_settings(std::make_shared<const Source>(".invar.toml", R"(
[lint]
select = ["ALL"]
extend-select = ["INV150"]
ignore = ["INV1"]
exclude = ["vendor/**"]
modules = ["modules/**"]
fail-on = "error"
stability-level = "experimental"
community-components = true
target = "invar"
baseline = "known.json"
[lint.per-path-ignores]
"tests/**" = ["INV170"]
[test]
whatever = 1
)"),
                                          diagnostics);
  CHECK_MESSAGE(diagnostics.empty(), render(diagnostics));
  CHECK(settings.selection.select == std::vector<std::string>{"ALL"});
  CHECK(settings.selection.ignore == std::vector<std::string>{"INV1"});
  CHECK(settings.fail_on == FailOn::kError);
  CHECK(settings.stability_level == "experimental");
  CHECK(settings.community == true);
  CHECK(settings.target == "invar");
  CHECK(settings.baseline == "known.json");
  CHECK(settings.per_path.front().glob == "tests/**");
  CHECK(settings.exclude.size() == 1);
  CHECK(settings.modules == std::vector<std::string>{"modules/**"});
}

TEST_CASE("what is wrong is told with its place") {
  CHECK(errors_in("[lint]\nselekt = []\n") == ".invar.toml:2:1: unknown key \"selekt\"; did you mean select?\n");
  CHECK(errors_in("[lint]\nselect = \"ALL\"\n") == ".invar.toml:2:10: this must be a list of codes\n");
  CHECK(errors_in("[lint]\nignore = [\"INV150\", \"pedantic\"]\n") ==
        ".invar.toml:2:21: no rule has a code that begins with \"pedantic\"; `invar explain` lists them, ALL means all\n");
  CHECK(errors_in("[lint]\nfail-on = \"fatal\"\n") == ".invar.toml:2:11: unknown severity \"fatal\": info, warning, error or never\n");
  CHECK(errors_in("[lint]\nfail-on = 1\n") == ".invar.toml:2:11: this must be a string\n");
  CHECK(errors_in("[lint]\n\"é\" = 1\ntarget = \"é\"\n").find(".invar.toml:3:10: unknown target") != std::string::npos);
  CHECK(errors_in("lint = 1\n") == ".invar.toml:1:8: lint must be a table: [lint]\n");
  CHECK(errors_in("[lint\n").starts_with(".invar.toml:1:"));
  CHECK(errors_in("").empty());
}

TEST_CASE("letters beyond ASCII need quotes") {
  CHECK(errors_in("[lint]\nexclude = ['é']\nselect = é") == ".invar.toml:3:10: Error while parsing value: could not determine value type\n");
}

TEST_CASE("globs fit paths below the file") {
  CHECK(fits_path("tests/**", "tests/a/b.alloy"));
  CHECK_FALSE(fits_path("tests/**", "src/tests/a.alloy"));
  CHECK(fits_path("*_lab.alloy", "a/b/x_lab.alloy"));
  CHECK_FALSE(fits_path("a/*.alloy", "a/b/c.alloy"));
}

TEST_CASE("selections") {
  const auto holds = [](const Selection& selection, std::string_view code, FindingSeverity severity) { return selection.holds({code, severity, {}, "", ""}); };
  using enum FindingSeverity;
  CHECK(holds({}, "INV110", kError));
  CHECK_FALSE(holds({}, "INV150", kInfo));
  CHECK(holds({.select = {{"ALL"}}}, "INV150", kInfo));
  CHECK(holds({.extend_select = {"INV15"}}, "INV150", kInfo));
  CHECK_FALSE(holds({.select = {{"INV15"}}}, "INV110", kError));
  CHECK(holds({.select = {{"INV15"}}}, "INV101", kError));
  CHECK_FALSE(holds({.ignore = {"INV11"}}, "INV110", kError));
  CHECK_FALSE(holds({.select = {{"INV110"}}, .ignore = {"INV110"}}, "INV110", kError));
  CHECK(holds({.select = {{"INV110"}}, .ignore = {"INV1"}}, "INV110", kError));
  CHECK(holds({.ignore = {"ALL"}}, "INV001", kError));
}

}  // namespace
}  // namespace invar::lint
