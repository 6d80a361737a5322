#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// How doublestar takes patterns apart. Positions are string_view::npos when there is none.
namespace invar::glob {

/// The first character that is not literal.
size_t find_meta(std::string_view pattern);
/// The last `/` or `}` that is not escaped.
size_t last_slash_or_alternatives(std::string_view pattern);
size_t last_slash(std::string_view pattern);
/// The `{` that belongs to a `}` behind the text.
size_t opening_brace(std::string_view pattern);
/// The `}` that belongs to a `{` before the text.
size_t closing_brace(std::string_view pattern);
/// The next comma outside of inner braces.
size_t next_alternative(std::string_view pattern);
/// `**` with something behind it.
bool has_inner_double_star(std::string_view pattern);

std::string escape_meta(std::string_view path);
std::string unescape_meta(std::string_view pattern);

/// A part of a validated pattern that many names of files are held against. Views the pattern.
class NamePattern {
 public:
  explicit NamePattern(std::string_view pattern);
  /// `name` has no slash. nullopt when the part for itself is malformed.
  std::optional<bool> matches(std::string_view name) const;

 private:
  std::string_view pattern_;
  // Of `before*after`, what nearly all patterns are: no need to go through them rune by rune.
  bool simple_ = false;
  bool star_ = false;
  std::string_view before_, after_;
};

}  // namespace invar::glob
