#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// The first header of that name (compared without case), or empty.
std::string_view find_header(const std::vector<HttpHeader>& headers, std::string_view name);
bool has_header(const std::vector<HttpHeader>& headers, std::string_view name);

/// Into a query, as Go's url.QueryEscape.
std::string query_escaped(std::string_view text);

/// Bytes that are sent without being copied. `owner` keeps them alive; without an owner the caller does, until the call
/// has ended.
struct HttpBody {
  std::string_view bytes;
  std::shared_ptr<const void> owner;

  HttpBody() = default;
  HttpBody(std::string_view bytes, std::shared_ptr<const void> owner) : bytes(bytes), owner(std::move(owner)) {}
  /// Keeps a text of its own.
  static HttpBody of(std::string text) {
    auto kept = std::make_shared<const std::string>(std::move(text));
    return {std::string_view(*kept), kept};
  }
};

}  // namespace invar
