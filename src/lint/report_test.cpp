#include "src/lint/report.h"

#include <doctest/doctest.h>

#include "src/lint/document.h"
#include "src/lint/rule.h"

namespace invar::lint {
namespace {

/// The report of one config, with its source.
struct Reported {
  Document document;
  Report report;
  explicit Reported(std::string config, std::string name = "config.alloy") {
    const auto source = std::make_shared<const Source>(std::move(name), std::move(config));
    document.sources = {source};
    document.snippets.push_back({.text = {{source}}});
    LintResult result = lint_document(document, {.gate = FeatureGate{Stability::kExperimental, true}});
    std::erase_if(result.findings, [](const Finding& finding) { return finding.severity == FindingSeverity::kInfo; });
    report.findings = std::move(result.findings);
    report.secrets = std::move(result.secrets);
    report.summary.files = {source->name()};
  }
  std::string as(std::string_view format, const ReportOptions& options = {}) const { return find_report_format(format)->write(report, options); }
};

const std::string kSecret = "loki.write \"w\" {\n\tendpoint {\n\t\turl = \"http://l/loki/api/v1/push\"\n\t\tbearer_token = \"hunter22\"\n\t}\n}\n";

TEST_CASE("pretty, concise and json") {
  const Reported reported(kSecret);
  CHECK(reported.as("concise") == "config.alloy:4:18: warning INV170: bearer_token stands in the config in plain text\n");
  CHECK(reported.as("pretty") ==
        "config.alloy:4:18: warning INV170: bearer_token stands in the config in plain text\n"
        "4 |         bearer_token = \"********\"\n"
        "  |                        ^^^^^^^^^^\n"
        "  = help: take it from sys.env, local.file or remote.kubernetes.secret\n\n");
  CHECK(reported.as("json") ==
        R"({"version":1,"findings":[{"code":"INV170","severity":"warning","message":"bearer_token stands in the config in plain text","file":"config.alloy",)"
        R"("start":{"line":4,"col":18},"end":{"line":4,"col":28},"help":"take it from sys.env, local.file or remote.kubernetes.secret","fix":null}],)"
        R"("summary":{"errors":0,"warnings":1,"infos":0,"files":1,"snippets":0,"partly_unchecked":0,"unreadable":0,"foreign":0,"in_baseline":0,"stale_in_baseline":0,)"
        R"~("codes":{"INV170":1},"needs":[],"alloy":"1.18 (66ebea85)"}})~"
        "\n");
  CHECK(reported.as("github") ==
        "::warning file=config.alloy,line=4,endLine=4,col=18,endColumn=28,title=INV170 plain-secret::config.alloy:4:18: warning INV170: bearer_token stands in the "
        "config in plain text%0Ahelp: take it from sys.env, local.file or remote.kubernetes.secret\n");
  CHECK(summary_text(reported.report) == "1 warning\n1 file checked against Alloy 1.18 (66ebea85)\n");
}

TEST_CASE("no format shows a secret") {
  const std::string config = kSecret + "loki.write \"v\" {\n  endpoint {\n    url = \"http://user:swordfish@l\"\n    basic_auth {\n      username = \"u\"\n      pasword = \"opensesame\" }\n  }\n}\n"
                                       "remote.http \"h\" {\n  url = \"http://l\"\n  client {\n    http_headers = {\"X\" = [\"shibboleth\" + 1]}\n  }\n}\n";
  for (const ReportFormat* format : report_formats())
    for (const std::string& text : {config, config + "loki.write \"x\" { password = \"hunter22"}) {
      const std::string shown = Reported(text).as(format->name);
      CAPTURE(format->name);
      CHECK_FALSE(shown.empty());
      for (const char* secret : {"hunter22", "swordfish", "opensesame", "shibboleth"}) CHECK_MESSAGE(shown.find(secret) == std::string::npos, secret);
    }
}

TEST_CASE("frames count columns as a terminal does") {
  const Reported wide("loki.echo \"日本語é\" { x\t= 1 }\n");
  CHECK(wide.as("pretty") ==
        "config.alloy:1:27: error INV110: unrecognized attribute name \"x\"\n"
        "1 | loki.echo \"日本語é\" { x    = 1 }\n"
        "  |                       ^^^^^^^^\n\n");
  const Reported crlf("loki.echo \"a\" {\r\n  x = 1\r\n}\r\n");
  CHECK(crlf.as("pretty") ==
        "config.alloy:2:3: error INV110: unrecognized attribute name \"x\"\n"
        "2 |   x = 1\n"
        "  |   ^^^^^\n\n");
  const Reported escape("loki.echo \"a\" { b\x1b = 1 }\n");
  CHECK(escape.as("pretty").find('\x1b') == std::string::npos);
}

TEST_CASE("long lines are cut around the mark") {
  const std::string padding(3000, 'p');
  const std::string shown = Reported("loki.echo \"a\" { x = \"" + padding + "\" }\n").as("pretty");
  CHECK(shown.size() < 600);
  CHECK(shown.find("…") != std::string::npos);
}

TEST_CASE("colours only when asked for") {
  const Reported reported(kSecret);
  CHECK(reported.as("pretty").find('\x1b') == std::string::npos);
  CHECK(reported.as("pretty", {.color = true}).find("\x1b[33;1m") != std::string::npos);
}

TEST_CASE("related places stand in the same frame") {
  Reported reported("loki.echo \"a\" { }\n\n\nloki.echo \"b\" { x = 1 }\n");
  const Source* source = reported.document.sources.front().get();
  reported.report.findings.front().related = {{{source, 0, 9}, "this one"}};
  CHECK(reported.as("pretty") ==
        "config.alloy:4:17: error INV110: unrecognized attribute name \"x\"\n"
        "1 | loki.echo \"a\" { }\n"
        "  | --------- this one\n"
        " ...\n"
        "4 | loki.echo \"b\" { x = 1 }\n"
        "  |                 ^^^^^\n\n");
}

TEST_CASE("the same finding in groups") {
  const Reported reported("loki.echo \"a\" { x = 1 }\nloki.echo \"b\" { x = 1 }\n");
  CHECK(reported.as("concise", {.group = true}) == "config.alloy:1:17: error INV110: unrecognized attribute name \"x\" (and 1 more)\n");
  CHECK(reported.as("pretty", {.group = true}).find("also: config.alloy:2:17") != std::string::npos);
  CHECK(statistics(reported.report) == "2\tINV110\tunknown-name\n");
}

TEST_CASE("what is needed and what was left out is told once") {
  Reported reported("");
  Summary& summary = reported.report.summary;
  summary.needs = {{"foreach", Stability::kExperimental}, {"otelcol.receiver.filelog", Stability::kPublicPreview}, {"otelcol.exporter.awss3", Stability::kExperimental}};
  summary.in_baseline = 2;
  summary.stale = 1;
  summary.foreign = 3;
  CHECK(summary_text(reported.report) ==
        "nothing found\n"
        "needs experimental: foreach, otelcol.exporter.awss3; public-preview: otelcol.receiver.filelog (the level Alloy runs with is not known; --stability.level says it)\n"
        "2 findings of the baseline not shown\n"
        "1 entry of the baseline found nowhere any more (--write-baseline renews it)\n"
        "3 YAML files left out: no values, no manifest with Alloy in it\n"
        "1 file checked against Alloy 1.18 (66ebea85)\n");
  summary.notes = {{"v.yaml", "layout 2-3 (destinations is a list), checked as 3.8"}};
  summary.snippets = 2;
  CHECK(summary_text(reported.report).starts_with("layout 2-3 (destinations is a list), checked as 3.8, Alloy 1.18; nothing found, 0 of 2 snippets unchecked\n"));
  summary.notes = {{"a", "layout 4, checked as 4.4"}, {"b", "layout 2-3, checked as 3.8"}, {"c", "layout 4, checked as 4.4"}};
  CHECK(summary_text(reported.report).starts_with("b: layout 2-3, checked as 3.8\na and 1 more: layout 4, checked as 4.4\nnothing found"));
}

TEST_CASE("junit has a case for each finding and for each file without one") {
  Reported reported("loki.echo \"a\" { x = 1 }\n");
  reported.report.findings.front().message += " <&>\x1b";
  reported.report.summary.files.push_back("good.alloy");
  CHECK(reported.as("junit") ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"invar lint\" tests=\"2\" failures=\"1\" errors=\"0\">\n"
        "  <testsuite name=\"config.alloy\" tests=\"1\" failures=\"1\" errors=\"0\">\n"
        "    <testcase name=\"INV110 unknown-name\" classname=\"config.alloy\" file=\"config.alloy\" line=\"1\">\n"
        "      <failure message=\"unrecognized attribute name &quot;x&quot; &lt;&amp;&gt;\uFFFD\" type=\"error\">config.alloy:1:17: error INV110: unrecognized attribute name "
        "&quot;x&quot; &lt;&amp;&gt;\uFFFD</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"good.alloy\" tests=\"1\" failures=\"0\" errors=\"0\">\n"
        "    <testcase name=\"nothing found\" classname=\"good.alloy\" file=\"good.alloy\"/>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

}  // namespace
}  // namespace invar::lint
