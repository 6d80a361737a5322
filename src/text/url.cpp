#include "src/text/url.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/text/ip_literal.h"

namespace invar {
namespace {

enum class Part : uint8_t { kPath, kHost, kZone, kUser, kFragment };

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_decimal(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool all_of(std::string_view text, auto&& accepts) { return std::all_of(text.begin(), text.end(), accepts); }

// May the character stand in that part without an escape?
bool is_plain(char c, Part part) {
  if (is_alpha(c) || is_decimal(c) || is_one_of(c, "-_.~")) return true;
  switch (part) {
    case Part::kPath: return is_one_of(c, "$&+,/:;=@");
    case Part::kHost:
    case Part::kZone: return is_one_of(c, "!$&'()*+,;=:[]<>\"");
    case Part::kUser: return is_one_of(c, "$&+,;=");
    case Part::kFragment: return is_one_of(c, "$&+,/:;=?@!()*");
  }
  return false;
}

Error escape_error(std::string_view escape) { return {"invalid URL escape " + quoted(escape), {}}; }

// Hosts escape only what is not ASCII (and % itself); zones only what they could hold unescaped, and blanks.
bool is_escape_allowed(std::string_view escape, unsigned char value, Part part) {
  if (escape == "%25") return true;
  if (part == Part::kHost) return value >= 0x80;
  if (part == Part::kZone) return value == ' ' || is_plain(static_cast<char>(value), Part::kHost);
  return true;
}

Result<std::string> unescape(std::string_view text, Part part) {
  std::string out;
  out.reserve(text.size());
  const bool strict = part == Part::kHost || part == Part::kZone;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      if (strict && static_cast<unsigned char>(c) < 0x80 && !is_plain(c, part))
        return Error{"invalid character " + quoted({&c, 1}) + " in host name", {}};
      out += c;
      continue;
    }
    const std::string_view escape = text.substr(i, 3);
    if (escape.size() < 3 || hex_value(escape[1]) < 0 || hex_value(escape[2]) < 0) return escape_error(escape);
    const auto value = static_cast<unsigned char>(hex_value(escape[1]) << 4 | hex_value(escape[2]));
    if (!is_escape_allowed(escape, value, part)) return escape_error(escape);
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::string escape(std::string_view text, Part part) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_plain(c, part)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

// What was written is kept as long as it is an escaping of `plain` that needs no mending.
std::string escaped_as_written(const std::string& written, const std::string& plain, Part part) {
  const auto fits = [part](char c) { return is_one_of(c, "!$&'()*+,;=:@[]%") || is_plain(c, part); };
  if (!written.empty() && all_of(written, fits)) {
    const auto back = unescape(written, part);
    if (back && *back == plain) return written;
  }
  return part == Part::kPath && plain == "*" ? plain : escape(plain, part);
}

bool is_optional_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && all_of(text.substr(1), is_decimal));
}

Error port_error(std::string_view port) { return {"invalid port " + quoted(port) + " after host", {}}; }

// `host` begins with [.
Result<std::string> read_bracketed_host(std::string_view host) {
  const size_t close = host.rfind(']');
  if (close == std::string_view::npos) return Error{"missing ']' in host", {}};
  const std::string_view port = host.substr(close + 1);
  if (!is_optional_port(port)) return port_error(port);

  const std::string_view written = host.substr(1, close - 1);
  const size_t zone_at = std::min(written.find("%25"), written.size());
  auto address = unescape(written.substr(0, zone_at), Part::kHost);
  if (!address) return address;
  const auto zone = unescape(written.substr(zone_at), Part::kZone);
  if (!zone) return zone;
  *address += *zone;

  const auto family = read_ip_literal(*address);
  if (!family) return Error{"invalid host: " + family.error().what, {}};
  if (*family == IpFamily::kV4) return Error{"invalid IP-literal", {}};
  return "[" + *address + "]" + std::string(port);
}

Result<std::string> read_host(std::string_view scheme, std::string_view host) {
  const size_t bracket = host.rfind('[');
  if (bracket == 0) return read_bracketed_host(host);
  if (bracket != std::string_view::npos) return Error{"invalid IP-literal", {}};
  // Some databases list several hosts with ports; only HTTP is held to the rule of one colon.
  const bool strict = scheme == "http" || scheme == "https";
  const size_t colon = strict ? host.find(':') : host.rfind(':');
  if (colon != std::string_view::npos && !is_optional_port(host.substr(colon))) return port_error(host.substr(colon));
  return unescape(host, Part::kHost);
}

bool is_userinfo_char(char c) { return is_alpha(c) || is_decimal(c) || is_one_of(c, "-._:~!$&'()*+,;=%@"); }

Result<void> read_userinfo(Url& url, std::string_view userinfo) {
  if (!all_of(userinfo, is_userinfo_char)) return Error{"net/url: invalid userinfo", {}};
  const size_t colon = userinfo.find(':');
  auto user = unescape(userinfo.substr(0, colon), Part::kUser);
  if (!user) return user.error();
  url.user = std::move(*user);
  if (colon == std::string_view::npos) return {};
  auto password = unescape(userinfo.substr(colon + 1), Part::kUser);
  if (!password) return password.error();
  url.password = std::move(*password);
  return {};
}

Result<void> read_authority(Url& url, std::string_view authority) {
  const size_t at = authority.rfind('@');
  auto host = read_host(url.scheme, at == std::string_view::npos ? authority : authority.substr(at + 1));
  if (!host) return host.error();
  url.host = std::move(*host);
  return at == std::string_view::npos ? Result<void>() : read_userinfo(url, authority.substr(0, at));
}

// Takes "scheme:" off the front of `rest`, if there is one.
Result<void> take_scheme(Url& url, std::string_view& rest) {
  const auto is_scheme_char = [](char c) { return is_alpha(c) || is_decimal(c) || is_one_of(c, "+-."); };
  const size_t length = static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), is_scheme_char) - rest.begin());
  if (length == rest.size() || rest[length] != ':') return {};
  if (length == 0) return Error{"missing protocol scheme", {}};
  if (!is_alpha(rest[0])) return {};
  for (const char c : rest.substr(0, length)) url.scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  rest.remove_prefix(length + 1);
  return {};
}

