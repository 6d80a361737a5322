#pragma once

#include <string>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

// Masterminds/semver 3.

/// Version.String(): without a leading v, always three numbers.
void append_version(std::string& out, const Version& version);
/// NewVersion: lenient, 1 and v1.2 are versions. False with its error.
bool parse_version(std::string_view text, Version& out, std::string& error);
/// Version.Compare: -1, 0 or 1; metadata does not count.
int compare_versions(const Version& a, const Version& b);
/// Does the version meet a constraint (">=1.2 <2 || ~3.1")? False with an error when the constraint is none.
bool check_constraint(std::string_view constraint, const Version& version, bool& met, std::string& error);

}  // namespace invar::gotemplate
