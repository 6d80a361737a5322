#include "tests/lsp/editor.h"

#include <algorithm>

#include "src/text/path.h"
#include "stdlib/functions/library.h"

namespace invar::lsp {
namespace {

LineTable lines_of(const std::string& text) { return LineTable(text, Encoding::kUtf16); }

uint32_t offset_of(const std::string& text, const Editor::Json& position) { return lines_of(text).offset({position.at("line"), position.at("character")}); }

Editor::Json position_of(const std::string& text, size_t offset) { return Editor::Json::parse(lines_of(text).json(static_cast<uint32_t>(offset))); }

}  // namespace

std::vector<SourcePtr> MemoryHost::alloy_files(const std::string& directory) {
  std::vector<SourcePtr> all;
  for (const auto& [path, text] : files)
    if (directory_of(path) == directory && path.ends_with(".alloy")) all.push_back(read(path));
  return all;
}

SourcePtr MemoryHost::read(const std::string& path) {
  const auto found = files.find(path);
  return found == files.end() ? nullptr : std::make_shared<const Source>(path, found->second);
}

Host::Checked MemoryHost::check(const std::vector<SourcePtr>& files, bool is_yaml) {
  std::vector<lint::Document> documents;
  Checked checked;
  if (is_yaml) {
    lint::YamlReading reading = lint::read_yaml(files.front(), yaml_);
    checked.foreign = reading.outcome == lint::YamlOutcome::kForeign;
    documents = std::move(reading.documents);
  } else {
    documents.push_back({.name = files.front()->name(), .sources = files});
    documents.back().snippets.push_back({.text = {files}});
  }
  for (const lint::Document& document : documents) {
    lint::LintResult result = lint::lint_document(document, {.library = &stdlib_values(), .may_be_module = true});
    for (lint::Finding& finding : result.findings) checked.findings.push_back(std::move(finding));
    checked.kept.insert(checked.kept.end(), document.sources.begin(), document.sources.end());
  }
  checked.kept.insert(checked.kept.end(), files.begin(), files.end());
  return checked;
}

Editor::Json Editor::default_capabilities() {
  return {{"textDocument",
           {{"completion", {{"completionItem", {{"snippetSupport", true}}}}},
            {"hover", {{"contentFormat", {"markdown", "plaintext"}}}},
            {"documentSymbol", {{"hierarchicalDocumentSymbolSupport", true}}}}}};
}

Editor::Editor(Json capabilities)
    : server(host, [this](std::string message) {
        Json read = Json::parse(message);
        if (read.value("method", "") == "textDocument/publishDiagnostics") diagnostics[read["params"]["uri"]] = read["params"];
        messages.push_back(std::move(read));
      }) {
  request("initialize", {{"capabilities", std::move(capabilities)}});
  notify("initialized", Json::object());
}

void Editor::open(const std::string& path, std::string text, const std::string& language) {
  if (const size_t cursor = text.find('@'); cursor != std::string::npos) {
    text.erase(cursor, 1);
    cursor_path_ = path;
    cursor_ = position_of(text, cursor);
  }
  texts_[path] = text;
  const std::string id = !language.empty() ? language : path.ends_with(".yaml") ? "yaml" : "alloy";
  notify("textDocument/didOpen", {{"textDocument", {{"uri", uri(path)}, {"languageId", id}, {"version", version_++}, {"text", text}}}});
}

void Editor::change(const std::string& path, std::string text) {
  texts_[path] = text;
  notify("textDocument/didChange", {{"textDocument", {{"uri", uri(path)}, {"version", version_++}}}, {"contentChanges", Json::array({{{"text", std::move(text)}}})}});
}

void Editor::notify(const std::string& method, Json params) {
  send(Json{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}.dump());
  settle();
}

Editor::Json Editor::request(const std::string& method, Json params) {
  const int id = next_id_++;
  const size_t before = messages.size();
  send(Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}.dump());
  settle();
  for (size_t i = before; i < messages.size(); ++i) {
    if (messages[i].value("id", Json()) != id) continue;
    error = messages[i].value("error", Json());
    return messages[i].value("result", Json());
  }
  error = "no answer";
  return {};
}

Editor::Json Editor::at_cursor(const std::string& method, Json more) {
  more["textDocument"] = {{"uri", uri(cursor_path_)}};
  more["position"] = cursor_;
  return request(method, std::move(more));
}

void Editor::send(const std::string& message) { server.receive(message); }

void Editor::settle() {
  while (server.handle_next()) {
  }
  server.publish([] { return false; });
}

std::string Editor::slice(const std::string& path, const Json& range) const {
  const std::string& text = texts_.at(path);
  const uint32_t begin = offset_of(text, range.at("start")), end = offset_of(text, range.at("end"));
  return text.substr(begin, end - begin);
}

std::string Editor::edited(const std::string& path, const Json& edits) const {
  std::string text = texts_.at(path);
  std::vector<std::tuple<uint32_t, uint32_t, std::string>> all;
  for (const Json& edit : edits) all.emplace_back(offset_of(text, edit.at("range").at("start")), offset_of(text, edit.at("range").at("end")), edit.at("newText"));
  std::sort(all.rbegin(), all.rend());
  for (const auto& [begin, end, replacement] : all) text.replace(begin, end - begin, replacement);
  return text;
}

std::vector<std::string> Editor::codes(const std::string& path) const {
  std::vector<std::string> all;
  for (const Json& diagnostic : diagnostics.at(uri(path)).at("diagnostics")) all.push_back(diagnostic.at("code"));
  return all;
}

}  // namespace invar::lsp
