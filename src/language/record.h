#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "src/language/schema.h"

namespace invar {

/// May a value of that type of the language become one of `type`? (Alloy converts numbers and strings into each other, and some capsules.)
bool may_become(ValueType got, const TypeInfo& type);
/// Reads a value as a `type` where no C++ type stands for it: `into` is what an attribute of that type then shows. The rules are those of
/// Spoken<T>. Null becomes the type's zero value; what is unknown is left out, but has to be of a type that may do.
bool read_typed(const Value& value, const TypeInfo& type, Value& into, ValueError& error);
/// What Go's zero value of the type shows.
Value zero_value(const TypeInfo& type);

/// The Args of a schema without a C++ type: what a block of the recorded catalog says, defaults applied. One slot per row, in their order.
class Record {
 public:
  /// Every row has its recorded default.
  explicit Record(const Schema& schema);
  /// Lives for ever; one per schema of the catalog. Any thread.
  static const Record& defaults(const Schema& schema);
  /// Go's zero value of the struct. Lives for ever.
  static const Record& zero(const Schema& schema);

  // Of a row of its schema.
  bool read(const Row& row, const Value& value, ValueError& error);
  const Value& value(const Row& row) const { return slots_[index(row)].value; }
  void prepare(const Row& row, size_t count);
  size_t size(const Row& row) const;
  void* at(const Row& row, size_t index);

  // By name. Values are as Row::show gives them; a name that the schema does not have is null, or no block.
  const Value& value(std::string_view name) const;
  std::span<const Record> blocks(std::string_view name) const;
  /// The only block of that name; nullptr when it is not there.
  const Record* block(std::string_view name) const;
  /// Null is the type's zero value. The name has to be there.
  void set(std::string_view name, const Value& value);
  /// A block that may stand there once: the one that does, or a new one.
  Record& add_block(std::string_view name);
  const Schema& schema() const { return *schema_; }

  friend bool operator==(const Record& a, const Record& b);

 private:
  struct Slot {
    Value value;
    std::vector<Record> blocks;
    std::vector<EnumValue> members;  // of an enum group
  };
  Record(const Schema& schema, std::vector<Slot> slots) : schema_(&schema), slots_(std::move(slots)) {}
  size_t index(const Row& row) const { return static_cast<size_t>(&row - schema_->rows.data()); }
  using Slots = std::vector<Slot>;
  static Slots default_slots(const Schema& schema);
  static Slots zero_slots(const Schema& schema);
  struct Known;
  static const Record& keep(Known& known, const Schema& schema, Slots (*make)(const Schema&));

  const Schema* schema_;
  std::vector<Slot> slots_;
};

}  // namespace invar
