#include "src/language/record.h"

#include <map>
#include <mutex>

#include "src/base/check.h"
#include "src/language/catalog.h"

namespace invar {
namespace {

/// By way of the C++ type that speaks for the type.
template <class T>
bool read_as(const Value& value, Value& into, ValueError& error) {
  T read{};
  if (!Spoken<T>::read(value, read, error)) return false;
  return into = Spoken<T>::show(read), true;
}

bool read_number(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  if (type.go == "int32") return read_as<int32_t>(value, into, error);
  if (type.go == "uint32") return read_as<uint32_t>(value, into, error);
  if (type.go == "uint16") return read_as<uint16_t>(value, into, error);
  if (type.go == "uint8") return read_as<uint8_t>(value, into, error);
  if (type.go == "float32") return read_as<float>(value, into, error);
  if (type.kind == TypeKind::kInt) return read_as<int64_t>(value, into, error);
  if (type.kind == TypeKind::kUint) return read_as<uint64_t>(value, into, error);
  return read_as<double>(value, into, error);
}

bool read_text(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  std::string text, why;
  if (!Spoken<std::string>::read(value, text, error)) return false;
  if (type.accepts && !type.accepts(text, why)) return error = ValueError::about(value, std::move(why)), false;
  return into = Value::string(type.spelled ? type.spelled(text) : std::move(text)), true;
}

bool read_list(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  Value array;
  if (!spoken_internal::read_array(value, type, array, error)) return false;
  std::vector<Value> elements(array.size());
  for (size_t i = 0; i < elements.size(); ++i)
    if (!read_typed(array.at(i), *type.element, elements[i], error)) return error = std::move(error).in_element(array, i), false;
  return into = Value::array(std::move(elements)), true;
}

bool read_map(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  Value object;
  if (!spoken_internal::read_object(value, type, object, error)) return false;
  Members members;
  for (const auto& [key, member] : object.members()) {
    Value read;
    if (!read_typed(member, *type.element, read, error)) return error = std::move(error).in_field(object, key), false;
    members.emplace_hint(members.end(), key, std::move(read));
  }
  return into = Value::object(std::move(members)), true;
}

bool read_fields(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  const auto args = type.fields->create();
  if (!spoken_internal::read_struct(value, *type.fields, type, args.get(), error)) return false;
  return into = spoken_internal::show_struct(*type.fields, args.get()), true;
}

bool read_capsule(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  if (type.from_object) return read_as<Target>(value, into, error);
  if (!spoken_internal::read_capsule(value, type, error)) return false;
  if (value.as_capsule().type_name() != type.go) return spoken_internal::refuse_capsule(value, type, error);
  return into = value, true;
}

/// A nil slice that is handed around as a capsule: relabel.Rules.
class EmptyCapsule final : public Capsule {
 public:
  explicit EmptyCapsule(std::string type) : type_(std::move(type)) {}
  std::string_view type_name() const override { return type_; }
  bool is_zero() const override { return true; }
  bool equals(const Capsule& other) const override { return other.is_zero() && other.type_name() == type_; }

 private:
  std::string type_;
};

}  // namespace

bool may_become(ValueType got, const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kAny: return true;
    case TypeKind::kBool: return got == ValueType::kBool;
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kDuration: return got == ValueType::kNumber || got == ValueType::kString || got == ValueType::kCapsule;
    case TypeKind::kSecret:
    case TypeKind::kOptionalSecret: return got == ValueType::kString || got == ValueType::kCapsule;
    case TypeKind::kBytes: return got == ValueType::kString || got == ValueType::kArray;
    case TypeKind::kList:
    case TypeKind::kArray: return got == ValueType::kArray;
    case TypeKind::kMap:
    case TypeKind::kObject: return got == ValueType::kObject || got == ValueType::kCapsule;
    case TypeKind::kCapsule: return got == ValueType::kCapsule || (type.from_object && got == ValueType::kObject);
    case TypeKind::kFunction: return got == ValueType::kFunction;
  }
  return true;
}

