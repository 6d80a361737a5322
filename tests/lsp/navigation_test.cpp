#include <doctest/doctest.h>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

const std::string kModule = R"(declare "pipe" {
  argument "to" { comment = "Where lines go" }
  argument "from" { optional = true }

  loki.process "inner" {
    forward_to = argument.to.value
  }

  export "in" {
    value = loki.process.inner.receiver
  }
}

loki.write "w" {
  endpoint {
    url = "http://l/loki/api/v1/push"
  }
}

pipe "a" {
  to = [loki.write.w.receiver]
}

loki.source.api "s" {
  http { }
  forward_to = [pipe.a.in, loki.write.w.receiver]
}
)";

/// kModule with the cursor in front of the n-th occurrence of a text.
std::string cursor_at(std::string_view needle, int occurrence = 1, const std::string& text = kModule) {
  size_t at = text.find(needle);
  while (--occurrence > 0) at = text.find(needle, at + 1);
  return text.substr(0, at) + "@" + text.substr(at);
}

/// The line that a definition stands in.
std::string defined(const std::string& text, const std::string& path = "/d/a.alloy") {
  Editor editor;
  editor.open(path, text);
  const Json location = editor.at_cursor("textDocument/definition");
  if (location.is_null()) return "-";
  const int line = location["range"]["start"]["line"];
  return editor.slice(path, {{"start", {{"line", line}, {"character", 0}}}, {"end", {{"line", line}, {"character", 1000}}}});
}

TEST_CASE("definitions") {
  CHECK(defined(cursor_at("w.receiver")) == "loki.write \"w\" {");
  CHECK(defined(cursor_at("receiver]")) == "loki.write \"w\" {");
  CHECK(defined(cursor_at("write.w.receiver")) == "loki.write \"w\" {");
  CHECK(defined(cursor_at("pipe \"a\"")) == "declare \"pipe\" {");
  CHECK(defined(cursor_at("to = [loki")) == "  argument \"to\" { comment = \"Where lines go\" }");
  CHECK(defined(cursor_at("to.value")) == "  argument \"to\" { comment = \"Where lines go\" }");
  CHECK(defined(cursor_at("in, loki")) == "  export \"in\" {");
  CHECK(defined(cursor_at("a.in")) == "pipe \"a\" {");
  CHECK(defined(cursor_at("inner.receiver")) == "  loki.process \"inner\" {");
  CHECK(defined(cursor_at("url")) == "-");
  CHECK(defined(cursor_at("forward_to = [pipe")) == "-");
}

TEST_CASE("what an import brings in is defined in its file") {
  Editor editor;
  editor.host.files["/d/module.alloy"] = "// a\ndeclare \"sink\" { }\n";
  editor.open("/d/sub/a.alloy", "import.file \"m\" { filename = \"../module.alloy\" }\nm.si@nk \"x\" { }\n");
  Json location = editor.at_cursor("textDocument/definition");
  CHECK(location["uri"] == Editor::uri("/d/module.alloy"));
  CHECK(location["range"]["start"]["line"] == 1);
  editor.open("/d/sub/b.alloy", "import.file \"m\" { filename = \"nowhere.alloy\" }\nm.si@nk \"x\" { }\n");
  CHECK(editor.at_cursor("textDocument/definition").is_null());
  editor.open("/d/sub/b.alloy", "import.file \"m\" { filename = \"nowhere.alloy\" }\n@m.sink \"x\" { }\n");
  CHECK(editor.at_cursor("textDocument/definition")["range"]["start"]["line"] == 0);
}

TEST_CASE("references") {
  Editor editor;
  editor.open("/d/a.alloy", cursor_at("w.receiver"));
  const auto count = [&](bool with_declaration) { return editor.at_cursor("textDocument/references", {{"context", {{"includeDeclaration", with_declaration}}}}).size(); };
  CHECK(count(true) == 3);
  CHECK(count(false) == 2);
  CHECK(editor.at_cursor("textDocument/documentHighlight").size() == 3);
  editor.open("/d/a.alloy", cursor_at("pipe"));
  CHECK(count(true) == 3);
}

