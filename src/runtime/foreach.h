#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/language/decode.h"
#include "src/runtime/logger.h"

namespace invar {

/// Arguments of a foreach block, without its template.
struct ForeachArgs {
  std::vector<Value> collection;
  std::string var;
  std::string id;
  bool hash_string_id = false;
  bool enable_metrics = false;
};
const Schema& foreach_schema();

/// The block whose body each item instantiates; of several the last counts. nullptr when there is none.
const ast::Block* find_template(const ast::Block& foreach_block);

/// The name of each item's module, in order: `foreach_<fingerprint>_<n>`, n counting equal ones from 1. Warns about items that lack the field `id` names.
std::vector<std::string> foreach_names(const ForeachArgs& args, const Logger& log);

}  // namespace invar
