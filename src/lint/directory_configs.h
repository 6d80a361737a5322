#pragma once

#include <vector>

#include "src/runtime/module_source.h"

namespace invar::lint {

/// The configs that the files of one directory are: all of them together when one refers to what only another defines, and nothing is defined twice, since
/// `run DIR` could load them so; else each by itself. Files that cannot be parsed, and modules (with `argument` or `export` at their top), stand alone.
std::vector<ConfigText> configs_of_directory(const std::vector<SourcePtr>& files);

}  // namespace invar::lint
