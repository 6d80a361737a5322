#pragma once

#include <string>
#include <vector>

#include "src/lint/config_model.h"

namespace invar::lint {

/// Where in a config a byte stands: the node, the innermost block around it, and what may be written there.
struct ConfigPlace {
  const ModuleModel* module = nullptr;  // nullptr: outside of every module
  const NodeModel* node = nullptr;      // nullptr: between nodes
  const ast::Block* block = nullptr;    // the node's or one inside it; nullptr when `node` is
  const Schema* schema = nullptr;       // of the block's body; nullptr when nobody knows
};

/// The place of the first byte of a span. In the header of a block it is that of what stands around the block.
ConfigPlace place_in(const ConfigModel& config, const Span& span);

/// What a schema has: attributes and blocks, those of squashed rows too.
std::vector<std::string> attribute_names(const Schema& schema);
std::vector<std::string> block_names(const Schema& schema);

}  // namespace invar::lint
