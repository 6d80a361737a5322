#include <doctest/doctest.h>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

struct Hovered {
  std::string text, of;
};

Hovered hover(const std::string& text, const std::string& path = "/d/a.alloy") {
  Editor editor;
  editor.open(path, text);
  const Json found = editor.at_cursor("textDocument/hover");
  if (found.is_null()) return {"-", ""};
  return {found["contents"]["value"], editor.slice(path, found["range"])};
}

bool says(const Hovered& hovered, std::string_view text) { return hovered.text.find(text) != std::string::npos; }

TEST_CASE("names tell what they are") {
  const Hovered component = hover("loki.w@rite \"w\" { }");
  CHECK(component.of == "loki.write");
  CHECK(says(component, "Exports:\n- `receiver`: `LogsReceiver`"));
  CHECK(says(component, "https://grafana.com/docs/alloy/latest/reference/components/loki/loki.write/"));
  const Hovered attribute = hover("loki.write \"w\" {\n  endpoint {\n    batch_@wait = \"1s\"\n  }\n}");
  CHECK(attribute.of == "batch_wait");
  CHECK(says(attribute, "batch_wait = duration"));
  CHECK(says(attribute, "Optional, default `\"1s\"`"));
  CHECK(says(hover("loki.write \"w\" {\n  endpoint {\n    u@rl = \"\"\n  }\n}"), "Required."));
  CHECK(says(hover("loki.process \"w\" {\n  stage.js@on { }\n}"), "stage.json { }"));
  CHECK(says(hover("log@ging { }"), "logging"));
  CHECK(says(hover("logging {\n  level = \"de@bug\"\n}"), "`\"debug\"`"));
  CHECK(says(hover("declare \"d\" {\n  argument \"a\" { }\n}\n@d \"x\" { }"), "An instance of `d`"));
  CHECK(hover("nobody.kno@ws \"x\" { }").text == "-");
  CHECK(hover("loki.write \"w\" { no_@such = 1 }").text == "-");
}

TEST_CASE("references and functions tell what they are") {
  const std::string write = "loki.write \"w\" { endpoint { url = \"u\" } }\n";
  const Hovered reference = hover(write + "loki.process \"p\" {\n  forward_to = [loki.write.w.rec@eiver]\n}");
  CHECK(reference.of == "loki.write.w.receiver");
  CHECK(says(reference, "loki.write.w.receiver  // LogsReceiver"));
  const Hovered function = hover("local.file \"f\" {\n  filename = string.for@mat(\"a\")\n}");
  CHECK(says(function, "string.format("));
  CHECK(says(hover("local.file \"f\" {\n  filename = constants.o@s\n}"), "constants.os string"));
  // Also where something else is broken.
  CHECK(says(hover(write + "loki.process \"p\" {\n  forward_to = [loki.\n  stage.dr@op { }\n}"), "stage.drop"));
}

TEST_CASE("codes of lint tell what they are") {
  const Hovered rule = hover("// invar:ignore INV@146 both are wanted\nlogging { }");
  CHECK(rule.of == "INV146");
  CHECK(says(rule, "# INV146"));
  CHECK(hover("// invar:ignore INV999@ x\nlogging { }").text == "-");
  CHECK(says(hover("a: b # invar:ignore INV2@01 x\n", "/d/values.yaml"), "# INV201"));
}

TEST_CASE("inside of YAML") {
  const Hovered stage = hover("podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.dr@op { source = \"a\" }\n", "/d/values.yaml");
  CHECK(stage.of == "stage.drop");
  CHECK(hover("podLogs@ViaLoki:\n  extraLogProcessingStages: |\n    stage.drop { }\n", "/d/values.yaml").text == "-");
}

TEST_CASE("clients without Markdown get it as it is") {
  Editor editor(Json::object());
  editor.open("/d/a.alloy", "log@ging { }");
  CHECK(editor.at_cursor("textDocument/hover")["contents"]["kind"] == "plaintext");
}

}  // namespace
}  // namespace invar::lsp
