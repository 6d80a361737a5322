#include "src/runtime/http_client_arguments.h"

#include <algorithm>
#include <utility>
#include <array>
#include <cctype>

#include "src/base/quote.h"
#include "src/runtime/tls_schema.h"
#include "src/text/url.h"

namespace invar {
namespace {

using enum Presence;

constexpr std::array kTlsRows{
    attr<&TlsArguments::ca_pem>("ca_pem", kOptional, "CA certificates that servers are verified with, as PEM."),
    attr<&TlsArguments::ca_file>("ca_file", kOptional, "File with CA certificates."),
    attr<&TlsArguments::cert_pem>("cert_pem", kOptional, "Client certificate, as PEM."),
    attr<&TlsArguments::cert_file>("cert_file", kOptional, "File with the client certificate."),
    attr<&TlsArguments::key_pem>("key_pem", kOptional, "Key of the client certificate, as PEM."),
    attr<&TlsArguments::key_file>("key_file", kOptional, "File with the key of the client certificate."),
    attr<&TlsArguments::server_name>("server_name", kOptional, "Name that the server's certificate must have."),
    attr<&TlsArguments::insecure_skip_verify>("insecure_skip_verify", kOptional, "Accepts any certificate."),
    attr<&TlsArguments::min_version>("min_version", kOptional, "Oldest TLS version to accept: TLS10, TLS11, TLS12 or TLS13."),
};
constexpr std::array kProxyRows{
    attr<&ProxyArguments::proxy_url>("proxy_url", kOptional, "Proxy that requests go through."),
    attr<&ProxyArguments::no_proxy>("no_proxy", kOptional, "Hosts, domains and networks reached without the proxy."),
    attr<&ProxyArguments::proxy_from_environment>("proxy_from_environment", kOptional,
                                                  "Takes the proxy from HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
    attr<&ProxyArguments::proxy_connect_header>("proxy_connect_header", kOptional, "Headers sent to the proxy with CONNECT."),
};
constexpr Schema kProxySchema = schema<ProxyArguments>("", "", kProxyRows);

constexpr std::array kBasicAuthRows{
    attr<&BasicAuthArguments::username>("username", kOptional, "User name."),
    attr<&BasicAuthArguments::password>("password", kOptional, "Password."),
    attr<&BasicAuthArguments::password_file>("password_file", kOptional, "File with the password."),
};
constexpr Schema kBasicAuthSchema = schema<BasicAuthArguments>("basic_auth", "User and password.", kBasicAuthRows);

constexpr std::array kAuthorizationRows{
    attr<&AuthorizationArguments::type>("type", kOptional, "Type of the Authorization header; Bearer when empty."),
    attr<&AuthorizationArguments::credentials>("credentials", kOptional, "Credentials of the header."),
    attr<&AuthorizationArguments::credentials_file>("credentials_file", kOptional, "File with the credentials."),
};
constexpr Schema kAuthorizationSchema =
    schema<AuthorizationArguments>("authorization", "A generic Authorization header.", kAuthorizationRows);

constexpr std::array kOAuth2Rows{
    attr<&OAuth2Arguments::client_id>("client_id", kOptional, "Client id."),
    attr<&OAuth2Arguments::client_secret>("client_secret", kOptional, "Client secret."),
    attr<&OAuth2Arguments::client_secret_file>("client_secret_file", kOptional, "File with the client secret."),
    attr<&OAuth2Arguments::scopes>("scopes", kOptional, "Scopes to ask for."),
    attr<&OAuth2Arguments::token_url>("token_url", kOptional, "Where tokens are fetched."),
    attr<&OAuth2Arguments::endpoint_params>("endpoint_params", kOptional, "Further parameters of the token request."),
    squash<&OAuth2Arguments::proxy>(kProxySchema),
    block<&OAuth2Arguments::tls_config>("tls_config", kOptional, "TLS settings for the token request.", kTlsSchema),
};
constexpr Schema kOAuth2Schema = schema<OAuth2Arguments>("oauth2", "OAuth 2.0 with client credentials.", kOAuth2Rows);

constexpr std::array kHeaderRows{
    attr<&HeaderArguments::http_headers>("http_headers", kOptional, "Further headers of each request."),
};
constexpr Schema kHeaderSchema = schema<HeaderArguments>("", "", kHeaderRows);

constexpr std::array kHttpClientRows{
    block<&HttpClientArguments::basic_auth>("basic_auth", kOptional, "User and password.", kBasicAuthSchema),
    block<&HttpClientArguments::authorization>("authorization", kOptional, "A generic Authorization header.", kAuthorizationSchema),
    block<&HttpClientArguments::oauth2>("oauth2", kOptional, "OAuth 2.0 with client credentials.", kOAuth2Schema),
    attr<&HttpClientArguments::bearer_token>("bearer_token", kOptional, "Bearer token to send."),
    attr<&HttpClientArguments::bearer_token_file>("bearer_token_file", kOptional, "File with the bearer token."),
    squash<&HttpClientArguments::proxy>(kProxySchema),
    block<&HttpClientArguments::tls_config>("tls_config", kOptional, "TLS settings of the client.", kTlsSchema),
    attr<&HttpClientArguments::follow_redirects>("follow_redirects", kOptional, "Follows HTTP redirects."),
    attr<&HttpClientArguments::enable_http2>("enable_http2", kOptional, "Allows HTTP/2 over TLS."),
    squash<&HttpClientArguments::headers>(kHeaderSchema),
};

/// Headers that Prometheus' common/config keeps for itself.
constexpr std::array<std::string_view, 18> kReservedHeaders{
    "Accept-Encoding", "Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Keep-Alive",
    "Proxy-Authenticate", "Proxy-Authorization", "User-Agent", "Www-Authenticate", "X-Amz-Content-Sha256", "X-Amz-Date",
    "X-Amz-Security-Token", "X-Prometheus-Remote-Read-Version", "X-Prometheus-Remote-Write-Version",
    "X-Prometheus-Scrape-Timeout-Seconds"};

/// Go's http.CanonicalHeaderKey.
std::string canonical_header(std::string_view name) {
  std::string canonical(name);
  bool upper = true;
  for (char& c : canonical) {
    const auto byte = static_cast<unsigned char>(c);
    if (!std::isalnum(byte) && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos) return std::string(name);
    c = static_cast<char>(upper ? std::toupper(byte) : std::tolower(byte));
    upper = c == '-';
  }
  return canonical;
}

std::string_view trimmed(std::string_view text) { return trim_space(text); }

Secret mask(const Secret& secret) { return secret.empty() ? Secret() : Secret("<secret>"); }
SecretHeaders mask(const SecretHeaders& headers) {
  SecretHeaders masked;
  for (const auto& [name, values] : headers)
    for (const Secret& value : values) masked[name].push_back(mask(value));
  return masked;
}

std::vector<std::pair<std::string, Secret>> header_list(const SecretHeaders& headers) {
  std::vector<std::pair<std::string, Secret>> list;
  for (const auto& [name, values] : headers)
    for (const Secret& value : values) list.emplace_back(name, value);
  return list;
}

}  // namespace

constinit const Schema kTlsSchema = schema<TlsArguments>("tls_config", "TLS settings of a client.", kTlsRows);
constinit const Schema kHttpClientSchema = schema<HttpClientArguments>("", "", kHttpClientRows);

bool UrlText::parse(std::string_view text, UrlText& into, std::string& why) {
  const auto url = parse_url(text);
  if (!url) return why = url.error().what, false;
  into.written = text;
  return true;
}

std::string UrlText::text() const {
  const auto url = parse_url(written);
  return url ? url->text(/*redact=*/true) : written;
}

bool TlsVersionText::parse(std::string_view text, TlsVersionText& into, std::string& why) {
  using enum TlsConfig::Version;
  if (text == "TLS13") into.version = kTls13;
  else if (text == "TLS12") into.version = kTls12;
  else if (text == "TLS11") into.version = kTls11;
  else if (text == "TLS10") into.version = kTls10;
  else return why = "unknown TLS version: " + std::string(text), false;
  return true;
}

std::string TlsVersionText::text() const {
  switch (version) {
    case TlsConfig::Version::kTls10: return "TLS10";
    case TlsConfig::Version::kTls11: return "TLS11";
    case TlsConfig::Version::kTls12: return "TLS12";
    case TlsConfig::Version::kTls13: return "TLS13";
    case TlsConfig::Version::kDefault: break;
  }
  return "";
}

void TlsArguments::validate(TlsArguments& args, ValidateContext& context) {
  const bool pem_cert = !args.cert_pem.empty(), pem_key = !args.key_pem.empty();
  if (!args.ca_pem.empty() && !args.ca_file.empty()) return context.refuse("at most one of ca_pem and ca_file must be configured");
  if (pem_cert && !args.cert_file.empty()) return context.refuse("at most one of cert_pem and cert_file must be configured");
  if (pem_key && !args.key_file.empty()) return context.refuse("at most one of key_pem and key_file must be configured");
  const bool with_cert = pem_cert || !args.cert_file.empty(), with_key = pem_key || !args.key_file.empty();
  if (with_cert && !with_key)
    return context.refuse("exactly one of key_pem or key_file must be configured when a client certificate is configured");
  if (with_key && !with_cert)
    return context.refuse("exactly one of cert_pem or cert_file must be configured when a client key is configured");
}

TlsConfig TlsArguments::config() const {
  return {ca_pem, ca_file, cert_pem, cert_file, key_pem, key_file, server_name, insecure_skip_verify, min_version.version};
}

bool ProxyArguments::check(ValidateContext& context) const {
  const bool with_url = !proxy_url.written.empty();
  if (!proxy_connect_header.empty() && !proxy_from_environment && !with_url)
    return context.refuse("if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"), false;
  if (proxy_from_environment && with_url)
    return context.refuse("if proxy_from_environment is configured, proxy_url must not be configured"), false;
  if (proxy_from_environment && !no_proxy.empty())
    return context.refuse("if proxy_from_environment is configured, no_proxy must not be configured"), false;
  if (!with_url && !no_proxy.empty())
    return context.refuse("if no_proxy is configured, proxy_url must also be configured"), false;
  return true;
}

ProxyConfig ProxyArguments::config() const {
  return {proxy_url.written, no_proxy, proxy_from_environment, header_list(proxy_connect_header)};
}

void BasicAuthArguments::validate(BasicAuthArguments& args, ValidateContext& context) {
  if (!args.password.empty() && !args.password_file.empty())
    context.refuse("at most one of basic_auth password & password_file must be configured");
}

void AuthorizationArguments::validate(AuthorizationArguments& args, ValidateContext& context) {
  if (!args.credentials.empty() && !args.credentials_file.empty())
    return context.refuse("at most one of authorization credentials & credentials_file must be configured");
  args.type = trimmed(args.type);
  if (args.type.empty()) args.type = "Bearer";
  std::string lower = args.type;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "basic") context.refuse(R"(authorization type cannot be set to "basic", use "basic_auth" block instead)");
}

void OAuth2Arguments::validate(OAuth2Arguments& args, ValidateContext& context) {
  if (args.client_id.empty()) return context.refuse("oauth2 client_id must be configured");
  if (args.client_secret.empty() && args.client_secret_file.empty())
    return context.refuse("either oauth2 client_secret or client_secret_file must be configured");
  if (args.token_url.empty()) return context.refuse("oauth2 token_url must be configured");
  if (!args.client_secret.empty() && !args.client_secret_file.empty())
    return context.refuse("at most one of oauth2 client_secret & client_secret_file must be configured");
  args.proxy.check(context);
}

void HttpClientArguments::check(ValidateContext& context) {
  const int auths = basic_auth.has_value() + authorization.has_value() + oauth2.has_value() + !bearer_token.empty() +
                    !bearer_token_file.empty();
  if (auths > 1)
    return context.refuse(
        "at most one of basic_auth, authorization, oauth2, bearer_token & bearer_token_file must be configured");
  if (!bearer_token.empty() || !bearer_token_file.empty())
    authorization = AuthorizationArguments{"Bearer", std::exchange(bearer_token, {}), std::exchange(bearer_token_file, {})};
  for (const auto& [name, values] : headers.http_headers) {
    const std::string canonical = canonical_header(name);
    if (std::binary_search(kReservedHeaders.begin(), kReservedHeaders.end(), canonical))
      return context.refuse("setting header " + quoted(canonical) + " is not allowed");
  }
  proxy.check(context);
}

HttpClientConfig HttpClientArguments::config(std::string user_agent) const {
  HttpClientConfig config;
  config.tls = tls_config.config();
  config.proxy = proxy.config();
  if (basic_auth)
    config.auth.basic = HttpAuthConfig::Basic{basic_auth->username, basic_auth->password, basic_auth->password_file, ""};
  if (authorization)
    config.auth.authorization =
        HttpAuthConfig::Authorization{authorization->type, authorization->credentials, authorization->credentials_file};
  if (oauth2)
    config.auth.oauth2 = HttpAuthConfig::OAuth2{oauth2->client_id,        oauth2->client_secret,
                                                oauth2->client_secret_file, oauth2->scopes,
                                                oauth2->token_url,        oauth2->endpoint_params,
                                                oauth2->proxy.config(),   oauth2->tls_config.value_or(TlsArguments{}).config()};
  config.headers = header_list(headers.http_headers);
  config.user_agent = std::move(user_agent);
  config.follow_redirects = follow_redirects;
  config.http2 = enable_http2;
  return config;
}

HttpClientArguments HttpClientArguments::masked() const {
  HttpClientArguments copy = *this;
  if (copy.basic_auth) copy.basic_auth->password = mask(basic_auth->password);
  if (copy.authorization) copy.authorization->credentials = mask(authorization->credentials);
  if (copy.oauth2) {
    copy.oauth2->client_secret = mask(oauth2->client_secret);
    copy.oauth2->proxy.proxy_connect_header = mask(oauth2->proxy.proxy_connect_header);
    if (copy.oauth2->tls_config) copy.oauth2->tls_config->key_pem = mask(oauth2->tls_config->key_pem);
  }
  copy.bearer_token = mask(bearer_token);
  copy.tls_config.key_pem = mask(tls_config.key_pem);
  copy.proxy.proxy_connect_header = mask(proxy.proxy_connect_header);
  copy.headers.http_headers = mask(headers.http_headers);
  return copy;
}

}  // namespace invar
