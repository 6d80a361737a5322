#include "src/runtime/zero_exports.h"

#include "src/language/record.h"

namespace invar {

Value zero_exports(const Schema* schema) {
  Members members;
  if (!schema) return Value::object({});
  for (const Row& row : schema->rows) members.emplace(row.name, zero_value(*row.type));
  return Value::object(std::move(members));
}

}  // namespace invar
