#include "src/language/spoken.h"

#include "src/base/quote.h"
#include "src/language/schema.h"
#include "src/text/byte_size.h"
#include "src/text/duration.h"
#include "src/text/number.h"

namespace invar {

namespace spoken_internal {

namespace {

/// What a string says as a number (Alloy's convertValue): a sign makes it an int, `.eE` a float, else it is unsigned.
bool number_in(const std::string& text, Value& number) {
  if (text.empty()) return false;
  if (text[0] == '-') {
    const auto parsed = parse_int(text);
    return parsed.ok() && (number = Value::integer(*parsed), true);
  }
  if (text.find_first_of(".eE") != std::string::npos) {
    const auto parsed = parse_float(text);
    return parsed.ok() && (number = Value::floating(*parsed), true);
  }
  const auto parsed = parse_uint(text);
  return parsed.ok() && (number = Value::unsigned_integer(*parsed), true);
}

/// A capsule that will not become a `type` may have its own words for it. True when it had.
bool capsule_refuses(const Value& value, const TypeInfo& type, ValueError& error) {
  if (!value.is(ValueType::kCapsule)) return false;
  std::string why = value.as_capsule().refuses(go_type_name(type));
  if (why.empty()) return false;
  return error = ValueError::about(value, std::move(why)), true;
}

bool refuse(const Value& value, const TypeInfo& type, ValueError& error) {
  if (!capsule_refuses(value, type, error)) error = ValueError::type(value, value_type_name(type));
  return false;
}

constexpr TypeInfo kString{.kind = TypeKind::kString, .go = "string"};
constexpr TypeInfo kBool{.kind = TypeKind::kBool, .go = "bool"};
constexpr TypeInfo kNumber{.kind = TypeKind::kInt, .go = "int"};

/// Go's %v of a value that became part of a target.
std::string go_text(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return "<nil>";
    case ValueType::kBool: return value.as_bool() ? "true" : "false";
    case ValueType::kNumber:
      return value.number_kind() == NumberKind::kFloat ? format_float_general(value.as_float()) : value.number_text();
    case ValueType::kString: return value.as_string();
    case ValueType::kArray: {
      std::string out = "[";
      for (size_t i = 0; i < value.size(); ++i) out += (i ? " " : "") + go_text(value.at(i));
      return out + "]";
    }
    case ValueType::kObject: {
      std::string out = "map[";
      for (const auto& [key, member] : value.members()) out += (out.size() > 4 ? " " : "") + key + ":" + go_text(member);
      return out + "]";
    }
    default: return value.describe();
  }
}

/// %T of a literal's Go value.
std::string go_type_of(const Value& value) {
  switch (value.type()) {
    case ValueType::kBool: return "bool";
    case ValueType::kString: return "string";
    case ValueType::kNumber:
      return value.number_kind() == NumberKind::kFloat ? "float64" : value.number_kind() == NumberKind::kInt ? "int64" : "uint64";
    case ValueType::kArray: return value.is_bytes() ? "[]uint8" : "[]value.Value";
    case ValueType::kFunction: return "value.RawFunction";
    case ValueType::kCapsule: {
      // %T sees the type behind the interface that other messages name.
      const std::string_view name = value.as_capsule().type_name();
      return std::string(name == "loki.LogsReceiver" ? "loki.logsReceiver" : name);
    }
    default: return std::string(type_name(value.type()));
  }
}

/// A label's text out of a value; false with the reason.
bool label_text(const Value& value, std::string& text) {
  if (value.is_null()) return text = "target::ConvertFrom: cannot convert a nil value to a target value", false;
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>(); optional && !optional->secret().is_secret)
    return text = optional->secret().value, true;
  if (value.capsule_as<SecretCapsule>() || value.capsule_as<OptionalSecretCapsule>())
    return text = "target::ConvertFrom: cannot use a secret as a target value", false;
  return text = go_text(value), true;
}

}  // namespace

bool read_bool(const Value& value, bool& into, ValueError& error) {
  if (!value.is(ValueType::kBool)) return refuse(value, kBool, error);
  return into = value.as_bool(), true;
}

bool read_number(const Value& value, Value& number, ValueError& error) {
  if (value.is(ValueType::kNumber)) return number = value, true;
  if (value.is(ValueType::kString) && number_in(value.as_string(), number)) return true;
  std::string text;
  const bool quiet = value.is(ValueType::kCapsule) && value.as_capsule().refuses("int").empty();
  if (quiet && value.as_capsule().into_string(text) && number_in(text, number)) return true;
  return refuse(value, kNumber, error);
}

