#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

class Value;
class Function;

/// The types that expressions and messages speak of (Alloy: syntax/internal/value.Type).
enum class ValueType : uint8_t { kNull, kNumber, kString, kBool, kArray, kObject, kFunction, kCapsule };
std::string_view type_name(ValueType type);

enum class NumberKind : uint8_t { kUint, kInt, kFloat };  // in the order in which operators widen

/// Sorted by key; a copy shares nothing but the values in it.
using Members = std::map<std::string, Value, std::less<>>;

/// A thing of ours inside a Value that expressions can hand around but not look into: a receiver, a secret, a target.
/// Immutable as far as the language sees; shared between threads.
class Capsule {
 public:
  virtual ~Capsule() = default;
  /// The Go type as Alloy's messages print it: `loki.LogsReceiver` in capsule("loki.LogsReceiver").
  virtual std::string_view type_name() const = 0;
  virtual bool equals(const Capsule& other) const { return this == &other; }
  /// The zero value of its Go type counts as empty for coalesce().
  virtual bool is_zero() const { return false; }
  /// Capsules that act as objects (targets) yield their members.
  virtual std::optional<Members> as_object() const;
  /// Alloy's ConvertInto a string: true with `out`; false with a reason in `out`, or with an empty one where the capsule has
  /// nothing to say about strings.
  virtual bool into_string(std::string& out) const { return out.clear(), false; }
  /// Why it does not become `go_type`, where the capsule has words of its own for that; else empty.
  virtual std::string refuses(std::string_view go_type) const;
  /// How the HTTP API names it; empty: capsule("type name").
  virtual std::string text() const { return {}; }
};
using CapsulePtr = std::shared_ptr<const Capsule>;

/// A value of the config language: null, bool, number, string, array, object, function or capsule. Cheap to copy, immutable,
/// shared between threads. A value may be *unknown* (lint: what it will be shows only at run time), with or without its type.
class Value {
 public:
  Value() = default;  // null

  static Value boolean(bool value);
  static Value integer(int64_t value);
  static Value unsigned_integer(uint64_t value);
  static Value floating(double value);
  static Value string(std::string text);
  /// A Go []byte: an array of numbers, but turns into a string where one is wanted.
  static Value bytes(std::string bytes);
  static Value array(std::vector<Value> elements);
  static Value object(Members members);
  static Value function(std::shared_ptr<const Function> function);
  static Value capsule(CapsulePtr capsule);
  /// Of a type not known either.
  static Value unknown();
  static Value unknown(ValueType type);

  ValueType type() const { return type_; }
  bool is(ValueType type) const { return type_ == type && !unknown_; }
  bool is_null() const { return type_ == ValueType::kNull && !unknown_; }
  bool is_unknown() const { return unknown_; }
  bool is_bytes() const { return bytes_; }
  /// True when it, or anything in it, is unknown.
  bool holds_unknown() const;
  /// The type's name, or capsule("go.Type").
  std::string describe() const;

  // Each of these is for its own type only (checked).
  bool as_bool() const;
  NumberKind number_kind() const;
  /// Conversions between number kinds as Go on amd64 does them; never fail.
  int64_t as_int() const;
  uint64_t as_uint() const;
  double as_float() const;
  std::string number_text() const;
  const std::string& as_string() const;
  const std::string& as_bytes() const;
  size_t size() const;                            // array, object
  Value at(size_t index) const;                   // array (also bytes)
  const std::vector<Value>& elements() const;     // array but bytes
  const Members& members() const;                 // object
  const Value* find(std::string_view key) const;  // object; nullptr when absent
  const Function& as_function() const;
  const Capsule& as_capsule() const;
  CapsulePtr capsule_ptr() const;
  /// The capsule as T, nullptr when this is no capsule or another one.
  template <class T>
  std::shared_ptr<const T> capsule_as() const {
    return is(ValueType::kCapsule) ? std::dynamic_pointer_cast<const T>(capsule_ptr()) : nullptr;
  }
  /// Members of an object, or of a capsule that acts as one.
  std::optional<Members> to_object() const;

  /// Deep, but by pointer first; the language's `==` (numbers across kinds, functions never equal).
  friend bool operator==(const Value& a, const Value& b);
  /// Whether a component's export has changed (as ==, but equal functions are equal). Cheap for lists of shared targets.
  bool same_as(const Value& other) const;

  /// What diagnostics blame: equal for copies of one value, and, as in Go, for all equal bools and numbers below 256, and empty strings.
  struct Identity {
    uint64_t kind = 0;
    uint64_t id = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  Identity identity() const;

 private:
  template <class T>
  const T& stored() const { return *static_cast<const T*>(data_.get()); }

  ValueType type_ = ValueType::kNull;
  NumberKind number_kind_ = NumberKind::kInt;
  bool bytes_ = false;
  bool unknown_ = false;
  uint32_t number_id_ = 0;
  union {
    int64_t int_ = 0;
    uint64_t uint_;
    double float_;
    bool bool_;
  };
  std::shared_ptr<const void> data_;  // std::string, vector, Members, Function or Capsule
};

}  // namespace invar
