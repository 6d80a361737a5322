#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/io/http_client.h"
#include "src/language/schema.h"

namespace invar {

/// A URL as an argument (Alloy: common/config.URL): kept as written, shown with its password hidden.
struct UrlText {
  static constexpr std::string_view kGoType = "config.URL";
  static constexpr bool kGoStruct = true;
  static bool parse(std::string_view text, UrlText& into, std::string& why);
  std::string text() const;
  std::string written;
  friend bool operator==(const UrlText&, const UrlText&) = default;
};

/// TLS10 .. TLS13 (Alloy: common/config.TLSVersion).
struct TlsVersionText {
  static constexpr std::string_view kGoType = "config.TLSVersion";
  static bool parse(std::string_view text, TlsVersionText& into, std::string& why);
  std::string text() const;
  TlsConfig::Version version = TlsConfig::Version::kDefault;
  friend bool operator==(const TlsVersionText&, const TlsVersionText&) = default;
};

using SecretHeaders = std::map<std::string, std::vector<Secret>>;

struct TlsArguments {
  std::string ca_pem, ca_file, cert_pem, cert_file;
  Secret key_pem;
  std::string key_file, server_name;
  bool insecure_skip_verify = false;
  TlsVersionText min_version;
  static void validate(TlsArguments& args, ValidateContext& context);
  TlsConfig config() const;
  bool operator==(const TlsArguments&) const = default;
};

struct ProxyArguments {
  UrlText proxy_url;
  std::string no_proxy;
  bool proxy_from_environment = false;
  SecretHeaders proxy_connect_header;
  /// Squashed into other blocks, whose validate() calls this. False when it refused.
  bool check(ValidateContext& context) const;
  ProxyConfig config() const;
  bool operator==(const ProxyArguments&) const = default;
};

struct BasicAuthArguments {
  std::string username;
  Secret password;
  std::string password_file;
  static void validate(BasicAuthArguments& args, ValidateContext& context);
  bool operator==(const BasicAuthArguments&) const = default;
};

struct AuthorizationArguments {
  std::string type;
  Secret credentials;
  std::string credentials_file;
  static void validate(AuthorizationArguments& args, ValidateContext& context);
  bool operator==(const AuthorizationArguments&) const = default;
};

struct OAuth2Arguments {
  std::string client_id;
  Secret client_secret;
  std::string client_secret_file;
  std::vector<std::string> scopes;
  std::string token_url;
  std::map<std::string, std::string> endpoint_params;
  ProxyArguments proxy;
  std::optional<TlsArguments> tls_config;
  static void validate(OAuth2Arguments& args, ValidateContext& context);
  bool operator==(const OAuth2Arguments&) const = default;
};

/// A table of its own, as in Alloy, where it stands behind a pointer that is nil as long as nothing is written.
struct HeaderArguments {
  SecretHeaders http_headers;
  bool operator==(const HeaderArguments&) const = default;
};

/// The arguments that every component with an HTTP client shares (Alloy: internal/component/common/config HTTPClientConfig). Squashed
/// into the component's own table with kHttpClientRows' schema.
struct HttpClientArguments {
  std::optional<BasicAuthArguments> basic_auth;
  std::optional<AuthorizationArguments> authorization;
  std::optional<OAuth2Arguments> oauth2;
  Secret bearer_token;
  std::string bearer_token_file;
  ProxyArguments proxy;
  TlsArguments tls_config;
  bool follow_redirects = true;
  bool enable_http2 = true;
  HeaderArguments headers;

  /// Alloy's HTTPClientConfig.Validate; the owner's validate() calls it. Turns a bearer token into an authorization, as Alloy does.
  void check(ValidateContext& context);
  HttpClientConfig config(std::string user_agent) const;
  /// With every secret replaced by one mark: what Alloy compares when it looks for equal clients.
  HttpClientArguments masked() const;
  bool operator==(const HttpClientArguments&) const = default;
};

extern const Schema kHttpClientSchema;

}  // namespace invar
