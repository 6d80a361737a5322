#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

constexpr const char* kValues = R"yaml(destinations:
  logs: {type: loki, url: "http://loki:3100/loki/api/v1/push"}
podLogsViaLoki:
  # a comment: äöü
  extraLogProcessingStages: |
    stage.regx { expression = "level=(?P<level>\\w+)" }
    stage.labels { values = {level = ""} }
)yaml";

TEST_CASE("findings stand where they are in the text, with help and severity") {
  Editor editor;
  editor.open("/d/a.alloy", "loki.echo \"\u00e4\" { }\nloki.ecko \"b\" { }\n");
  const Json& all = editor.diagnostics.at(Editor::uri("/d/a.alloy"))["diagnostics"];
  const auto found = std::find_if(all.begin(), all.end(), [](const Json& each) { return each["code"] == "INV110"; });
  REQUIRE(found != all.end());
  CHECK((*found)["severity"] == 1);
  CHECK((*found)["source"] == "invar");
  CHECK(editor.slice("/d/a.alloy", (*found)["range"]).starts_with("loki.ecko"));
  CHECK((*found)["message"].get<std::string>().find("loki.echo") != std::string::npos);
}

TEST_CASE("findings stand in the YAML that the text stands in") {
  Editor editor;
  editor.open("/d/values.yaml", kValues);
  const Json& all = editor.diagnostics.at(Editor::uri("/d/values.yaml"))["diagnostics"];
  REQUIRE(!all.empty());
  CHECK(all[0]["code"] == "INV110");
  CHECK(editor.slice("/d/values.yaml", all[0]["range"]).starts_with("stage.regx"));
}

TEST_CASE("YAML of others is left alone, also while it is broken") {
  Editor editor;
  editor.open("/d/compose.yaml", "services: {a: {image: b}}\n");
  CHECK(editor.codes("/d/compose.yaml").empty());
  editor.change("/d/compose.yaml", "services: {a: {image: b}\n");
  CHECK(editor.codes("/d/compose.yaml").empty());
  editor.open("/d/values.yaml", kValues);
  editor.change("/d/values.yaml", std::string(kValues) + "a: {b\n");
  CHECK(editor.codes("/d/values.yaml") == std::vector<std::string>{"INV001"});
}

TEST_CASE("files of a directory are one config when they refer to each other") {
  Editor editor;
  editor.host.files["/d/write.alloy"] = "loki.write \"w\" { endpoint { url = \"http://l/loki/api/v1/push\" } }\n";
  editor.open("/d/read.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.write.w.receiver]\n}\n");
  CHECK(editor.codes("/d/read.alloy").empty());
  editor.open("/d/write.alloy", "loki.write \"v\" { endpoint { url = \"http://l/loki/api/v1/push\" } }\n");
  CHECK(editor.codes("/d/read.alloy") == std::vector<std::string>{"INV115"});
  // As soon as it is there again, before anything is saved.
  editor.change("/d/write.alloy", "loki.write \"w\" { endpoint { url = \"http://l/loki/api/v1/push\" } }\n");
  CHECK(editor.codes("/d/read.alloy").empty());
}

TEST_CASE("tests are no part of the config beside them") {
  Editor editor;
  editor.host.files["/d/a_test.alloy"] = "loki.echo \"e\" { }\n";
  editor.open("/d/read.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.echo.e.receiver]\n}\n");
  CHECK(editor.codes("/d/read.alloy") == std::vector<std::string>{"INV115"});
  editor.open("/d/a_test.alloy", "loki.echo \"e\" { }\n");
  CHECK(editor.codes("/d/read.alloy") == std::vector<std::string>{"INV115"});
}

TEST_CASE("a file that becomes part of a config is checked with it") {
  Editor editor;
  // Alone nothing feeds it.
  editor.open("/d/b.alloy", "loki.process \"p\" {\n  forward_to = [loki.echo.e.receiver]\n}\nloki.echo \"e\" { }\n");
  const auto unfed = editor.codes("/d/b.alloy");
  CHECK(!unfed.empty());
  editor.open("/d/a.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = []\n}\n");
  CHECK(editor.codes("/d/b.alloy") == unfed);
  editor.change("/d/a.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n");
  CHECK(editor.codes("/d/a.alloy").empty());
  CHECK(editor.codes("/d/b.alloy").empty());
}

TEST_CASE("fixes are actions, alone and all together") {
  Editor editor;
  const std::string path = "/d/a.alloy", uri = Editor::uri(path);
  editor.open(path, "loki.ecko \"a\" { }\nloki.source.api \"b\" {\n  http { }\n  forward_to = [loki.echo.a.receiver]\n  forward_too = []\n}\n");
  const Json range{{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 0}, {"character", 3}}}};
  const Json actions = editor.request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}}, {"range", range}, {"context", {{"diagnostics", Json::array()}}}});
  REQUIRE(actions.size() == 2);
  CHECK(actions[0]["kind"] == "quickfix");
  CHECK(actions[0]["isPreferred"] == true);
  CHECK(actions[0]["diagnostics"][0]["code"] == "INV110");
  CHECK(editor.edited(path, actions[0]["edit"]["changes"][uri]).starts_with("loki.echo \"a\""));
  CHECK(actions[1]["kind"] == "source.fixAll.invar");
  const std::string fixed = editor.edited(path, actions[1]["edit"]["changes"][uri]);
  CHECK(fixed.starts_with("loki.echo \"a\""));
  const auto only = [&](const char* kind) {
    return editor.request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}}, {"range", range}, {"context", {{"only", {kind}}}}}).size();
  };
  CHECK(only("quickfix") == 1);
  CHECK(only("source.fixAll") == 1);
  CHECK(only("refactor") == 0);
}

TEST_CASE("fixes inside of YAML are edits of the YAML") {
  Editor editor;
  const std::string path = "/d/values.yaml", uri = Editor::uri(path);
  editor.open(path, kValues);
  const Json range = editor.diagnostics.at(uri)["diagnostics"][0]["range"];
  const Json actions = editor.request("textDocument/codeAction", {{"textDocument", {{"uri", uri}}}, {"range", range}, {"context", {{"only", {"quickfix"}}}}});
  REQUIRE(actions.size() == 1);
  const std::string fixed = editor.edited(path, actions[0]["edit"]["changes"][uri]);
  CHECK(fixed.find("    stage.regex { expression") != std::string::npos);
}

}  // namespace
}  // namespace invar::lsp
