#pragma once

#include "src/cli/lsp/workspace.h"

namespace invar::lsp_command {

/// Serves one client on stdin and stdout until it says `exit`, or goes. Returns the exit code: 0 after a shutdown, else 1.
int serve(const Request& request);

}  // namespace invar::lsp_command