bool read_string(const Value& value, std::string& into, ValueError& error, const TypeInfo&) {
  if (value.is(ValueType::kString)) return into = value.as_string(), true;
  if (value.is(ValueType::kNumber)) return into = value.number_text(), true;
  if (value.is_bytes()) return into = value.as_bytes(), true;
  if (value.is(ValueType::kCapsule)) {
    std::string text;
    if (value.as_capsule().into_string(text)) return into = std::move(text), true;
    if (!text.empty()) return error = ValueError::about(value, std::move(text)), false;
  }
  return refuse(value, kString, error);
}

bool read_duration(const Value& value, Duration& into, ValueError& error) {
  std::string text;
  if (!read_string(value, text, error, kString)) return false;
  const auto parsed = parse_duration(text);
  if (!parsed) return error = ValueError::about(value, parsed.error().what), false;
  return into = Duration{*parsed}, true;
}

bool accept_duration(std::string_view text, std::string& why) {
  const auto parsed = parse_duration(text);
  return parsed.ok() || (why = parsed.error().what, false);
}

bool read_byte_size(std::string_view text, ByteSize& into, std::string& why) {
  const auto parsed = parse_byte_size(text);
  if (!parsed) return why = parsed.error().what, false;
  return into = ByteSize{*parsed}, true;
}

bool accept_byte_size(std::string_view text, std::string& why) {
  ByteSize ignored;
  return read_byte_size(text, ignored, why);
}

std::string spell_byte_size(std::string_view text) {
  ByteSize size;
  std::string why;
  read_byte_size(text, size, why);
  return format_byte_size(size.bytes);
}

bool read_secret(const Value& value, Secret& into, ValueError& error) {
  if (value.is(ValueType::kString)) return into = Secret(value.as_string()), true;
  if (const auto secret = value.capsule_as<SecretCapsule>()) return into = secret->secret(), true;
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>()) return into = Secret(optional->secret().value), true;
  if (!value.is(ValueType::kCapsule)) return error = ValueError::type(value, "capsule"), false;
  return refuse_capsule(value, Spoken<Secret>::kType, error);
}

bool read_optional_secret(const Value& value, OptionalSecret& into, ValueError& error) {
  if (value.is(ValueType::kString)) return into = {false, value.as_string()}, true;
  if (const auto secret = value.capsule_as<SecretCapsule>()) return into = {true, secret->secret().reveal()}, true;
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>()) return into = optional->secret(), true;
  if (!value.is(ValueType::kCapsule)) return error = ValueError::type(value, "capsule"), false;
  return refuse_capsule(value, Spoken<OptionalSecret>::kType, error);
}

bool read_bytes(const Value& value, ByteText& into, ValueError& error) {
  if (value.is_bytes()) return into.bytes = value.as_bytes(), true;
  if (value.is(ValueType::kString)) return into.bytes = value.as_string(), true;
  std::vector<uint8_t> numbers;
  if (!Spoken<std::vector<uint8_t>>::read(value, numbers, error)) return false;
  return into.bytes.assign(numbers.begin(), numbers.end()), true;
}

bool read_target(const Value& value, Target& into, ValueError& error) {
  if (auto target = Target::of(value)) return into = std::move(*target), true;
  if (!value.is(ValueType::kObject)) {
    error = ValueError::about(value, "target::ConvertFrom: conversion from '" + go_type_of(value) + "' is not supported");
    return false;
  }
  std::vector<Target::Label> labels;
  labels.reserve(value.size());
  for (const auto& [name, member] : value.members()) {
    if (member.holds_unknown()) continue;  // shows only at run time
    std::string text;
    if (!label_text(member, text)) return error = ValueError::about(value, std::move(text)), false;
    labels.emplace_back(name, std::move(text));
  }
  return into = Target(std::move(labels)), true;
}

namespace {

/// True when `any` would hold exactly this value: no unsigned number, no bytes anywhere in it.
bool is_plain_any(const Value& value) {
  if (value.is(ValueType::kNumber)) return value.number_kind() != NumberKind::kUint || value.as_uint() > INT64_MAX;
  if (value.is_bytes()) return false;
  if (value.is(ValueType::kArray))
    for (const Value& element : value.elements())
      if (!is_plain_any(element)) return false;
  if (value.is(ValueType::kObject))
    for (const auto& [key, member] : value.members())
      if (!is_plain_any(member)) return false;
  return true;
}

}  // namespace