bool read_typed(const Value& value, const TypeInfo& type, Value& into, ValueError& error) {
  if (value.is_unknown()) {
    if (value.type() == ValueType::kNull || may_become(value.type(), type)) return true;
    return error = ValueError::type(value, value_type_name(type)), false;
  }
  if (value.is_null()) return into = zero_value(type), true;
  switch (type.kind) {
    case TypeKind::kAny:
    case TypeKind::kFunction: return read_as<Value>(value, into, error);
    case TypeKind::kBool: return read_as<bool>(value, into, error);
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return read_number(value, type, into, error);
    case TypeKind::kString: return read_as<std::string>(value, into, error);
    case TypeKind::kDuration: return read_as<Duration>(value, into, error);
    case TypeKind::kText: return read_text(value, type, into, error);
    case TypeKind::kSecret: return read_as<Secret>(value, into, error);
    case TypeKind::kOptionalSecret: return read_as<OptionalSecret>(value, into, error);
    case TypeKind::kBytes: return read_as<ByteText>(value, into, error);
    case TypeKind::kList: return read_list(value, type, into, error);
    case TypeKind::kArray: {
      Value array;
      if (!spoken_internal::read_array(value, type, array, error) || !spoken_internal::check_length(array, type.length, error)) return false;
      return read_list(value, type, into, error);
    }
    case TypeKind::kMap: return read_map(value, type, into, error);
    case TypeKind::kObject: return read_fields(value, type, into, error);
    case TypeKind::kCapsule: return read_capsule(value, type, into, error);
  }
  return false;
}

Value zero_value(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kBool: return Value::boolean(false);
    case TypeKind::kInt: return Value::integer(0);
    case TypeKind::kUint: return Value::unsigned_integer(0);
    case TypeKind::kFloat: return Value::floating(0);
    case TypeKind::kString: return Value::string("");
    case TypeKind::kText: return Value::string(type.spelled ? type.spelled("") : "");
    case TypeKind::kDuration: return Spoken<Duration>::show({});
    case TypeKind::kSecret: return secret_value({});
    case TypeKind::kOptionalSecret: return optional_secret_value({});
    case TypeKind::kBytes: return Value::bytes("");
    case TypeKind::kList: return Value::array({});
    case TypeKind::kArray: return Value::array(std::vector<Value>(type.length, zero_value(*type.element)));
    case TypeKind::kMap: return Value::object({});
    case TypeKind::kObject: {
      Members members;
      for (const Row& row : type.fields->rows)
        if (row.kind == RowKind::kAttr) members.emplace(row.name, zero_value(*row.type));
      return Value::object(std::move(members));
    }
    case TypeKind::kCapsule:
      if (type.from_object) return Target().value();
      return type.element ? Value::capsule(std::make_shared<EmptyCapsule>(std::string(type.go))) : Value();
    case TypeKind::kAny:
    case TypeKind::kFunction: return Value();
  }
  return Value();
}

Record::Slots Record::default_slots(const Schema& schema) {
  Slots slots(schema.rows.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    const Row& row = schema.rows[i];
    if (row.is_value() && row.type) {
      slots[i].value = zero_value(*row.type);
      ValueError ignored;
      // What was recorded is what Alloy shows; null is a nil pointer.
      if (const auto recorded = catalog_default(row)) {
        if (recorded->is_null()) slots[i].value = Value();
        else read_typed(*recorded, *row.type, slots[i].value, ignored);
      }
    }
    if (row.kind == RowKind::kBlock && row.always_there && row.schema) slots[i].blocks.emplace_back(*row.schema);
  }
  return slots;
}

Record::Slots Record::zero_slots(const Schema& schema) {
  Slots slots(schema.rows.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    const Row& row = schema.rows[i];
    if (row.is_value() && row.type && row.default_text != "null") slots[i].value = zero_value(*row.type);
    if (row.kind == RowKind::kBlock && row.always_there && !row.pointer && row.schema) slots[i].blocks.push_back(Record(*row.schema, zero_slots(*row.schema)));
  }
  return slots;
}

