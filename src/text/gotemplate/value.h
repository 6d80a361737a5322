#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "src/text/gotemplate/memory.h"
#include "src/text/time_layout.h"

namespace invar::gotemplate {

/// The Go types that a value of a template can have.
enum class Type : uint8_t {
  kInvalid,  ///< no value: a key that a map does not have
  kNil,      ///< an interface{} that holds nothing
  kBool,
  kInt,
  kInt8,
  kInt32,
  kInt64,
  kUint8,
  kUint32,
  kUint64,
  kFloat64,
  kComplex,
  kString,
  kListAny,     ///< []interface {}
  kListString,  ///< []string
  kListInt,     ///< []int
  kBytes,       ///< []uint8
  kLists,       ///< [][]interface {}
  kDict,        ///< map[string]interface {}
  kTexts,       ///< map[string]string
  kRoot,        ///< the data of the execution: a map[string]interface {} that is only looked up in
  kTime,
  kDuration,
  kMonth,
  kWeekday,
  kLocation,     ///< *time.Location
  kVersion,      ///< *semver.Version
  kCertificate,  ///< sprig.certificate
  kOpen,         ///< a map[string]interface {} of which only OpenScope knows what is in it
};

/// Go's reflect.Kind, as far as it occurs.
enum class Kind : uint8_t { kInvalid, kBool, kInt, kUint, kFloat, kComplex, kString, kSlice, kMap, kStruct, kPointer };

Kind kind_of(Type type);
/// "map[string]interface {}", as %T and error texts print it.
std::string_view type_name(Type type);
/// "map", "int64", "ptr": reflect.Kind.String().
std::string_view kind_name(Type type);

struct List;
struct Dict;
struct Time;
struct Version;
struct Certificate;

struct Complex {
  double real = 0, imaginary = 0;
};

/// A Go value: 16 bytes, trivially copyable; what it points to lives in the Memory of the execution, in the template, or in its data.
struct Value {
  Type type = Type::kInvalid;
  uint32_t size = 0;  // of a text
  union {
    int64_t integer = 0;
    uint64_t natural;
    double number;
    const char* data;
    List* list;
    Dict* dict;
    const Time* time;
    const Version* version;
    const Certificate* certificate;
    const Complex* complex;
  };

  bool is_valid() const { return type != Type::kInvalid; }
  bool is_absent() const { return type <= Type::kNil; }
  bool is(Type t) const { return type == t; }
  std::string_view text() const { return {data, size}; }
  bool boolean() const { return integer != 0; }
  Kind kind() const { return kind_of(type); }

  static Value nil() { return of(Type::kNil); }
  static Value of(bool value) { return of(Type::kBool, value); }
  static Value of(int64_t value) { return of(Type::kInt, value); }
  static Value of(int value) { return of(Type::kInt, value); }
  static Value of(double value) {
    Value v = of(Type::kFloat64);
    v.number = value;
    return v;
  }
  /// Does not copy the bytes.
  static Value of(std::string_view text) {
    if (text.size() > UINT32_MAX) throw Exhausted{"memory"};
    Value v = of(Type::kString);
    v.data = text.data();
    v.size = static_cast<uint32_t>(text.size());
    return v;
  }
  static Value of(const char*) = delete;
  static Value of(Type type, int64_t integer = 0) {
    Value v;
    v.type = type;
    v.integer = integer;
    return v;
  }
  static Value of(Type type, List* list) {
    Value v = of(type);
    v.list = list;
    return v;
  }
  static Value of(Dict* dict) {
    Value v = of(Type::kDict);
    v.dict = dict;
    return v;
  }
};
static_assert(sizeof(Value) == 16);

/// What a slice header points to. Slices of one list share their items, as in Go. Null in a Value: a nil slice.
struct List {
  Value* items = nullptr;
  uint32_t size = 0, capacity = 0;
};

/// A map with text keys, kept in the order of its keys (the order Go prints and ranges in).
struct Dict {
  struct Entry {
    std::string_view key;
    Value value;
  };
  Entry* entries = nullptr;
  uint32_t size = 0, capacity = 0;

  std::span<Entry> all() { return {entries, size}; }
  Value* find(std::string_view key);
  /// `key` must live as long as the dict.
  void set(Memory& memory, std::string_view key, Value value);
  void erase(std::string_view key);

 private:
  Entry* place(std::string_view key);
};

/// time.Time: a moment and where it is looked at.
struct Time {
  Instant instant;
  const TimeZone* zone = nullptr;  // null: UTC
  std::string_view name;           // of a zone that only a text named; may be empty
  bool monotonic = false;
};

/// *semver.Version of Masterminds/semver.
struct Version {
  uint64_t major = 0, minor = 0, patch = 0;
  std::string_view pre, metadata, original;
};

struct Certificate {
  std::string_view cert, key;
};

/// Elements of a slice of any type; of what is no slice: nothing.
std::span<Value> items_of(const Value& value);
/// Entries of a kDict or kTexts; nothing for a nil map.
std::span<Dict::Entry> entries_of(const Value& value);
/// len(): of texts, slices and maps. -1 for others.
int64_t length_of(const Value& value);

Value make_list(Memory& memory, size_t size, Type type = Type::kListAny);
Value make_dict(Memory& memory, Type type = Type::kDict);
/// Appends to a list that make_list() made and nobody else has seen.
void push(Memory& memory, Value& list, Value item);
/// An element as it is read out of []interface{}: never kInvalid.
inline Value as_element(Value value) { return value.is_valid() ? value : Value::nil(); }

/// Go's truth of `if`; also the opposite of sprig's empty().
bool is_true(const Value& value);
/// reflect.DeepEqual. `depth` bounds values that hold themselves.
bool deep_equal(const Value& a, const Value& b, int depth = 0);

}  // namespace invar::gotemplate
