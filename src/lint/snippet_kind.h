#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/lint/document.h"

namespace invar::lint {

/// What is expected where such a snippet stands, as messages say it: `rule { } blocks`.
std::string_view expected_in(SnippetKind kind);

/// Holds the blocks of a snippet against its kind: stages where rules belong, a component where stages belong. Reports the first one that belongs somewhere
/// else (INV203) and takes all of them out of what is checked further; nullopt when there is none. `expected` is the message behind `where`: `the chart
/// inserts stages (nodeLogs.extraLogProcessingStages)`.
std::optional<Finding> check_kind(Snippet& snippet, std::string_view expected);

}  // namespace invar::lint
