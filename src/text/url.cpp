#include "src/text/url.h"

#include <arpa/inet.h>

#include <algorithm>

#include "src/base/quote.h"

namespace invar {
namespace {

// Which part of a URL a text belongs to: what is escaped differs.
enum class Part : uint8_t { kPath, kHost, kZone, kUser, kFragment };

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

bool must_escape(char c, Part part) {
  if (is_alnum(c) || contains("-_.~", c)) return false;
  switch (part) {
    case Part::kHost:
    case Part::kZone: return !contains("!$&'()*+,;=:[]<>\"", c);
    case Part::kPath: return !contains("$&+,/:;=@", c);
    case Part::kUser: return !contains("$&+,;=", c);
    case Part::kFragment: return !contains("$&+,/:;=?@!()*", c);
  }
  return true;
}

std::string escaped(std::string_view text, Part part) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (must_escape(c, part)) {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Error bad_escape(std::string_view text) { return {"invalid URL escape " + quoted(text), {}}; }

Result<std::string> unescaped(std::string_view text, Part part) {
  const bool host = part == Part::kHost || part == Part::kZone;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (host && static_cast<unsigned char>(text[i]) < 0x80 && must_escape(text[i], part))
        return Error{"invalid character " + quoted(text.substr(i, 1)) + " in host name", {}};
      out += text[i];
      continue;
    }
    const std::string_view escape = text.substr(i, 3);
    if (escape.size() < 3 || hex_value(escape[1]) < 0 || hex_value(escape[2]) < 0) return bad_escape(escape);
    const auto byte = static_cast<char>(hex_value(escape[1]) << 4 | hex_value(escape[2]));
    // In host names only what is not ASCII may be escaped; %25 introduces the zone of an address.
    if (part == Part::kHost && hex_value(escape[1]) < 8 && escape != "%25") return bad_escape(escape);
    if (part == Part::kZone && escape != "%25" && byte != ' ' && must_escape(byte, Part::kHost)) return bad_escape(escape);
    out += byte;
    i += 2;
  }
  return out;
}

bool is_port(std::string_view text) {
  if (text.empty()) return true;
  return text[0] == ':' && std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error bad_port(std::string_view text) { return {"invalid port " + quoted(text) + " after host", {}}; }

bool is_ip6(std::string_view address) {
  const size_t zone = address.find('%');
  if (zone == address.size() - 1) return false;
  unsigned char bytes[16];
  return inet_pton(AF_INET6, std::string(address.substr(0, zone)).c_str(), bytes) == 1;
}

// `[fe80::1%25en0]:80`
Result<std::string> parse_bracketed_host(std::string_view host) {
  const size_t closing = host.rfind(']');
  if (closing == std::string_view::npos) return Error{"missing ']' in host", {}};
  const std::string_view port = host.substr(closing + 1);
  if (!is_port(port)) return bad_port(port);
  const std::string_view name = host.substr(1, closing - 1);
  const size_t zone = name.find("%25");
  auto plain = unescaped(name.substr(0, zone), Part::kHost);
  if (!plain) return plain.error();
  std::string address = std::move(*plain);
  if (zone != std::string_view::npos) {
    auto zone_name = unescaped(name.substr(zone), Part::kZone);
    if (!zone_name) return zone_name.error();
    address += *zone_name;
  }
  unsigned char bytes[4];
  if (inet_pton(AF_INET, address.c_str(), bytes) == 1) return Error{"invalid IP-literal", {}};
  if (!is_ip6(address)) return Error{"invalid host: ParseAddr(" + quoted(address) + "): unable to parse IP", {}};
  return "[" + address + "]" + std::string(port);
}

Result<std::string> parse_host(std::string_view scheme, std::string_view host) {
  const size_t opening = host.rfind('[');
  if (opening == 0) return parse_bracketed_host(host);
  if (opening != std::string_view::npos) return Error{"invalid IP-literal", {}};
  size_t colon = host.find(':');
  if (colon != std::string_view::npos) {
    // Lists of hosts are for databases; http has one.
    if (scheme != "http" && scheme != "https") colon = host.rfind(':');
    if (!is_port(host.substr(colon))) return bad_port(host.substr(colon));
  }
  return unescaped(host, Part::kHost);
}

bool is_userinfo(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || contains("-._:~!$&'()*+,;=%@", c); });
}

Result<void> parse_authority(std::string_view authority, Url& url) {
  const size_t at = authority.rfind('@');
  auto host = parse_host(url.scheme, at == std::string_view::npos ? authority : authority.substr(at + 1));
  if (!host) return host.error();
  url.host = std::move(*host);
  if (at == std::string_view::npos) return {};
  const std::string_view userinfo = authority.substr(0, at);
  if (!is_userinfo(userinfo)) return Error{"net/url: invalid userinfo", {}};
  const size_t colon = userinfo.find(':');
  auto user = unescaped(userinfo.substr(0, colon), Part::kUser);
  if (!user) return user.error();
  url.user = std::move(*user);
  if (colon == std::string_view::npos) return {};
  auto password = unescaped(userinfo.substr(colon + 1), Part::kUser);
  if (!password) return password.error();
  url.password = std::move(*password);
  return {};
}

