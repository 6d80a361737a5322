#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <cctype>
#include <cerrno>
#include <memory>

#include "src/io/file.h"
#include "src/io/http_easy.h"

namespace invar {
namespace {

/// Go's spelling of a method in an error: `Post`.
std::string title(std::string_view method) {
  std::string result(method);
  for (size_t i = 1; i < result.size(); ++i)
    result[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(result[i])));
  return result;
}

/// The URL without its password, as Go's http.Client prints it.
std::string redacted(const std::string& url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const size_t begin = scheme + 3;
  const std::string_view authority = std::string_view(url).substr(begin, url.find_first_of("/?#", begin) - begin);
  const size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return url;
  const size_t colon = authority.substr(0, at).find(':');
  if (colon == std::string_view::npos) return url;
  return url.substr(0, begin + colon + 1) + "***" + url.substr(begin + at);
}

std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), &curl_url_cleanup);
  char* host = nullptr;
  std::string result;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) == CURLUE_OK)
    result = host;
  curl_free(host);
  return result;
}

template <class T>
T info(CURL* easy, CURLINFO which) {
  T value{};
  curl_easy_getinfo(easy, which, &value);
  return value;
}

/// `127.0.0.1:4711->127.0.0.1:3100`
std::string connection(CURL* easy) {
  const char* local = info<char*>(easy, CURLINFO_LOCAL_IP);
  const char* remote = info<char*>(easy, CURLINFO_PRIMARY_IP);
  if (local == nullptr || remote == nullptr || *remote == '\0') return {};
  const auto joined = [](std::string_view ip, long port) {
    const bool v6 = ip.find(':') != std::string_view::npos;
    return (v6 ? "[" + std::string(ip) + "]" : std::string(ip)) + ":" + std::to_string(port);
  };
  return joined(local, info<long>(easy, CURLINFO_LOCAL_PORT)) + "->" +
         joined(remote, info<long>(easy, CURLINFO_PRIMARY_PORT));
}

std::string verification_text(long result, std::string_view details) {
  switch (result) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "x509: certificate signed by unknown authority";
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "x509: certificate has expired or is not yet valid";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "x509: certificate is valid for another name";
    case X509_V_ERR_CERT_REVOKED:
      return "x509: certificate is revoked";
    default:
      return "x509: " + std::string(details);
  }
}

struct Cause {
  std::string text;
  std::string reason;
};

Cause dial_failure(CURL* easy, const HttpFailure& failure) {
  const int code = static_cast<int>(info<long>(easy, CURLINFO_OS_ERRNO));
  const bool local = !failure.unix_socket.empty();
  const std::string prefix = local ? "dial unix" : failure.proxy.empty() ? "dial tcp" : "proxyconnect tcp: dial tcp";
  const std::string address = local ? " " + failure.unix_socket : failure.last_address.empty() ? "" : " " + failure.last_address;
  if (code == 0) return {prefix + address + ": " + std::string(failure.details), "refused"};
  return {prefix + address + ": connect: " + errno_text(code),
          errno_reason(code) == "io" ? "refused" : errno_reason(code)};
}

Cause broken_connection(CURL* easy, std::string_view verb, const HttpFailure& failure) {
  const int code = static_cast<int>(info<long>(easy, CURLINFO_OS_ERRNO));
  const std::string why = code != 0 ? errno_text(code) : std::string(failure.details);
  const std::string verb_text(verb);
  return {verb_text + " tcp " + connection(easy) + ": " + verb_text + ": " + why,
          code == ETIMEDOUT ? "timeout" : "reset"};
}

Cause cause_of(CURL* easy, const HttpRequest& request, const HttpFailure& failure) {
  const std::string details(failure.details);
  if (const long connect = info<long>(easy, CURLINFO_HTTP_CONNECTCODE); connect >= 300)
    return {"proxyconnect tcp: the proxy answered " + std::to_string(connect), "proxy"};
  switch (failure.code) {
    case CURLE_OPERATION_TIMEDOUT: {
      const bool total = request.timeout_ms > 0 && info<curl_off_t>(easy, CURLINFO_TOTAL_TIME_T) / 1000 + 1 >=
                                                       static_cast<curl_off_t>(request.timeout_ms);
      if (total) return {"context deadline exceeded", "timeout"};
      const bool connected = info<curl_off_t>(easy, CURLINFO_CONNECT_TIME_T) > 0;
      return {connected ? "read tcp " + connection(easy) + ": i/o timeout"
                        : "dial tcp " + failure.last_address + ": i/o timeout",
              "timeout"};
    }
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"dial tcp: lookup " + host_of(request.url) + ": no such host", "dns"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {"proxyconnect tcp: dial tcp: lookup " + failure.proxy + ": no such host", "dns"};
    case CURLE_COULDNT_CONNECT:
      return dial_failure(easy, failure);
    case CURLE_GOT_NOTHING:
      return {"EOF", "reset"};
    case CURLE_PARTIAL_FILE:
      return {"unexpected EOF", "reset"};
    case CURLE_SEND_ERROR:
      return broken_connection(easy, "write", failure);
    case CURLE_RECV_ERROR:
      return broken_connection(easy, "read", failure);
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return {"http2: " + details, "reset"};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {"net/http: malformed HTTP response", "io"};
    case CURLE_URL_MALFORMAT:
      return {details, "url"};
    case CURLE_TOO_MANY_REDIRECTS:
      return {"stopped after 10 redirects", "redirects"};
    case CURLE_PROXY:
      return {"proxyconnect tcp: " + details, "proxy"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {"tls: failed to verify certificate: " +
                  verification_text(info<long>(easy, CURLINFO_SSL_VERIFYRESULT), details),
              "tls"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CLIENTCERT:
      return {"tls: " + details, "tls"};
    default:
      return {details, "io"};
  }
}

}  // namespace

Error http_error(const HttpRequest& request, std::string_view why, std::string reason) {
  return {title(request.method) + " \"" + redacted(request.url) + "\": " + std::string(why), std::move(reason)};
}

Error http_error(void* easy, const HttpRequest& request, const HttpFailure& failure) {
  Cause cause = cause_of(easy, request, failure);
  return http_error(request, cause.text, std::move(cause.reason));
}

}  // namespace invar
