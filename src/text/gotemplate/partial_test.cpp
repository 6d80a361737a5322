#include "src/text/gotemplate/partial.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

/// .Values.{name: "n", on: true, nested: {x: 1}}, .Release and .Values.other unknown; nothing else.
class Known final : public OpenScope {
 public:
  Found find(uint32_t map, std::string_view name) override {
    using Kind = Found::Kind;
    if (map == 0 && name == "Values") return {.kind = Kind::kMap, .map = 1};
    if (map == 0 && name == "Release") return {.kind = Kind::kUnknown};
    if (map == 1 && name == "name") return {.kind = Kind::kText, .text = "n"};
    if (map == 1 && name == "on") return {.kind = Kind::kBool, .boolean = true};
    if (map == 1 && name == "list") return {.kind = Kind::kTexts, .texts = {"a", "b"}};
    if (map == 1 && name == "other") return {.kind = Kind::kUnknown};
    if (map == 1 && name == "nested") return {.kind = Kind::kMap, .map = 2};
    if (map == 2 && name == "x") return {.kind = Kind::kNumber, .number = 1};
    return {};
  }
  bool is_filled(uint32_t map) override { return map != 0; }
};

/// What comes out: opaque parts as `?`, absent fields behind `!`.
std::string rendered(std::string_view text) {
  Known data;
  const TemplateRendering rendering = render_as_helm(text, data, SystemClock::instance());
  std::string out;
  size_t end = 0;
  for (const TemplatePart& part : rendering.parts) {
    CHECK(part.begin >= end);
    CHECK(part.end > part.begin);
    end = part.end;
    if (part.kind == TemplatePart::Kind::kText) CHECK(part.text == text.substr(part.begin, part.end - part.begin));
    if (part.same_end) CHECK(part.text == text.substr(part.same_begin, part.same_end - part.same_begin));
    out += part.kind == TemplatePart::Kind::kOpaque ? "?" : part.text;
  }
  for (const TemplateRendering::Absent& absent : rendering.absent) {
    out += "!" + absent.name;
    CHECK(text.rfind("." + absent.name, absent.at) != std::string_view::npos);
  }
  return rendering.failure ? "#" + rendering.failure->what + out : out;
}

TEST_CASE("a template is rendered as Helm does, as far as the data tells") {
  for (const auto& [text, expected] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"plain", "plain"},
           {"a {{ \"{{ .Value }}\" }} b {{`{{ .x | ToUpper }}`}}", "a {{ .Value }} b {{ .x | ToUpper }}"},
           {"{{ .Values.name }}-{{ .Values.nested.x }}-{{ if .Values.on }}yes{{ end }}", "n-1-yes"},
           {"{{ .Value }}", "!Value"},
           {"{{ .Value | quote }}|{{ .Value | default \"d\" }}", "|d!Value!Value"},
           {"{{ if eq .Value \"3\" }}error\n{{ else if eq .Value \"4\" }}warning\n{{ else }}debug{{ end }}\n", "debug\n!Value!Value"},
           {"{{ .Release.Name }} {{ include \"x\" . }} {{ .Values.other }}{{/* c */}} {{ toYaml .Values }} {{ template \"x\" . }}", "? ? ? ? ?"},
           {"{{ if .Release.IsInstall }}a{{ else }}b{{ end }}{{ range .Values.nested }}c{{ end }}{{ with .Values.nested }}{{ .x }}{{ end }}", "??1"},
           {"{{ $x := .Release.Name }}{{ $y := .Values.name }}{{ $y }}{{ $x }}{{ if $x }}{{ $y = \"z\" }}{{ end }}{{ $y }}", "?n???"},
           {"a {{- .Values.name -}} b", "anb"},
           {"{{ range .Values.list }}[{{ . }}]{{ end }}{{ join \"+\" .Values.list }}{{ .Values.list }}", "[a][b]a+b[a b]"},
           {"{{ if .Values.on }}{{ .Value }}{{ else }}{{ .Other }}{{ end }}{{ if .Release.x }}{{ .Third }}{{ end }}", "?!Value"},
           {"{{ .Value.x }}", "#template: tpl:1:9: executing \"tpl\" at <.Value.x>: nil pointer evaluating interface {}.x!Value"},
           {"{{ .Values.name | ToUpper }}", "#template: tpl:1: function \"ToUpper\" not defined"},
           {"{{ env \"HOME\" }}", "#template: tpl:1: function \"env\" not defined"},
           {"{{ required \"give a name\" .Values.none }}", "#template: tpl:1:3: executing \"tpl\" at <required \"give a name\" .Values.none>: error calling required: give a name"},
           {"{{ .Values.name | upper }} {{ now }} {{ regexReplaceAll \"n\" .Values.name \"m\" }}", "N ? m"},
           {"{{ end }}", "#template: tpl:1: unexpected {{end}}"},
       })
    CHECK(rendered(text) == expected);
}

TEST_CASE("actions are found one by one") {
  const std::string_view text = "a {{ .x | ToUpper }} {{/* {{ no }} */}}{{- if eq .Value \\\"3\\\" -}} {{ `}}` }} {{ else }} {{ end }} {{ \"open";
  const auto actions = template_actions(text);
  REQUIRE(actions.size() == 6);
  CHECK(text.substr(actions[0].begin, actions[0].end - actions[0].begin) == "{{ .x | ToUpper }}");
  CHECK(actions[0].unknown_function == "ToUpper");
  CHECK(actions[1].role == TemplateAction::Role::kOpens);
  CHECK(actions[1].error == "unexpected \"\\\\\" in operand");
  CHECK(text.substr(actions[2].begin, actions[2].end - actions[2].begin) == "{{ `}}` }}");
  CHECK(actions[3].role == TemplateAction::Role::kGoesOn);
  CHECK(actions[4].role == TemplateAction::Role::kEnds);
  CHECK(actions[5].error == "unterminated quoted string");
}

}  // namespace
}  // namespace invar
