#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace invar {

struct Schema;

enum class TypeKind : uint8_t {
  kAny, kBool, kInt, kUint, kFloat, kString, kDuration, kText, kSecret, kOptionalSecret, kBytes, kList, kArray, kMap, kObject,
  kCapsule, kFunction,
};

/// What an attribute takes: read-only data, hung together by pointers. The static checker, docs and the catalog need no more.
struct TypeInfo {
  TypeKind kind = TypeKind::kAny;
  std::string_view go = {};           // kCapsule, kText: Go's name (`loki.LogsReceiver`), also the name in docs where `name` is empty
  std::string_view name = {};         // capsules: the catalog's name (`LogsReceiver`)
  const TypeInfo* element = nullptr;  // kList, kArray, kMap
  const Schema* fields = nullptr;     // kObject
  uint32_t length = 0;                // kArray
  /// kCapsule: a Go interface, so that the static checker looks no further into literals.
  bool interface = false;
  /// kCapsule: made from objects too (targets).
  bool from_object = false;
  /// kText: a Go struct with a pointer in it, which is never equal to its default unless both are empty.
  bool text_struct = false;
  /// kObject: what Validate() says of a zero value, which is what null becomes.
  std::string_view null_error = {};
  /// kText: false with the reason when Alloy would refuse the text.
  bool (*accepts)(std::string_view text, std::string& why) = nullptr;
  /// kText: an accepted text as it is shown; nullptr where that is the text itself.
  std::string (*spelled)(std::string_view text) = nullptr;
  /// kText: the accepted words, where they are a closed list.
  std::span<const std::string_view> words = {};
};

/// As the catalog and the manual write it: `map(list(secret))`.
std::string type_name(const TypeInfo& type);
/// As Go prints it with %T: `map[string][]alloytypes.Secret`.
std::string go_type_name(const TypeInfo& type);
/// The language's type of such a value, as messages name it.
std::string_view value_type_name(const TypeInfo& type);

}  // namespace invar
