#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar {

/// A URL taken apart as Go's url.Parse does. `path`, `user`, `password` and `fragment` are unescaped; `host` keeps its port and brackets.
struct Url {
  std::string scheme;  ///< lower case
  std::string opaque;  ///< of mailto:x
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::string host;
  std::string path;
  std::string raw_path;   ///< as written, when it differs from the default encoding of `path`
  std::string raw_query;  ///< without ?
  bool force_query = false;
  std::string fragment;
  std::string raw_fragment;  ///< as written, when it differs from the default encoding of `fragment`
  bool omit_host = false;    ///< of file:/x, told apart from file:///x

  std::string_view hostname() const;
  std::string_view port() const;
  /// Go's EscapedPath: what goes into a request line.
  std::string escaped_path() const;
  /// Go's URL.String; Redacted with `redact` (password shown as xxxxx).
  std::string text(bool redact = false) const;
};

/// Errors carry Go's texts: `parse "::x": missing protocol scheme`.
Result<Url> parse_url(std::string_view text);

/// Go's strings.TrimSpace (Unicode blanks included). A view of `text`.
std::string_view trim_space(std::string_view text);

}  // namespace invar
