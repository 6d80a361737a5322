#pragma once

#include <string>

#include "src/language/schema.h"

namespace invar::compliance {

/// The smallest body that the schema takes: its required attributes and blocks, with values of their types. Paths are empty files, URLs lead nowhere. With
/// `with_lists` also one of each block that may be repeated: some components want one, though their table does not say so.
std::string sample_body(const Schema& schema, bool with_lists = false);

}  // namespace invar::compliance
