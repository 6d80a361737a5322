// What Helm's tpl does to texts before Alloy sees them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lint/linted_yaml.h"

namespace invar::lint {
namespace {

std::string values(std::string_view stages) {
  std::string text = "collectors:\n  c: {}\npodLogsViaLoki:\n  enabled: true\n  collector: c\n  own: from-values\n  extraLogProcessingStages: |\n";
  for (std::string_view rest = stages; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    text += "    " + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

/// Messages of the findings about templates, each with its line and column inside the stages.
std::string said(std::string_view stages) {
  std::string all;
  for (const Finding& finding : Linted(values(stages)).findings) {
    if (finding.code == "INV201") continue;
    const Position at = finding.span.source->position(finding.span.begin);
    all += std::to_string(at.line - 7) + ":" + std::to_string(at.column - 4) + " " + std::string(finding.code) + " " + finding.message + "\n";
  }
  return all;
}

/// The stages after the fixes of their findings.
std::string fixed(std::string_view stages) {
  std::string text = values(stages);
  const Linted linted(text);
  std::vector<Edit> edits;
  for (const Finding& finding : linted.findings)
    if (finding.fix && finding.fix->safe) edits.insert(edits.end(), finding.fix->edits.begin(), finding.fix->edits.end());
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin > b.span.begin; });
  for (const Edit& edit : edits) text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  std::string stripped;
  for (size_t at = values("").size(); at < text.size();) {
    const size_t end = text.find('\n', at);
    stripped += text.substr(at + 4, end - at - 3);
    at = end + 1;
  }
  return stripped;
}

TEST_CASE("what Helm refuses and what it swallows") {
  CHECK(said("stage.template {\n  source = \"a\"\n  template = \"{{ .Value | ToUpper }}\"\n}") == "3:15 INV202 Helm will not render this: function \"ToUpper\" not defined\n");
  CHECK(said("stage.template {\n  source = \"a\"\n  template = \"{{ .Value }}\"\n}") == "3:15 INV202 Helm renders {{ .Value }} empty: .Value is a field of Alloy's template, not of Helm's\n");
  CHECK(said("stage.template {\n  source = \"a\"\n  template = `{{ if eq .Value \"3\" }}error{{ else }}debug{{ end }}`\n}") ==
        "3:15 INV202 Helm evaluates {{ if eq .Value \"3\" }} first; every line would become \"debug\"\n");
  CHECK(said("stage.template {\n  source = \"a\"\n  template = `{{ if ne .Value \"3\" }}other{{ end }}-{{ .level }}`\n}") ==
        "3:15 INV202 Helm evaluates {{ if ne .Value \"3\" }} first; every line would become \"other-\"\n");
  CHECK(said("stage.template {\n  source = \"a\"\n  template = \"{{ if eq .Value \\\"3\\\" }}x{{ end }}\"\n}") == "3:15 INV202 Helm will not render this: unexpected \"\\\\\" in operand\n");
  CHECK(said("stage.template {\n  source = \"a\"\n  template = \"{{ .Value.x }}\"\n}").starts_with("3:15 INV202 Helm will not render this: nil pointer evaluating interface {}.x"));
  CHECK(said("// {{ env \"HOME\" }}\nstage.decolorize { }") == "1:4 INV202 Helm will not render this: function \"env\" not defined\n");
  CHECK(said("{{ end }}\nstage.decolorize { }") == "1:1 INV202 Helm will not render this: unexpected {{end}}\n");
}

TEST_CASE("what Helm hands on is fine, and checked as what comes out") {
  for (const std::string_view fine : {"stage.template {\n  source = \"a\"\n  template = \"{{ \"{{ .Value }}\" }}\"\n}", "stage.template {\n  source = \"a\"\n  template = \"{{`{{ ToUpper .Value }}`}}\"\n}",
                                      "stage.static_labels {\n  values = { a = \"{{ .Values.own }}\" }\n}", "{{/* a comment */}}\nstage.decolorize { }"})
    CHECK(said(fine) == "");
  // The template that Alloy gets has a mistake of its own.
  CHECK(said("stage.template {\n  source = \"a\"\n  template = \"{{ \"{{ .Value \" }}\"\n}").starts_with("3:"));
  // A value of the files is put in: the name is no stage.
  CHECK(said("stage.{{ .Values.own | replace \"from-values\" \"nothing\" }} { }").find("unrecognized block name \"stage.nothing\"") != std::string::npos);
}

TEST_CASE("what only rendering knows is left open, and said to be") {
  for (const std::string_view open : {"stage.static_labels {\n  values = { a = \"{{ .Release.Name }}\" }\n}", "{{ include \"chart.stages\" . }}",
                                      "stage.static_labels {\n  values = { a = {{ .Release.Name | quote }} }\n}", "{{ if .Release.IsInstall }}\nstage.decolorize { }\n{{ end }}",
                                      "stage.regex {\n  expression = \"{{ .Values.global }}\"\n}"}) {
    CAPTURE(open);
    const Linted linted(values(open));
    CHECK(linted.concise().find("INV1") == std::string::npos);
    CHECK(linted.unchecked() == 1);
  }
  CHECK(Linted(values("stage.decolorize { }")).unchecked() == 0);
  // What stands before is certain all the same.
  CHECK(said("stage.nothing { }\n{{ include \"x\" . }}").find("1:1 INV110") != std::string::npos);
}

TEST_CASE("escaping is the safe fix") {
  CHECK(fixed("stage.template {\n  source = \"a\"\n  template = \"{{ .Value | ToUpper }}-{{ .b }}\"\n}") ==
        "stage.template {\n  source = \"a\"\n  template = \"{{`{{ .Value | ToUpper }}`}}-{{`{{ .b }}`}}\"\n}\n");
  CHECK(fixed("stage.template {\n  source = \"a\"\n  template = `{{ if eq .Value \"3\" }}error{{ else }}debug{{ end }}`\n}") ==
        "stage.template {\n  source = \"a\"\n  template = `{{`{{ if eq .Value \"3\" }}`}}error{{`{{ else }}`}}debug{{`{{ end }}`}}`\n}\n");
  CHECK(fixed("stage.template {\n  source = \"a\"\n  template = \"{{ ToUpper `a` }}\"\n}") == "stage.template {\n  source = \"a\"\n  template = \"{{ \"{{\" }} ToUpper `a` {{ \"}}\" }}\"\n}\n");
  for (const std::string_view stages : {"stage.template {\n  source = \"a\"\n  template = \"{{ if eq .Value \\\"3\\\" }}x{{ else }}{{ .b | ToUpper }}{{ end }}\"\n}"}) {
    const std::string again = fixed(stages);
    CHECK(said(again) == "");
    CHECK(fixed(again) == again);
  }
}

TEST_CASE("only what is meant for Alloy is escaped, and nothing around it") {
  CHECK(fixed("{{- if .Values.own }}\nstage.template {\n  source = \"a\"\n  template = \"{{ .Value }}\"\n}\n{{- end }}") ==
        "{{- if .Values.own }}\nstage.template {\n  source = \"a\"\n  template = \"{{`{{ .Value }}`}}\"\n}\n{{- end }}\n");
  // Whose .Release that is, nobody can tell: the fix is not a safe one.
  CHECK(said("stage.template {\n  source = \"a\"\n  template = `{{ if .Value }}a{{ else }}{{ .Release.Name }}{{ end }}`\n}") ==
        "3:15 INV202 Helm evaluates {{ if .Value }} first, where .Value is empty\n");
  CHECK(fixed("# {{ if .Value }}{{ .Release.Name }}{{ end }}").find("`") == std::string::npos);
  // Lists of the values are gone through.
  CHECK(said("{{ range tuple \"a\" \"b\" }}\nstage.nothing { }\n{{ end }}").find("INV110") != std::string::npos);
}

TEST_CASE("a text that does not go through tpl keeps its braces") {
  const std::string text = "collectors:\n  c: {}\ndestinations:\n  loki:\n    type: loki\n    url: http://x/loki/api/v1/push\n    logProcessingStages: |\n      stage.template {\n        source = \"a\"\n        template = \"{{ ToUpper .Value }}\"\n      }\n";
  CHECK(Linted(text).concise() == "");
}

}  // namespace
}  // namespace invar::lint
