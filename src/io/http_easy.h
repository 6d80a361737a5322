#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/io/http_client.h"

struct curl_slist;

namespace invar {

/// Puts TLS settings on a curl easy handle. `config` must outlive the connections made with the handle.
void apply_tls(void* easy, const TlsConfig& config);

/// Everything about a request that does not concern its answer: address, method, headers, body, limits, redirects, TLS,
/// proxy. The lists it hangs on the handle are the caller's to free.
struct HttpEasyLists {
  curl_slist* headers = nullptr;
  curl_slist* proxy_headers = nullptr;
  HttpEasyLists() = default;
  HttpEasyLists(const HttpEasyLists&) = delete;
  HttpEasyLists& operator=(const HttpEasyLists&) = delete;
  ~HttpEasyLists();
};
Result<void> apply_request(void* easy, const HttpRequest& request, const HttpClientConfig& config,
                           const Secret& authorization, HttpEasyLists& lists);

/// What was seen of a transfer that failed.
struct HttpFailure {
  int code = 0;              // CURLcode
  std::string_view details;  // curl's own words
  std::string last_address;  // the address tried last, ip:port
  std::string proxy;         // its host:port, when one was used
  std::string unix_socket;   // likewise
};
/// The failure in Go's words, with its reason: `Post "http://h/": dial tcp 127.0.0.1:1: connect: connection refused`.
Error http_error(void* easy, const HttpRequest& request, const HttpFailure& failure);
/// `Post "http://user:xxxxx@h/": why`
Error http_error(const HttpRequest& request, std::string_view why, std::string reason);

}  // namespace invar
