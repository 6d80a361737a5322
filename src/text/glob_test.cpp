#include "src/text/glob.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "src/text/glob_pattern.h"

namespace invar {
namespace {

namespace fs = std::filesystem;

TEST_CASE("glob patterns") {
  struct Row {
    std::string_view pattern, path;
    bool matches;
  };
  for (const Row& row : {Row{"/var/log/*.log", "/var/log/a.log", true}, Row{"/var/log/*.log", "/var/log/b/a.log", false},
                         Row{"/var/**/*.log", "/var/a.log", true}, Row{"/var/**/*.log", "/var/x/y/a.log", true}, Row{"/var/**", "/var", true},
                         Row{"/a**.log", "/ab.log", true}, Row{"/{a,b}/[!c-e]?", "/b/fx", true}, Row{"/{a,b}/[!c-e]?", "/b/dx", false},
                         Row{"\\{c\\}", "{c}", true}, Row{"*.log", "/a.log", false}, Row{"{,x/}**/y", "x/z/y", true}}) {
    INFO(row.pattern);
    const auto result = glob::match(row.pattern, row.path);
    REQUIRE(result.ok());
    CHECK(*result == row.matches);
  }
  for (const std::string_view bad : {"[a", "{a", "a\\", "[]a]", "a}"}) {
    CHECK_FALSE(glob::is_valid(bad));
    CHECK(glob::find_paths(std::string("/") + std::string(bad)).ok() == false);
  }
  CHECK(glob::match("[a", "a").error().what == "syntax error in pattern");
}

TEST_CASE("names are matched as whole paths are") {
  uint32_t state = 1;
  const auto text = [&state](std::string_view letters, size_t longest) {
    std::string out;
    state = state * 1664525 + 1013904223;
    for (size_t length = (state >> 16) % (longest + 1); length > 0; --length) {
      state = state * 1664525 + 1013904223;
      out += letters[(state >> 16) % letters.size()];
    }
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = text("ab*.?", 5), name = "a" + text("ab.", 5);
    const auto whole = glob::match(pattern, name);
    REQUIRE(whole.ok());
    CHECK_MESSAGE(glob::NamePattern(pattern).matches(name) == *whole, pattern << " " << name);
  }
}

TEST_CASE("paths are found in Alloy's order") {
  char name[] = "/tmp/glob_test_XXXXXX";
  const fs::path root = ::mkdtemp(name);
  for (const std::string_view file : {"b.log", "a.log", ".h.log", "app/x.log", "app/deep/z.log", "c.txt"}) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << "x";
  }
  fs::create_symlink(root / "app", root / "link");
  fs::create_symlink("nowhere", root / "broken.log");
  const auto found = [&](std::string_view pattern) {
    const auto paths = glob::find_paths(root.string() + "/" + std::string(pattern));
    std::string out;
    for (const std::string& path : *paths)
      out += path.substr(root.string().size()) + " ";
    return out;
  };
  CHECK(found("*.log") == "/.h.log /a.log /b.log /broken.log ");
  CHECK(found("**/*.log") == "/.h.log /a.log /b.log /broken.log /app/x.log /app/deep/z.log /link/x.log /link/deep/z.log ");
  CHECK(found("{c,a}.{log,txt}") == "/a.log /c.txt ");
  CHECK(found("{app/**/,}*.log") == "/app/deep/z.log /app/x.log ");  // the empty last alternative is passed over, as in Alloy
  CHECK(found("./app//../a.log") == "/a.log ");
  CHECK(found("app/**") == "/app /app/deep /app/deep/z.log /app/x.log ");
  CHECK(found("none/*") == "");
  fs::remove_all(root);
}

TEST_CASE("patterns of filepath.Glob keep their meaning") {
  struct Case {
    std::string_view pattern, path;
    bool matches;
  };
  constexpr Case kCases[] = {{"a/*.json", "a/b.json", true},   {"a/**.json", "a/b.json", true}, {"**/x", "a/x", true},     {"**/x", "a/b/x", false}, {"**/x", "x", false},
                             {"{a,b}.json", "a.json", false},  {"{a,b}", "{a,b}", true},        {"[!a]x", "!x", true},     {"[!a]x", "ax", true},    {"[!a]x", "bx", false},
                             {"[^a]x", "bx", true},            {"\\*x", "*x", true},            {"\\**x", "*yx", true},    {"\\{", "{", true},       {"?", "a", true},
                             {"a?", "a/", false}};
  for (const Case& c : kCases) {
    CAPTURE(c.pattern);
    CAPTURE(c.path);
    const auto matches = glob::match(glob::from_filepath(c.pattern), c.path);
    REQUIRE(matches.ok());
    CHECK(*matches == c.matches);
  }
}

}  // namespace
}  // namespace invar
