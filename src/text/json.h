#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace invar::json {

enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// Bytes that may be read (not interpreted) behind a text: simdjson wants them.
inline constexpr size_t kPadding = 64;

/// One value of the Parser's current document. Valid, with all its texts, until that parser's next parse().
class Value {
 public:
  Kind kind() const;
  /// Each of these only for its kind.
  bool as_bool() const;
  double as_number() const;
  std::string_view as_string() const;
  size_t size() const;
  /// The last member of that key (as Go keeps it), or false.
  bool member(std::string_view key, Value& out) const;
  /// The element; negative counts from the end. False when there is none.
  bool element(int64_t index, Value& out) const;
  /// Appends the text Alloy stores for it: arrays and objects re-marshalled (HTML escaped, floats in Go's form, duplicate keys folded).
  void append_json(std::string& out) const;

 private:
  friend class Parser;
  friend class Members;
  friend class Elements;
  const void* document_ = nullptr;
  uint64_t index_ = 0;
};

/// Members of an object in the order of the text, duplicates included: `for (Members m(object); m.next();) m.key(), m.value()`.
class Members {
 public:
  explicit Members(const Value& object);
  bool next();
  std::string_view key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  const void* document_;
  uint64_t index_, end_;
  std::string_view key_;
  Value value_;
};

/// Elements of an array in order.
class Elements {
 public:
  explicit Elements(const Value& array);
  bool next();
  const Value& value() const { return value_; }

 private:
  const void* document_;
  uint64_t index_, end_;
  Value value_;
};

/// What may be assumed about the memory behind a line.
enum class Tail : uint8_t {
  kUnknown,  ///< nothing: the line is copied to a scratch buffer first
  kPadded,   ///< kPadding readable bytes follow the line (their content does not matter)
};

/// Parses one JSON text at a time. One per lane; not thread-safe; buffers are reused, so that no line allocates once it is warm.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  /// As the json stage reads a line (json-iterator into a map): only objects and `null` are accepted; what Go would mend is mended
  /// (invalid UTF-8 and lone surrogates; integers of any length become floats). False = "malformed".
  bool parse_line(std::string_view line, Tail tail = Tail::kUnknown);
  /// As Go's encoding/json reads any value.
  bool parse_any(std::string_view text, Tail tail = Tail::kUnknown);
  /// The value of the last parse that succeeded.
  Value root() const;

  /// One line of Docker's json-file format, read like Go reads {Log, Time, Stream string}: keys in any case, last one wins, null leaves
  /// it unset, other types make it malformed. False when malformed or when `log` is missing or empty. The views are valid until the
  /// next parse.
  struct DockerLine {
    std::string_view log, stream, time;
  };
  bool parse_docker(std::string_view line, DockerLine& out, Tail tail = Tail::kUnknown);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Appends `text` as a JSON string, quotes included, escaped as Go's encoding/json (HTML safe; invalid UTF-8 becomes \ufffd).
void append_string(std::string& out, std::string_view text);
/// Appends a float64 as Go's encoding/json does (ES6: 1e+21, 1e-07, 3, 0.5). Not for NaN or infinities.
void append_number(std::string& out, double number);

}  // namespace invar::json
