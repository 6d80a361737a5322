#pragma once

#include <string>

#include "src/lint/finding.h"
#include "src/lint/secret_mask.h"

namespace invar::lint {

/// The lines a finding is about, with marks below the bytes: `^^^` for the finding, `---` and a text for related places. Tabs are four columns wide, long
/// lines are cut around the marks, secrets are stars. Ends with a newline.
std::string frame(const Finding& finding, const SecretMask& secrets, bool color);

/// How wide the line numbers in that frame are: what hangs below it is indented by as much.
size_t frame_margin(const Finding& finding);

}  // namespace invar::lint
