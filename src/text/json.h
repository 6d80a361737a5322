#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace invar::json {

enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// Bytes that may be read (not interpreted) behind a text: simdjson wants them.
inline constexpr size_t kPadding = 64;

/// A parsed document as simdjson lays it out: one word per value (two per number), type in the high byte; strings apart, each behind its
/// length. Owned by a Parser.
struct Tape {
  const uint64_t* words = nullptr;
  const char* strings = nullptr;

  char type(uint64_t at) const { return static_cast<char>(words[at] >> 56); }
  uint64_t payload(uint64_t at) const { return words[at] & 0x00FF'FFFF'FFFF'FFFF; }
  std::string_view text(uint64_t at) const {
    const char* const string = strings + payload(at);
    uint32_t length;
    std::memcpy(&length, string, sizeof length);
    return {string + sizeof length, length};
  }
  /// The place behind the value at `at`.
  uint64_t after(uint64_t at) const {
    switch (type(at)) {
      case '{':
      case '[': return static_cast<uint32_t>(payload(at));
      case 'l':
      case 'u':
      case 'd': return at + 2;
      default: return at + 1;
    }
  }
};

/// One value of the Parser's current document. Valid, with all its texts, until that parser's next parse().
class Value {
 public:
  Value() = default;
  Value(const Tape* tape, uint64_t at) : tape_(tape), at_(at) {}

  Kind kind() const {
    switch (tape_->type(at_)) {
      case '{': return Kind::kObject;
      case '[': return Kind::kArray;
      case '"': return Kind::kString;
      case 't':
      case 'f': return Kind::kBool;
      case 'n': return Kind::kNull;
      default: return Kind::kNumber;
    }
  }
  /// Each of these only for its kind.
  bool as_bool() const { return tape_->type(at_) == 't'; }
  double as_number() const;
  std::string_view as_string() const { return tape_->text(at_); }
  /// The last member of that key (as Go keeps it), or false.
  bool member(std::string_view key, Value& out) const;
  /// The element; negative counts from the end. False when there is none.
  bool element(int64_t index, Value& out) const;
  /// Appends the text Alloy stores for it: arrays and objects re-marshalled (HTML escaped, floats in Go's form, duplicate keys folded).
  void append_json(std::string& out) const;

 private:
  friend class Members;
  friend class Elements;
  const Tape* tape_ = nullptr;
  uint64_t at_ = 0;
};

/// Members of an object in the order of the text, duplicates included: `for (Members m(object); m.next();) m.key(), m.value()`.
class Members {
 public:
  explicit Members(const Value& object)
      : tape_(object.tape_), next_(object.at_ + 1), end_(object.tape_->after(object.at_) - 1), value_(object) {}
  bool next() {
    if (next_ == end_) return false;
    key_at_ = next_;
    value_ = Value(tape_, key_at_ + 1);
    next_ = tape_->after(key_at_ + 1);
    return true;
  }
  std::string_view key() const { return tape_->text(key_at_); }
  const Value& value() const { return value_; }

 private:
  const Tape* tape_;
  uint64_t next_, end_, key_at_ = 0;
  Value value_;
};

/// Elements of an array in order.
class Elements {
 public:
  explicit Elements(const Value& array)
      : tape_(array.tape_), next_(array.at_ + 1), end_(array.tape_->after(array.at_) - 1), value_(array) {}
  bool next() {
    if (next_ == end_) return false;
    value_ = Value(tape_, next_);
    next_ = tape_->after(next_);
    return true;
  }
  const Value& value() const { return value_; }

 private:
  const Tape* tape_;
  uint64_t next_, end_;
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

  /// As the json stage reads a line (json-iterator into a map): only objects and `null` are accepted, bytes that are not UTF-8 stay as
  /// they are, lone surrogates become U+FFFD, integers of any length become floats. False = "malformed".
  bool parse_line(std::string_view line, Tail tail = Tail::kUnknown);
  /// As Go's encoding/json reads any value: like parse_line, but bytes that are not UTF-8 become U+FFFD.
  bool parse_any(std::string_view text, Tail tail = Tail::kUnknown);
  /// The value of the last parse, which must have succeeded.
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

/// Appends `text` as a JSON string, quotes included, escaped as Go does (HTML safe; bytes that are not UTF-8 become \ufffd).
void append_string(std::string& out, std::string_view text);
/// The same as encoding/json itself writes it: \b and \f by their letters.
void append_standard_string(std::string& out, std::string_view text);
/// Appends a float64 as json-iterator writes it: shortest digits, an exponent below 1e-6 and from 1e21 on (1e+21, 1e-07).
void append_number(std::string& out, double number);
/// The same as encoding/json itself writes it, where json-iterator keeps two digits: 1e-7.
void append_standard_number(std::string& out, double number);

/// Why Go's encoding/json does not take the text: `invalid character 'o' in literal null (expecting 'u')`. Empty when it does.
std::string syntax_error(std::string_view text);

}  // namespace invar::json
