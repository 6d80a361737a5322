#include "src/language/type_info.h"

namespace invar {

std::string type_name(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kAny: return "any";
    case TypeKind::kBool: return "bool";
    case TypeKind::kInt: return "int";
    case TypeKind::kUint: return "uint";
    case TypeKind::kFloat: return "number";
    case TypeKind::kDuration: return "duration";
    case TypeKind::kSecret: return "secret";
    case TypeKind::kOptionalSecret: return "optional_secret";
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kBytes: return "string";
    case TypeKind::kList:
    case TypeKind::kArray: return "list(" + type_name(*type.element) + ")";
    case TypeKind::kMap: return "map(" + type_name(*type.element) + ")";
    case TypeKind::kObject: return "object";
    case TypeKind::kCapsule: return std::string(type.name.empty() ? type.go : type.name);
    case TypeKind::kFunction: return "function";
  }
  return {};
}

std::string go_type_name(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kAny: return "interface {}";
    case TypeKind::kList: return "[]" + go_type_name(*type.element);
    case TypeKind::kArray: return "[" + std::to_string(type.length) + "]" + go_type_name(*type.element);
    case TypeKind::kMap: return "map[string]" + go_type_name(*type.element);
    default: return std::string(type.go);
  }
}

std::string_view value_type_name(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kBool: return "bool";
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return "number";
    case TypeKind::kString:
    case TypeKind::kDuration:
    case TypeKind::kText: return "string";
    case TypeKind::kBytes:
    case TypeKind::kList:
    case TypeKind::kArray: return "array";
    case TypeKind::kMap:
    case TypeKind::kObject: return "object";
    case TypeKind::kFunction: return "function";
    case TypeKind::kAny:
    case TypeKind::kSecret:
    case TypeKind::kOptionalSecret:
    case TypeKind::kCapsule: return "capsule";
  }
  return {};
}

}  // namespace invar
