#pragma once

#include <string>

#include "src/lint/finding.h"
#include "src/lint/secret_mask.h"

namespace invar::lint {

/// What a finding is known by when the file around it changes: its code, its message without places, and its line without indentation and secrets. Neither
/// the file nor the line number is part of it; two findings of one file may have the same. 16 hex digits.
std::string fingerprint(const Finding& finding, const SecretMask& secrets);

}  // namespace invar::lint
