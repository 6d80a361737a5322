#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/source.h"
#include "src/parser/ast.h"

namespace invar::lint {

class SourceMap;

/// What no report may show: the texts of attributes that hold secrets, the values of a Secret. Points into the sources, which its owner keeps.
class SecretMask {
 public:
  /// A text of a source, quotes included or not. Messages may hold it as written and as `value`.
  void add(Span span, std::string value);
  void append(const SecretMask& other);
  /// The same secrets in the files that the text was taken from.
  SecretMask moved_to_origin(const SourceMap& map) const;

  bool empty() const { return spans_.empty(); }
  /// A line of a source with a star for every byte of a secret, so that columns stay.
  std::string line(const Source& source, uint32_t number) const;
  /// The same of all of it.
  std::string whole(const Source& source) const;
  /// A message without secrets, also without the password of an URL.
  std::string message(std::string text) const;
  /// Whether it shows a secret.
  bool is_shown_by(std::string_view text) const;

 private:
  struct Stretch {
    uint32_t begin, end;
  };
  std::map<const Source*, std::vector<Stretch>> spans_;
  std::set<std::string, std::less<>> values_;
};

/// The texts of attributes whose type is secret, and of those whose name says so: a misspelt name has no type.
SecretMask secrets_of(const ast::File& file);

/// For a text that cannot be parsed, and for YAML: values behind names that say what they are (`password`, `bearer_token`, `secretKey`).
SecretMask secrets_by_name(const Source& source);

}  // namespace invar::lint
