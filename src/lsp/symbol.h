#pragma once

#include <optional>
#include <vector>

#include "src/lsp/config.h"

namespace invar::lsp {

/// A name of a config and one place where it is written: the label of a component, declare, import, argument, export or foreach, or a use of it.
struct Symbol {
  const lint::NodeModel* node;  // that has the label
  Span at;                      // of the name, without quotes
};

/// What the name at a place means; nullopt when it is nobody's. Every part of a reference means the node, down to the name of
/// an export; `at` may be beside the place then.
std::optional<Symbol> symbol_at(const lint::ConfigModel& model, const Span& place);

/// The place of a node's label, without quotes; nullopt when it has none.
std::optional<Span> label_of(const lint::NodeModel& node);

/// Everywhere a node's label is written: where it is defined first, then its uses.
std::vector<Span> places_of(const lint::ConfigModel& model, const lint::NodeModel& node);

}  // namespace invar::lsp
