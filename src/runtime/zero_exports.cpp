#include "src/runtime/zero_exports.h"

#include "src/language/secret_value.h"

namespace invar {

Value zero_exports(const Schema* schema) {
  Members members;
  if (!schema) return Value::object({});
  for (const Row& row : schema->rows) {
    Value zero;
    switch (row.type->kind) {
      case TypeKind::kBool: zero = Value::boolean(false); break;
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kFloat: zero = Value::integer(0); break;
      case TypeKind::kString:
      case TypeKind::kText: zero = Value::string(""); break;
      case TypeKind::kDuration: zero = Value::string("0s"); break;
      case TypeKind::kSecret: zero = secret_value({}); break;
      case TypeKind::kOptionalSecret: zero = optional_secret_value({}); break;
      case TypeKind::kList:
      case TypeKind::kArray: zero = Value::array({}); break;
      case TypeKind::kMap:
      case TypeKind::kObject: zero = Value::object({}); break;
      default: break;
    }
    members.emplace(row.name, std::move(zero));
  }
  return Value::object(std::move(members));
}

}  // namespace invar
