#include "src/language/schema.h"

namespace invar {

bool operator==(const EnumValue& a, const EnumValue& b) {
  if (a.kind.schema != b.kind.schema) return false;
  if (a.args == b.args) return true;
  return a.args && b.args && a.kind.schema->args->equal(a.args.get(), b.args.get());
}

const Row* find_row(const Schema& schema, std::string_view name) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash) {
      if (const Row* inner = find_row(*row.schema, name)) return inner;
    } else if (row.kind != RowKind::kEnum && row.kind != RowKind::kLabel && row.name == name) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace invar
