#pragma once

#include <array>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/secret.h"
#include "src/language/quantity.h"
#include "src/language/secret_value.h"
#include "src/language/target.h"
#include "src/language/type_info.h"
#include "src/language/value.h"
#include "src/language/value_error.h"

namespace invar {

/// How a C++ type is named, read and shown in the config language. A specialisation has
///   static constexpr TypeInfo kType;
///   static bool read(const Value& value, T& into, ValueError& error);   // known and not null; false with `error` set
///   static Value show(const T&);                                        // for the HTTP API, docs and exports
/// Types of a component's own that are written as text derive from TextSpoken instead.
template <class T>
struct Spoken;

/// Reads a value into a T: null makes it T{}, an unknown value leaves it alone (the decoder marks the field).
template <class T>
bool read_value(const Value& value, T& into, ValueError& error) {
  if (value.is_unknown()) return true;
  if (value.is_null()) return into = T{}, true;
  return Spoken<T>::read(value, into, error);
}
template <class T>
Value show_value(const T& value) { return Spoken<T>::show(value); }

namespace spoken_internal {

bool read_bool(const Value&, bool&, ValueError&);
/// A value as a number: itself, or what a string says.
bool read_number(const Value&, Value& number, ValueError&);
bool read_string(const Value&, std::string&, ValueError&, const TypeInfo& type);
bool read_duration(const Value&, Duration&, ValueError&);
bool accept_duration(std::string_view, std::string&);
bool read_byte_size(std::string_view text, ByteSize&, std::string& why);
bool accept_byte_size(std::string_view, std::string&);
std::string spell_byte_size(std::string_view);
bool read_secret(const Value&, Secret&, ValueError&);
bool read_optional_secret(const Value&, OptionalSecret&, ValueError&);
bool read_bytes(const Value&, ByteText&, ValueError&);
bool read_target(const Value&, Target&, ValueError&);
Value read_any(const Value&);
/// The array behind `value`; false with `error`.
bool read_array(const Value&, const TypeInfo& type, Value& array, ValueError&);
bool read_object(const Value&, const TypeInfo& type, Value& object, ValueError&);
bool check_length(const Value& array, size_t length, ValueError&);
bool read_capsule(const Value&, const TypeInfo& type, ValueError&);
bool refuse_capsule(const Value&, const TypeInfo& type, ValueError&);
bool read_struct(const Value&, const Schema&, const TypeInfo& type, void* args, ValueError&);
Value show_struct(const Schema&, const void* args);

template <class T>
constexpr std::string_view go_number() {
  if constexpr (std::same_as<T, float>) return "float32";
  else if constexpr (std::same_as<T, double>) return "float64";
  else if constexpr (std::signed_integral<T>) return sizeof(T) == 8 ? "int" : sizeof(T) == 4 ? "int32" : sizeof(T) == 2 ? "int16" : "int8";
  else return sizeof(T) == 8 ? "uint64" : sizeof(T) == 4 ? "uint32" : sizeof(T) == 2 ? "uint16" : "uint8";
}

}  // namespace spoken_internal

template <>
struct Spoken<bool> {
  static constexpr TypeInfo kType{.kind = TypeKind::kBool, .go = "bool"};
  static bool read(const Value& v, bool& into, ValueError& e) { return spoken_internal::read_bool(v, into, e); }
  static Value show(bool v) { return Value::boolean(v); }
};

/// Numbers are cut to size as Go does it (u8 = 256 is 0); strings that hold a number are taken.
template <class T>
  requires(std::integral<T> || std::floating_point<T>)
struct Spoken<T> {
  static constexpr TypeInfo kType{.kind = std::floating_point<T>   ? TypeKind::kFloat
                                          : std::signed_integral<T> ? TypeKind::kInt
                                                                    : TypeKind::kUint,
                                  .go = spoken_internal::go_number<T>()};
  static bool read(const Value& v, T& into, ValueError& e) {
    Value number;
    if (!spoken_internal::read_number(v, number, e)) return false;
    if constexpr (std::floating_point<T>) into = static_cast<T>(number.as_float());
    else if constexpr (std::signed_integral<T>) into = static_cast<T>(number.as_int());
    else into = static_cast<T>(number.as_uint());
    return true;
  }
  static Value show(T v) {
    if constexpr (std::floating_point<T>) return Value::floating(v);
    else if constexpr (std::signed_integral<T>) return Value::integer(v);
    else return Value::unsigned_integer(v);
  }
};

template <>
struct Spoken<std::string> {
  static constexpr TypeInfo kType{.kind = TypeKind::kString, .go = "string"};
  static bool read(const Value& v, std::string& into, ValueError& e) { return spoken_internal::read_string(v, into, e, kType); }
  static Value show(const std::string& v) { return Value::string(v); }
};

template <>
struct Spoken<Duration> {
  static constexpr TypeInfo kType{.kind = TypeKind::kDuration, .go = "time.Duration", .accepts = &spoken_internal::accept_duration};
  static bool read(const Value& v, Duration& into, ValueError& e) { return spoken_internal::read_duration(v, into, e); }
  static Value show(const Duration& v);
};

template <>
struct Spoken<Secret> {
  static constexpr TypeInfo kType{.kind = TypeKind::kSecret, .go = "alloytypes.Secret"};
  static bool read(const Value& v, Secret& into, ValueError& e) { return spoken_internal::read_secret(v, into, e); }
  static Value show(const Secret& v) { return secret_value(v); }
};

template <>
struct Spoken<OptionalSecret> {
  static constexpr TypeInfo kType{.kind = TypeKind::kOptionalSecret, .go = "alloytypes.OptionalSecret"};
  static bool read(const Value& v, OptionalSecret& into, ValueError& e) { return spoken_internal::read_optional_secret(v, into, e); }
  static Value show(const OptionalSecret& v) { return optional_secret_value(v); }
};

template <>
struct Spoken<ByteText> {
  static constexpr TypeInfo kType{.kind = TypeKind::kBytes, .go = "[]uint8"};
  static bool read(const Value& v, ByteText& into, ValueError& e) { return spoken_internal::read_bytes(v, into, e); }
  static Value show(const ByteText& v) { return Value::bytes(v.bytes); }
};

template <>
struct Spoken<Value> {
  static constexpr TypeInfo kType{.kind = TypeKind::kAny, .go = "interface {}"};
  static bool read(const Value& v, Value& into, ValueError&) { return into = spoken_internal::read_any(v), true; }
  static Value show(const Value& v) { return v; }
};

template <>
struct Spoken<Target> {
  static constexpr TypeInfo kType{.kind = TypeKind::kCapsule, .go = "discovery.Target", .name = "Target", .from_object = true};
  static bool read(const Value& v, Target& into, ValueError& e) { return spoken_internal::read_target(v, into, e); }
  static Value show(const Target& v) { return v.value(); }
};

template <class T>
struct Spoken<std::vector<T>> {
  static constexpr TypeInfo kType{.kind = TypeKind::kList, .element = &Spoken<T>::kType};
  static bool read(const Value& v, std::vector<T>& into, ValueError& e) {
    Value array;
    if (!spoken_internal::read_array(v, kType, array, e)) return false;
    std::vector<T> elements(array.size());
    for (size_t i = 0; i < elements.size(); ++i) {
      T element{};
      if (!read_value(array.at(i), element, e)) return e = std::move(e).in_element(array, i), false;
      elements[i] = std::move(element);
    }
    return into = std::move(elements), true;
  }
  static Value show(const std::vector<T>& v) {
    std::vector<Value> elements;
    elements.reserve(v.size());
    for (const auto& element : v) elements.push_back(Spoken<T>::show(element));
    return Value::array(std::move(elements));
  }
};

template <class T, size_t N>
struct Spoken<std::array<T, N>> {
  static constexpr TypeInfo kType{.kind = TypeKind::kArray, .element = &Spoken<T>::kType, .length = N};
  static bool read(const Value& v, std::array<T, N>& into, ValueError& e) {
    Value array;
    if (!spoken_internal::read_array(v, kType, array, e) || !spoken_internal::check_length(array, N, e)) return false;
    for (size_t i = 0; i < N; ++i)
      if (!read_value(array.at(i), into[i], e)) return e = std::move(e).in_element(array, i), false;
    return true;
  }
  static Value show(const std::array<T, N>& v) {
    std::vector<Value> elements;
    for (const auto& element : v) elements.push_back(Spoken<T>::show(element));
    return Value::array(std::move(elements));
  }
};

template <class T>
struct Spoken<std::map<std::string, T>> {
  static constexpr TypeInfo kType{.kind = TypeKind::kMap, .element = &Spoken<T>::kType};
  static bool read(const Value& v, std::map<std::string, T>& into, ValueError& e) {
    Value object;
    if (!spoken_internal::read_object(v, kType, object, e)) return false;
    std::map<std::string, T> entries;
    for (const auto& [key, member] : object.members()) {
      T entry{};
      if (!read_value(member, entry, e)) return e = std::move(e).in_field(object, key), false;
      entries.emplace(key, std::move(entry));
    }
    return into = std::move(entries), true;
  }
  static Value show(const std::map<std::string, T>& v) {
    Members members;
    for (const auto& [key, entry] : v) members.emplace(key, Spoken<T>::show(entry));
    return Value::object(std::move(members));
  }
};

/// A Go pointer: null is none.
template <class T>
struct Spoken<std::optional<T>> {
  static constexpr TypeInfo kType = Spoken<T>::kType;
  static bool read(const Value& v, std::optional<T>& into, ValueError& e) {
    T value{};
    if (!Spoken<T>::read(v, value, e)) return false;
    return into = std::move(value), true;
  }
  static Value show(const std::optional<T>& v) { return v ? Spoken<T>::show(*v) : Value(); }
};

/// Capsules: T derives from Capsule and has `static constexpr std::string_view kCapsuleType` (Go's name, `loki.LogsReceiver`),
/// `kCapsuleName` (the catalog's, `LogsReceiver`), and `kCapsuleInterface` (Go's type is an interface). Hold them as std::shared_ptr<const T>, or without const
/// where T is a handle.
template <class T>
  requires std::derived_from<std::remove_const_t<T>, Capsule>
struct Spoken<std::shared_ptr<T>> {
  static constexpr TypeInfo kType{.kind = TypeKind::kCapsule, .go = T::kCapsuleType, .name = T::kCapsuleName, .interface = T::kCapsuleInterface};
  static bool read(const Value& v, std::shared_ptr<T>& into, ValueError& e) {
    if (!spoken_internal::read_capsule(v, kType, e)) return false;
    auto found = std::dynamic_pointer_cast<const T>(v.capsule_ptr());
    if (!found) return spoken_internal::refuse_capsule(v, kType, e);
    return into = std::const_pointer_cast<T>(std::move(found)), true;
  }
  static Value show(const std::shared_ptr<T>& v) { return v ? Value::capsule(v) : Value(); }
};

/// An object attribute with a table of its own: specialise as
///   template <> struct Spoken<Person> : ObjectSpoken<Person, kPersonSchema> {};
template <class T, const Schema& Table>
struct ObjectSpoken {
  static constexpr TypeInfo kType{.kind = TypeKind::kObject, .fields = &Table};
  static bool read(const Value& v, T& into, ValueError& e) { return spoken_internal::read_struct(v, Table, kType, &into, e); }
  static Value show(const T& v) { return spoken_internal::show_struct(Table, &v); }
};

/// A type written as text (Go: encoding.TextUnmarshaler). A specialisation of Spoken derives from this and adds
///   static constexpr TypeInfo kType = text_type("relabel.Action", &accepts<Action>);
/// where T has `static bool parse(std::string_view text, T& into, std::string& why)`, with Alloy's words in `why`, and
/// `std::string text() const`.
template <class T>
struct TextSpoken {
  static bool accepts(std::string_view text, std::string& why) {
    T ignored{};
    return T::parse(text, ignored, why);
  }
  static bool read(const Value& v, T& into, ValueError& e) {
    std::string text, why;
    if (!spoken_internal::read_string(v, text, e, Spoken<std::string>::kType)) return false;
    T parsed{};
    if (!T::parse(text, parsed, why)) return e = ValueError::about(v, std::move(why)), false;
    return into = std::move(parsed), true;
  }
  /// An accepted text as it is shown.
  static std::string spelled(std::string_view text) {
    T parsed{};
    std::string why;
    T::parse(text, parsed, why);
    return parsed.text();
  }
  static Value show(const T& v) { return Value::string(v.text()); }
};

template <class T>
constexpr TypeInfo text_type(std::string_view go, bool is_go_struct = false, std::span<const std::string_view> words = {}) {
  return {.kind = TypeKind::kText, .go = go, .text_struct = is_go_struct, .accepts = &TextSpoken<T>::accepts,
          .spelled = &TextSpoken<T>::spelled, .words = words};
}

/// Types with their text rules inside need no specialisation: `static constexpr std::string_view kGoType` beside parse and text; `kGoStruct` = true
/// where Go has a struct (regexes, URLs).
template <class T>
concept TextValue = requires(std::string_view text, T& t, const T& c, std::string& why) {
  { T::kGoType } -> std::convertible_to<std::string_view>;
  { T::parse(text, t, why) } -> std::same_as<bool>;
  { c.text() } -> std::convertible_to<std::string>;
};
template <TextValue T>
struct Spoken<T> : TextSpoken<T> {
  static constexpr bool is_struct() {
    if constexpr (requires { T::kGoStruct; }) return T::kGoStruct;
    else return false;
  }
  static constexpr TypeInfo kType = text_type<T>(T::kGoType, is_struct());
};

template <>
struct Spoken<ByteSize> {
  static constexpr TypeInfo kType{.kind = TypeKind::kText, .go = "units.Base2Bytes", .accepts = &spoken_internal::accept_byte_size,
                                  .spelled = &spoken_internal::spell_byte_size};
  static bool read(const Value& v, ByteSize& into, ValueError& e);
  static Value show(const ByteSize& v);
};

}  // namespace invar
