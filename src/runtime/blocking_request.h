#pragma once

#include "src/io/http_client.h"

namespace invar {

/// Sends a request and waits for the answer, on a loop of its own: for loads, which wait. The request should have a timeout.
Result<HttpResponse> request_now(const HttpClientConfig& config, HttpRequest request);

}  // namespace invar