// Takes "?query" off the end of `rest`. A lone ? at the end is remembered as such.
void take_query(Url& url, std::string_view& rest) {
  const size_t mark = rest.find('?');
  if (mark == std::string_view::npos) return;
  url.raw_query = rest.substr(mark + 1);
  url.force_query = url.raw_query.empty();
  rest = rest.substr(0, mark);
}

Result<void> read_path(Url& url, std::string_view written) {
  auto path = unescape(written, Part::kPath);
  if (!path) return path.error();
  url.path = std::move(*path);
  if (escape(url.path, Part::kPath) != written) url.raw_path = written;
  return {};
}

Result<void> read_fragment(Url& url, std::string_view written) {
  auto fragment = unescape(written, Part::kFragment);
  if (!fragment) return fragment.error();
  url.fragment = std::move(*fragment);
  if (escape(url.fragment, Part::kFragment) != written) url.raw_fragment = written;
  return {};
}

// Everything before the fragment.
Result<void> read_url(Url& url, std::string_view rest) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (std::any_of(rest.begin(), rest.end(), is_control)) return Error{"net/url: invalid control character in URL", {}};
  if (rest == "*") {
    url.path = "*";
    return {};
  }
  if (auto taken = take_scheme(url, rest); !taken) return taken;
  take_query(url, rest);
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return {};
    }
    // It would read as a scheme that is malformed, like cache_object:x.
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos)
      return Error{"first path segment in URL cannot contain colon", {}};
  }
  if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
    rest.remove_prefix(2);
    const size_t slash = std::min(rest.find('/'), rest.size());
    if (auto read = read_authority(url, rest.substr(0, slash)); !read) return read;
    rest.remove_prefix(slash);
  } else if (!url.scheme.empty() && rest.starts_with('/')) {
    url.omit_host = true;
  }
  return read_path(url, rest);
}

Error url_error(std::string_view text, const Error& error) {
  return {"parse " + quoted(text) + ": " + error.what, {}};
}

// Where the port's colon stands in host[:port], or the end.
size_t port_colon(std::string_view host) {
  const size_t colon = host.rfind(':');
  return colon != std::string_view::npos && is_optional_port(host.substr(colon)) ? colon : host.size();
}

void append_authority(std::string& out, const Url& url, bool redact) {
  if (url.scheme.empty() && url.host.empty() && !url.user) return;
  if (url.omit_host && url.host.empty() && !url.user) return;
  if (!url.host.empty() || !url.path.empty() || url.user) out += "//";
  if (url.user) {
    out += escape(*url.user, Part::kUser);
    if (url.password) out += ":" + (redact ? "xxxxx" : escape(*url.password, Part::kUser));
    out += '@';
  }
  out += escape(url.host, Part::kHost);
}

void append_path(std::string& out, const Url& url) {
  const std::string path = url.escaped_path();
  if (!path.empty() && path[0] != '/' && !url.host.empty()) out += '/';
  // A first segment with a colon would read as a scheme.
  if (out.empty() && path.substr(0, path.find('/')).find(':') != std::string::npos) out += "./";
  out += path;
}

bool is_space(char32_t rune) {
  return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xa0 || rune == 0x1680 ||
         (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 || rune == 0x2029 || rune == 0x202f || rune == 0x205f ||
         rune == 0x3000;
}

// Bytes of the blank at the end of `text` (non-empty); 0 when there is none.
size_t trailing_space(std::string_view text) {
  size_t start = text.size() - 1;
  while (start > 0 && text.size() - start < 4 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
  size_t length;
  const char32_t rune = decode_rune(text.substr(start), length);
  return start + length == text.size() && is_space(rune) ? length : 0;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const size_t hash = std::min(text.find('#'), text.size());
  Url url;
  const std::string_view front = text.substr(0, hash);
  if (const auto read = read_url(url, front); !read) return url_error(front, read.error());
  if (hash + 1 < text.size())
    if (const auto read = read_fragment(url, text.substr(hash + 1)); !read) return url_error(text, read.error());
  return url;
}

std::string_view Url::hostname() const {
  std::string_view name = std::string_view(host).substr(0, port_colon(host));
  if (name.size() > 1 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  return name;
}

std::string_view Url::port() const {
  const size_t colon = port_colon(host);
  return colon == host.size() ? std::string_view() : std::string_view(host).substr(colon + 1);
}

std::string Url::escaped_path() const { return escaped_as_written(raw_path, path, Part::kPath); }

std::string Url::text(bool redact) const {
  std::string out;
  if (!scheme.empty()) out = scheme + ':';
  if (!opaque.empty()) {
    out += opaque;
  } else {
    append_authority(out, *this, redact);
    append_path(out, *this);
  }
  if (force_query || !raw_query.empty()) out += '?' + raw_query;
  if (!fragment.empty()) out += '#' + escaped_as_written(raw_fragment, fragment, Part::kFragment);
  return out;
}

std::string_view trim_space(std::string_view text) {
  size_t length;
  while (!text.empty() && is_space(decode_rune(text, length))) text.remove_prefix(length);
  while (!text.empty() && (length = trailing_space(text)) > 0) text.remove_suffix(length);
  return text;
}

}  // namespace invar
