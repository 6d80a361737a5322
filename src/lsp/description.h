#pragma once

#include <string>

#include "src/language/catalog.h"
#include "src/lint/config_model.h"
#include "src/lint/rule.h"

namespace invar::lsp {

// What there is to say about a thing, as Markdown.

std::string describe(const CatalogComponent& component);
std::string describe(const CatalogBlock& block);
std::string describe(const CatalogFunction& function);
/// An attribute, or a block; `name` as it is written (`stage.json` of the row `stage`).
std::string describe(const Row& row, std::string_view name);
std::string describe_export(const Row& row, std::string_view id);
/// A block of a config: a declare, an argument, an instance.
std::string describe(const lint::NodeModel& node);
std::string describe(const lint::RuleSpec& rule);

/// `list(capsule LogsReceiver), required`
std::string brief(const Row& row);
/// The words an attribute takes, also as elements of a list; empty when there is no closed list.
std::span<const std::string_view> words_of(const TypeInfo& type);

}  // namespace invar::lsp
