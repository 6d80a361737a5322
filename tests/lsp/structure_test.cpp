#include <doctest/doctest.h>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

Json asked(Editor& editor, const std::string& method, const std::string& path) { return editor.request(method, {{"textDocument", {{"uri", Editor::uri(path)}}}}); }

TEST_CASE("symbols of a config") {
  Editor editor;
  editor.open("/d/a.alloy", "declare \"d\" {\n  argument \"a\" { }\n}\nloki.process \"p\" {\n  stage.match {\n    stage.drop { }\n  }\n}\nloki.write \"open\" {\n");
  const Json symbols = asked(editor, "textDocument/documentSymbol", "/d/a.alloy");
  REQUIRE(symbols.size() == 3);
  CHECK(symbols[0]["name"] == "declare \"d\"");
  CHECK(symbols[0]["children"][0]["name"] == "argument \"a\"");
  CHECK(symbols[1]["children"][0]["children"][0]["name"] == "stage.drop");
  CHECK(symbols[1]["detail"] == "Runs entries through processing stages");
  CHECK(editor.slice("/d/a.alloy", symbols[1]["selectionRange"]) == "loki.process \"p\"");
  CHECK(symbols[2]["name"] == "loki.write \"open\"");
}

TEST_CASE("symbols of YAML, each text by its place") {
  Editor editor(Json::object());
  editor.open("/d/values.yaml", "podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.drop { source = \"a\" }\n    stage.match {\n      selector = \"{}\"\n    }\n");
  const Json symbols = asked(editor, "textDocument/documentSymbol", "/d/values.yaml");
  REQUIRE(symbols.size() == 3);
  CHECK(symbols[0]["name"] == "podLogsViaLoki.extraLogProcessingStages");
  CHECK(symbols[1]["name"] == "stage.drop");
  CHECK(symbols[1]["containerName"] == "podLogsViaLoki.extraLogProcessingStages");
  CHECK(editor.slice("/d/values.yaml", symbols[2]["location"]["range"]).starts_with("stage.match {"));
}

TEST_CASE("folds") {
  Editor editor;
  editor.open("/d/a.alloy", "// one\n// two\n\n// alone\na {\n  x = [\n    1,\n  ]\n  y = 1\n}\nb { }\n");
  const Json folds = asked(editor, "textDocument/foldingRange", "/d/a.alloy");
  REQUIRE(folds.size() == 3);
  CHECK(folds[0] == Json{{"startLine", 4}, {"endLine", 9}});
  CHECK(folds[1] == Json{{"startLine", 5}, {"endLine", 7}});
  CHECK(folds[2] == Json{{"startLine", 0}, {"endLine", 1}, {"kind", "comment"}});
}

}  // namespace
}  // namespace invar::lsp
