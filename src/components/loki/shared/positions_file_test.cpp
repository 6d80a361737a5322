#include "src/components/loki/shared/positions_file.h"

#include <doctest/doctest.h>

#include "src/io/file.h"
#include "src/io/scratch_directory.h"

namespace invar {
namespace {

TEST_CASE("positions.yml is read in every style and written as Alloy does") {
  const auto read = read_positions_file("positions:\n    ? path: /b.log\n      labels: '{}'\n    : 4\n    ? {path: /a.log, labels: '{job=\"j\"}'}\n    : \"12\"\n");
  REQUIRE(read);
  CHECK(read->size() == 2);
  CHECK(read->at({"/b.log", "{}"}) == "4");
  CHECK(write_positions_file(*read) ==
        "positions:\n  ? path: /a.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n  ? path: /b.log\n    labels: '{}'\n  : \"4\"\n");
  CHECK(write_positions_file({}) == "positions: {}\n");
  CHECK(read_positions_file("")->empty());
  CHECK(read_positions_file("positions:\n")->empty());
  CHECK(!read_positions_file("positions: [1]\n"));
  CHECK(!read_positions_file("positions: [\n"));
  CHECK(write_positions_file({{{"/x", "{}"}, "abc"}}) == "positions:\n  ? path: /x\n    labels: '{}'\n  : abc\n");
}

/// As the go-yaml that Alloy writes and reads the file with has them.
constexpr struct {
  std::string_view path, labels, value, text;
} kRecorded[] = {
    {"/a b.log", "{job=\"j\"}", "12", "  ? path: /a b.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a: b.log", "{job=\"j\"}", "12", "  ? path: '/a: b.log'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a #b.log", "{job=\"j\"}", "12", "  ? path: '/a #b.log'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a'b.log", "{job=\"j\"}", "12", "  ? path: /a'b.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a\"b.log", "{job=\"j\"}", "12", "  ? path: /a\"b.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/\303\274.log", "{job=\"j\"}", "12", "  ? path: /\303\274.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/\346\227\245\346\234\254.log", "{job=\"j\"}", "12", "  ? path: /\346\227\245\346\234\254.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/emoji\360\237\230\200.log", "{job=\"j\"}", "12", "  ? path: \"/emoji\\U0001F600.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/tab\tb.log", "{job=\"j\"}", "12", "  ? path: \"/tab\\tb.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/new\nline.log", "{job=\"j\"}", "12", "  ? path: |-\n      /new\n      line.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/nul\001.log", "{job=\"j\"}", "12", "  ? path: \"/nul\\x01.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/del\177.log", "{job=\"j\"}", "12", "  ? path: \"/del\\x7F.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/nel\302\205.log", "{job=\"j\"}", "12", "  ? path: \"/nel\\N.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/ls\342\200\250.log", "{job=\"j\"}", "12", "  ? path: '/ls\342\200\250      .log'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/bom\357\273\277.log", "{job=\"j\"}", "12", "  ? path: \"/bom\\uFEFF.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/nbsp\302\240.log", "{job=\"j\"}", "12", "  ? path: /nbsp\302\240.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/back\\slash.log", "{job=\"j\"}", "12", "  ? path: /back\\slash.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {" /lead.log", "{job=\"j\"}", "12", "  ? path: ' /lead.log'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/trail.log ", "{job=\"j\"}", "12", "  ? path: '/trail.log '\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"-", "{job=\"j\"}", "12", "  ? path: '-'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"- a", "{job=\"j\"}", "12", "  ? path: '- a'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"? a", "{job=\"j\"}", "12", "  ? path: '? a'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"[x]", "{job=\"j\"}", "12", "  ? path: '[x]'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"{x}", "{job=\"j\"}", "12", "  ? path: '{x}'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"*star", "{job=\"j\"}", "12", "  ? path: '*star'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"&amp", "{job=\"j\"}", "12", "  ? path: '&amp'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"!tag", "{job=\"j\"}", "12", "  ? path: '!tag'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"%x", "{job=\"j\"}", "12", "  ? path: '%x'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"@x", "{job=\"j\"}", "12", "  ? path: '@x'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"`x", "{job=\"j\"}", "12", "  ? path: '`x'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"|", "{job=\"j\"}", "12", "  ? path: '|'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"> x", "{job=\"j\"}", "12", "  ? path: '> x'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"~", "{job=\"j\"}", "12", "  ? path: \"~\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"null", "{job=\"j\"}", "12", "  ? path: \"null\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"true", "{job=\"j\"}", "12", "  ? path: \"true\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"yes", "{job=\"j\"}", "12", "  ? path: \"yes\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"123", "{job=\"j\"}", "12", "  ? path: \"123\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"1e3", "{job=\"j\"}", "12", "  ? path: \"1e3\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"0x10", "{job=\"j\"}", "12", "  ? path: \"0x10\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"1_000", "{job=\"j\"}", "12", "  ? path: \"1_000\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"2020-01-01", "{job=\"j\"}", "12", "  ? path: \"2020-01-01\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {".5", "{job=\"j\"}", "12", "  ? path: \".5\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"", "{job=\"j\"}", "12", "  ? path: \"\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"cursor-loki.source.journal.x", "{job=\"j\"}", "12", "  ? path: cursor-loki.source.journal.x\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/very/long/path/that/goes/on/and/on/so that the/emitter might/fold it/at some width/of eighty/columns or more/because it has/spaces in it/to break at.log", "{job=\"j\"}", "12", "  ? path: /very/long/path/that/goes/on/and/on/so that the/emitter might/fold it/at some width/of eighty/columns or more/because it has/spaces in it/to break at.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a:", "{job=\"j\"}", "12", "  ? path: '/a:'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a,b", "{job=\"j\"}", "12", "  ? path: /a,b\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a]b", "{job=\"j\"}", "12", "  ? path: /a]b\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"=", "{job=\"j\"}", "12", "  ? path: =\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/cr\rx.log", "{job=\"j\"}", "12", "  ? path: \"/cr\\rx.log\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"\ttab", "{job=\"j\"}", "12", "  ? path: \"\\ttab\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/var/log/pods/ns_pod-0_uid/c/0.log", "{job=\"j\"}", "12", "  ? path: /var/log/pods/ns_pod-0_uid/c/0.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a  b", "{job=\"j\"}", "12", "  ? path: /a  b\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"#x", "{job=\"j\"}", "12", "  ? path: '#x'\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/a\303\251\314\201.log", "{job=\"j\"}", "12", "  ? path: /a\303\251\314\201.log\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"on", "{job=\"j\"}", "12", "  ? path: \"on\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"off", "{job=\"j\"}", "12", "  ? path: \"off\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"n", "{job=\"j\"}", "12", "  ? path: \"n\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"y", "{job=\"j\"}", "12", "  ? path: \"y\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"1:30", "{job=\"j\"}", "12", "  ? path: \"1:30\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"+1", "{job=\"j\"}", "12", "  ? path: \"+1\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"-1", "{job=\"j\"}", "12", "  ? path: \"-1\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {".inf", "{job=\"j\"}", "12", "  ? path: \".inf\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {".nan", "{job=\"j\"}", "12", "  ? path: \".nan\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"0b1", "{job=\"j\"}", "12", "  ? path: \"0b1\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"0o7", "{job=\"j\"}", "12", "  ? path: \"0o7\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"07", "{job=\"j\"}", "12", "  ? path: \"07\"\n    labels: '{job=\"j\"}'\n  : \"12\"\n"},
    {"/x", "", "12", "  ? path: /x\n    labels: \"\"\n  : \"12\"\n"},
    {"/x", "{}", "12", "  ? path: /x\n    labels: '{}'\n  : \"12\"\n"},
    {"/x", "{a=\"b\"}", "12", "  ? path: /x\n    labels: '{a=\"b\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"it's\"}", "12", "  ? path: /x\n    labels: '{a=\"it''s\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"q\\\"q\"}", "12", "  ? path: /x\n    labels: '{a=\"q\\\"q\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"b\\\\c\"}", "12", "  ? path: /x\n    labels: '{a=\"b\\\\c\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"\303\274\"}", "12", "  ? path: /x\n    labels: '{a=\"\303\274\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"x\\ny\"}", "12", "  ? path: /x\n    labels: '{a=\"x\\ny\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"x\ny\"}", "12", "  ? path: /x\n    labels: |-\n      {a=\"x\n      y\"}\n  : \"12\"\n"},
    {"/x", "{a=\"b\", c=\"d\"}", "12", "  ? path: /x\n    labels: '{a=\"b\", c=\"d\"}'\n  : \"12\"\n"},
    {"/x", "{a=\"# x: y\"}", "12", "  ? path: /x\n    labels: '{a=\"# x: y\"}'\n  : \"12\"\n"},
    {"/x", "{}", "0", "  ? path: /x\n    labels: '{}'\n  : \"0\"\n"},
    {"/x", "{}", "12", "  ? path: /x\n    labels: '{}'\n  : \"12\"\n"},
    {"/x", "{}", "", "  ? path: /x\n    labels: '{}'\n  : \"\"\n"},
    {"/x", "{}", "abc", "  ? path: /x\n    labels: '{}'\n  : abc\n"},
    {"/x", "{}", "s=3eb;i=1;b=x;m=1;t=6;x=1", "  ? path: /x\n    labels: '{}'\n  : s=3eb;i=1;b=x;m=1;t=6;x=1\n"},
    {"/x", "{}", "1e5", "  ? path: /x\n    labels: '{}'\n  : \"1e5\"\n"},
    {"/x", "{}", "9223372036854775807", "  ? path: /x\n    labels: '{}'\n  : \"9223372036854775807\"\n"},
    {"/x", "{}", "true", "  ? path: /x\n    labels: '{}'\n  : \"true\"\n"},
    {"/x", "{}", "1700000000", "  ? path: /x\n    labels: '{}'\n  : \"1700000000\"\n"},
    {"/x", "{}", "0x1", "  ? path: /x\n    labels: '{}'\n  : \"0x1\"\n"},
    {"/x", "{}", "-5", "  ? path: /x\n    labels: '{}'\n  : \"-5\"\n"},
    {"/x", "{}", " 5", "  ? path: /x\n    labels: '{}'\n  : ' 5'\n"},
};

TEST_CASE("any path, labels and value are written as Alloy writes them, and come back") {
  for (const auto& [path, labels, value, text] : kRecorded) {
    const PositionMap positions{{{path, labels}, std::string(value)}};
    const std::string whole = "positions:\n" + std::string(text);
    CHECK(write_positions_file(positions) == whole);
    const auto read = read_positions_file(whole);
    REQUIRE(read);
    CHECK(*read == positions);
  }
}

TEST_CASE("a positions.yml that is not there has no entries, one that makes no sense is named") {
  ScratchDirectory scratch;
  const std::string path = scratch.path() + "/positions.yml";
  CHECK(load_positions_file(path)->empty());
  REQUIRE(replace_file(path, "positions:\n  ? {path: /a.log, labels: '{}'}\n  : \"12\"\n"));
  CHECK(load_positions_file(path)->at({"/a.log", "{}"}) == "12");
  CHECK(load_positions_file(path + "/positions.yml")->empty());
  REQUIRE(replace_file(path, "positions: [1]\n"));
  const auto broken = load_positions_file(path);
  CHECK(broken.error().what.starts_with("invalid yaml positions file [" + path + "]: yaml: "));
  CHECK(broken.error().reason == "bad_yaml");
  const auto directory = load_positions_file(scratch.path());
  REQUIRE(!directory);
  CHECK(directory.error().reason != "bad_yaml");
}

TEST_CASE("a legacy positions file becomes entries without labels") {
  const auto read = read_legacy_positions_file("positions:\n  /a.log: \"4\"\n");
  REQUIRE(read);
  CHECK(read->at({"/a.log", "{}"}) == "4");
  CHECK(!read_legacy_positions_file("positions: [\n"));
  CHECK(!read_legacy_positions_file("positions: {}\nother: 1\n"));
}

}  // namespace
}  // namespace invar