// Takes `scheme:` off.
Result<std::string> take_scheme(std::string_view& rest) {
  for (size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    const bool letter = is_alnum(c) && !(c >= '0' && c <= '9');
    if (letter) continue;
    if (c == ':') {
      if (i == 0) return Error{"missing protocol scheme", {}};
      std::string scheme(rest.substr(0, i));
      for (char& ch : scheme)
        if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch + 32);
      rest.remove_prefix(i + 1);
      return scheme;
    }
    const bool inner = is_alnum(c) || contains("+-.", c);
    if (!inner || i == 0) break;
  }
  return std::string();
}

Result<void> parse_parts(std::string_view rest, Url& url) {
  if (std::any_of(rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }))
    return Error{"net/url: invalid control character in URL", {}};
  if (rest == "*") {
    url.path = "*";
    return {};
  }
  auto scheme = take_scheme(rest);
  if (!scheme) return scheme.error();
  url.scheme = std::move(*scheme);
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    url.raw_query = rest.substr(question + 1);
    url.force_query = url.raw_query.empty();
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return {};
    }
    if (contains(rest.substr(0, rest.find('/')), ':')) return Error{"first path segment in URL cannot contain colon", {}};
  }
  if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
    rest.remove_prefix(2);
    const size_t slash = rest.find('/');
    if (auto parsed = parse_authority(rest.substr(0, slash), url); !parsed) return parsed.error();
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  }
  auto path = unescaped(rest, Part::kPath);
  if (!path) return path.error();
  url.path = std::move(*path);
  if (escaped(url.path, Part::kPath) != rest) url.raw_path = rest;
  return {};
}

// Is the text already encoded, though perhaps not as we would?
bool is_encoded(std::string_view text, Part part) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return contains("!$&'()*+,;=:@[]%", c) || !must_escape(c, part); });
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const size_t hash = text.find('#');
  const std::string_view main = text.substr(0, hash);
  Url url;
  if (auto parsed = parse_parts(main, url); !parsed) return Error{"parse " + quoted(main) + ": " + parsed.error().what, {}};
  if (hash != std::string_view::npos) {
    auto fragment = unescaped(text.substr(hash + 1), Part::kFragment);
    if (!fragment) return Error{"parse " + quoted(text) + ": " + fragment.error().what, {}};
    url.fragment = std::move(*fragment);
  }
  return url;
}

std::string_view Url::hostname() const {
  std::string_view name = host;
  const size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && is_port(name.substr(colon))) name = name.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return name;
}

std::string_view Url::port() const {
  const std::string_view whole = host;
  const size_t colon = whole.rfind(':');
  return colon != std::string_view::npos && is_port(whole.substr(colon)) ? whole.substr(colon + 1) : std::string_view();
}

std::string Url::escaped_path() const {
  if (!raw_path.empty() && is_encoded(raw_path, Part::kPath)) {
    const auto plain = unescaped(raw_path, Part::kPath);
    if (plain && *plain == path) return raw_path;
  }
  return path == "*" ? path : escaped(path, Part::kPath);
}

std::string Url::text(bool redact) const {
  std::string out;
  if (!scheme.empty()) out = scheme + ":";
  if (!opaque.empty()) {
    out += opaque;
  } else {
    if (!host.empty() || user || (scheme.empty() ? false : path.empty() ? false : path.starts_with("//"))) out += "//";
    if (user) {
      out += escaped(*user, Part::kUser);
      if (password) out += ":" + (redact ? "xxxxx" : escaped(*password, Part::kUser));
      out += '@';
    }
    out += escaped(host, Part::kHost);
    const std::string encoded = escaped_path();
    if (!encoded.empty() && encoded[0] != '/' && !host.empty()) out += '/';
    if (out.empty() && contains(std::string_view(encoded).substr(0, encoded.find('/')), ':')) out += "./";
    out += encoded;
  }
  if (force_query || !raw_query.empty()) out += "?" + raw_query;
  if (!fragment.empty()) out += "#" + escaped(fragment, Part::kFragment);
  return out;
}

namespace {

bool is_space(char32_t rune) {
  switch (rune) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return rune >= 0x2000 && rune <= 0x200A;
  }
}

}  // namespace

std::string_view trim_space(std::string_view text) {
  while (!text.empty()) {
    size_t length;
    if (!is_space(decode_rune(text, length))) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    // The last rune begins at most four bytes before the end.
    size_t begin = text.size() - 1;
    while (begin > 0 && text.size() - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    size_t length;
    const char32_t rune = decode_rune(text.substr(begin), length);
    if (begin + length != text.size() || !is_space(rune)) break;
    text.remove_suffix(length);
  }
  return text;
}

}  // namespace invar
