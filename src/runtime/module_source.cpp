#include "src/runtime/module_source.h"

#include <algorithm>
#include <array>

#include "src/base/codes.h"
#include "src/base/quote.h"
#include "src/io/digest.h"
#include "src/io/file.h"
#include "src/parser/parse.h"
#include "src/text/path.h"

namespace invar {

bool is_config_block(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames{"logging",     "tracing",       "argument",    "export",    "foreach",
                                                          "import.file", "import.string", "import.http", "import.git"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::optional<Diagnostic> sort_body(const ast::Body& body, ModuleSource& source) {
  for (const ast::Statement& statement : body) {
    if (const auto* attribute = statement.attribute())
      return Diagnostic{Severity::kError, attribute->name.span, "unrecognized attribute " + attribute->name.name, std::string(codes::kPlace), {}};
    const ast::Block& block = *statement.block();
    const std::string name = block.full_name();
    if (name == "declare")
      source.declares.push_back(&block);
    else if (is_config_block(name))
      source.configs.push_back(&block);
    else
      source.components.push_back(&block);
  }
  return std::nullopt;
}

std::string ConfigText::hash() const {
  Sha256 digest;
  for (const SourcePtr& file : files) digest.add(file->text());
  return digest.hex();
}

namespace {

Result<SourcePtr> read_source(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  return std::make_shared<const Source>(path, std::move(*text));
}

Result<ConfigText> read_directory(const std::string& path) {
  auto entries = list_directory(path);
  if (!entries) return entries.error();
  ConfigText config;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory || !entry.name.ends_with(".alloy")) continue;
    auto file = read_source(joined_path(path, entry.name));
    if (!file) return file.error();
    config.files.push_back(std::move(*file));
  }
  return config;
}

/// The encoding a byte order mark announces; empty: none, or UTF-8.
std::string_view foreign_encoding(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\0\0\xFE\xFF"sv)) return "UTF32BigEndian";
  if (text.starts_with("\xFF\xFE\0\0"sv)) return "UTF32LittleEndian";
  if (text.starts_with("\xFE\xFF"sv)) return "UTF16BigEndian";
  if (text.starts_with("\xFF\xFE"sv)) return "UTF16LittleEndian";
  return {};
}

std::string encoding_error(std::string_view text) {
  if (const auto encoding = foreign_encoding(text); !encoding.empty())
    return "configuration is encoded with " + std::string(encoding) + " but must be utf8";
  if (text.starts_with("\xEF\xBB\xBF") || is_valid_utf8(text)) return {};
  return "unknown encoding for config";
}

}  // namespace

Result<ConfigText> read_config(const std::string& path) {
  const auto stat = stat_path(path);
  if (!stat) return stat.error();
  if (stat->is_directory()) return read_directory(path);
  auto file = read_source(path);
  if (!file) return file.error();
  return ConfigText{{std::move(*file)}};
}

std::optional<ParseRefusal> parse_config(const ConfigText& text, ModuleSource& source) {
  ParseRefusal refusal;
  for (const SourcePtr& file : text.files) {
    if (refusal.bare = encoding_error(file->text()); !refusal.bare.empty()) return refusal;
    Diagnostics found;
    const ast::FilePtr parsed = parse_file(file, found);
    if (!parsed) {
      refusal.diagnostics.append(std::move(found));
      continue;
    }
    source.files.push_back(parsed);
    if (auto unexpected = sort_body(parsed->body, source)) refusal.diagnostics.add(std::move(*unexpected));
  }
  if (refusal.diagnostics.empty()) return std::nullopt;
  return refusal;
}

}  // namespace invar
