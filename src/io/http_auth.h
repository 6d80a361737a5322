#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/base/result.h"
#include "src/base/secret.h"
#include "src/io/proxy.h"
#include "src/io/tls.h"

namespace invar {

class HttpClient;
class Loop;

/// Who we say we are, as Prometheus' HTTPClientConfig; at most one of the members is set (checked where config is
/// read). Files are read for every request.
struct HttpAuthConfig {
  struct Basic {
    std::string username;
    Secret password;
    std::string password_file;
    std::string username_file;
  };
  struct Authorization {  // also bearer_token and bearer_token_file
    std::string type = "Bearer";
    Secret credentials;
    std::string credentials_file;
  };
  struct OAuth2 {  // client credentials grant
    std::string client_id;
    Secret client_secret;
    std::string client_secret_file;
    std::vector<std::string> scopes;
    std::string token_url;
    std::map<std::string, std::string> endpoint_params;
    ProxyConfig proxy;
    TlsConfig tls;
  };
  std::optional<Basic> basic;
  std::optional<Authorization> authorization;
  std::optional<OAuth2> oauth2;
};

/// Makes the Authorization header for requests. One per HttpClient, on its loop. An OAuth2 token is fetched once, kept
/// until 10 s before it expires, and fetched again after invalidate().
class HttpAuthorizer {
 public:
  HttpAuthorizer(Loop& loop, HttpAuthConfig config);
  ~HttpAuthorizer();

  /// Calls back with the header's value, empty for none; at once unless a token has to be fetched first. The error's
  /// text holds no secret. Callbacks still waiting when this is destroyed are dropped.
  void authorize(std::function<void(Result<Secret>)> done);
  /// The server answered 401: forget the token.
  void invalidate();

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace invar
