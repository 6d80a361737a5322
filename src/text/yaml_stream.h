#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace invar::yaml {

/// How a scalar is written.
enum class Style : uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

/// A node with the bytes it stands at. Belongs to its Stream.
struct Placed {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping, kAlias };
  Kind kind = Kind::kScalar;
  Style style = Style::kPlain;        // kScalar
  bool tagged = false;                // `!!str`, `!custom`: what it reads as, only the tag tells
  uint32_t begin = 0, end = 0;        // bytes of the text, without anchor and tag; a scalar with its quotes or its block header
  std::string text;                   // kScalar: decoded
  std::vector<const Placed*> items;   // kSequence: the elements; kMapping: key, value, key, value, ...
  const Placed* target = nullptr;     // kAlias: never an alias itself

  /// What an alias names; otherwise the node itself.
  const Placed& resolved() const { return target ? *target : *this; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  /// Written so that it is certainly a string.
  bool is_quoted() const { return style != Style::kPlain; }
  /// `key:`, `~`, `null`.
  bool is_null() const;
};

/// What a mapping holds as YAML 1.1 reads it: `<<` merged in, and of a key that stands twice the last one. In the order written; keys and values resolved.
std::vector<std::pair<const Placed*, const Placed*>> entries(const Placed& mapping);
/// The value of a key that is such a scalar, as entries() has it; nullptr when there is none, or `node` is no mapping.
const Placed* find(const Placed& node, std::string_view key);
/// The same, key by key.
const Placed* find(const Placed& node, std::initializer_list<std::string_view> path);
/// The text of the scalar there; empty when there is none.
std::string_view text_at(const Placed& node, std::initializer_list<std::string_view> path);

/// Why a text is no YAML, and where (a byte of it).
struct Refusal {
  std::string what;
  uint32_t offset = 0;
};

/// All documents of a text with the places of everything in them. Owns its nodes; does not keep the text.
class Stream {
 public:
  /// Bounded: 32 MiB, two million nodes, 100 levels; what aliases would multiply to counts too. Texts in UTF-16 are refused.
  static std::variant<Stream, Refusal> read(std::string_view text);

  /// The root of each document; of an empty one a null.
  const std::vector<const Placed*>& documents() const { return documents_; }

 private:
  friend class StreamReader;
  std::deque<Placed> nodes_;
  std::vector<const Placed*> documents_;
};

/// Bytes [begin, end) of a scalar's decoded text, and the bytes of the file they were read from.
struct Stretch {
  uint32_t begin = 0, end = 0;
  uint32_t from = 0, to = 0;
  bool verbatim = false;  // byte for byte the same; otherwise (an escape, a folded line break) all of it stands for all of it
};

/// Where each byte of a scalar's decoded text stands in the text that its stream was read from. Covers the decoded text without gaps.
std::vector<Stretch> stretches(std::string_view text, const Placed& scalar);

}  // namespace invar::yaml