/// The text after a rename; the error when it was refused.
std::string renamed(const std::string& text, const std::string& to, const std::string& path = "/d/a.alloy") {
  Editor editor;
  editor.open(path, text);
  const Json edit = editor.at_cursor("textDocument/rename", {{"newName", to}});
  return edit.is_null() ? editor.error["message"].get<std::string>() : editor.edited(path, edit["changes"][Editor::uri(path)]);
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& replacements) {
  for (const auto& [from, to] : replacements)
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

TEST_CASE("a label is renamed with all its uses") {
  CHECK(renamed(cursor_at("w\" {"), "sink") == replaced(kModule, {{"write \"w\"", "write \"sink\""}, {"write.w.", "write.sink."}}));
  CHECK(renamed(cursor_at("w.receiver"), "sink") == replaced(kModule, {{"write \"w\"", "write \"sink\""}, {"write.w.", "write.sink."}}));
  CHECK(renamed(cursor_at("to\" {"), "sinks") == replaced(kModule, {{"\"to\"", "\"sinks\""}, {"argument.to.", "argument.sinks."}, {"  to = [", "  sinks = ["}}));
  CHECK(renamed(cursor_at("in\" {"), "input") == replaced(kModule, {{"export \"in\"", "export \"input\""}, {"pipe.a.in", "pipe.a.input"}}));
  CHECK(renamed(cursor_at("pipe\""), "team") == replaced(kModule, {{"\"pipe\"", "\"team\""}, {"pipe \"a\"", "team \"a\""}, {"pipe.a.", "team.a."}}));
  CHECK(renamed(cursor_at("a\" {"), "b") == replaced(kModule, {{"pipe \"a\"", "pipe \"b\""}, {"pipe.a.in", "pipe.b.in"}}));
}

TEST_CASE("a rename that would break something is refused") {
  CHECK(renamed(cursor_at("w.receiver"), "1x").find("is no label") != std::string::npos);
  CHECK(renamed(cursor_at("receiver]"), "x") == "there is no label to rename");
  CHECK(renamed(cursor_at("url"), "x") == "there is no label to rename");
  CHECK(renamed("loki.echo \"@a\" { }\nloki.echo \"b\" { }\n", "b") == "loki.echo.b is there already");
  CHECK(renamed(cursor_at("pipe\""), "logging").find("Alloy's own") != std::string::npos);
  CHECK(renamed("loki.echo \"@a\" { }\nx = [\n", "b").find("syntax errors") != std::string::npos);
}

TEST_CASE("a declare's name is renamed where it is the first part of references too") {
  const std::string text = "declare \"@d\" {\n  export \"out\" {\n    value = 1\n  }\n}\nd \"x\" { }\nlocal.file \"f\" { filename = d.x.out }\n";
  CHECK(renamed(text, "e") == "declare \"e\" {\n  export \"out\" {\n    value = 1\n  }\n}\ne \"x\" { }\nlocal.file \"f\" { filename = e.x.out }\n");
}

TEST_CASE("a rename goes through all files of the config") {
  Editor editor;
  editor.host.files["/d/write.alloy"] = "// ä\nloki.write \"w\" { endpoint { url = \"http://l/loki/api/v1/push\" } }\n";
  editor.open("/d/read.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.write.@w.receiver]\n}\n");
  const Json edit = editor.at_cursor("textDocument/rename", {{"newName", "sink"}})["changes"];
  REQUIRE(edit.size() == 2);
  CHECK(edit[Editor::uri("/d/write.alloy")][0]["range"]["start"]["line"] == 1);
  const Json prepared = editor.at_cursor("textDocument/prepareRename");
  CHECK(prepared["placeholder"] == "w");
  CHECK(editor.slice("/d/read.alloy", prepared["range"]) == "w");
  CHECK(editor.at_cursor("textDocument/definition")["uri"] == Editor::uri("/d/write.alloy"));
}

TEST_CASE("edits name versions where the client takes that") {
  Json capabilities = Editor::default_capabilities();
  capabilities["workspace"]["workspaceEdit"]["documentChanges"] = true;
  Editor editor(capabilities);
  editor.host.files["/d/write.alloy"] = "loki.write \"w\" { endpoint { url = \"http://l/loki/api/v1/push\" } }\n";
  editor.open("/d/read.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.write.@w.receiver]\n}\n");
  const Json changes = editor.at_cursor("textDocument/rename", {{"newName", "sink"}})["documentChanges"];
  REQUIRE(changes.size() == 2);
  CHECK(changes[0]["textDocument"]["version"].is_number());
  CHECK(changes[1]["textDocument"]["version"].is_null());
}

TEST_CASE("names inside of YAML") {
  const std::string path = "/d/config.yaml";
  const std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.alloy: >-\n    x\n";
  std::string config = replaced(text, {{">-\n    x", std::string("|\n    loki.echo \"@a\" { }\n    loki.source.api \"b\" {\n      http { }\n      forward_to = [loki.echo.a.receiver]\n    }")}});
  CHECK(defined(replaced(config, {{"@", ""}, {"echo.a", "echo.@a"}}), path) == "    loki.echo \"a\" { }");
  CHECK(renamed(config, "z", path) == replaced(config, {{"@", ""}, {"\"a\"", "\"z\""}, {"echo.a.", "echo.z."}}));
}

}  // namespace
}  // namespace invar::lsp
