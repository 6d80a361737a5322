#include <doctest/doctest.h>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

std::string formatted(const std::string& text, const std::string& path, bool blanks = true, int width = 2) {
  Editor editor;
  editor.open(path, text);
  const Json edits = editor.request("textDocument/formatting", {{"textDocument", {{"uri", Editor::uri(path)}}}, {"options", {{"tabSize", width}, {"insertSpaces", blanks}}}});
  return editor.edited(path, edits);
}

TEST_CASE("a config is formatted as invar fmt does") {
  CHECK(formatted("loki.echo   \"a\" {}\nlogging {\nlevel=\"info\"\n  format = \"json\"}\n\n\n", "/d/a.alloy") ==
        "loki.echo \"a\" { }\n\nlogging {\n\tlevel  = \"info\"\n\tformat = \"json\"\n}\n");
  CHECK(formatted("loki.echo \"a\" { }\n", "/d/a.alloy") == "loki.echo \"a\" { }\n");
  CHECK(formatted("loki.echo \"a\" {\n", "/d/a.alloy") == "loki.echo \"a\" {\n");
  CHECK(formatted("", "/d/a.alloy").size() <= 1);
}

TEST_CASE("only lines that differ are touched") {
  Editor editor;
  editor.open("/d/a.alloy", "loki.echo \"a\" { }\n\nloki.echo   \"b\" { }\n\nloki.echo \"c\" { }\n");
  const Json edits = editor.request("textDocument/formatting", {{"textDocument", {{"uri", Editor::uri("/d/a.alloy")}}}, {"options", {{"tabSize", 2}, {"insertSpaces", true}}}});
  REQUIRE(edits.size() == 1);
  CHECK(edits[0]["range"]["start"]["line"] == 2);
  CHECK(editor.slice("/d/a.alloy", edits[0]["range"]).find("loki.echo   \"b\"") == 0);
}

TEST_CASE("literal blocks of YAML are formatted in their place") {
  const std::string before =
      "podLogsViaLoki:\n"
      "  extraLogProcessingStages: |\n"
      "    stage.drop {source=\"a\"\n"
      "    }\n"
      "    // why\n"
      "    stage.match {\n"
      "          selector = `{a=\"b\"}\n"
      "    \t| x`\n"
      "      stage.drop { }\n"
      "    }\n"
      "\n"
      "  # after\n"
      "  enabled: true\n";
  const std::string after = formatted(before, "/d/values.yaml");
  CHECK(after ==
        "podLogsViaLoki:\n"
        "  extraLogProcessingStages: |\n"
        "    stage.drop {\n"
        "      source = \"a\"\n"
        "    }\n"
        "    // why\n"
        "    stage.match {\n"
        "      selector = `{a=\"b\"}\n"
        "    \t| x`\n"
        "\n"
        "      stage.drop { }\n"
        "    }\n"
        "\n"
        "  # after\n"
        "  enabled: true\n");
  CHECK(formatted(after, "/d/values.yaml") == after);
  CHECK(formatted(before, "/d/values.yaml", false).find("    \tsource = \"a\"\n") != std::string::npos);
  CHECK(formatted(before, "/d/values.yaml", true, 4).find("        source = \"a\"\n") != std::string::npos);
}

TEST_CASE("what is not written as it is, or broken, stays") {
  for (const char* text : {"podLogsViaLoki:\n  extraLogProcessingStages: \"stage.drop   { }\"\n", "podLogsViaLoki:\n  extraLogProcessingStages: >\n    stage.drop   { }\n",
                           "podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.drop   {\n", "podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.drop   { source = \"{{ .Values.x }}\" }\n",
                           "a: b\n", ""})
    CHECK(formatted(text, "/d/values.yaml") == text);
}

}  // namespace
}  // namespace invar::lsp
