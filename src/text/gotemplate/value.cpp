#include "src/text/gotemplate/value.h"

#include <algorithm>
#include <array>

namespace invar::gotemplate {
namespace {

struct TypeFacts {
  Kind kind;
  std::string_view name, kind_name;
};

constexpr std::array<TypeFacts, 29> kFacts{{
    {Kind::kInvalid, "<nil>", "invalid"},
    {Kind::kInvalid, "<nil>", "invalid"},
    {Kind::kBool, "bool", "bool"},
    {Kind::kInt, "int", "int"},
    {Kind::kInt, "int8", "int8"},
    {Kind::kInt, "int32", "int32"},
    {Kind::kInt, "int64", "int64"},
    {Kind::kUint, "uint8", "uint8"},
    {Kind::kUint, "uint32", "uint32"},
    {Kind::kUint, "uint64", "uint64"},
    {Kind::kFloat, "float64", "float64"},
    {Kind::kComplex, "complex128", "complex128"},
    {Kind::kString, "string", "string"},
    {Kind::kSlice, "[]interface {}", "slice"},
    {Kind::kSlice, "[]string", "slice"},
    {Kind::kSlice, "[]int", "slice"},
    {Kind::kSlice, "[]uint8", "slice"},
    {Kind::kSlice, "[][]interface {}", "slice"},
    {Kind::kMap, "map[string]interface {}", "map"},
    {Kind::kMap, "map[string]string", "map"},
    {Kind::kMap, "map[string]interface {}", "map"},
    {Kind::kStruct, "time.Time", "struct"},
    {Kind::kInt, "time.Duration", "int64"},
    {Kind::kInt, "time.Month", "int"},
    {Kind::kInt, "time.Weekday", "int"},
    {Kind::kPointer, "*time.Location", "ptr"},
    {Kind::kPointer, "*semver.Version", "ptr"},
    {Kind::kStruct, "sprig.certificate", "struct"},
    {Kind::kMap, "map[string]interface {}", "map"},
}};

const TypeFacts& facts(Type type) { return kFacts[static_cast<size_t>(type)]; }

}  // namespace

Kind kind_of(Type type) { return facts(type).kind; }
std::string_view type_name(Type type) { return facts(type).name; }
std::string_view kind_name(Type type) { return facts(type).kind_name; }

Dict::Entry* Dict::place(std::string_view key) {
  return std::lower_bound(entries, entries + size, key, [](const Entry& entry, std::string_view k) { return entry.key < k; });
}

Value* Dict::find(std::string_view key) {
  Entry* const at = place(key);
  return at != entries + size && at->key == key ? &at->value : nullptr;
}

void Dict::set(Memory& memory, std::string_view key, Value value) {
  Entry* at = place(key);
  if (at != entries + size && at->key == key) {
    at->value = value;
    return;
  }
  const size_t index = static_cast<size_t>(at - entries);
  if (size == capacity) {
    const uint32_t grown = capacity ? capacity * 2 : 8;
    Entry* const larger = memory.array<Entry>(grown);
    std::copy(entries, entries + size, larger);
    entries = larger;
    capacity = grown;
  }
  std::copy_backward(entries + index, entries + size, entries + size + 1);
  entries[index] = {key, value};
  ++size;
}

void Dict::erase(std::string_view key) {
  Entry* const at = place(key);
  if (at == entries + size || at->key != key) return;
  std::copy(at + 1, entries + size, at);
  --size;
}

std::span<Value> items_of(const Value& value) {
  if (value.kind() != Kind::kSlice || !value.list) return {};
  return {value.list->items, value.list->size};
}

std::span<Dict::Entry> entries_of(const Value& value) {
  if ((value.type != Type::kDict && value.type != Type::kTexts) || !value.dict) return {};
  return value.dict->all();
}

int64_t length_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kString: return value.size;
    case Kind::kSlice: return static_cast<int64_t>(items_of(value).size());
    case Kind::kMap: return static_cast<int64_t>(entries_of(value).size());
    default: return -1;
  }
}

Value make_list(Memory& memory, size_t size, Type type) {
  auto* const list = memory.make<List>();
  list->items = memory.array<Value>(size);
  list->size = list->capacity = static_cast<uint32_t>(size);
  return Value::of(type, list);
}

Value make_dict(Memory& memory, Type type) {
  Value value = Value::of(memory.make<Dict>());
  value.type = type;
  return value;
}

void push(Memory& memory, Value& list, Value item) {
  List& body = *list.list;
  if (body.size == body.capacity) {
    const uint32_t grown = body.capacity ? body.capacity * 2 : 8;
    Value* const larger = memory.array<Value>(grown);
    std::copy(body.items, body.items + body.size, larger);
    body.items = larger;
    body.capacity = grown;
  }
  body.items[body.size++] = item;
}

bool is_true(const Value& value) {
  switch (value.kind()) {
    case Kind::kInvalid: return false;
    case Kind::kFloat: return value.number != 0;
    case Kind::kComplex: return value.complex->real != 0 || value.complex->imaginary != 0;
    case Kind::kString: return value.size != 0;
    case Kind::kSlice:
    case Kind::kMap: return length_of(value) > 0;
    case Kind::kStruct: return true;
    case Kind::kPointer: return value.type == Type::kLocation || value.version != nullptr;
    default: return value.integer != 0;
  }
}

namespace {

bool equal_times(const Time& a, const Time& b) {
  return a.instant == b.instant && a.zone == b.zone && a.name == b.name;
}

bool equal_lists(const Value& a, const Value& b, int depth) {
  if ((a.list == nullptr) != (b.list == nullptr)) return false;
  const auto x = items_of(a), y = items_of(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [&](const Value& p, const Value& q) { return deep_equal(p, q, depth + 1); });
}

bool equal_dicts(const Value& a, const Value& b, int depth) {
  if ((a.dict == nullptr) != (b.dict == nullptr)) return false;
  const auto x = entries_of(a), y = entries_of(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const Dict::Entry& p, const Dict::Entry& q) {
    return p.key == q.key && deep_equal(p.value, q.value, depth + 1);
  });
}

}  // namespace

bool deep_equal(const Value& a, const Value& b, int depth) {
  if (depth > 1000) throw Exhausted{"depth of values"};
  if (a.is_absent() || b.is_absent()) return a.is_absent() == b.is_absent();
  if (a.type != b.type) return false;
  switch (a.kind()) {
    case Kind::kFloat: return a.number == b.number;
    case Kind::kString: return a.text() == b.text();
    case Kind::kComplex: return a.complex->real == b.complex->real && a.complex->imaginary == b.complex->imaginary;
    case Kind::kSlice: return equal_lists(a, b, depth);
    case Kind::kMap: return equal_dicts(a, b, depth);
    default: break;
  }
  if (a.type == Type::kTime) return equal_times(*a.time, *b.time);
  if (a.type == Type::kCertificate) return a.certificate->cert == b.certificate->cert && a.certificate->key == b.certificate->key;
  if (a.type == Type::kVersion && a.version && b.version) {
    const Version &x = *a.version, &y = *b.version;
    return x.major == y.major && x.minor == y.minor && x.patch == y.patch && x.pre == y.pre && x.metadata == y.metadata &&
           x.original == y.original;
  }
  return a.natural == b.natural;
}

}  // namespace invar::gotemplate
