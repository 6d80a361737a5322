#include "src/lsp/uri.h"

#include "src/text/path.h"
#include "src/text/url.h"

namespace invar::lsp {
namespace {

bool is_kept(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || std::string_view("/-._~").find(byte) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> path_of_uri(std::string_view uri) {
  const auto url = parse_url(uri);
  if (!url || url->scheme != "file" || !url->path.starts_with('/') || !(url->host.empty() || url->host == "localhost")) return std::nullopt;
  return cleaned_path(url->path);
}

std::string uri_of_path(std::string_view path) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file://";
  for (const char byte : path) {
    if (is_kept(byte)) {
      uri += byte;
    } else {
      uri += '%';
      uri += kDigits[static_cast<uint8_t>(byte) >> 4];
      uri += kDigits[static_cast<uint8_t>(byte) & 15];
    }
  }
  return uri;
}

}  // namespace invar::lsp
