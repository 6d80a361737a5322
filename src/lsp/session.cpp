#include "src/lsp/session.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/directory_configs.h"
#include "src/lsp/uri.h"
#include "src/text/path.h"

namespace invar::lsp {
namespace {

// Whoever keeps more in one directory has configs that stand alone.
constexpr size_t kMostFilesTogether = 200, kMostBytesTogether = 8u << 20;

std::string changed_text(const Document& document, const std::vector<Change>& changes, Encoding encoding) {
  std::string text(document.source()->text());
  for (const Change& change : changes) {
    if (!change.range) {
      text = change.text;
      continue;
    }
    const LineTable lines(text, encoding);
    const uint32_t begin = lines.offset(change.range->begin), end = std::max(begin, lines.offset(change.range->end));
    text.replace(begin, end - begin, change.text);
  }
  return text;
}

/// Whether `run DIRECTORY` would load a file of that name, were it in the directory.
bool is_part_of_directory(std::string_view path) { return path.ends_with(".alloy") && !path.ends_with("_test.alloy"); }

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::optional<Spot> spot_in(const DocumentPtr& document, uint32_t offset) {
  for (const AlloyText& text : document->texts())
    if (const auto at = text.find(*document->source(), offset)) return Spot{document, &text, *at};
  return std::nullopt;
}

}  // namespace

void Session::open(const std::string& uri, std::string_view language_id, int64_t version, std::string text) {
  const std::string path = path_of_uri(uri).value_or(uri);
  directories_.clear();
  put(std::make_shared<const Document>(uri, path, language_of(language_id, path), version, std::move(text), client_.encoding, host_.yaml_options()));
}

bool Session::change(const std::string& uri, int64_t version, const std::vector<Change>& changes) {
  const DocumentPtr before = find(uri);
  if (!before) return false;
  put(std::make_shared<const Document>(uri, before->path(), before->language(), version, changed_text(*before, changes, client_.encoding), client_.encoding,
                                       host_.yaml_options()));
  return true;
}

void Session::put(DocumentPtr document) {
  const std::string path = document->path();
  documents_[document->uri()] = std::move(document);
  forget(path);
}

void Session::close(const std::string& uri) {
  const DocumentPtr document = find(uri);
  if (!document) return;
  documents_.erase(uri);
  changed_.erase(uri);
  directories_.clear();
  forget(document->path());
}

void Session::files_changed() {
  directories_.clear();
  configs_.clear();
  checked_.clear();
  changed_ = documents_;
}

void Session::forget(const std::string& path) {
  // Trees of texts that are still there are kept.
  std::set<const Source*> used;
  for (const auto& [source, config] : configs_)
    for (const Config::Part& part : config->parts()) used.insert(part.text ? part.text->source.get() : part.file.get());
  std::erase_if(mended_, [&](const auto& entry) { return !used.contains(entry.first); });
  configs_.clear();
  checked_.clear();
  mark_beside(path);
}

void Session::mark_beside(const std::string& path) {
  const std::string directory = directory_of(path);
  for (const auto& [uri, document] : documents_)
    if (document->path() == path || (document->is_file() && directory_of(document->path()) == directory)) changed_[uri] = document;
}

DocumentPtr Session::find(const std::string& uri) const {
  const auto found = documents_.find(uri);
  return found == documents_.end() ? nullptr : found->second;
}

DocumentPtr Session::find_path(const std::string& path) const {
  for (const auto& [uri, document] : documents_)
    if (document->path() == path) return document;
  return nullptr;
}

std::vector<DocumentPtr> Session::documents() const {
  std::vector<DocumentPtr> all;
  for (const auto& [uri, document] : documents_) all.push_back(document);
  return all;
}

DocumentPtr Session::document_of(const json::Value& params) const {
  const auto uri = text_at(params, {"textDocument", "uri"});
  return uri ? find(*uri) : nullptr;
}

std::optional<Spot> Session::spot_of(const json::Value& params) const {
  const DocumentPtr document = document_of(params);
  const auto position = position_at(params, {"position"});
  return document && position ? spot_in(document, document->lines().offset(*position)) : std::nullopt;
}

std::optional<Spot> Session::writing_spot_of(const json::Value& params) const {
  if (auto spot = spot_of(params)) return spot;
  const DocumentPtr document = document_of(params);
  const auto position = position_at(params, {"position"});
  if (!document || !position || document->language() != Document::Language::kYaml) return std::nullopt;
  const uint32_t offset = document->lines().offset(*position);
  if (!is_blank(document->source()->line(document->source()->position(offset).line))) return std::nullopt;
  auto spot = spot_in(document->with(offset, "x"), offset);
  if (spot) spot->put_in = offset;
  return spot;
}

Session::Directory& Session::directory_of_path(const std::string& path) {
  const std::string name = directory_of(path);
  const auto [found, is_new] = directories_.try_emplace(name);
  if (is_new) found->second.on_disk = host_.alloy_files(name);
  return found->second;
}

std::vector<SourcePtr> Session::files_beside(const std::string& path) {
  const std::string name = directory_of(path);
  std::map<std::string, SourcePtr> files;
  for (const SourcePtr& file : directory_of_path(path).on_disk)
    if (is_part_of_directory(file->name())) files[file->name()] = file;
  for (const auto& [uri, document] : documents_)
    if (document->is_file() && is_part_of_directory(document->path()) && directory_of(document->path()) == name) files[document->path()] = document->source();
  std::vector<SourcePtr> all;
  for (const auto& [file, source] : files) all.push_back(source);
  return all;
}

void Session::group(Directory& directory, const std::string& path) {
  directory.grouped = true;
  directory.together.clear();
  const std::vector<SourcePtr> files = files_beside(path);
  size_t bytes = 0;
  for (const SourcePtr& file : files) bytes += file->text().size();
  if (files.size() < 2 || files.size() > kMostFilesTogether || bytes > kMostBytesTogether) return;
  for (const ConfigText& config : lint::configs_of_directory(files)) {
    if (config.files.size() < 2) continue;
    std::vector<std::string> paths;
    for (const SourcePtr& file : config.files) paths.push_back(file->name());
    for (const std::string& each : paths) directory.together[each] = paths;
  }
}

std::vector<SourcePtr> Session::files_of_config(const Document& document) {
  if (!document.is_file()) return {document.source()};
  Directory& directory = directory_of_path(document.path());
  if (!directory.grouped) group(directory, document.path());
  const auto found = directory.together.find(document.path());
  if (found == directory.together.end()) return {document.source()};
  std::vector<SourcePtr> files;
  for (const SourcePtr& file : files_beside(document.path()))
    if (std::find(found->second.begin(), found->second.end(), file->name()) != found->second.end()) files.push_back(file);
  return files;
}

MendedText Session::mended(const SourcePtr& source) {
  auto found = mended_.find(source.get());
  if (found == mended_.end()) found = mended_.emplace(source.get(), std::pair(source, mend(source))).first;
  return found->second.second;
}

Config::Part Session::part_of(const SourcePtr& file) {
  const DocumentPtr document = find_path(file->name());
  return {.uri = document ? document->uri() : uri_of_path(file->name()), .file = file, .lines = LineTable(file->text(), client_.encoding), .mended = mended(file),
          .document = document};
}

std::shared_ptr<const Config> Session::config_of(const DocumentPtr& document, const AlloyText& text) {
  auto& config = configs_[text.source.get()];
  if (config) return config;
  std::vector<Config::Part> parts;
  lint::Surroundings around{.is_module = true, .beside = &text.beside, .open_references = text.open_references};
  if (text.is_whole()) {
    for (const SourcePtr& file : files_of_config(*document)) parts.push_back(part_of(file));
  } else {
    parts.push_back({.uri = document->uri(), .file = document->source(), .lines = document->lines(), .mended = mended(text.source), .text = &text, .document = document});
  }
  return config = std::make_shared<const Config>(std::move(parts), around);
}

const Host::Checked& Session::check(const DocumentPtr& document) {
  if (const auto known = checked_.find(document->uri()); known != checked_.end()) return known->second;
  const bool is_yaml = document->language() == Document::Language::kYaml;
  const auto run = [&] { return host_.check(is_yaml ? std::vector{document->source()} : files_of_config(*document), is_yaml); };
  Host::Checked checked = run();
  // What is referred to may stand in a file beside it that was not part of the config until now.
  const bool leads_out = std::any_of(checked.findings.begin(), checked.findings.end(), [](const lint::Finding& finding) {
    return finding.code == codes::kReference || finding.code == codes::kName;
  });
  if (leads_out && !is_yaml && document->is_file()) {
    const std::vector<SourcePtr> before = files_of_config(*document);
    group(directory_of_path(document->path()), document->path());
    if (files_of_config(*document) != before) {
      configs_.clear();
      checked_.clear();
      mark_beside(document->path());
      changed_.erase(document->uri());
      checked = run();
    }
  }
  return checked_[document->uri()] = std::move(checked);
}

std::vector<DocumentPtr> Session::take_changed() {
  std::vector<DocumentPtr> taken;
  for (auto& [uri, document] : changed_) taken.push_back(std::move(document));
  changed_.clear();
  return taken;
}

}  // namespace invar::lsp
