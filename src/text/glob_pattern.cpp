#include "src/text/glob_pattern.h"

namespace invar::glob {
namespace {

constexpr std::string_view kMeta = "*?[]{}";
constexpr size_t kNone = std::string_view::npos;

bool is_escaped(std::string_view pattern, size_t at) { return at > 0 && pattern[at - 1] == '\\'; }

}  // namespace

size_t find_meta(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*' || c == '?' || c == '[' || c == '{') return i;
    if (c == '\\') ++i;
  }
  return kNone;
}

size_t last_slash_or_alternatives(std::string_view pattern) {
  for (size_t i = pattern.size(); i-- > 0;)
    if ((pattern[i] == '/' || pattern[i] == '}') && !is_escaped(pattern, i)) return i;
  return kNone;
}

size_t last_slash(std::string_view pattern) {
  for (size_t i = pattern.size(); i-- > 0;)
    if (pattern[i] == '/' && !is_escaped(pattern, i)) return i;
  return kNone;
}

size_t opening_brace(std::string_view pattern) {
  int depth = 1;
  for (size_t i = pattern.size(); i-- > 0;) {
    if (is_escaped(pattern, i)) continue;
    if (pattern[i] == '}') ++depth;
    if (pattern[i] == '{' && --depth == 0) return i;
  }
  return kNone;
}

size_t closing_brace(std::string_view pattern) {
  int depth = 1;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      ++depth;
    } else if (pattern[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return kNone;
}

size_t next_alternative(std::string_view pattern) {
  int depth = 1;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}') {
      --depth;
    } else if (c == ',' && depth == 1) {
      return i;
    }
  }
  return kNone;
}

bool has_inner_double_star(std::string_view pattern) {
  for (size_t i = 0; i + 3 < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern[i] == '*' && pattern[i + 1] == '*')
      return true;
  }
  return false;
}

std::string escape_meta(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (kMeta.find(c) != kNone) out += '\\';
    out += c;
  }
  return out;
}

std::string unescape_meta(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size() && kMeta.find(pattern[i + 1]) != kNone) ++i;
    out += pattern[i];
  }
  return out;
}

}  // namespace invar::glob
