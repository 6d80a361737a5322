#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/secret.h"

namespace invar {

/// Which proxy requests go through; the arguments of Alloy's client blocks.
struct ProxyConfig {
  std::string url;  // http://, https:// or socks5://; may hold user:password
  std::string
      no_proxy;  // comma-separated hosts, domains, addresses, networks, each with an optional port; for `url` only
  bool from_environment = false;
  std::vector<std::pair<std::string, Secret>> connect_headers;  // sent to the proxy with CONNECT only
};

/// The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY (upper case first, then lower), as Go reads them.
struct ProxyEnvironment {
  std::string http_proxy;
  std::string https_proxy;
  std::string no_proxy;
  bool cgi = false;  // REQUEST_METHOD is set: HTTP_PROXY could then come from a request header
  static ProxyEnvironment read();
};

/// The proxy's URL for a request to `target_url`, or empty for none: Go's golang.org/x/net/http/httpproxy. localhost
/// and loopback addresses are never proxied when the proxy comes with a no_proxy list or from the environment.
std::string choose_proxy(const ProxyConfig& config, const ProxyEnvironment& environment, std::string_view target_url);

}  // namespace invar
