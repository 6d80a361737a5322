#include "src/language/schema.h"

#include "src/language/completion.h"

namespace invar {

bool operator==(const EnumValue& a, const EnumValue& b) {
  if (a.kind.schema != b.kind.schema) return false;
  if (a.args == b.args) return true;
  return a.args && b.args && a.kind.schema->equal(a.args.get(), b.args.get());
}

// A row of the catalog names no member: its Args are a Record.

namespace {

Record& record(void* args) { return *static_cast<Record*>(args); }
const Record& record(const void* args) { return *static_cast<const Record*>(args); }

}  // namespace

bool Row::read(const Value& value, void* args, ValueError& error) const {
  return read_member ? read_member(value, args, error) : record(args).read(*this, value, error);
}
Value Row::show(const void* args) const { return show_member ? show_member(args) : record(args).value(*this); }
void Row::prepare(void* args, size_t count) const { return access ? access->prepare(args, count) : record(args).prepare(*this, count); }
size_t Row::size(const void* args) const { return access ? access->size(args) : record(args).size(*this); }
void* Row::at(void* args, size_t index) const { return access ? access->at(args, index) : record(args).at(*this, index); }

std::shared_ptr<void> Schema::create() const { return args ? args->create() : std::make_shared<Record>(*this); }

void Schema::reset(void* made) const {
  if (args) args->reset(made);
  else record(made) = Record(*this);
}

bool Schema::validates() const { return args ? args->validate != nullptr : completes(*this); }

void Schema::validate(void* made, ValidateContext& context) const {
  if (args) args->validate(made, context);
  else complete(record(made));
}

const void* Schema::defaults() const { return args ? args->defaults() : &Record::defaults(*this); }

bool Schema::equal(const void* a, const void* b) const { return args ? args->equal(a, b) : record(a) == record(b); }

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

const Schema* inner_schema(const Schema& schema, std::string_view name) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash)
      if (const Schema* found = inner_schema(*row.schema, name)) return found;
    if (row.kind == RowKind::kBlock && row.name == name) return row.schema;
    if (row.kind != RowKind::kEnum || !name.starts_with(row.name) || name.size() <= row.name.size() || name[row.name.size()] != '.') continue;
    for (size_t i = 0; i < row.group->size(); ++i)
      if (const EnumBlock kind = row.group->at(i); kind.name == name.substr(row.name.size() + 1)) return kind.schema;
  }
  return nullptr;
}

}  // namespace invar
