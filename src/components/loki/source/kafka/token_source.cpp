#include "src/components/loki/source/kafka/token_source.h"

#include <cstdlib>

#include "src/base/clock.h"
#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/io/oauth_token.h"

namespace invar::loki_source_kafka {
namespace {

constexpr uint64_t kTimeoutMs = 5000;  // Alloy's
constexpr std::string_view kMetadataService = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01";

/// `a=1&b=2`, escaped.
std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string text;
  for (const auto& [name, value] : values) text += (text.empty() ? "" : "&") + std::string(name) + "=" + query_escaped(value);
  return text;
}

/// Of `https://ns.servicebus.windows.net/.default` what is in front of the path.
std::string resource_of(std::string_view scope) {
  constexpr std::string_view kDefault = "/.default";
  if (scope.ends_with(kDefault)) scope.remove_suffix(kDefault.size());
  return std::string(scope);
}

Result<TokenSource::Token> token_of(const HttpResponse& response) {
  if (response.status != 200) return Error{"the token endpoint answered " + std::to_string(response.status), "auth"};
  const auto token = parse_oauth_token(response.body);
  if (!token) return token.error();
  const auto lifetime_ms = static_cast<int64_t>(token->expires_in_seconds * 1000);
  return TokenSource::Token{token->access_token.reveal(), SystemClock::instance().wall_ns() / 1'000'000 + std::max<int64_t>(lifetime_ms, 60'000)};
}

}  // namespace

TokenSource::Environment TokenSource::process_environment() {
  return [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
}

TokenSource::TokenSource(Loop& loop, Settings settings, Environment environment)
    : settings_(std::move(settings)), environment_(std::move(environment)), client_(loop) {}

void TokenSource::get(Done done) {
  auto wanted = request();
  if (!wanted) return done(wanted.error());
  call_ = client_.send(std::move(*wanted), [done = std::move(done)](Result<HttpResponse> response) { done(response ? token_of(*response) : response.error()); });
}

Result<HttpRequest> TokenSource::request() const {
  const std::string tenant = environment_("AZURE_TENANT_ID"), client = environment_("AZURE_CLIENT_ID"), secret = environment_("AZURE_CLIENT_SECRET"),
                    token_file = environment_("AZURE_FEDERATED_TOKEN_FILE");
  if (tenant.empty() || client.empty() || (secret.empty() && token_file.empty())) return of_metadata_service();
  std::string authority = environment_("AZURE_AUTHORITY_HOST");
  if (authority.empty()) authority = "https://login.microsoftonline.com";
  while (authority.ends_with('/')) authority.pop_back();
  std::string scopes;
  for (const std::string& scope : settings_.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  HttpRequest request{.method = "POST", .url = authority + "/" + tenant + "/oauth2/v2.0/token", .timeout_ms = kTimeoutMs};
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  if (!secret.empty()) {
    request.body = HttpBody::of(form({{"grant_type", "client_credentials"}, {"client_id", client}, {"client_secret", secret}, {"scope", scopes}}));
    return request;
  }
  const auto assertion = read_file(token_file);
  if (!assertion) return assertion.error();
  request.body = HttpBody::of(form({{"grant_type", "client_credentials"},
                                    {"client_id", client},
                                    {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                                    {"client_assertion", *assertion},
                                    {"scope", scopes}}));
  return request;
}

HttpRequest TokenSource::of_metadata_service() const {
  const std::string endpoint = environment_("IDENTITY_ENDPOINT"), secret = environment_("IDENTITY_HEADER"), client = environment_("AZURE_CLIENT_ID");
  const bool hosted = !endpoint.empty() && !secret.empty();  // App Service and its like
  HttpRequest request{.url = hosted ? endpoint + "?api-version=2019-08-01" : std::string(kMetadataService), .timeout_ms = kTimeoutMs};
  request.url += "&" + form({{"resource", resource_of(settings_.scopes.empty() ? std::string() : settings_.scopes.front())}});
  if (!client.empty()) request.url += "&" + form({{"client_id", client}});
  request.headers.push_back(hosted ? HttpHeader{"X-IDENTITY-HEADER", secret} : HttpHeader{"Metadata", "true"});
  return request;
}

}  // namespace invar::loki_source_kafka
