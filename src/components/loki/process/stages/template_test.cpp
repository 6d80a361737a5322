#include <doctest/doctest.h>

#include "src/components/loki/process/test_lane.h"

namespace invar::loki_process {
namespace {

/// The lines that come out of `template` over the value that each line has as `v`, one batch per line.
std::vector<std::string> made(const std::string& text, const std::vector<std::string>& lines) {
  TestLane lane("stage.logfmt { mapping = { v = \"\", w = \"\" } }\nstage.template {\nsource = \"v\"\ntemplate = \"" + text + "\"\n}\nstage.output { source = \"v\" }");
  for (const std::string& line : lines) lane.send_lines({line});
  return lane.lines();
}

std::vector<std::string> repeated(const std::vector<std::string>& lines, size_t times) {
  std::vector<std::string> all;
  for (size_t i = 0; i < times; ++i) all.insert(all.end(), lines.begin(), lines.end());
  return all;
}

}  // namespace

TEST_CASE("results that are remembered are those of their texts, absent and empty ones told apart") {
  const std::vector<std::string> lines = {"v=a", "v=b", "v=a w=b", "v=ab", "w=ab", "v=", "v=a w=", "x=1"};
  const std::vector<std::string> results = {"A/<no value>", "B/<no value>", "A/b", "AB/<no value>", "/ab", "/<no value>", "A/", "/<no value>"};
  CHECK(made("{{ if .v }}{{ ToUpper .v }}{{ end }}/{{ .w }}", repeated(lines, 5)) == repeated(results, 5));
}

TEST_CASE("results that are too long to be remembered, empty ones and errors come again") {
  const std::string long_text(60, 'y');
  const std::vector<std::string> lines = {"v=long", "v=none", "v=fail", "v=short"};
  const std::vector<std::string> results = {long_text, "v=none", "fail", "short"};  // none: the value is gone, and the line stays
  CHECK(made("{{ if eq .v \\\"long\\\" }}" + long_text + "{{ else if eq .v \\\"none\\\" }}{{ else if eq .v \\\"fail\\\" }}{{ fail \\\"no\\\" }}{{ else }}{{ .v }}{{ end }}",
             repeated(lines, 4)) == repeated(results, 4));
}

TEST_CASE("thousands of different values are all made, also once it is no longer worth remembering them") {
  std::vector<std::string> lines, results;
  for (int i = 0; i < 5000; ++i) {
    lines.push_back("v=user" + std::to_string(i * 7919 % 4999));
    results.push_back("USER" + std::to_string(i * 7919 % 4999));
  }
  CHECK(made("{{ ToUpper .Value }}", lines) == results);
}

TEST_CASE("what the clock answers is not remembered") {
  TestLane lane("stage.logfmt { mapping = { v = \"\" } }\nstage.template {\nsource = \"v\"\ntemplate = \"{{ .Value }} {{ now | unixEpoch }}\"\n}\nstage.output { source = \"v\" }");
  lane.send_lines({"v=a"});
  lane.clock().advance(5'000'000'000);
  lane.send_lines({"v=a"});
  CHECK(lane.lines()[0] != lane.lines()[1]);
}

}  // namespace invar::loki_process
