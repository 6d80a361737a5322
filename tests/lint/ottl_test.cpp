#include "src/lint/ottl_texts.h"

#include <doctest/doctest.h>

#include "src/base/codes.h"
#include "src/lint/linter.h"
#include "stdlib/functions/library.h"

namespace invar::lint {
namespace {

struct Linted {
  ConfigText text;
  std::vector<Finding> findings;  // of OTTL
  explicit Linted(const std::string& config) {
    text.files = {std::make_shared<const Source>("config.alloy", config)};
    for (Finding& finding : lint(text, {.gate = FeatureGate{Stability::kExperimental, true}, .library = &stdlib_values()}))
      if (finding.code == codes::kLanguage || finding.code == codes::kRegex) findings.push_back(std::move(finding));
  }
  std::string places() const {
    std::string all;
    for (const Finding& finding : findings) all += (all.empty() ? "" : " ") + std::string(finding.span.text());
    return all;
  }
  std::string messages() const {
    std::string all;
    for (const Finding& finding : findings) all += finding.message + "\n";
    return all;
  }
};

Linted transform(const std::string& body) { return Linted("otelcol.processor.transform \"t\" {\n" + body + "\n  output { }\n}\n"); }

TEST_CASE("a finding stands at its bytes, behind quotes and escapes") {
  const Linted linted = transform(R"--(
  log_statements {
    context    = "log"
    statements = [
      "set(attributes[\"a\"], bodi)",
      `set(attributes["a"], Conkat(["b"], ""))`,
      "set(attributes[" + "\"a\"], nam" + "e)",
    ]
  })--");
  CHECK_MESSAGE(linted.places() == "bodi Conkat nam\" + \"e", linted.messages());
}

TEST_CASE("names can be mended in place") {
  const Linted linted = transform("  log_statements {\n    context    = \"log\"\n    statements = [\"sett(body, \\\"x\\\")\"]\n  }");
  REQUIRE(linted.findings.size() == 1);
  const Finding& finding = linted.findings[0];
  CHECK(finding.message == "undefined function \"sett\"");
  CHECK(finding.help == "did you mean \"set\"?");
  REQUIRE(finding.fix);
  CHECK(finding.fix->safe);
  CHECK(finding.fix->edits.at(0).span.text() == "sett");
  CHECK(finding.fix->edits.at(0).text == "set");
}

TEST_CASE("regular expressions have their own code") {
  const Linted linted = transform("  log_statements {\n    context    = \"log\"\n    statements = [`replace_pattern(body, \"(a\", \"\")`]\n  }");
  REQUIRE(linted.findings.size() == 1);
  CHECK(linted.findings[0].code == codes::kRegex);
  CHECK(linted.findings[0].span.text() == "\"(a\"");
  CHECK(linted.findings[0].message == "error parsing regexp: missing closing ): `(a`");
}

TEST_CASE("every place of OTTL is looked at") {
  struct Row {
    std::string config, places;
  };
  const auto component = [](const std::string& name, const std::string& body) { return name + " \"x\" {\n" + body + "\n  output { }\n}\n"; };
  for (const Row& row : {
           Row{component("otelcol.processor.transform", "  trace_statements {\n    context    = \"SpanEvent\"\n    conditions = [\"nam == 1\"]\n    statements = [\"set(name, nam)\"]\n  }"), "nam nam"},
           Row{component("otelcol.processor.transform", "  metric_statements {\n    context    = \"datapoint\"\n    statements = [\"set(valu_int, 1)\"]\n  }"), "valu_int"},
           Row{component("otelcol.processor.transform", "  statements {\n    trace  = [\"set(span.nam, 1)\"]\n    metric = [\"set(metric.nam, 1)\"]\n    log    = [\"set(log.bodi, 1)\"]\n  }"), "nam nam bodi"},
           Row{component("otelcol.processor.transform", "  log_statements {\n    context    = \"span\"\n    statements = [\"set(name, 1)\"]\n  }"), "\"span\""},
           Row{component("otelcol.processor.filter", "  traces {\n    span      = [\"nam == 1\"]\n    spanevent = [\"nme == 1\"]\n  }\n  metrics {\n    metric    = [\"unt == 1\"]\n    datapoint = [\"cout == 1\"]\n  }\n"
                                                     "  logs {\n    log_record = [\"bodi == 1\", \"log.body == 1\"]\n  }"),
               "nam nme unt cout bodi"},
           Row{component("otelcol.processor.filter", "  log_conditions {\n    context    = \"resource\"\n    conditions = [\"schema == 1\"]\n  }\n  trace_conditions {\n    conditions = [\"span.nam == 1\"]\n  }\n"
                                                     "  metric_conditions {\n    context    = \"Metric\"\n    conditions = [\"name == 1\"]\n  }"),
               "schema nam \"Metric\""},
           Row{"otelcol.processor.tail_sampling \"x\" {\n  policy {\n    name = \"a\"\n    type = \"ottl_condition\"\n    ottl_condition {\n      error_mode = \"ignore\"\n      span = [\"nam == 1\"]\n    }\n  }\n"
               "  policy {\n    name = \"b\"\n    type = \"and\"\n    and {\n      and_sub_policy {\n        name = \"c\"\n        type = \"ottl_condition\"\n        ottl_condition {\n"
               "          error_mode = \"ignore\"\n          spanevent = [\"nme == 1\"]\n        }\n      }\n    }\n  }\n  output { }\n}\n",
               "nam nme"},
           Row{component("otelcol.connector.count", "  spanevents {\n    name       = \"n\"\n    conditions = [\"nme == 1\"]\n  }"), "nme"},
           Row{component("otelcol.connector.signaltometrics", "  spans {\n    name       = \"n\"\n    conditions = [\"nam == 1\"]\n    sum {\n      value = \"AdjustdCount()\"\n    }\n  }\n"
                                                              "  logs {\n    name = \"m\"\n    histogram {\n      count = \"\"\n      value = \"Int(bodi)\"\n    }\n  }"),
               "nam AdjustdCount bodi"},
       }) {
    CAPTURE(row.config);
    const Linted linted(row.config);
    CHECK_MESSAGE(linted.places() == row.places, linted.messages());
  }
}

TEST_CASE("texts that only running tells are left out") {
  const Linted linted(R"--(argument "list" { }
argument "text" { }
otelcol.processor.transform "t" {
  log_statements {
    context    = argument.text.value
    statements = ["nonsense("]
  }
  log_statements {
    context    = "log"
    statements = argument.list.value
  }
  statements {
    log = ["set(attributes, 1)", argument.text.value]
  }
  output { }
}
)--");
  CHECK_MESSAGE(linted.findings.empty(), linted.messages());
}

TEST_CASE("a text that is computed is checked where it stands") {
  const Linted linted = transform("  log_statements {\n    context    = \"log\"\n    statements = [string.format(\"set(%s, 1)\", \"bodi\")]\n  }");
  CHECK_MESSAGE(linted.places() == "string.format(\"set(%s, 1)\", \"bodi\")", linted.messages());
}

}  // namespace
}  // namespace invar::lint
