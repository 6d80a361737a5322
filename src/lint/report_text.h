#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/lint/report.h"

namespace invar::lint {

/// What several formats say in the same words.

/// `config.alloy:3:5: error INV110: message`, on one line.
std::string headline(const Finding& finding);
/// `config.alloy:3:5`
std::string place_of(const Span& span);
/// Without what a terminal or a log would take for more than text.
std::string printable(std::string_view text);
std::string json_quoted(std::string_view text);
/// `3 errors`, `1 error`
std::string counted(size_t count, std::string_view noun);
/// The edits of a fix may be shown: none of them holds a secret.
bool is_showable(const Fix& fix, const SecretMask& secrets);

/// The same thing at several places: indexes into findings, in their order.
struct FindingGroup {
  std::vector<size_t> members;
};
/// By code and message when `group`, else each finding by itself.
std::vector<FindingGroup> groups_of(const std::vector<Finding>& findings, bool group);

}  // namespace invar::lint
