#pragma once

#include <optional>
#include <string_view>

#include "src/lint/finding.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// Writes another text in place of a scalar, as a literal block, indented as the text there was or as its key asks for. nullopt where no block can stand: in a
/// flow collection, on the command line.
std::optional<Edit> replace_scalar(const Source& file, const yaml::Placed& scalar, std::string_view text);
/// The same in place of a list or map that is the value of `key`.
std::optional<Edit> replace_collection(const Source& file, const yaml::Placed& key, const yaml::Placed& value, std::string_view text);

}  // namespace invar::lint
