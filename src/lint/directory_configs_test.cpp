#include "src/lint/directory_configs.h"

#include <doctest/doctest.h>

namespace invar::lint {
namespace {

/// How many files each config has.
std::vector<size_t> sizes(const std::vector<std::string>& texts) {
  std::vector<SourcePtr> files;
  for (const std::string& text : texts) files.push_back(std::make_shared<const Source>(std::to_string(files.size()), text));
  std::vector<size_t> counts;
  for (const ConfigText& config : configs_of_directory(files)) counts.push_back(config.files.size());
  return counts;
}

const std::string kWrite = "loki.write \"w\" { }\n", kUse = "loki.source.api \"a\" { forward_to = [loki.write.w.receiver] }\n";

TEST_CASE("files that refer to each other are one config") {
  CHECK(sizes({kWrite, kUse}) == std::vector<size_t>{2});
  CHECK(sizes({kWrite, kUse, "loki.echo \"e\" { }"}) == std::vector<size_t>{3});
  CHECK(sizes({"declare \"d\" { }", "d \"x\" { }"}) == std::vector<size_t>{2});
}

TEST_CASE("files that stand for themselves are checked so") {
  CHECK(sizes({}).empty());
  CHECK(sizes({kWrite}) == std::vector<size_t>{1});
  CHECK(sizes({kWrite, "loki.echo \"e\" { }"}) == std::vector<size_t>{1, 1});
  CHECK(sizes({kWrite + kUse, "loki.echo \"e\" { }"}) == std::vector<size_t>{1, 1});
}

TEST_CASE("what defines something twice is not one config") { CHECK(sizes({kWrite, kUse, kWrite}) == std::vector<size_t>{1, 1, 1}); }

TEST_CASE("modules and broken files stand alone") {
  CHECK(sizes({kWrite, kUse, "argument \"a\" { }\n"}) == std::vector<size_t>{2, 1});
  CHECK(sizes({kWrite, kUse, "broken {"}) == std::vector<size_t>{2, 1});
}

}  // namespace
}  // namespace invar::lint
