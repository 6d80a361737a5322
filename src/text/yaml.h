#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar::yaml {

/// One node of a YAML document, as written: scalars are text, not yet numbers or booleans. A value.
struct Node {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping };
  Kind kind = Kind::kScalar;
  std::string scalar;
  bool quoted = false;      // kScalar: quoted or a block scalar, so certainly a string
  std::vector<Node> items;  // kSequence: the elements; kMapping: key, value, key, value, ... in the order written
  uint32_t line = 1;
  std::string tag;          // as written (`tag:yaml.org,2002:str`), where aliases are followed

  static Node text(std::string scalar);
  static Node mapping() { return {.kind = Kind::kMapping}; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_null() const;
  /// The value of a mapping's key that is such a scalar; nullptr when there is none.
  const Node* find(std::string_view key) const;
  void add(Node key, Node value);
};

enum class Aliases : uint8_t {
  kRefused,
  kFollowed,  // they are copies of what they name (bounded as well)
};
/// The first document of `text`; an empty one is a null scalar. Nesting and size are bounded. Errors read as go-yaml v2's:
/// `yaml: line 1: did not find expected node content`.
Result<Node> parse(std::string_view text, Aliases aliases = Aliases::kRefused);
/// The same as go-yaml v3 reads it: aliases are followed, its own lines in errors.
Result<Node> parse_v3(std::string_view text);

/// What go-yaml v2 calls a node in its errors: `!!map`, `!!int`, or the tag that is written at it.
std::string kind_word(const Node& node);
/// The same of a scalar as if no tag were written, and no quotes.
std::string_view plain_kind_word(std::string_view scalar);

/// Block style exactly as go-yaml v2 writes it, with a newline at the end. Every scalar is a string and is quoted where it would read
/// as something else. Fails when a string is not UTF-8.
Result<std::string> emit(const Node& document);

}  // namespace invar::yaml