Value read_any(const Value& value) {
  if (is_plain_any(value)) return value;
  if (value.is(ValueType::kNumber)) return Value::integer(value.as_int());
  if (value.is(ValueType::kArray)) {
    std::vector<Value> elements;
    elements.reserve(value.size());
    for (size_t i = 0; i < value.size(); ++i) elements.push_back(read_any(value.at(i)));
    return Value::array(std::move(elements));
  }
  Members members;
  for (const auto& [key, member] : value.members()) members.emplace_hint(members.end(), key, read_any(member));
  return Value::object(std::move(members));
}

bool read_array(const Value& value, const TypeInfo& type, Value& array, ValueError& error) {
  if (!value.is(ValueType::kArray)) return refuse(value, type, error);
  return array = value, true;
}

bool read_object(const Value& value, const TypeInfo& type, Value& object, ValueError& error) {
  if (value.is(ValueType::kObject)) return object = value, true;
  const bool of_strings = type.kind == TypeKind::kMap && type.element->kind == TypeKind::kString;
  if (of_strings && value.is(ValueType::kCapsule)) {
    if (auto members = value.to_object()) return object = Value::object(std::move(*members)), true;
  }
  return refuse(value, type, error);
}

bool check_length(const Value& array, size_t length, ValueError& error) {
  if (array.size() == length) return true;
  error = ValueError::about(array, "array must have exactly " + std::to_string(length) + " elements, got " +
                                       std::to_string(array.size()));
  return false;
}

bool read_capsule(const Value& value, const TypeInfo&, ValueError& error) {
  if (!value.is(ValueType::kCapsule)) return error = ValueError::type(value, "capsule"), false;
  return true;
}

bool refuse_capsule(const Value& value, const TypeInfo& type, ValueError& error) {
  if (!capsule_refuses(value, type, error))
    error = ValueError::about(value, "expected capsule(" + quoted(type.go) + "), got " + value.describe());
  return false;
}

namespace {

bool read_member(const Row& row, const Value& member, void* args, ValueError& error) {
  if (row.kind == RowKind::kAttr || !row.schema) return row.read(member, args, error);
  if (member.is_null() || member.is_unknown()) return true;
  row.prepare(args, 1);
  static constexpr TypeInfo kBlock{.kind = TypeKind::kObject};
  return read_struct(member, *row.schema, kBlock, row.at(args, 0), error);
}

}  // namespace

bool read_struct(const Value& value, const Schema& schema, const TypeInfo& type, void* args, ValueError& error) {
  Value object;
  if (!read_object(value, type, object, error)) return false;
  schema.reset(args);
  for (const auto& [key, member] : object.members()) {
    const Row* row = nullptr;
    for (const Row& candidate : schema.rows)
      if (candidate.name == key && candidate.repeat == Repeat::kOnce && candidate.kind != RowKind::kLabel) row = &candidate;
    if (!row) return error = ValueError::missing_key(member, key), false;
    if (!read_member(*row, member, args, error)) return error = std::move(error).in_field(object, key), false;
  }
  if (!schema.validates()) return true;
  ValidateContext context;
  schema.validate(args, context);
  if (context.message()) return error = ValueError::plain(*context.message()), false;
  return true;
}

Value show_struct(const Schema& schema, const void* args) {
  Members members;
  for (const Row& row : schema.rows)
    if (row.kind == RowKind::kAttr) members.insert_or_assign(std::string(row.name), row.show(args));
  return Value::object(std::move(members));
}

}  // namespace spoken_internal

Value Spoken<Duration>::show(const Duration& v) { return Value::string(format_duration(v.ns)); }

bool Spoken<ByteSize>::read(const Value& v, ByteSize& into, ValueError& e) {
  std::string text, why;
  if (!spoken_internal::read_string(v, text, e, Spoken<std::string>::kType)) return false;
  if (!spoken_internal::read_byte_size(text, into, why)) return e = ValueError::about(v, std::move(why)), false;
  return true;
}

Value Spoken<ByteSize>::show(const ByteSize& v) { return Value::string(format_byte_size(v.bytes)); }

}  // namespace invar
