#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar::regex {

enum class Op : uint8_t {
  kEmpty,
  kLiteral,  ///< `text`, under `fold` in any case
  kClass,    ///< one rune out of `set`
  kBeginText,
  kEndText,
  kBeginLine,
  kEndLine,
  kWordBoundary,
  kNotWordBoundary,
  kGroup,      ///< capturing group number `group`, subs[0]
  kRepeat,     ///< subs[0], min to max times (max -1 = no limit)
  kConcat,     ///< all of subs
  kAlternate,  ///< one of subs, the first that leads to a match
};

/// What a character class holds: exact for ASCII; of the other runes only whether it has none, all or some of them.
struct CharSet {
  enum class Beyond : uint8_t { kNone, kSome, kAll };
  uint64_t ascii[2] = {0, 0};
  Beyond beyond = Beyond::kNone;
  bool opaque = false;  ///< has Unicode properties: nothing is known, not even about ASCII
  std::string re2;      ///< how RE2 writes it
  bool has(unsigned char byte) const {
    return byte < 128 ? (ascii[byte >> 6] >> (byte & 63) & 1) != 0 : beyond != Beyond::kNone;
  }
};

struct Node {
  Op op = Op::kEmpty;
  bool fold = false;
  bool greedy = true;
  int min = 0;
  int max = 0;
  int group = 0;
  int height = 1;
  double size = 1;
  std::string text;
  CharSet set;
  std::vector<Node> subs;
};

/// A parsed expression: root, and the names of its groups (index 0 = whole match, "").
struct Syntax {
  Node root;
  std::vector<std::string> group_names;
};

/// Go's regexp/syntax.Parse with the flags of regexp.Compile; error texts are Go's.
Result<Syntax> parse_syntax(std::string_view pattern);

/// The expression in RE2's spelling. Groups for which `keep[group]` is false do not capture.
std::string write_re2(const Node& root, const std::vector<bool>& keep);

}  // namespace invar::regex
