#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/base/secret.h"

namespace invar {

struct OAuthToken {
  Secret access_token;
  std::string type = "Bearer";    // as the Authorization header spells it
  double expires_in_seconds = 0;  // 0: never
};

/// Reads the answer of a token endpoint (RFC 6749, 5.1): one JSON object; members it does not need are passed over. The
/// error says nothing of the content.
Result<OAuthToken> parse_oauth_token(std::string_view json);

}  // namespace invar
