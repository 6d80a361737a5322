#pragma once

#include <string>

#include "src/lint/rule.h"

namespace invar::lint {

/// All there is to say about a rule, as Markdown; `said` is what lint says of the bad example. `invar explain INVnnn` prints it, docs/reference/rules/INVnnn.md is it.
std::string rule_page(const RuleSpec& rule, std::string_view said = {});

/// A list of all rules with their severities and reasons, by code; links to pages beside it.
std::string rule_index();

}  // namespace invar::lint
