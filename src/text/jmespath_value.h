#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>

#include "src/text/json.h"

namespace invar::jmespath {

struct Array;
struct Object;
struct Expression;

/// What an expression answers. Trivially copyable; what it points to belongs to a Memory, to the document or to the expression.
class Value {
 public:
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject, kExpression };

  Value() = default;
  static Value boolean(bool value) {
    Value out(Kind::kBool);
    out.bool_ = value;
    return out;
  }
  static Value number(double value) {
    Value out(Kind::kNumber);
    out.number_ = value;
    return out;
  }
  static Value text(std::string_view value) {
    Value out(Kind::kString);
    out.text_ = value.data();
    out.size_ = value.size();
    return out;
  }
  static Value array(Array* value) {
    Value out(Kind::kArray);
    out.array_ = value;
    return out;
  }
  static Value object(Object* value) {
    Value out(Kind::kObject);
    out.object_ = value;
    return out;
  }
  /// An expression that was not evaluated: the argument `&name` of a function.
  static Value expression(const Expression* value) {
    Value out(Kind::kExpression);
    out.expression_ = value;
    return out;
  }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_null() const { return kind_ == Kind::kNull; }
  /// Each of these only for its kind.
  bool as_bool() const { return bool_; }
  double as_number() const { return number_; }
  std::string_view as_text() const { return {text_, size_}; }
  Array& as_array() const { return *array_; }
  Object& as_object() const { return *object_; }
  const Expression& as_expression() const { return *expression_; }

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  union {
    const char* text_ = nullptr;
    bool bool_;
    double number_;
    Array* array_;
    Object* object_;
    const Expression* expression_;
  };
  size_t size_ = 0;
  Kind kind_ = Kind::kNull;
};

/// Elements in order. Shared by all values that came from the same place, as Go's slices are: sort_by sorts in place.
struct Array {
  Value* items = nullptr;
  size_t size = 0;
  Value* begin() const { return items; }
  Value* end() const { return items + size; }
};

/// Members in the order of the text, each key once.
struct Object {
  struct Member {
    std::string_view key;
    Value value;
  };
  Member* members = nullptr;
  size_t size = 0;
  Member* begin() const { return members; }
  Member* end() const { return members + size; }
  const Value* find(std::string_view key) const;
  /// Replaces the value of a key, or adds it behind the others: there must be room.
  void set(std::string_view key, Value value);
};

/// Where values live until the next clear(). Grows up to a limit; beyond it `exhausted()` is true and what is made is of no use.
class Memory {
 public:
  Memory();
  /// Frees everything but a first block.
  void clear();
  bool exhausted() const { return used_ > kLimit; }

  /// Room for `size` elements, set to null. An empty one when there is no more.
  Array* make_array(size_t size);
  /// Room for `capacity` members; `size` is 0.
  Object* make_object(size_t capacity);
  /// Room for bytes; nullptr when there is no more.
  char* bytes(size_t size) { return static_cast<char*>(take(size, 1)); }
  std::string_view copy(std::string_view text);
  /// A whole document, arrays and objects copied, texts shared with its parser.
  Value value_of(const json::Value& document);
  template <class T>
  T* make(T value) {
    void* room = take(sizeof(T), alignof(T));
    return room ? new (room) T(std::move(value)) : nullptr;
  }

 private:
  static constexpr size_t kLimit = 64u << 20;
  void* take(size_t size, size_t alignment);
  std::unique_ptr<std::byte[]> first_;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> resource_;
  size_t first_size_ = 0, used_ = 0;
};

/// JMESPath's: null, false, and empty texts, arrays and objects.
bool is_false(const Value& value);
/// Go's reflect.DeepEqual.
bool deep_equal(const Value& a, const Value& b);

/// As json-iterator marshals a value for the extracted map. False for what has no JSON: NaN, infinities and expressions.
bool append_json(const Value& value, std::string& out);
/// As encoding/json does: keys sorted.
bool append_sorted_json(const Value& value, std::string& out);

}  // namespace invar::jmespath
