#include "src/io/http_auth.h"

#include <algorithm>

#include "src/io/file.h"
#include "src/io/http_client.h"
#include "src/io/http_message.h"
#include "src/io/oauth_token.h"

namespace invar {
namespace {

constexpr size_t kMaxSecretFile = 1u << 20;
constexpr uint64_t kTokenTimeoutMs = 30'000;
constexpr double kExpiryMarginSeconds = 10;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t here = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < here ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += k <= here ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n\v\f");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n\v\f") - begin + 1));
}

/// The secret itself, or what its file holds now.
Result<Secret> secret_or_file(const Secret& secret, const std::string& file, std::string_view what) {
  if (file.empty()) return secret;
  auto text = read_file(file, kMaxSecretFile);
  if (!text)
    return Error{"unable to read " + std::string(what) + ": unable to read file " + file + ": " + text.error().what,
                 "auth"};
  return Secret(trimmed(*text));
}

Result<Secret> basic_header(const HttpAuthConfig::Basic& basic) {
  auto username = secret_or_file(Secret(basic.username), basic.username_file, "basic auth username");
  if (!username) return username.error();
  auto password = secret_or_file(basic.password, basic.password_file, "basic auth password");
  if (!password) return password.error();
  return Secret("Basic " + base64(username->reveal() + ":" + password->reveal()));
}

Result<Secret> authorization_header(const HttpAuthConfig::Authorization& authorization) {
  auto credentials =
      secret_or_file(authorization.credentials, authorization.credentials_file, "authorization credentials");
  if (!credentials) return credentials.error();
  return Secret(authorization.type + " " + credentials->reveal());
}

}  // namespace

struct HttpAuthorizer::Inside : std::enable_shared_from_this<HttpAuthorizer::Inside> {
  Loop& loop;
  const HttpAuthConfig config;
  std::unique_ptr<HttpClient> client;  // for tokens
  HttpCall fetch;
  Secret secret;                // the client secret the token was, or is being, fetched with
  Secret header;                // empty: no token
  uint64_t expires_ms = 0;      // on the loop's clock; 0: never
  bool secret_in_body = false;  // some servers take it only there: found out by trying
  std::vector<std::function<void(Result<Secret>)>> waiting;

  Inside(Loop& loop, HttpAuthConfig given) : loop(loop), config(std::move(given)) {
    if (!config.oauth2) return;
    HttpClientConfig client_config;
    client_config.tls = config.oauth2->tls;
    client_config.proxy = config.oauth2->proxy;
    client = std::make_unique<HttpClient>(loop, std::move(client_config));
  }

  void with_token(std::function<void(Result<Secret>)> done) {
    auto now_secret =
        secret_or_file(config.oauth2->client_secret, config.oauth2->client_secret_file, "oauth2 client secret");
    if (!now_secret) return done(now_secret.error());
    if (!(secret == *now_secret)) header = Secret();
    const bool expired = expires_ms != 0 && loop.now_ms() >= expires_ms;
    if (!header.empty() && !expired) return done(header);
    waiting.push_back(std::move(done));
    if (fetch.pending()) return;
    secret = std::move(*now_secret);
    request_token(true);
  }

  std::string form() const {
    const HttpAuthConfig::OAuth2& oauth = *config.oauth2;
    std::map<std::string, std::string> values = oauth.endpoint_params;
    values["grant_type"] = "client_credentials";
    std::string scopes;
    for (const std::string& scope : oauth.scopes) scopes.append(scopes.empty() ? "" : " ").append(scope);
    if (!scopes.empty()) values["scope"] = scopes;
    if (secret_in_body) {
      values["client_id"] = oauth.client_id;
      if (!secret.empty()) values["client_secret"] = secret.reveal();
    }
    std::string text;
    for (const auto& [name, value] : values)
      text.append(text.empty() ? "" : "&").append(query_escaped(name)).append("=").append(query_escaped(value));
    return text;
  }

  void request_token(bool may_try_other_style) {
    HttpRequest request;
    request.method = "POST";
    request.url = config.oauth2->token_url;
    request.timeout_ms = kTokenTimeoutMs;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    if (!secret_in_body) {
      const std::string both = query_escaped(config.oauth2->client_id) + ":" + query_escaped(secret.reveal());
      request.headers.push_back({"Authorization", "Basic " + base64(both)});
    }
    request.body = HttpBody::of(form());
    fetch =
        client->send(std::move(request), [weak = weak_from_this(), may_try_other_style](Result<HttpResponse> response) {
          if (const auto self = weak.lock()) self->take_answer(response, may_try_other_style);
        });
  }

  void take_answer(const Result<HttpResponse>& response, bool may_try_other_style) {
    if (!response) return settle(Error{response.error().what, response.error().reason});
    if (response->status < 200 || response->status > 299) {
      if (may_try_other_style) {
        secret_in_body = !secret_in_body;
        return request_token(false);
      }
      secret_in_body = false;
      return settle(Error{
          "oauth2: cannot fetch token: " + std::to_string(response->status) + " " + response->status_text, "auth"});
    }
    const auto token = parse_oauth_token(response->body);
    if (!token) return settle(token.error());
    const double lasts = token->expires_in_seconds;
    expires_ms = 0;
    if (lasts > 0)
      expires_ms = loop.now_ms() + static_cast<uint64_t>(std::clamp(lasts - kExpiryMarginSeconds, 0.0, 1e9) * 1000) + 1;
    header = Secret(token->type + " " + token->access_token.reveal());
    settle(header);
  }

  void settle(Result<Secret> result) {
    const auto alive = shared_from_this();
    auto callers = std::exchange(waiting, {});
    for (auto& done : callers) done(result);
  }
};

HttpAuthorizer::HttpAuthorizer(Loop& loop, HttpAuthConfig config)
    : inside_(std::make_shared<Inside>(loop, std::move(config))) {}
HttpAuthorizer::~HttpAuthorizer() {
  inside_->waiting.clear();
  inside_->fetch.cancel();
}

void HttpAuthorizer::authorize(std::function<void(Result<Secret>)> done) {
  const HttpAuthConfig& config = inside_->config;
  if (config.basic) return done(basic_header(*config.basic));
  if (config.authorization) return done(authorization_header(*config.authorization));
  if (config.oauth2) return inside_->with_token(std::move(done));
  done(Secret());
}

void HttpAuthorizer::invalidate() { inside_->header = Secret(); }

}  // namespace invar
