#include "src/lint/value_check.h"

#include "src/language/record.h"

namespace invar::lint {
namespace {

/// `loki.LogsReceiver`, or the language's word for other types.
std::string wanted_name(const TypeInfo& type) {
  return type.kind == TypeKind::kCapsule && !type.from_object ? "capsule(\"" + std::string(type.go) + "\")" : std::string(value_type_name(type));
}

std::string mismatch(const Value& value, const TypeInfo& type) {
  return "expected " + wanted_name(type) + ", got " + (value.is_unknown() ? std::string(type_name(value.type())) : value.describe());
}

std::string member_refusal(const Value& value, const TypeInfo& type) {
  const auto members = value.to_object();
  if (!members) return {};
  for (const auto& [name, member] : *members) {
    const TypeInfo* inner = type.element;
    if (type.kind == TypeKind::kObject) {
      const Row* row = find_row(*type.fields, name);
      inner = row ? row->type : nullptr;
    }
    if (!inner) continue;
    if (std::string why = refusal(member, *inner); !why.empty()) return why;
  }
  return {};
}

}  // namespace

std::string refusal(const Value& value, const TypeInfo& type) {
  if (value.is_null() || (value.is_unknown() && value.type() == ValueType::kNull)) return {};
  if (!may_become(value.type(), type)) return mismatch(value, type);
  if (value.is_unknown()) return {};
  switch (type.kind) {
    case TypeKind::kList:
    case TypeKind::kArray:
      for (size_t i = 0; i < value.size(); ++i)
        if (std::string why = refusal(value.at(i), *type.element); !why.empty()) return why;
      return {};
    case TypeKind::kMap:
    case TypeKind::kObject: return member_refusal(value, type);
    case TypeKind::kCapsule:
      if (type.from_object || value.as_capsule().type_name() == type.go || type.go.empty()) return {};
      return mismatch(value, type);
    case TypeKind::kDuration:
    case TypeKind::kText: {
      std::string why;
      const bool known = value.is(ValueType::kString) && type.accepts;
      return known && !type.accepts(value.as_string(), why) ? why : std::string();
    }
    default: return {};
  }
}

}  // namespace invar::lint
