#include "src/components/loki/source/kafka/authentication.h"

#include <algorithm>
#include <array>

namespace invar::loki_source_kafka {
namespace {

using enum Presence;
constexpr std::array kOAuthRows{
    attr<&OAuthArgs::token_provider>("token_provider", kRequired, "Who gives tokens: `azure`."),
    attr<&OAuthArgs::scopes>("scopes", kRequired, "Scopes of the token."),
};
constexpr Schema kOAuthSchema = schema<OAuthArgs>("oauth_config", "Where tokens come from.", kOAuthRows);

constexpr std::array kSaslRows{
    attr<&SaslArgs::mechanism>("mechanism", kOptional, "`PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` or `OAUTHBEARER`."),
    attr<&SaslArgs::user>("user", kOptional, "Name of the user."),
    attr<&SaslArgs::password>("password", kOptional, "Password of the user."),
    attr<&SaslArgs::use_tls>("use_tls", kOptional, "Connects over TLS."),
    block<&SaslArgs::tls_config>("tls_config", kOptional, "TLS settings, with `use_tls`.", kTlsSchema),
    block<&SaslArgs::oauth_config>("oauth_config", kOptional, "Where tokens come from, with `OAUTHBEARER`.", kOAuthSchema),
};
constexpr Schema kSaslSchema = schema<SaslArgs>("sasl_config", "Logs in by SASL, with type `sasl`.", kSaslRows);

constexpr std::array kRows{
    attr<&AuthenticationArgs::type>("type", kOptional, "`none`, `ssl` or `sasl`."),
    block<&AuthenticationArgs::tls_config>("tls_config", kOptional, "TLS settings, with type `ssl`.", kTlsSchema),
    block<&AuthenticationArgs::sasl_config>("sasl_config", kOptional, "Logs in by SASL, with type `sasl`.", kSaslSchema),
};

constexpr std::array<std::string_view, 4> kMechanisms{"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER"};

Error refused(std::string why) { return {"error setting up kafka authentication: " + std::move(why), ""}; }
Error missing(std::string_view what) { return {"error creating kafka client: kafka: invalid configuration (Net.SASL." + std::string(what) + " must not be empty when SASL is enabled)", ""}; }

}  // namespace

constinit const Schema kAuthenticationSchema = schema<AuthenticationArgs>("authentication", "How to log in.", kRows);

Result<void> set_authentication(const AuthenticationArgs& args, GroupMember::Settings& settings) {
  kafka::ConsumerSettings& client = settings.client;
  if (args.type.empty() || args.type == "none") return {};
  if (args.type == "ssl") {
    client.over_tls = true;
    client.tls = args.tls_config.config();
    return {};
  }
  if (args.type != "sasl") return refused("unsupported authentication type " + args.type);
  const SaslArgs& sasl = args.sasl_config;
  if (std::find(kMechanisms.begin(), kMechanisms.end(), sasl.mechanism) == kMechanisms.end()) return refused("error unsupported sasl mechanism: " + sasl.mechanism);
  const bool by_token = sasl.mechanism == "OAUTHBEARER";
  if (by_token && sasl.oauth_config.token_provider != "azure")
    return refused("unable to create new access token provider: token provider '" + sasl.oauth_config.token_provider + "' is not supported");
  if (!by_token && sasl.user.empty()) return missing("User");
  if (!by_token && sasl.password.empty()) return missing("Password");
  client.sasl_mechanism = sasl.mechanism;
  client.user = sasl.user;
  client.password = sasl.password;
  client.over_tls = sasl.use_tls;
  if (sasl.use_tls) client.tls = sasl.tls_config.config();
  if (by_token) settings.tokens.scopes = sasl.oauth_config.scopes;
  return {};
}

}  // namespace invar::loki_source_kafka
