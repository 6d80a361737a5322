#include <doctest/doctest.h>

#include <array>
#include <random>

#include "src/base/quote.h"
#include "src/components/loki/secretfilter/detector.h"
#include "tests/component_bench.h"
#include "tests/harness/component_harness.h"

namespace invar::loki_secretfilter {
namespace {

using harness::ComponentHarness;
using Lines = std::vector<std::string>;

// In parts: scanners of this repository are to find nothing.
const std::string kPat = std::string("ghp") + "_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d";

Lines sent(ComponentHarness& component, const Lines& lines, harness::Pairs labels = {}) {
  const size_t before = component.received().size();
  std::vector<harness::Entry> entries;
  for (const std::string& line : lines) entries.push_back({line, labels, {}, 1});
  component.send(entries);
  component.turn();
  Lines got;
  for (size_t i = before; i < component.received().size(); ++i) got.push_back(component.received()[i].line);
  return got;
}

std::string config(const std::string& body) { return "loki.secretfilter \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + body + "\n}\n\nvec.sink \"out\" { }\n"; }

/// Rules in a file, and a component that uses them.
struct Rules {
  bench::Folder folder;
  ComponentHarness component{"loki.secretfilter.vec"};
  int files = 0;
  bool load(const std::string& toml) {
    const std::string file = folder / std::to_string(files++);  // a load with equal arguments changes nothing
    bench::write(file, toml);
    return component.load(config("gitleaks_config = " + invar::quoted(file) + "\nredact_with = \"<$SECRET_NAME>\""), "loki.secretfilter");
  }
  ~Rules() { component.stop(); }
};

TEST_CASE("every expression of the default rules compiles") {
  const auto set = RuleSet::defaults();
  REQUIRE(set->rules().size() == 222);
  size_t with_regex = 0;
  for (size_t i = 0; i < set->rules().size(); ++i) with_regex += set->regex(i) != nullptr;
  CHECK(with_regex == 217);  // the others look at files of certain names
}

TEST_CASE("keywords: as many searches for each, in any case") {
  std::mt19937 random(7);
  const auto letters = [&](size_t most) {
    std::string text;
    for (size_t i = random() % (most + 1); i > 0; --i) text += "abAB\xc3\xa4k"[random() % 7];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> words;
    for (size_t i = 1 + random() % 6; i > 0; --i) words.push_back("a" + letters(3));
    const KeywordFinder finder(words);
    const std::string text = letters(20) + (random() % 2 ? "\xe2\x84\xaa" : "");
    const auto folded = [](std::string_view given) {
      std::string out;
      for (size_t at = 0, length = 0; at < given.size(); at += length) {
        const char32_t rune = decode_rune(given.substr(at), length);
        append_rune(out, rune == 0x212a ? 'k' : rune >= 'A' && rune <= 'Z' ? rune + 32 : rune);
      }
      return out;
    };
    NumberSet found(words.size());
    finder.find(text, found);
    std::vector<size_t> got, expected;
    found.each([&](size_t number) { got.push_back(number); });
    for (size_t i = 0; i < words.size(); ++i)
      if (is_valid_utf8(text) == is_valid_utf8(words[i]) && folded(text).find(folded(words[i])) != std::string::npos) expected.push_back(i);
    if (is_valid_utf8(text) && std::all_of(words.begin(), words.end(), is_valid_utf8)) CHECK(got == expected);
  }
}

TEST_CASE("entropy counts runes over bytes") {
  CHECK(shannon_entropy("") == 0);
  CHECK(shannon_entropy("aaaa") == 0);
  CHECK(shannon_entropy("abab") == 1);
  CHECK(shannon_entropy("abcd") == 2);
  CHECK(shannon_entropy("\xc3\xa4\xc3\xa4") == doctest::Approx(0.5));
}

TEST_CASE("secrets are taken out, counted by rule and origin") {
  ComponentHarness component("loki.secretfilter.vec");
  REQUIRE(component.load(config("origin_label = \"job\""), "loki.secretfilter"));
  CHECK(sent(component, {"a " + kPat + " b " + kPat, "nothing", kPat + " # gitleaks:allow"}, {{"job", "j"}}) ==
        Lines{"a ghp_u8jz... b ghp_u8jz...", "nothing", kPat + " # gitleaks:allow"});
  const std::string metrics = component.metrics_text();
  CHECK(metrics.find("loki_secretfilter_secrets_redacted_by_category_total{component_id=\"loki.secretfilter.vec\",component_path=\"/\",origin=\"j\",rule=\"github-pat\"} 2\n") !=
        std::string::npos);
  CHECK(metrics.find("loki_secretfilter_processing_duration_seconds_count{component_id=\"loki.secretfilter.vec\",component_path=\"/\"} 3\n") != std::string::npos);
  REQUIRE(component.load(config("redact_with = \"<$SECRET_NAME:$SECRET_HASH>\""), "loki.secretfilter"));
  CHECK(sent(component, {kPat}) == Lines{"<github-pat:38d2be0407451b0c7d92fafa485e73c76709d8b0>"});
  component.stop();
  CHECK(component.ledger_fault() == "");
}

TEST_CASE("of secrets that hold one another nothing is left") {
  Rules rules;
  REQUIRE(rules.load(R"(
[[rules]]
id = "short"
regex = 'key-[a-z]{4}'
[[rules]]
id = "long"
regex = 'key-[a-z]{4}\.[0-9]+'
)"));
  CHECK(sent(rules.component, {"a key-abcd.1234 b", "key-abcd"}) == Lines{"a <long> b", "<short>"});
}

TEST_CASE("an entry that takes too long passes with what was found, is labelled, or dropped") {
  ComponentHarness component("loki.secretfilter.vec");
  REQUIRE(component.load(config("processing_timeout = \"1ns\"\nlabel_timed_out = true"), "loki.secretfilter"));
  CHECK(sent(component, {"x"}).size() == 1);
  CHECK(component.received().back().labels == harness::Pairs{{"secretfilter", "timed-out"}});
  REQUIRE(component.load(config("processing_timeout = \"1ns\"\ndrop_on_timeout = true"), "loki.secretfilter"));
  CHECK(sent(component, {"x", "y"}).empty());
  const std::string metrics = component.metrics_text();
  CHECK(metrics.find("lines_timed_out_total{component_id=\"loki.secretfilter.vec\",component_path=\"/\"} 3\n") != std::string::npos);
  CHECK(metrics.find("lines_dropped_total{component_id=\"loki.secretfilter.vec\",component_path=\"/\"} 2\n") != std::string::npos);
  component.stop();
  CHECK(component.ledger_fault() == "");
}

TEST_CASE("a share of the entries is looked at") {
  ComponentHarness component("loki.secretfilter.vec");
  REQUIRE(component.load(config("rate = 0.5\nredact_with = \"R\""), "loki.secretfilter"));
  const Lines got = sent(component, Lines(1000, kPat));
  const auto redacted = std::count(got.begin(), got.end(), "R");
  CHECK(redacted > 400);
  CHECK(redacted < 600);
  component.stop();
}

TEST_CASE("rules of a file, with keys in any case") {
  Rules rules;
  REQUIRE(rules.load(R"(
[[rules]]
ID = "word"
REGEX = '''word-(\w+)'''
keywords = ["WORD-"]
[[rules.allowlists]]
stopwords = ["fine"]
[[rules]]
id = "no-keywords"
regex = '''\b\d{4}\b'''
entropy = 1.0
[[rules.allowlists]]
condition = "AND"
regexes = ['''^12''']
stopwords = ["34"]
[[rules]]
id = "elsewhere"
path = '''\.yaml$'''
regex = '''a'''
[allowlist]
regexTarget = "line"
regexes = ['''public''']
)"));
  CHECK(sent(rules.component, {"word-abc", "word-fine", "word-abc is public", "1234", "1243", "1111", "a"}) ==
        Lines{"word-<word>", "word-fine", "word-abc is public", "1234", "<no-keywords>", "1111", "a"});
}

TEST_CASE("rules that need others near them") {
  Rules rules;
  REQUIRE(rules.load(R"(
[[rules]]
id = "key"
regex = '''key=(\w+)'''
[[rules.required]]
id = "user"
withinLines = 1
[[rules]]
id = "user"
regex = '''user=(\w+)'''
skipReport = true
)"));
  CHECK(sent(rules.component, {"key=abc", "key=abc user=u", "user=u\nkey=abc", "user=u\n\n\n\nkey=abc\n"}) ==
        Lines{"key=abc", "key=<key> user=u", "user=u\nkey=<key>", "user=u\n\n\n\nkey=abc\n"});
}

TEST_CASE("a file extends the default rules, or another file") {
  Rules rules;
  REQUIRE(rules.load(R"(
[extend]
useDefault = true
disabledRules = ["npm-access-token"]
[[rules]]
id = "github-pat"
[[rules.allowlists]]
regexes = ['''u8jz''']
[[rules]]
id = "own"
regex = '''own'''
)"));
  CHECK(sent(rules.component, {kPat, "own"}) == Lines{kPat, "<own>"});
  bench::write(rules.folder / "base.toml", "[[rules]]\nid = \"base\"\nregex = '''base'''\n[[rules]]\nid = \"both\"\nregex = '''x'''\nkeywords = [\"both\"]\n");
  REQUIRE(rules.load("[extend]\npath = " + invar::quoted(rules.folder / "base.toml") +
                     "\n[[rules]]\nid = \"both\"\nregex = '''both'''\n[[allowlists]]\ntargetRules = [\"base\"]\nstopwords = [\"nothing\"]\n"));
  CHECK(sent(rules.component, {"base both own"}) == Lines{"<base> <both> own"});
}

TEST_CASE("a file that cannot be used is refused with the reason; what runs goes on") {
  Rules rules;
  REQUIRE(rules.load("[[rules]]\nid = \"a\"\nregex = '''a'''\n"));
  const auto refused = [&](const std::string& toml, std::string_view why) {
    CHECK_FALSE(rules.load(toml));
    const std::string error = rules.component.error();
    INFO(error);
    CHECK(error.find(why) != std::string::npos);
  };
  refused("[[rules", "failed to create gitleaks detector: parse gitleaks config: While parsing config: toml: line 1");
  refused("rules = 1", "unmarshal gitleaks config: rules must be a table");
  refused("[[rules]]\nid = \"a\"\nregex = '''('''\n", "translate gitleaks config: a: error parsing regexp: missing closing )");
  refused("[[rules]]\nid = \"a\"\n", "a: both |regex| and |path| are empty, this rule will have no effect");
  refused("[[rules]]\nregex = '''a'''\n", "rule |id| is missing or empty");
  refused("[[rules]]\nid = \"a\"\nregex = '''(a)'''\nsecretGroup = 2\n", "a: invalid regex secret group 2, max regex secret group 1");
  refused("[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.allowlists]]\ncondition = \"x\"\n", "a: [[rules.allowlists]] unknown allowlist |condition| 'x' (expected 'and', 'or')");
  refused("[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.allowlists]]\ndescription = \"x\"\n", "must contain at least one check for: commits, paths, regexes, or stopwords");
  refused("[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.required]]\nid = \"b\"\n", "a: [[rules.required]] rule ID 'b' does not exist");
  refused("[[allowlists]]\ntargetRules = [\"b\"]\nregexes = ['''a''']\n", "[[allowlists]] target rule ID 'b' does not exist");
  refused("[extend]\nuseDefault = true\npath = \"x\"\n", "unable to load config due to extend.path and extend.useDefault being set");
  CHECK(sent(rules.component, {"a"}) == Lines{"<a>"});
}

}  // namespace
}  // namespace invar::loki_secretfilter
