#include "src/lint/directory_configs.h"

#include <algorithm>
#include <set>

#include "src/language/catalog.h"
#include "src/parser/parse.h"
#include "src/runtime/reference.h"

namespace invar::lint {
namespace {

/// What a file gives to others, and what it takes; nothing when it cannot be part of a bigger config.
struct FileNames {
  bool part = false;  // it may be part of a bigger config
  std::set<std::string> ids, customs;
  std::vector<Traversal> traversals;
  std::set<std::string> instances;  // first parts of component names
  ast::FilePtr file;                // traversals point into it
};

FileNames names_of(const SourcePtr& source) {
  FileNames names;
  Diagnostics ignored;
  names.file = parse_file(source, ignored);
  if (!names.file) return names;
  names.part = true;
  for (const ast::Statement& statement : names.file->body) {
    const ast::Block* block = statement.block();
    const std::string name = block ? block->full_name() : "";
    if (!block || name == "argument" || name == "export") return {};
    names.ids.insert(block->id());
    if (name == "declare" || name.starts_with("import.")) names.customs.insert(block->label);
    else if (!catalog_component(name) && !catalog_block(name)) names.instances.insert(block->name.front());
  }
  names.traversals = find_traversals(names.file->body);
  return names;
}

bool holds(const std::set<std::string>& names, std::string_view name) { return names.contains(std::string(name)); }

/// Whether a file uses something that only another one of the directory defines.
bool takes_from_another(const FileNames& file, const std::set<std::string>& ids, const std::set<std::string>& customs) {
  const auto leads_into = [](const Traversal& traversal, const std::set<std::string>& defined) {
    return resolve_prefix(traversal, [&](std::string_view id) { return holds(defined, id); }) > 0;
  };
  const auto leads_out = [&](const Traversal& traversal) { return !leads_into(traversal, file.ids) && leads_into(traversal, ids); };
  const auto is_from_outside = [&](const std::string& custom) { return !holds(file.customs, custom) && holds(customs, custom); };
  return std::any_of(file.traversals.begin(), file.traversals.end(), leads_out) || std::any_of(file.instances.begin(), file.instances.end(), is_from_outside);
}

/// Which files are one config together; none when they are not. Stops at the first thing that two of them define: most directories of many configs end there.
std::set<const Source*> files_together(const std::vector<SourcePtr>& files) {
  std::vector<FileNames> names;
  std::set<std::string> ids, customs;
  for (const SourcePtr& source : files) {
    names.push_back(names_of(source));
    for (const std::string& id : names.back().ids)
      if (!ids.insert(id).second) return {};
    customs.insert(names.back().customs.begin(), names.back().customs.end());
  }
  if (std::none_of(names.begin(), names.end(), [&](const FileNames& file) { return takes_from_another(file, ids, customs); })) return {};
  std::set<const Source*> together;
  for (const FileNames& file : names)
    if (file.part) together.insert(file.file->source.get());
  return together;
}

}  // namespace

std::vector<ConfigText> configs_of_directory(const std::vector<SourcePtr>& files) {
  std::set<const Source*> together;
  if (files.size() > 1) together = files_together(files);
  std::vector<ConfigText> configs;
  ConfigText whole;
  for (const SourcePtr& file : files) {
    if (together.contains(file.get())) whole.files.push_back(file);
    else configs.push_back({{file}});
  }
  if (!whole.files.empty()) configs.insert(configs.begin(), std::move(whole));
  return configs;
}

}  // namespace invar::lint
