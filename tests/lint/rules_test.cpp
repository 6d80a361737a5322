#include <doctest/doctest.h>

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/linter.h"
#include "src/lint/report_text.h"
#include "src/lint/rule.h"
#include "stdlib/functions/library.h"

namespace invar::lint {
namespace {

struct Linted {
  ConfigText text;
  std::vector<Finding> findings;
  explicit Linted(std::string_view config, FeatureGate gate = {Stability::kExperimental, true}, bool for_invar = false) {
    text.files = {std::make_shared<const Source>("config.alloy", std::string(config))};
    findings = lint(text, {.gate = gate, .for_invar = for_invar, .library = &stdlib_values()});
  }
  bool has(std::string_view code) const {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.code == code; });
  }
};

std::string listed(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += headline(finding) + "\n";
  return text;
}

TEST_CASE("every rule finds its bad example and nothing in its good one") {
  for (const RuleSpec* rule : lint_rules()) {
    CAPTURE(rule->name);
    if (rule->examples != ExampleKind::kConfig) continue;
    const FeatureGate gate = rule->code == codes::kStability ? FeatureGate{} : FeatureGate{Stability::kExperimental, true};
    const bool for_invar = rule->code == kNotBuilt;
    const Linted bad(rule->bad, gate, for_invar), good(rule->good, gate, for_invar);
    CHECK_MESSAGE(bad.has(rule->code), listed(bad.findings));
    CHECK_MESSAGE(!good.has(rule->code), listed(good.findings));
    CHECK(rule->reason.ends_with('.'));
    CHECK(rule->ignore.ends_with('.'));
    CHECK(rule->proof.ends_with('.'));
    CHECK_FALSE(rule->origin.empty());
  }
}

TEST_CASE("rules have names and codes of their own") {
  std::set<std::string_view> names, codes;
  for (const RuleSpec* rule : lint_rules()) {
    CHECK(names.insert(rule->name).second);
    CHECK(codes.insert(rule->code).second);
  }
}

/// `CODE message` of each finding.
std::string said_of(std::string_view config, const LintOptions& options) {
  ConfigText text;
  text.files = {std::make_shared<const Source>("config.alloy", std::string(config))};
  LintOptions own = options;
  own.library = &stdlib_values();
  own.gate = {Stability::kExperimental, true};
  std::string said;
  for (const Finding& finding : lint(text, own)) said += std::string(finding.code) + " " + finding.message + "\n";
  return said;
}

std::string sends_to(std::string_view receivers) {
  return "loki.source.api \"a\" {\n  http { }\n  forward_to = [" + std::string(receivers) + "]\n}\n";
}

TEST_CASE("components beside the text") {
  const std::set<std::string> beside{"loki.write.loki"};
  const LintOptions named{.beside = &beside}, open{.open_references = true};
  CHECK(said_of(sends_to("loki.write.loki.receiver"), {}) == "INV115 component \"loki.write.loki.receiver\" does not exist or is out of scope\n");
  CHECK(said_of(sends_to("loki.write.loki.receiver"), named).empty());
  CHECK(said_of(sends_to("loki.write.other.receiver"), named) == "INV115 component \"loki.write.other.receiver\" does not exist or is out of scope\n");
  CHECK(said_of(sends_to("loki.write.other.receiver, team.pipeline.x.receiver"), open).empty());
  CHECK(said_of(sends_to("loki.wriite.loki.receiver"), open) == "INV115 component \"loki.wriite.loki.receiver\" does not exist or is out of scope\n");
  SUBCASE("their types are known") {
    CHECK(said_of(sends_to("loki.write.loki.reciever"), named) == "INV115 field \"reciever\" does not exist\n");
    CHECK(said_of(sends_to("loki.write.loki"), open).starts_with("INV120"));
    CHECK(said_of("loki.source.api \"a\" {\n  http { }\n  forward_to = loki.write.loki.receiver\n}\n", open).starts_with("INV120"));
    CHECK(said_of(sends_to("prometheus.remote_write.m.receiver"), open).starts_with("INV120"));
  }
  SUBCASE("they may feed what the text defines, and use its modules") {
    CHECK(said_of("loki.process \"p\" {\n  forward_to = [loki.write.loki.receiver]\n}\ndeclare \"d\" { }\n", named).empty());
  }
  SUBCASE("a declare does not see them") {
    const std::string inside = "declare \"d\" {\n" + sends_to("loki.write.loki.receiver") + "}\n";
    CHECK(said_of(sends_to("loki.write.loki.receiver") + inside, named) == "INV115 component \"loki.write.loki.receiver\" does not exist or is out of scope\n");
    CHECK(said_of(inside, open) == "INV115 component \"loki.write.loki.receiver\" does not exist or is out of scope\n");
  }
}

constexpr std::string_view kFeed = "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.write.w.receiver]\n}\n";

TEST_CASE("the environment is not looked at") {
  const Linted linted(std::string(kFeed) + "loki.write \"w\" {\n  endpoint {\n    url = sys.env(\"NOT_SET_ANYWHERE\")\n  }\n}\n");
  CHECK_MESSAGE(linted.findings.empty(), listed(linted.findings));
}

TEST_CASE("a syntax error is one finding, and an empty file none") {
  CHECK(Linted("loki.write \"w\" {\n  url = }\n  x = = 1\n").findings.size() == 1);
  CHECK(Linted("").findings.empty());
}

}  // namespace
}  // namespace invar::lint
