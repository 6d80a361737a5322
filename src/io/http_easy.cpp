#include "src/io/http_easy.h"

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <memory>

#include "src/io/file.h"

namespace invar {
namespace {

constexpr long kMaxRedirects = 10;
constexpr long kDefaultConnectTimeoutMs = 30'000;
constexpr long kKeepAliveSeconds = 15;

bool is_token(std::string_view name) {
  constexpr std::string_view kAlso = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
    return std::isalnum(c) || kAlso.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

void append_line(curl_slist*& list, const std::string& line) { list = curl_slist_append(list, line.c_str()); }

/// net/http's reqWriteExcludeHeader: what a client asks for here comes from elsewhere, or is not sent.
bool is_left_out(std::string_view name) {
  const std::vector<HttpHeader> one{{std::string(name), {}}};
  return has_header(one, "Host") || has_header(one, "Content-Length") || has_header(one, "Transfer-Encoding") || has_header(one, "Trailer");
}

/// curl takes `Name;` for a header with an empty value, and `Name:` for "send none of your own".
Result<void> append_header(curl_slist*& list, std::string_view name, std::string_view value) {
  if (!is_token(name)) return Error{"net/http: invalid header field name \"" + std::string(name) + "\"", "header"};
  if (!is_header_value(value))
    return Error{"net/http: invalid header field value for \"" + std::string(name) + "\"", "header"};
  if (is_left_out(name)) return {};
  append_line(list, value.empty() ? std::string(name) + ";" : std::string(name) + ": " + std::string(value));
  return {};
}

struct HeaderList {
  curl_slist*& list;
  const std::vector<HttpHeader>& own;
  Result<void> result = {};

  void add(std::string_view name, std::string_view value) {
    if (result) result = append_header(list, name, value);
  }
  void add_unless_own(std::string_view name, std::string_view value) {
    if (!has_header(own, name)) add(name, value);
  }
  /// Keeps curl from adding one by itself.
  void none_unless_own(std::string_view name) {
    if (!has_header(own, name)) append_line(list, std::string(name) + ":");
  }
};

Result<void> apply_headers(CURL* easy, const HttpRequest& request, const HttpClientConfig& config,
                           const Secret& authorization, HttpEasyLists& lists) {
  HeaderList headers{lists.headers, request.headers};
  for (const HttpHeader& header : request.headers) headers.add(header.name, header.value);
  bool has_content_type = has_header(request.headers, "Content-Type");
  for (const auto& [name, value] : config.headers) {
    headers.add_unless_own(name, value.reveal());
    has_content_type = has_content_type || has_header({{name, ""}}, "Content-Type");
  }
  if (!authorization.empty()) headers.add_unless_own("Authorization", authorization.reveal());
  if (!config.user_agent.empty()) headers.add_unless_own("User-Agent", config.user_agent);
  headers.none_unless_own("Accept");
  headers.none_unless_own("Expect");
  if (!has_content_type) append_line(lists.headers, "Content-Type:");
  if (!headers.result) return headers.result;
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lists.headers);
  return {};
}

void apply_method(CURL* easy, const HttpRequest& request) {
  const bool has_body = !request.body.bytes.empty();
  if (request.method == "POST" || has_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.bytes.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, has_body ? request.body.bytes.data() : "");
    if (request.method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  // Unlike Go's client, which turns a redirected POST into a GET without its body: that loses what was to be delivered.
  curl_easy_setopt(easy, CURLOPT_POSTREDIR, static_cast<long>(CURL_REDIR_POST_301 | CURL_REDIR_POST_302));
}

void apply_limits(CURL* easy, const HttpRequest& request) {
  if (request.timeout_ms > 0) curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  const long connect =
      request.connect_timeout_ms > 0 ? static_cast<long>(request.connect_timeout_ms) : kDefaultConnectTimeoutMs;
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect);
}

Result<void> apply_proxy(CURL* easy, const HttpRequest& request, const HttpClientConfig& config, HttpEasyLists& lists) {
  const bool local = !config.unix_socket.empty();
  if (local) curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, config.unix_socket.c_str());
  const std::string proxy = local ? std::string() : choose_proxy(config.proxy, ProxyEnvironment::read(), request.url);
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());  // empty: none, whatever the environment says
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  if (proxy.empty() || !request.url.starts_with("https:")) return {};
  for (const auto& [name, value] : config.proxy.connect_headers)
    if (auto added = append_header(lists.proxy_headers, name, value.reveal()); !added) return added;
  if (lists.proxy_headers != nullptr) curl_easy_setopt(easy, CURLOPT_PROXYHEADER, lists.proxy_headers);
  return {};
}

/// What stands before the colon, when that is a scheme.
std::string scheme_of(std::string_view url) {
  std::string scheme;
  for (const unsigned char c : url) {
    if (c == ':') return scheme;
    if (!std::isalpha(c) && (scheme.empty() || (!std::isdigit(c) && c != '+' && c != '-' && c != '.'))) break;
    scheme.push_back(static_cast<char>(std::tolower(c)));
  }
  return {};
}

/// What curl would guess a scheme for, Go's client refuses.
Result<void> check_scheme(std::string_view url) {
  const std::string scheme = scheme_of(url);
  if (scheme == "http" || scheme == "https") return {};
  return Error{"unsupported protocol scheme \"" + scheme + "\"", "url"};
}

}  // namespace

HttpEasyLists::~HttpEasyLists() {
  curl_slist_free_all(headers);
  curl_slist_free_all(proxy_headers);
}

Result<void> apply_request(void* easy, const HttpRequest& request, const HttpClientConfig& config,
                           const Secret& authorization, HttpEasyLists& lists) {
  if (auto known = check_scheme(request.url); !known) return known;
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(config.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, config.http2 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, has_header(request.headers, "Accept-Encoding") ? nullptr : "gzip");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, config.follow_redirects ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  if (curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str()) != CURLE_OK) return Error{"url is too long", "url"};
  apply_method(easy, request);
  apply_limits(easy, request);
  apply_tls(easy, config.tls);
  if (auto proxied = apply_proxy(easy, request, config, lists); !proxied) return proxied;
  return apply_headers(easy, request, config, authorization, lists);
}

}  // namespace invar
