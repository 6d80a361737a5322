#include "src/lsp/description.h"

#include "src/base/quote.h"
#include "src/lint/rule_page.h"

namespace invar::lsp {
namespace {

constexpr std::string_view kManual = "https://grafana.com/docs/alloy/latest/reference/";

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string fenced(std::string_view text) { return "```alloy\n" + std::string(text) + "\n```\n"; }

std::string sentence(std::string_view text) {
  if (text.empty()) return {};
  return std::string(text) + (text.ends_with('.') ? "\n" : ".\n");
}

/// Their own lines, with an empty one between.
std::string paragraphs(std::initializer_list<std::string> texts) {
  std::string all;
  for (const std::string& text : texts)
    if (!text.empty()) all += (all.empty() ? "" : "\n") + text;
  return all;
}

std::string needs(Stability stability, bool community) {
  if (community) return "Community component: needs `--feature.community-components.enabled`.\n";
  return stability == Stability::kGenerallyAvailable ? std::string() : "Needs `--stability.level=" + std::string(stability_name(stability)) + "`.\n";
}

std::string manual_link(std::string_view page) { return page.empty() ? std::string() : "[Manual](" + std::string(kManual) + std::string(page) + "/)\n"; }

std::string exports_of(const CatalogComponent& component) {
  std::string list;
  for (const Row& row : component.exports)
    list += "- " + code(row.name) + (row.type ? ": " + code(type_name(*row.type)) : std::string()) + (row.doc.empty() ? "" : ", " + std::string(row.doc)) + "\n";
  return list.empty() ? list : "Exports:\n" + list;
}

std::string listed(std::span<const std::string_view> words) {
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + code(invar::quoted(word));
  return list;
}

std::string custom_text(const lint::NodeModel& node) {
  std::string arguments, exports;
  if (!node.body) return {};
  for (const auto& inner : node.body->nodes) {
    if (inner->kind == lint::NodeModel::Kind::kArgument) arguments += "- argument " + code(inner->block->label) + "\n";
    if (inner->kind == lint::NodeModel::Kind::kExport) exports += "- export " + code(inner->block->label) + "\n";
  }
  return arguments + exports;
}

std::string comment_text(const lint::NodeModel& node) {
  const auto* comment = lint::find_attribute(node.block->body, "comment");
  const auto text = comment ? lint::literal_text(*comment->value) : std::nullopt;
  return text ? sentence(*text) : std::string();
}

}  // namespace

std::span<const std::string_view> words_of(const TypeInfo& type) {
  const TypeInfo* at = &type;
  while (at->element && (at->kind == TypeKind::kList || at->kind == TypeKind::kArray)) at = at->element;
  return at->words;
}

std::string brief(const Row& row) {
  if (row.kind != RowKind::kAttr && row.repeat == Repeat::kMany) return "block, any number";
  std::string text = row.kind != RowKind::kAttr ? "block" : row.type ? type_name(*row.type) : "any";
  if (row.presence == Presence::kRequired) text += ", required";
  else if (!row.default_text.empty()) text += " = " + std::string(row.default_text);
  return text;
}

std::string describe(const CatalogComponent& component) {
  return paragraphs({fenced(std::string(component.name) + " \"label\" { }"), sentence(component.doc), needs(component.stability, component.community), exports_of(component),
                     manual_link(component.page)});
}

std::string describe(const CatalogBlock& block) {
  return paragraphs({fenced(std::string(block.name) + (block.label_required ? " \"label\" { }" : " { }")), sentence(block.doc), needs(block.stability, false), manual_link(block.page)});
}

std::string describe(const CatalogFunction& function) {
  std::string name(function.name);
  name += (function.constant ? " " : "") + std::string(function.signature);
  const std::string deprecated = function.deprecated ? "Deprecated" + (function.use_instead.empty() ? std::string() : ": use " + code(function.use_instead)) + ".\n" : std::string();
  return paragraphs({fenced(name), sentence(function.doc), deprecated, needs(function.stability, false)});
}

std::string describe(const Row& row, std::string_view name) {
  const bool is_block = row.kind != RowKind::kAttr;
  std::string text = is_block ? std::string(name) + " { }" : std::string(name) + " = " + (row.type ? type_name(*row.type) : "any");
  std::string facts = row.presence == Presence::kRequired ? "Required" : "Optional";
  if (!row.default_text.empty()) facts += ", default " + code(row.default_text);
  if (is_block && row.repeat == Repeat::kMany) facts += ", may stand any number of times";
  if (row.deprecated) facts += ", deprecated";
  std::string words;
  if (row.type)
    if (const auto known = words_of(*row.type); !known.empty()) words = "One of " + listed(known) + ".\n";
  return paragraphs({fenced(text), sentence(row.doc), facts + ".\n", words});
}

std::string describe_export(const Row& row, std::string_view id) {
  return paragraphs({fenced(std::string(id) + "." + std::string(row.name) + (row.type ? "  // " + type_name(*row.type) : "")), sentence(row.doc)});
}

std::string describe(const lint::NodeModel& node) {
  using Kind = lint::NodeModel::Kind;
  switch (node.kind) {
    case Kind::kComponent: return describe(*node.component);
    case Kind::kCustom: return paragraphs({fenced(node.name + " \"label\" { }"), "An instance of `" + node.name + "`.\n"});
    case Kind::kDeclare: return paragraphs({fenced("declare " + invar::quoted(node.block->label) + " { }"), comment_text(node), custom_text(node)});
    case Kind::kArgument: return paragraphs({fenced("argument " + invar::quoted(node.block->label) + " { }"), comment_text(node)});
    case Kind::kExport: return fenced("export " + invar::quoted(node.block->label) + " { }");
    default: break;
  }
  return node.config ? describe(*node.config) : fenced(node.id);
}

std::string describe(const lint::RuleSpec& rule) { return lint::rule_page(rule); }

}  // namespace invar::lsp
