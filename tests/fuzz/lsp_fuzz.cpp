// Any bytes from a client: no crash, every message is JSON, every request has one answer. An input is what comes on stdin; or `%% alloy` or `%% yaml` and a text
// that is opened, and looked at from many places.
#include <nlohmann/json.hpp>

#include "src/base/check.h"
#include "src/lint/document.h"
#include "src/lsp/framing.h"
#include "src/lsp/server.h"
#include "stdlib/functions/library.h"

namespace {
using namespace invar;
using namespace invar::lsp;
using Json = nlohmann::json;

class NoHost final : public Host {
 public:
  std::vector<SourcePtr> alloy_files(const std::string&) override { return {}; }
  SourcePtr read(const std::string&) override { return nullptr; }
  Checked check(const std::vector<SourcePtr>& files, bool is_yaml) override {
    std::vector<lint::Document> documents;
    if (is_yaml) {
      documents = lint::read_yaml(files.front(), yaml_).documents;
    } else {
      documents.push_back({.name = files.front()->name(), .sources = files});
      documents.back().snippets.push_back({.text = {files}});
    }
    Checked checked;
    for (const lint::Document& document : documents) {
      for (lint::Finding& finding : lint::lint_document(document, {.library = &stdlib_values()}).findings) checked.findings.push_back(std::move(finding));
      checked.kept.insert(checked.kept.end(), document.sources.begin(), document.sources.end());
    }
    checked.kept.insert(checked.kept.end(), files.begin(), files.end());
    return checked;
  }
  const lint::YamlOptions& yaml_options() const override { return yaml_; }

 private:
  lint::YamlOptions yaml_;
};

class Talk {
 public:
  Talk() : server_(host_, [this](std::string message) { took(Json::parse(message)); }) {}

  void send(const std::string& message) {
    server_.receive(message);
    while (!server_.exit_code() && server_.handle_next()) {
    }
    server_.publish([] { return false; });
  }
  void request(const std::string& method, Json params) {
    const size_t before = answers_;
    send(Json{{"id", 1}, {"method", method}, {"params", std::move(params)}}.dump());
    INVAR_CHECK(answers_ == before + 1);
  }
  bool over() const { return server_.exit_code().has_value(); }

 private:
  void took(const Json& message) {
    INVAR_CHECK(message.contains("method") || message.contains("id"));
    answers_ += message.contains("id");
    // A mistake of ours, not of the client.
    if (message.contains("error")) INVAR_CHECK(message["error"]["code"] != -32603);
  }

  NoHost host_;
  size_t answers_ = 0;
  Server server_;
};

std::string valid_text(std::string_view bytes) {
  // nlohmann takes only UTF-8; what a client can send is that.
  return Json::parse(Json(std::string(bytes)).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

void edit(const std::string& text, bool is_yaml) {
  static constexpr const char* kAtPlaces[] = {"textDocument/completion",        "textDocument/hover",         "textDocument/definition", "textDocument/references",
                                              "textDocument/documentHighlight", "textDocument/prepareRename", "textDocument/rename"};
  static constexpr const char* kWhole[] = {"textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/formatting", "textDocument/codeAction"};
  Talk client;
  client.request("initialize", {{"capabilities", {{"textDocument", {{"completion", {{"completionItem", {{"snippetSupport", true}}}}}}}}}});
  const std::string uri = is_yaml ? "file:///a.yaml" : "file:///a.alloy";
  client.send(Json{{"method", "textDocument/didOpen"}, {"params", {{"textDocument", {{"uri", uri}, {"languageId", ""}, {"version", 1}, {"text", text}}}}}}.dump());
  const LineTable lines(text, Encoding::kUtf16);
  const Json whole{{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 1u << 30}, {"character", 0}}}};
  for (const char* method : kWhole) client.request(method, {{"textDocument", {{"uri", uri}}}, {"range", whole}, {"options", {{"tabSize", 2}, {"insertSpaces", true}}}});
  const size_t step = 1 + text.size() / 24;
  for (size_t i = 0; i <= text.size(); i += step)
    for (const char* method : kAtPlaces)
      client.request(method, {{"textDocument", {{"uri", uri}}}, {"position", Json::parse(lines.json(static_cast<uint32_t>(i)))}, {"newName", "renamed"}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr std::string_view kAlloy = "%% alloy\n", kYaml = "%% yaml\n";
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with(kAlloy) || bytes.starts_with(kYaml)) {
    const bool is_yaml = bytes.starts_with(kYaml);
    edit(valid_text(bytes.substr(is_yaml ? kYaml.size() : kAlloy.size())), is_yaml);
    return 0;
  }
  Talk client;
  MessageReader reader;
  for (size_t at = 0; at < size; at += 100) {
    reader.feed(bytes.substr(at, 100));
    while (auto message = reader.next())
      if (!client.over()) client.send(*message);
  }
  return 0;
}
