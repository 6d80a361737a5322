#include <doctest/doctest.h>

#include "src/components/loki/process/test_lane.h"

namespace invar::loki_process {
namespace {

/// The line that comes out, and its labels `a` to `c`.
std::string replaced(const std::string& arguments, const std::string& line) {
  TestLane lane("stage.replace {\n" + arguments + "\n}\nstage.labels { values = { a = \"\", b = \"\", c = \"\" } }");
  lane.send_lines({line});
  return lane.out()[0].line + " " + lane.out()[0].labels;
}

}  // namespace

TEST_CASE("what groups capture is replaced") {
  struct Row {
    std::string_view because, arguments, line, result;
  };
  for (const Row& row : {
           Row{"no group, no change", "expression = \"x\"\nreplace = \"y\"", "x", "x {app=\"x\"}"},
           Row{"no match", "expression = \"(x)\"", "y", "y {app=\"x\"}"},
           Row{"each group of each match", "expression = \"(\\\\d)-(\\\\d)\"\nreplace = \"N\"", "1-2 3-4 5", "N-N N-N 5 {app=\"x\"}"},
           Row{"groups that are empty", "expression = \"a()b()\"\nreplace = \"-\"", "ab ab", "a-b- a-b- {app=\"x\"}"},
           Row{"an empty group at the front may come again", "expression = \"^()(x)\"\nreplace = \"-\"", "xy", "--y {app=\"x\"}"},
           Row{"named groups are those of the first match", "expression = \"(?P<a>\\\\w)=(?P<b>\\\\w)\"\nreplace = \"<{{ .Value }}>\"", "x=1 y=2",
               "<x>=<1> <y>=<2> {a=\"<x>\", app=\"x\", b=\"<1>\"}"},
           Row{"what took no part is no text, and what is no text is not replaced", "expression = \"(?P<a>x)?(?P<b>y)\"\nreplace = \"-\"", "y", "- {app=\"x\", b=\"-\"}"},
           Row{"... but when some group captured an empty text", "expression = \"(?P<a>x)?(?P<b>)y\"\nreplace = \"-\"", "y", "-y {a=\"-\", app=\"x\", b=\"-\"}"},
           Row{"labels are data", "expression = \"(y)\"\nreplace = \"{{ .app }}{{ .nope }}\"", "y", "x<no value> {app=\"x\"}"},
           Row{"all data", "expression = \"(y)\"\nreplace = \"{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}\"", "y", "Value=y;app=x; {app=\"x\"}"},
           Row{"a template that fails changes nothing", "expression = \"(?P<a>.)\"\nreplace = \"{{ if eq .Value \\\"2\\\" }}{{ fail \\\"no\\\" }}{{ end }}-\"", "12", "12 {app=\"x\"}"},
       }) {
    INFO(row.because);
    CHECK(replaced(std::string(row.arguments), std::string(row.line)) == row.result);
  }
}

TEST_CASE("an extracted value is replaced in its place") {
  TestLane lane(R"~(
    stage.json { expressions = { n = "", t = "" } }
    stage.replace {
      source     = "n"
      expression = "(5)"
      replace    = "five"
    }
    stage.replace {
      source     = "t"
      expression = "no group"
    }
    stage.labels { values = { n = "", t = "" } })~");
  lane.send_lines({R"({"n":1.5,"t":"no group"})"});
  CHECK(lane.out()[0].labels == R"~({app="x", n="1.five", t="no group"})~");
}

}  // namespace invar::loki_process