/// By the rows: schemas are copied, their rows are not.
struct Record::Known {
  std::mutex mutex;
  std::map<const Row*, std::unique_ptr<const Record>> records;
};

const Record& Record::keep(Known& known, const Schema& schema, Slots (*make)(const Schema&)) {
  {
    const std::lock_guard lock(known.mutex);
    if (const auto found = known.records.find(schema.rows.data()); found != known.records.end()) return *found->second;
  }
  // Beside the lock: inner blocks have defaults of their own.
  std::unique_ptr<const Record> made(new Record(schema, make(schema)));
  const std::lock_guard lock(known.mutex);
  return *known.records.emplace(schema.rows.data(), std::move(made)).first->second;
}

const Record& Record::defaults(const Schema& schema) {
  static Known known;
  return keep(known, schema, &default_slots);
}

const Record& Record::zero(const Schema& schema) {
  static Known known;
  return keep(known, schema, &zero_slots);
}

Record::Record(const Schema& schema) : schema_(&schema), slots_(defaults(schema).slots_) {}

bool Record::read(const Row& row, const Value& value, ValueError& error) {
  Value& into = slots_[index(row)].value;
  // A nil pointer.
  if (value.is_null() && row.default_text == "null") return into = Value(), true;
  return read_typed(value, *row.type, into, error);
}

void Record::prepare(const Row& row, size_t count) {
  Slot& slot = slots_[index(row)];
  if (row.kind == RowKind::kEnum) {
    slot.members.clear();
    slot.members.resize(count);
    return;
  }
  if (row.repeat == Repeat::kOnce && !slot.blocks.empty()) return;
  slot.blocks.clear();
  slot.blocks.reserve(count);
  for (size_t i = 0; i < count; ++i) slot.blocks.emplace_back(*row.schema);
}

size_t Record::size(const Row& row) const {
  const Slot& slot = slots_[index(row)];
  return row.kind == RowKind::kEnum ? slot.members.size() : slot.blocks.size();
}

void* Record::at(const Row& row, size_t index_of_block) {
  Slot& slot = slots_[index(row)];
  if (row.kind == RowKind::kEnum) return &slot.members[index_of_block];
  return &slot.blocks[index_of_block];
}

const Value& Record::value(std::string_view name) const {
  static const Value kNull{};
  const Row* row = find_row(*schema_, name);
  return row && row->is_value() ? value(*row) : kNull;
}

std::span<const Record> Record::blocks(std::string_view name) const {
  const Row* row = find_row(*schema_, name);
  if (!row || row->kind != RowKind::kBlock) return {};
  return slots_[index(*row)].blocks;
}

const Record* Record::block(std::string_view name) const {
  const auto found = blocks(name);
  return found.empty() ? nullptr : &found.front();
}

void Record::set(std::string_view name, const Value& value) {
  const Row* row = find_row(*schema_, name);
  INVAR_CHECK(row && row->is_value());
  slots_[index(*row)].value = value.is_null() ? zero_value(*row->type) : value;
}

Record& Record::add_block(std::string_view name) {
  const Row* row = find_row(*schema_, name);
  INVAR_CHECK(row && row->kind == RowKind::kBlock && row->repeat == Repeat::kOnce);
  prepare(*row, 1);
  return slots_[index(*row)].blocks.front();
}

bool operator==(const Record& a, const Record& b) {
  if (a.slots_.size() != b.slots_.size()) return false;
  for (size_t i = 0; i < a.slots_.size(); ++i)
    if (!a.slots_[i].value.same_as(b.slots_[i].value) || a.slots_[i].blocks != b.slots_[i].blocks || a.slots_[i].members != b.slots_[i].members)
      return false;
  return true;
}

}  // namespace invar
