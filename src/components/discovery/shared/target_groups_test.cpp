#include "src/components/discovery/shared/target_groups.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "src/base/quote.h"

namespace invar::discovery {
namespace {

/// A text, and what Prometheus makes of it: a line for each group, or `!` and why not. GROUP stands for the Go type of a group.
struct Case {
  std::string_view text;
  std::string_view expected;
};

std::string shown(Result<std::vector<TargetGroup>> groups, std::string_view group_type) {
  if (!groups) {
    std::string what = "!" + groups.error().what;
    for (size_t at; (at = what.find(group_type)) != what.npos;) what.replace(at, group_type.size(), "GROUP");
    return what;
  }
  std::string text;
  for (TargetGroup& group : *groups) {
    for (size_t i = 0; i < group.addresses.size(); ++i) text.append(i > 0 ? "," : "").append(group.addresses[i]);
    const Target labels(group.labels);
    text += " {";
    for (const auto& [name, value] : labels.labels()) text.append(text.ends_with('{') ? "" : ", ").append(name).append("=").append(quoted(value));
    text += "}\n";
  }
  return text;
}

constexpr Case kJson[] = {
    {"", "!unexpected end of JSON input"},
    {" ", "!unexpected end of JSON input"},
    {"null", ""},
    {"[]", ""},
    {"{}", "!json: cannot unmarshal object into Go value of type []*targetgroup.Group"},
    {"\"x\"", "!json: cannot unmarshal string into Go value of type []*targetgroup.Group"},
    {"[null]", "!nil target group item found"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":\"y\"}}]", "a {x=\"y\"}\n"},
    {"[{\"Targets\":[\"a\"],\"LABELS\":{\"x\":\"y\"}}]", "a {x=\"y\"}\n"},
    {"[{\"targets\":[1]}]", "!json: cannot unmarshal number into Go struct field .targets of type string"},
    {"[{\"targets\":\"a\"}]", "!json: cannot unmarshal string into Go struct field .targets of type []string"},
    {"[{\"targets\":{}}]", "!json: cannot unmarshal object into Go struct field .targets of type []string"},
    {"[{\"targets\":null,\"labels\":null}]", " {}\n"},
    {"[{\"targets\":[\"a\",null]}]", "a, {}\n"},
    {"[{\"targets\":[[\"b\"]]}]", "!json: cannot unmarshal array into Go struct field .targets of type string"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":1}}]", "!json: cannot unmarshal number into Go struct field .labels of type model.LabelValue"},
    {"[{\"targets\":[\"a\"],\"labels\":[]}]",
     "!json: cannot unmarshal array into Go struct field .labels of type map[model.LabelName]model.LabelValue"},
    {"[{\"targets\":[\"a\"],\"labels\":\"s\"}]",
     "!json: cannot unmarshal string into Go struct field .labels of type map[model.LabelName]model.LabelValue"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"\":\"y\"}}]", "!\"\" is not a valid label name"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x-y\":\"y\"}}]", "a {x-y=\"y\"}\n"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":null}}]", "a {x=\"\"}\n"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":{\"a\":1}}}]", "!json: cannot unmarshal object into Go struct field .labels of type model.LabelValue"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":true}}]", "!json: cannot unmarshal bool into Go struct field .labels of type model.LabelValue"},
    {"[{\"targets\":[\"a\"],\"extra\":1}]", "!json: unknown field \"extra\""},
    {"[{\"targets\":[\"a\"]},]", "!invalid character ']' looking for beginning of value"},
    {"[{\"targets\":[\"a\"]}] x", "!invalid character 'x' after top-level value"},
    {"[1]", "!json: cannot unmarshal number into Go value of type GROUP"},
    {"[\"x\"]", "!json: cannot unmarshal string into Go value of type GROUP"},
    {"[[]]", "!json: cannot unmarshal array into Go value of type GROUP"},
    {"[true]", "!json: cannot unmarshal bool into Go value of type GROUP"},
    {"[{\"targets\":[true]}]", "!json: cannot unmarshal bool into Go struct field .targets of type string"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"x\":\"1\",\"x\":\"2\"}}]", "a {x=\"2\"}\n"},
    {"[{\"targets\":[\"a\"],\"targets\":[\"b\"]}]", "b {}\n"},
    {"[{\"targets\":[\"a\",\"b\"],\"targets\":[\"c\"]}]", "c {}\n"},
    {"[{\"labels\":{\"a\":\"1\"},\"labels\":{\"b\":\"2\"}}]", " {b=\"2\"}\n"},
    {"[{\"targets\":[\"a\xff\"]}]", "a\xef\xbf\xbd {}\n"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"\xff\":\"x\"}}]", "a {\xef\xbf\xbd=\"x\"}\n"},
    {"[{\"targets\":[\"a\"]", "!unexpected end of JSON input"},
    {"[{\"targets\":[\"a\"],\"labels\":{\"__address__\":\"over\"}}]", "a {__address__=\"over\"}\n"},
    {"[{\"targets\":[1.5e3]}]", "!json: cannot unmarshal number into Go struct field .targets of type string"},
    {"[{\"extra\":1, \"targets\":[1]}]", "!json: unknown field \"extra\""},
    {"[{\"targets\":[1], \"extra\":1}]", "!json: cannot unmarshal number into Go struct field .targets of type string"},
    {"[{\"targets\":[1]},{\"extra\":1}]", "!json: cannot unmarshal number into Go struct field .targets of type string"},
    {"{\"targets\":[\"a\"]}", "!json: cannot unmarshal object into Go value of type []*targetgroup.Group"},
    {"1", "!json: cannot unmarshal number into Go value of type []*targetgroup.Group"},
    {"true", "!json: cannot unmarshal bool into Go value of type []*targetgroup.Group"},
    {"[{\"targets\":[1],\"labels\":{\"x\":2}}]", "!json: cannot unmarshal number into Go struct field .labels of type model.LabelValue"},
    {"[{\"labels\":{\"\":\"v\",\"x\":2}}]", "!json: cannot unmarshal number into Go struct field .labels of type model.LabelValue"},
    {"[1,{\"extra\":2}]", "!json: cannot unmarshal number into Go value of type GROUP"},
    {"[{\"targets\":[\"a\"]},1,\"x\"]", "!json: cannot unmarshal number into Go value of type GROUP"},
};

constexpr Case kYaml[] = {
    {"", ""},
    {"~", ""},
    {"null", ""},
    {"[]", ""},
    {"{}", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*targetgroup.Group"},
    {"x", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into []*targetgroup.Group"},
    {"- ~", "!nil target group item found"},
    {"- null", "!nil target group item found"},
    {"- targets: [a]\n  labels: {x: y}\n", "a {x=\"y\"}\n"},
    {"- Targets: [a]\n", "!yaml: unmarshal errors:\n  line 1: field Targets not found in type GROUP"},
    {"- targets: [1, 1.5, true, ~, 0x10, 2001-01-01, 'q', .inf, yes]\n", "1,1.5,true,,0x10,2001-01-01,q,.inf,yes {}\n"},
    {"- targets: a\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `a` into []string"},
    {"- targets: {a: b}\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []string"},
    {"- targets: ~\n  labels: ~\n", " {}\n"},
    {"- targets: [[b]]\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string"},
    {"- targets: [{a: b}]\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into string"},
    {"- targets: [a]\n  labels: {x: 1, y: true, z: ~, w: 1.50}\n", "a {w=\"1.50\", x=\"1\", y=\"true\", z=\"\"}\n"},
    {"- targets: [a]\n  labels: []\n", "!yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into model.LabelSet"},
    {"- targets: [a]\n  labels: s\n", "!yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `s` into model.LabelSet"},
    {"- targets: [a]\n  labels: {'': y}\n", "!\"\" is not a valid label name"},
    {"- targets: [a]\n  labels: {x-y: y}\n", "a {x-y=\"y\"}\n"},
    {"- targets: [a]\n  labels: {x: {a: 1}}\n", "!yaml: unmarshal errors:\n  line 2: cannot unmarshal !!map into model.LabelValue"},
    {"- targets: [a]\n  labels: {x: [a]}\n", "!yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into model.LabelValue"},
    {"- targets: [a]\n  extra: 1\n", "!yaml: unmarshal errors:\n  line 2: field extra not found in type GROUP"},
    {"- targets: [a]\n  targets: [b]\n", "!yaml: unmarshal errors:\n  line 2: field targets already set in type GROUP"},
    {"- targets: [a]\n  labels: {x: 1, x: 2}\n", "!yaml: unmarshal errors:\n  line 2: key \"x\" already set in map"},
    {"- 1\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!int `1` into GROUP"},
    {"- x\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into GROUP"},
    {"- []\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into GROUP"},
    {"- {}\n", " {}\n"},
    {"- targets: [a\n", "!yaml: line 1: did not find expected ',' or ']'"},
    {"a: b\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*targetgroup.Group"},
    {"targets: [a]\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*targetgroup.Group"},
    {"- &a\n  targets: [a]\n- *a\n", "a {}\na {}\n"},
    {"- targets: &t [a, b]\n- targets: *t\n", "a,b {}\na,b {}\n"},
    {"- labels: &l {x: y}\n  targets: [a]\n- targets: [b]\n  labels:\n    <<: *l\n    z: w\n", "a {x=\"y\"}\nb {x=\"y\", z=\"w\"}\n"},
    {"---\n- targets: [a]\n---\n- targets: [b]\n", "a {}\n"},
    {"- targets: [a]\n  labels:\n    1: x\n", "a {1=\"x\"}\n"},
    {"- targets: [a]\n  labels:\n    true: x\n", "a {true=\"x\"}\n"},
    {"- targets: [a]\n  labels:\n    ~: x\n", "a {=\"x\"}\n"},
    {"- targets: [!!binary aGVsbG8=]\n", "hello {}\n"},
    {"- targets: [!!str 12]\n", "12 {}\n"},
    {"- targets: [!custom x]\n", "x {}\n"},
    {"- targets: [!!int x]\n", "!yaml: cannot decode !!str `x` as a !!int"},
    {"- targets: [!!float 3]\n", "3 {}\n"},
    {"\t- x\n", "!yaml: found character that cannot start any token"},
    {"- targets: [a]\n\tb: c\n", "!yaml: line 2: found character that cannot start any token"},
    {"# only\n", ""},
    {"- targets: [a]\n  extra: 1\n  more: 2\n- foo: x\n",
     "!yaml: unmarshal errors:\n"
     "  line 2: field extra not found in type GROUP\n"
     "  line 3: field more not found in type GROUP\n"
     "  line 4: field foo not found in type GROUP"},
    {"- targets: [[a], [b]]\n- 1\n",
     "!yaml: unmarshal errors:\n"
     "  line 1: cannot unmarshal !!seq into string\n"
     "  line 1: cannot unmarshal !!seq into string\n"
     "  line 2: cannot unmarshal !!int `1` into GROUP"},
    {"- targets: [[a]]\n  labels: s\n  extra: 1\n",
     "!yaml: unmarshal errors:\n"
     "  line 1: cannot unmarshal !!seq into string\n"
     "  line 2: cannot unmarshal !!str `s` into model.LabelSet\n"
     "  line 3: field extra not found in type GROUP"},
    {"- targets: [*x]\n", "!yaml: unknown anchor 'x' referenced"},
    {"- [targets, a]\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into GROUP"},
    {"- 1: x\n", "!yaml: unmarshal errors:\n  line 1: field 1 not found in type GROUP"},
    {"- targets: [a]\n  1: x\n", "!yaml: unmarshal errors:\n  line 2: field 1 not found in type GROUP"},
    {"- targets: [\"a\\xff\"]\n", "a\xc3\xbf {}\n"},
    {"- targets:\n  - a\n  -\n  - b\n", "a,,b {}\n"},
    {"- targets: [a]\n  labels: {x: \"multi\\nline\"}\n", "a {x=\"multi\\nline\"}\n"},
    {"- targets: [a]\n  labels: {}\n- ~\n", "!nil target group item found"},
    {"- targets: [a\xff]\n", "!yaml: invalid leading UTF-8 octet"},
    {"- targets: [a]\n  labels: {a: b, <<: {c: d}}\n", "a {a=\"b\", c=\"d\"}\n"},
    {"- <<: {targets: [a]}\n  labels: {x: y}\n", "a {x=\"y\"}\n"},
    {"- targets: [a]\n  labels:\n    [a]: b\n", "!yaml: unmarshal errors:\n  line 3: cannot unmarshal !!seq into string"},
    {"[{targets: [a]}]", "a {}\n"},
    {"- targets: [a]\n  labels: {x: 'very long value that is longer than expected', y: [1,2,3,4,5,6]}\n",
     "!yaml: unmarshal errors:\n"
     "  line 2: cannot unmarshal !!seq into model.LabelValue"},
    {"- targets: averyverylongscalarvalue\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `averyve...` into []string"},
    {"- {targets: [a], labels: {x: !!int y}}\n", "!yaml: cannot decode !!bool `y` as a !!int"},
    {"- targets: [12:30:45, 1_000, 0o17, 017, 1e3]\n", "12:30:45,1_000,0o17,017,1e3 {}\n"},
    {"- targets: [a]\n  ? [x]\n  : y\n", "!yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into string"},
    {"- labels: &l {x: y}\n- labels: {<<: *l, x: z}\n", "!yaml: unmarshal errors:\n  line 2: key \"x\" already set in map"},
    {"- labels: &l {x: y}\n- labels: {x: z, <<: *l}\n", "!yaml: unmarshal errors:\n  line 1: key \"x\" already set in map"},
    {"- <<: {targets: [a]}\n  targets: [b]\n", "b {}\n"},
    {"- targets: [b]\n  <<: {targets: [a]}\n", "a {}\n"},
    {"- <<: {labels: {a: b}}\n  labels: {x: y}\n", " {a=\"b\", x=\"y\"}\n"},
    {"- <<: 1\n  targets: [a]\n", "!yaml: map merge requires map or sequence of maps as the value"},
    {"- <<: [{targets: [a]}, {labels: {x: y}}]\n", "a {x=\"y\"}\n"},
    {"- <<: [{targets: [a]}, 1]\n", "!yaml: map merge requires map or sequence of maps as the value"},
    {"- targets: [!!binary '*']\n", "!yaml: !!binary value contains invalid base64 data"},
    {"- targets: [!!bool yes]\n", "yes {}\n"},
    {"- targets: [!!bool 1]\n", "!yaml: cannot decode !!int `1` as a !!bool"},
    {"- targets: [!!null x]\n", "!yaml: cannot decode !!str `x` as a !!null"},
    {"- targets: [!!null '']\n", " {}\n"},
    {"- !!str x\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into GROUP"},
    {"- !!foo {a: b}\n", "!yaml: unmarshal errors:\n  line 1: field a not found in type GROUP"},
    {"1.5", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!float `1.5` into []*targetgroup.Group"},
    {"yes", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!bool `yes` into []*targetgroup.Group"},
    {"2001-01-01", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!timestamp `2001-01-01` into []*targetgroup.Group"},
    {"- labels: {!!int x: y}\n", "!yaml: cannot decode !!str `x` as a !!int"},
    {"- labels: {!!binary aGk=: y}\n", " {hi=\"y\"}\n"},
    {"- targets: [a]\n  labels:\n    x: *nope\n", "!yaml: unknown anchor 'nope' referenced"},
    {"- &a {<<: *a}\n", "!yaml: anchor 'a' value contains itself"},
    {"- targets: &a [*a]\n", "!yaml: anchor 'a' value contains itself"},  // Prometheus blames the type first
    {"- targets: [a]\n  labels: {x: y}}\n", "!yaml: line 1: did not find expected key"},
    {"- targets: [a]\n labels: {x: y}\n", "!yaml: line 1: did not find expected '-' indicator"},
    {"- targets: [a\n  labels: {x: y}\n", "!yaml: line 1: did not find expected ',' or ']'"},
    {"a: b: c\n", "!yaml: mapping values are not allowed in this context"},
    {"- \"abc\n", "!yaml: line 2: found unexpected end of stream"},
    {"%YAML 3.0\n---\n- a\n", "!yaml: found incompatible YAML document"},
    {"- targets: [a]\n- targets: @x\n", "!yaml: line 2: found character that cannot start any token"},
    {"- targets: [a]\n\n\n- targets: [!<x\n", "!yaml: line 4: did not find the expected '>'"},
    {"- 'x\n  y\n", "!yaml: line 3: found unexpected end of stream"},
    {"{", "!yaml: line 1: did not find expected node content"},
    {"[", "!yaml: line 1: did not find expected node content"},
    {"- - - -", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into GROUP"},
    {"&a", ""},
    {"*a", "!yaml: unknown anchor 'a' referenced"},
    {"- ? a\n", "!yaml: unmarshal errors:\n  line 1: field a not found in type GROUP"},
    {"- targets: |\n   a\n", "!yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `a\n` into []string"},
    {"- targets: ['']\n", " {}\n"},
    {"- labels: {a: ''}\n  targets: [x]\n", "x {a=\"\"}\n"},
    {"- targets: [x]\n  labels: {a: >-\n    b\n    c}\n", "!yaml: line 2: found character that cannot start any token"},
};

TEST_CASE("groups as JSON are read, and refused, as by Prometheus") {
  for (const Case& c : kJson) {
    CAPTURE(c.text);
    CHECK(shown(read_json_groups(c.text), R"(struct { Targets []string "json:\"targets\""; Labels model.LabelSet "json:\"labels\"" })") == c.expected);
  }
}

TEST_CASE("groups as YAML are read, and refused, as by Prometheus") {
  for (const Case& c : kYaml) {
    CAPTURE(c.text);
    CHECK(shown(read_yaml_groups(c.text), R"(struct { Targets []string "yaml:\"targets\""; Labels model.LabelSet "yaml:\"labels\"" })") == c.expected);
  }
}

TEST_CASE("each address becomes a target with the group's labels; an address wins over a label of that name") {
  std::vector<Target> targets;
  append_targets({{"a:1", "b:2"}, {{"job", "x"}, {"__address__", "over"}}}, targets);
  REQUIRE(targets.size() == 2);
  CHECK(targets[0].text() == R"({"__address__"="a:1", "job"="x"})");
  CHECK(targets[1].text() == R"({"__address__"="b:2", "job"="x"})");
}

}  // namespace
}  // namespace invar::discovery
