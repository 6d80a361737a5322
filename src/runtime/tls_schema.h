#pragma once

#include "src/runtime/http_client_arguments.h"

namespace invar {

/// The table of TlsArguments, for those who are no HTTP client.
extern const Schema kTlsSchema;

}  // namespace invar
