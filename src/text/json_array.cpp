#include "src/text/json_array.h"

#include "src/text/json.h"

namespace invar::json {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Behind the string that begins at `at`.
size_t behind_string(std::string_view text, size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

/// Behind the value that begins at `at`, of a text that is valid.
size_t behind_value(std::string_view text, size_t at) {
  size_t depth = 0;
  do {
    switch (text[at]) {
      case '"': at = behind_string(text, at); break;
      case '[':
      case '{': ++depth, ++at; break;
      case ']':
      case '}': --depth, ++at; break;
      default: ++at;
    }
    if (depth > 0) continue;
    const char last = text[at - 1];
    if (last == '"' || last == ']' || last == '}') return at;
  } while (depth > 0 || (text[at] != ',' && text[at] != ']' && !is_blank(text[at])));
  return at;
}

}  // namespace

bool split_array(std::string_view text, std::vector<std::string_view>& elements) {
  elements.clear();
  size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  skip_blanks();
  if (at == text.size() || text[at] != '[' || !syntax_error(text).empty()) return false;
  for (++at;; ++at) {
    skip_blanks();
    if (text[at] == ']') return true;
    const size_t begin = at;
    at = behind_value(text, at);
    elements.push_back(text.substr(begin, at - begin));
    skip_blanks();
    if (text[at] == ']') return true;
  }
}

}  // namespace invar::json
