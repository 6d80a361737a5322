#include "src/io/proxy.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

namespace invar {
namespace {

/// An IPv6 address; IPv4 ones in their mapped form, as Go compares them.
using Address = std::array<unsigned char, 16>;

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address{};
  if (::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xff;
  if (::inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

bool is_v4(const Address& a) {
  return std::all_of(a.begin(), a.begin() + 10, [](unsigned char byte) { return byte == 0; }) && a[10] == 0xff &&
         a[11] == 0xff;
}

bool is_loopback(const Address& a) {
  if (is_v4(a)) return a[12] == 127;
  return a[15] == 1 && std::all_of(a.begin(), a.begin() + 15, [](unsigned char byte) { return byte == 0; });
}

bool in_network(const Address& address, const Address& network, size_t bits) {
  for (size_t i = 0; i < address.size() && bits > 0; ++i) {
    const size_t here = std::min<size_t>(bits, 8);
    const auto mask = static_cast<unsigned char>(0xff << (8 - here));
    if ((address[i] & mask) != (network[i] & mask)) return false;
    bits -= here;
  }
  return true;
}

std::string lower_trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  std::string result(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

struct Target {
  std::string scheme;
  std::string host;  // lower case, without brackets
  std::string port;
  std::optional<Address> address;
};

std::optional<Target> parse_target(std::string_view url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), &curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return std::nullopt;
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    std::string result;
    if (curl_url_get(parsed.get(), which, &text, flags) == CURLUE_OK) result = text;
    curl_free(text);
    return result;
  };
  Target target{lower_trimmed(part(CURLUPART_SCHEME, 0)),
                lower_trimmed(part(CURLUPART_HOST, 0)),
                part(CURLUPART_PORT, CURLU_DEFAULT_PORT),
                {}};
  if (target.host.starts_with('[') && target.host.ends_with(']'))
    target.host = target.host.substr(1, target.host.size() - 2);
  target.address = parse_address(target.host);
  return target;
}

/// Splits `host:port`, `[v6]:port`; false when there is no port, as Go's net.SplitHostPort fails then.
bool split_port(const std::string& text, std::string& host, std::string& port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const std::string before = text.substr(0, colon);
  const bool bracketed = before.starts_with('[') && before.ends_with(']');
  if (!bracketed && before.find_first_of(":[]") != std::string::npos) return false;
  host = bracketed ? before.substr(1, before.size() - 2) : before;
  port = text.substr(colon + 1);
  return true;
}

/// Whether one entry of a no_proxy list names the target.
bool entry_matches(const std::string& entry, const Target& target) {
  if (entry == "*") return true;
  if (const size_t slash = entry.find('/'); slash != std::string::npos) {
    size_t bits = 0;
    const auto network = parse_address(std::string_view(entry).substr(0, slash));
    const char* end = entry.data() + entry.size();
    const auto read = std::from_chars(entry.data() + slash + 1, end, bits);
    if (network && read.ec == std::errc() && read.ptr == end && bits <= (is_v4(*network) ? 32u : 128u))
      return target.address && is_v4(*target.address) == is_v4(*network) &&
             in_network(*target.address, *network, is_v4(*network) ? bits + 96 : bits);
  }
  std::string host = entry;
  std::string port;
  if (split_port(entry, host, port) && host.empty()) return false;
  if (!port.empty() && port != target.port) return false;
  if (const auto address = parse_address(host)) return target.address && *target.address == *address;
  if (host.empty()) return false;
  if (host.starts_with("*.")) host.erase(0, 1);
  const bool itself_too = host[0] != '.';
  if (itself_too) host.insert(0, ".");
  return target.host.ends_with(host) || (itself_too && target.host == std::string_view(host).substr(1));
}

bool wants_proxy(const Target& target, const std::string& no_proxy) {
  if (target.host == "localhost" || (target.address && is_loopback(*target.address))) return false;
  std::string_view rest = no_proxy;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string entry = lower_trimmed(rest.substr(0, comma));
    if (!entry.empty() && entry_matches(entry, target)) return false;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return true;
}

std::string with_scheme(const std::string& proxy) {
  return proxy.empty() || proxy.find("://") != std::string::npos ? proxy : "http://" + proxy;
}

std::string environment_either(const char* upper, const char* lower) {
  const char* value = std::getenv(upper);
  if (value == nullptr || *value == '\0') value = std::getenv(lower);
  return value == nullptr ? "" : value;
}

}  // namespace

ProxyEnvironment ProxyEnvironment::read() {
  return {environment_either("HTTP_PROXY", "http_proxy"), environment_either("HTTPS_PROXY", "https_proxy"),
          environment_either("NO_PROXY", "no_proxy"), std::getenv("REQUEST_METHOD") != nullptr};
}

std::string choose_proxy(const ProxyConfig& config, const ProxyEnvironment& environment, std::string_view target_url) {
  if (!config.from_environment && config.no_proxy.empty()) return with_scheme(config.url);
  const auto target = parse_target(target_url);
  if (!target) return {};
  if (config.from_environment) {
    const bool tls = target->scheme == "https";
    if (!tls && environment.cgi) return {};
    const std::string& proxy = tls ? environment.https_proxy : environment.http_proxy;
    return wants_proxy(*target, environment.no_proxy) ? with_scheme(proxy) : "";
  }
  return wants_proxy(*target, config.no_proxy) ? with_scheme(config.url) : "";
}

}  // namespace invar
