#include <doctest/doctest.h>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

TEST_CASE("the encoding is agreed upon") {
  const auto agreed = [](Json capabilities) {
    const Editor editor(std::move(capabilities));
    return editor.messages.front()["result"]["capabilities"]["positionEncoding"];
  };
  CHECK(agreed(Json::object()) == "utf-16");
  CHECK(agreed({{"general", {{"positionEncodings", {"utf-16"}}}}}) == "utf-16");
  CHECK(agreed({{"general", {{"positionEncodings", {"utf-16", "utf-8"}}}}}) == "utf-8");
}

TEST_CASE("requests at the wrong time, of the wrong kind and without sense are refused") {
  Editor editor;
  CHECK(editor.request("no/such", Json::object()).is_null());
  CHECK(editor.error["code"] == -32601);
  editor.request("initialize", Json::object());
  CHECK(editor.error["code"] == -32600);
  editor.request("textDocument/hover", Json::array({1}));
  CHECK(editor.error.is_null());
  editor.messages.clear();
  for (const char* broken : {"{", "[]", "1", "", R"({"id":1})", R"({"jsonrpc":"2.0","id":[],"method":"x"})"}) editor.send(broken);
  editor.settle();
  REQUIRE(editor.messages.size() == 5);
  for (const size_t i : {0u, 3u}) CHECK(editor.messages[i]["error"]["code"] == -32700);
  for (const size_t i : {1u, 2u, 4u}) CHECK(editor.messages[i]["error"]["code"] == -32600);
  CHECK(editor.messages[4]["id"] == 1);
  CHECK(editor.request("shutdown", Json()).is_null());
  CHECK(editor.error.is_null());
  editor.request("textDocument/hover", Json::object());
  CHECK(editor.error["code"] == -32600);
  CHECK(!editor.server.exit_code());
  editor.notify("exit", Json());
  CHECK(editor.server.exit_code() == 0);
}

TEST_CASE("before initialize nothing is answered, and exit without shutdown is a failure") {
  MemoryHost host;
  std::vector<Json> messages;
  Server server(host, [&](std::string message) { messages.push_back(Json::parse(message)); });
  server.receive(R"({"jsonrpc":"2.0","id":"a","method":"shutdown"})");
  server.receive(R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}})");
  server.receive(R"({"jsonrpc":"2.0","method":"exit"})");
  while (server.handle_next()) {
  }
  REQUIRE(messages.size() == 1);
  CHECK(messages[0]["error"]["code"] == -32002);
  CHECK(messages[0]["id"] == "a");
  CHECK(server.exit_code() == 1);
}

TEST_CASE("a request that waits can be cancelled") {
  Editor editor;
  editor.open("/d/a.alloy", "x { }");
  editor.messages.clear();
  editor.send(R"({"jsonrpc":"2.0","id":70,"method":"textDocument/hover","params":{}})");
  editor.send(R"({"jsonrpc":"2.0","id":"70","method":"textDocument/hover","params":{}})");
  editor.send(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":70}})");
  editor.send(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":71}})");
  editor.send(R"({"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off"}})");
  editor.settle();
  REQUIRE(editor.messages.size() == 2);
  CHECK(editor.messages[0]["error"]["code"] == -32800);
  CHECK(editor.messages[1]["result"].is_null());
}

TEST_CASE("a document follows its changes") {
  Editor editor;
  editor.open("/d/a.alloy", "a\u00e4\U0001F600 { }\nb { }\n");
  const auto change = [&](int line, int begin, int end, const char* text) {
    return Json{{"range", {{"start", {{"line", line}, {"character", begin}}}, {"end", {{"line", line}, {"character", end}}}}}, {"text", text}};
  };
  editor.notify("textDocument/didChange", {{"textDocument", {{"uri", Editor::uri("/d/a.alloy")}, {"version", 7}}}, {"contentChanges", {change(0, 2, 4, "c"), change(1, 0, 1, "logging"), change(1, 99, 99, "\nx { }")}}});
  const Json symbols = editor.request("textDocument/documentSymbol", {{"textDocument", {{"uri", Editor::uri("/d/a.alloy")}}}});
  REQUIRE(symbols.size() == 3);
  CHECK(symbols[0]["name"] == "a\u00e4c");
  CHECK(symbols[1]["name"] == "logging");
  CHECK(symbols[2]["name"] == "x");
  CHECK(editor.diagnostics.at(Editor::uri("/d/a.alloy"))["version"] == 7);
}

TEST_CASE("nothing is published of a text that is another one by now") {
  Editor editor;
  editor.open("/d/a.alloy", "x { }");
  const std::string uri = Editor::uri("/d/a.alloy");
  editor.messages.clear();
  editor.send(Json{{"method", "textDocument/didChange"}, {"params", {{"textDocument", {{"uri", uri}, {"version", 8}}}, {"contentChanges", {{{"text", "y { }"}}}}}}}.dump());
  while (editor.server.handle_next()) {
  }
  editor.server.publish([&] {
    editor.send(Json{{"method", "textDocument/didChange"}, {"params", {{"textDocument", {{"uri", uri}, {"version", 9}}}, {"contentChanges", {{{"text", "logging { }"}}}}}}}.dump());
    return true;
  });
  CHECK(editor.messages.empty());
  CHECK(editor.server.has_changes());
  editor.settle();
  REQUIRE(editor.messages.size() == 1);
  CHECK(editor.diagnostics.at(uri)["version"] == 9);
  CHECK(editor.codes("/d/a.alloy").empty());
}

TEST_CASE("files on the disk are watched where the client can") {
  Json capabilities = Editor::default_capabilities();
  capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] = true;
  Editor editor(capabilities);
  REQUIRE(editor.messages.size() == 2);
  CHECK(editor.messages[1]["method"] == "client/registerCapability");
  editor.send(R"({"jsonrpc":"2.0","id":"watch","result":null})");
  editor.open("/d/a.alloy", "loki.source.api \"a\" {\n  http { }\n  forward_to = [loki.echo.b.receiver]\n}\n");
  CHECK(editor.codes("/d/a.alloy") == std::vector<std::string>{"INV115"});
  editor.host.files["/d/b.alloy"] = "loki.echo \"b\" { }\n";
  editor.notify("workspace/didChangeWatchedFiles", {{"changes", Json::array()}});
  CHECK(editor.codes("/d/a.alloy").empty());
}

TEST_CASE("a document that was closed has no diagnostics") {
  Editor editor;
  editor.open("/d/a.alloy", "x { }");
  CHECK(!editor.codes("/d/a.alloy").empty());
  editor.notify("textDocument/didClose", {{"textDocument", {{"uri", Editor::uri("/d/a.alloy")}}}});
  CHECK(editor.codes("/d/a.alloy").empty());
  editor.change("/d/a.alloy", "y { }");
  CHECK(editor.messages.back()["method"] == "window/logMessage");
}

}  // namespace
}  // namespace invar::lsp
