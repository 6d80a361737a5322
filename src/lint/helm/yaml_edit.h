#pragma once

#include <optional>
#include <string_view>

#include "src/lint/finding.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// Writes another text in place of a scalar, as a literal block, indented as the text there was or as its key asks for. nullopt where no block can stand: in a
/// flow collection, on the command line.
std::optional<Edit> replace_scalar(const Source& file, const yaml::Placed& scalar, std::string_view text);

}  // namespace invar::lint
