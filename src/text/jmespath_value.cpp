#include "src/text/jmespath_value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace invar::jmespath {
namespace {

using Kind = Value::Kind;

constexpr size_t kFirstBlock = 16u << 10, kLargestFirstBlock = 1u << 20;
constexpr size_t kFewMembers = 24;
constexpr size_t kLongestText = 64u << 20;

Value scalar_of(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kBool: return Value::boolean(value.as_bool());
    case json::Kind::kNumber: return Value::number(value.as_number());
    case json::Kind::kString: return Value::text(value.as_string());
    default: return {};
  }
}

bool equal_arrays(const Array& a, const Array& b) {
  if (a.size != b.size) return false;
  return a.items == b.items || std::equal(a.begin(), a.end(), b.begin(), deep_equal);
}

bool equal_objects(const Object& a, const Object& b) {
  if (&a == &b) return true;
  if (a.size != b.size) return false;
  return std::all_of(a.begin(), a.end(), [&](const Object::Member& member) {
    const Value* other = b.find(member.key);
    return other && deep_equal(member.value, *other);
  });
}

/// The two ways in which Go writes JSON.
struct Iterator {
  static void append_text(std::string& out, std::string_view text) { json::append_string(out, text); }
  static void append_number(std::string& out, double number) { json::append_number(out, number); }
  static constexpr bool kSorted = false;
};
struct Standard {
  static void append_text(std::string& out, std::string_view text) { json::append_standard_string(out, text); }
  static void append_number(std::string& out, double number) { json::append_standard_number(out, number); }
  static constexpr bool kSorted = true;
};

template <class Dialect>
bool append(const Value& value, std::string& out);

template <class Dialect>
bool append_object(const Object& object, std::string& out) {
  std::vector<const Object::Member*> order;
  order.reserve(object.size);
  for (const Object::Member& member : object) order.push_back(&member);
  if (Dialect::kSorted) std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  out += '{';
  for (size_t i = 0; i < order.size(); ++i) {
    if (i > 0) out += ',';
    Dialect::append_text(out, order[i]->key);
    out += ':';
    if (!append<Dialect>(order[i]->value, out)) return false;
  }
  out += '}';
  return true;
}

template <class Dialect>
bool append(const Value& value, std::string& out) {
  if (out.size() > kLongestText) return false;  // an array may hold one other a thousand times
  switch (value.kind()) {
    case Kind::kNull: return out += "null", true;
    case Kind::kBool: return out += value.as_bool() ? "true" : "false", true;
    case Kind::kNumber: return std::isfinite(value.as_number()) && (Dialect::append_number(out, value.as_number()), true);
    case Kind::kString: return Dialect::append_text(out, value.as_text()), true;
    case Kind::kObject: return append_object<Dialect>(value.as_object(), out);
    case Kind::kExpression: return false;
    case Kind::kArray: break;
  }
  const Array& array = value.as_array();
  out += '[';
  for (size_t i = 0; i < array.size; ++i) {
    if (i > 0) out += ',';
    if (!append<Dialect>(array.items[i], out)) return false;
  }
  out += ']';
  return true;
}

}  // namespace

const Value* Object::find(std::string_view key) const {
  for (const Member& member : *this)
    if (member.key == key) return &member.value;
  return nullptr;
}

void Object::set(std::string_view key, Value value) {
  for (Member& member : *this)
    if (member.key == key) {
      member.value = value;
      return;
    }
  members[size++] = {key, value};
}

Memory::Memory() { clear(); }

void Memory::clear() {
  // The first block grows to what was needed, so that documents of one kind allocate nothing once it is warm.
  if (const size_t wanted = std::clamp(std::bit_ceil(used_), kFirstBlock, kLargestFirstBlock); wanted > first_size_) {
    resource_.reset();
    first_ = std::make_unique_for_overwrite<std::byte[]>(first_size_ = wanted);
    resource_ = std::make_unique<std::pmr::monotonic_buffer_resource>(first_.get(), wanted);
  } else {
    resource_->release();
  }
  used_ = 0;
}

void* Memory::take(size_t size, size_t alignment) {
  if (size > kLimit || (used_ += size) > kLimit) {
    used_ = kLimit + 1;
    return nullptr;
  }
  return resource_->allocate(size, alignment);
}

Array* Memory::make_array(size_t size) {
  static Array empty;  // never written: it has no elements
  Array* const array = make(Array{});
  void* const items = array && size < kLimit ? take(size * sizeof(Value), alignof(Value)) : nullptr;
  if (!items) return used_ = kLimit + 1, &empty;
  array->items = static_cast<Value*>(items);
  array->size = size;
  std::uninitialized_fill_n(array->items, size, Value());
  return array;
}

Object* Memory::make_object(size_t capacity) {
  using Member = Object::Member;
  Object* const object = make(Object{});
  void* const members = object && capacity < kLimit ? take(capacity * sizeof(Member), alignof(Member)) : nullptr;
  if (!members) return nullptr;
  object->members = static_cast<Member*>(members);
  return object;
}

std::string_view Memory::copy(std::string_view text) {
  char* const room = bytes(text.size());
  if (!room) return {};
  std::memcpy(room, text.data(), text.size());
  return {room, text.size()};
}

Value Memory::value_of(const json::Value& document) {
  if (document.kind() == json::Kind::kArray) {
    size_t size = 0, at = 0;
    for (json::Elements elements(document); elements.next();) ++size;
    Array* const array = make_array(size);
    for (json::Elements elements(document); at < array->size && elements.next();) array->items[at++] = value_of(elements.value());
    return Value::array(array);
  }
  if (document.kind() != json::Kind::kObject) return scalar_of(document);
  size_t size = 0;
  for (json::Members members(document); members.next();) ++size;
  Object* const object = make_object(size);
  if (!object) return {};
  if (size <= kFewMembers) {
    for (json::Members members(document); members.next();) object->set(members.key(), value_of(members.value()));
    return Value::object(object);
  }
  std::unordered_map<std::string_view, size_t> places;
  for (json::Members members(document); members.next();) {
    const auto [at, added] = places.emplace(members.key(), object->size);
    if (added) object->members[object->size++].key = members.key();
    object->members[at->second].value = value_of(members.value());
  }
  return Value::object(object);
}

bool is_false(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull: return true;
    case Kind::kBool: return !value.as_bool();
    case Kind::kString: return value.as_text().empty();
    case Kind::kArray: return value.as_array().size == 0;
    case Kind::kObject: return value.as_object().size == 0;
    default: return false;
  }
}

bool deep_equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull: return true;
    case Kind::kBool: return a.as_bool() == b.as_bool();
    case Kind::kNumber: return a.as_number() == b.as_number();
    case Kind::kString: return a.as_text() == b.as_text();
    case Kind::kArray: return equal_arrays(a.as_array(), b.as_array());
    case Kind::kObject: return equal_objects(a.as_object(), b.as_object());
    default: return false;
  }
}

bool append_json(const Value& value, std::string& out) { return append<Iterator>(value, out); }
bool append_sorted_json(const Value& value, std::string& out) { return append<Standard>(value, out); }

}  // namespace invar::jmespath
