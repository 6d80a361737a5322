#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/secret.h"
#include "src/components/loki/source/kafka/group_member.h"
#include "src/language/schema.h"
#include "src/runtime/tls_schema.h"

namespace invar::loki_source_kafka {

struct OAuthArgs {
  std::string token_provider;
  std::vector<std::string> scopes;
  bool operator==(const OAuthArgs&) const = default;
};

struct SaslArgs {
  std::string mechanism = "PLAIN", user;
  Secret password;
  bool use_tls = false;
  TlsArguments tls_config;
  OAuthArgs oauth_config;
  bool operator==(const SaslArgs&) const = default;
};

/// The `authentication` block.
struct AuthenticationArgs {
  std::string type = "none";
  TlsArguments tls_config;
  SaslArgs sasl_config;
  bool operator==(const AuthenticationArgs&) const = default;
};
extern const Schema kAuthenticationSchema;

/// Error: as Alloy words what cannot work.
Result<void> set_authentication(const AuthenticationArgs& args, GroupMember::Settings& settings);

}  // namespace invar::loki_source_kafka
