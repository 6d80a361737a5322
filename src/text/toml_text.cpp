#include "src/text/toml_text.h"

#include <algorithm>

namespace invar {
namespace {

/// Behind the string that begins at `at`; behind its line where it has no end.
size_t end_of_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const bool many_lines = text.substr(at + 1, 2) == std::string_view(quote == '"' ? "\"\"" : "''");
  const std::string_view end = text.substr(at, many_lines ? 3 : 1);
  for (at += end.size(); at < text.size(); ++at) {
    if (text[at] == '\n' && !many_lines) return at;
    if (text.substr(at).starts_with(end)) {
      at += end.size();
      // Up to two more belong to the text in front of the end.
      for (int more = 0; many_lines && more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    }
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

}  // namespace

std::optional<size_t> stray_toml_character(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  for (size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; at < text.size();) {
    if (text[at] == '"' || text[at] == '\'') at = end_of_string(text, at);
    else if (text[at] == '#') at = std::min(text.find('\n', at), text.size());
    else if (static_cast<unsigned char>(text[at]) >= 0x80) return at;
    else ++at;
  }
  return std::nullopt;
}

}  // namespace invar
