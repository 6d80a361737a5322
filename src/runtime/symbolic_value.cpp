#include "src/runtime/symbolic_value.h"

#include "src/runtime/receiver_value.h"

namespace invar {
namespace {

/// A capsule that only says what it is: a consumer of otelcol, a receiver of Prometheus.
class Symbol final : public Capsule {
 public:
  explicit Symbol(std::string type) : type_(std::move(type)) {}
  std::string_view type_name() const override { return type_; }

 private:
  std::string type_;
};

}  // namespace

Value symbolic_value(const TypeInfo& type, std::string_view owner, Capsules capsules) {
  switch (type.kind) {
    case TypeKind::kBool: return Value::unknown(ValueType::kBool);
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return Value::unknown(ValueType::kNumber);
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kDuration: return Value::unknown(ValueType::kString);
    case TypeKind::kList:
    case TypeKind::kArray: return Value::unknown(ValueType::kArray);
    case TypeKind::kMap:
    case TypeKind::kObject: return Value::unknown(ValueType::kObject);
    case TypeKind::kSecret:
    case TypeKind::kOptionalSecret: return Value::unknown(ValueType::kCapsule);
    case TypeKind::kCapsule:
      if (type.from_object) return Value::unknown(ValueType::kObject);
      if (type.go == LogsReceiver::kCapsuleType) return receiver_value(std::make_shared<LogsReceiver>(std::string(owner) + ".receiver"));
      if (capsules == Capsules::kUnknown) return Value::unknown(ValueType::kCapsule);
      return Value::capsule(std::make_shared<Symbol>(std::string(type.go)));
    default: return Value::unknown();
  }
}

Value symbolic_exports(std::span<const Row> exports, std::string_view owner, Capsules capsules) {
  Members members;
  for (const Row& row : exports)
    if (row.type) members.emplace(std::string(row.name), symbolic_value(*row.type, owner, capsules));
  return Value::object(std::move(members));
}

}  // namespace invar
