#include <cmath>

#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/language/record.h"
#include "src/text/json.h"

namespace invar {

namespace {

/// A Go zero value, as far as a shown value tells; `set` says that a list or a map was written, so that it is not nil.
bool is_zero(const Value& value, const TypeInfo& type, bool set) {
  switch (value.type()) {
    case ValueType::kNull: return true;
    case ValueType::kBool: return !value.as_bool();
    case ValueType::kNumber: return value.as_float() == 0;
    case ValueType::kString: return value.as_string().empty() || (type.kind == TypeKind::kDuration && value.as_string() == "0s");
    case ValueType::kArray: return value.size() == 0 && !set;
    case ValueType::kObject:
      if (type.kind != TypeKind::kObject) return value.size() == 0 && !set;
      for (const Row& row : type.fields->rows)
        if (const Value* member = row.type ? value.find(row.name) : nullptr; member && !is_zero(*member, *row.type, false)) return false;
      return true;
    case ValueType::kCapsule: return value.as_capsule().is_zero();
    default: return false;
  }
}

/// Every member of a block's struct has its Go zero value.
bool is_zero(const Schema& schema, const void* args) {
  for (const Row& row : schema.rows) {
    if (row.is_value() && row.type && !is_zero(row.show(args), *row.type, false)) return false;
    if (row.is_value() || row.kind == RowKind::kEnum) continue;
    const bool plain = row.kind == RowKind::kSquash || (row.repeat == Repeat::kOnce && row.size(schema.defaults()) == 1);
    for (size_t i = 0; i < row.size(args); ++i)
      if ((!plain && row.repeat != Repeat::kExactly) || !is_zero(*row.schema, row.at(args, i))) return false;
  }
  return true;
}

bool is_comparable(const Schema& schema);

/// What Go's reflect cannot compare is shown even when it equals its default.
bool is_comparable(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kBytes: return false;
    case TypeKind::kArray: return is_comparable(*type.element);
    case TypeKind::kObject: return is_comparable(*type.fields);
    default: return true;
  }
}

/// Every member is one that Go's reflect can compare.
bool is_comparable(const Schema& schema) {
  for (const Row& row : schema.rows) {
    // Behind a pointer in Go: pointers can be compared.
    if (row.kind == RowKind::kSquash || row.squashed) continue;
    if (row.kind == RowKind::kBlock && row.schema && row.size(schema.defaults()) == 0 && row.repeat == Repeat::kOnce) continue;
    if (row.kind == RowKind::kEnum || (row.kind == RowKind::kBlock && row.repeat == Repeat::kMany)) return false;
    if (row.type ? !is_comparable(*row.type) : row.schema && !is_comparable(*row.schema)) return false;
  }
  return true;
}

bool same_in_go(const Schema& schema, const void* a, const void* b);

/// Equal as Go's structs are: what lies behind a pointer is equal only where there is nothing.
bool same_in_go(const Row& row, const void* a, const void* b) {
  if (row.is_value()) {
    const Value left = row.show(a), right = row.show(b);
    const bool pointer = row.squashed || (row.type->kind == TypeKind::kText && row.type->text_struct);
    return pointer ? is_zero(left, *row.type, false) && is_zero(right, *row.type, false) : left.same_as(right);
  }
  const size_t count = row.size(a);
  if (count != row.size(b) || (count > 0 && row.is_pointer())) return false;
  for (size_t i = 0; i < count; ++i)
    if (!same_in_go(*row.schema, row.at(a, i), row.at(b, i))) return false;
  return true;
}

bool same_in_go(const Schema& schema, const void* a, const void* b) {
  for (const Row& row : schema.rows)
    if (!same_in_go(row, a, b)) return false;
  return true;
}

class Writer {
 public:
  std::string out;

  void body(const Schema& schema, const void* args, const Origins* origins) {
    out += '[';
    first_ = true;
    rows(schema, args, usual_of(schema), origins);
    out += ']';
    first_ = false;
  }

  void value(const Value& v, const TypeInfo& type = kUntyped) {
    switch (v.type()) {
      case ValueType::kNull: out += R"({"type":"null","value":null})"; return;
      case ValueType::kBool: out += v.as_bool() ? R"({"type":"bool","value":true})" : R"({"type":"bool","value":false})"; return;
      case ValueType::kNumber:
        out += R"({"type":"number","value":)";
        if (std::isfinite(v.as_float())) json::append_standard_number(out, v.as_float());
        else out += "null";
        out += '}';
        return;
      case ValueType::kString: return text("string", v.as_string());
      case ValueType::kArray:
        out += R"({"type":"array","value":[)";
        for (size_t i = 0; i < v.size(); ++i) {
          if (i) out += ',';
          value(v.at(i), type.element ? *type.element : kUntyped);
        }
        out += "]}";
        return;
      case ValueType::kObject: return type.kind == TypeKind::kObject ? fields(v, *type.fields) : object(v.members(), type);
      case ValueType::kFunction: return text("function", "function");
      case ValueType::kCapsule: return capsule(v);
    }
  }

 private:
  /// What is left out when it is so; nullptr: Go's zero values.
  static const void* usual_of(const Schema& schema) {
    if (!schema.unmarshaler) return schema.defaults();
    return schema.args ? nullptr : &Record::zero(schema);
  }

  void text(std::string_view type, std::string_view content) {
    out += R"({"type":")";
    out += type;
    out += R"(","value":)";
    json::append_standard_string(out, content);
    out += '}';
  }

  void member(std::string_view key, const Value& v, const TypeInfo& type) {
    if (out.back() != '[') out += ',';
    out += R"({"key":)";
    json::append_standard_string(out, key);
    out += R"(,"value":)";
    value(v, type);
    out += '}';
  }

  void object(const Members& members, const TypeInfo& type = kUntyped) {
    out += R"({"type":"object","value":[)";
    for (const auto& [key, v] : members) member(key, v, type.element ? *type.element : kUntyped);
    out += "]}";
  }

  /// Structs keep the order of their members.
  void fields(const Value& v, const Schema& schema) {
    out += R"({"type":"object","value":[)";
    for (const Row& row : schema.rows)
      if (const Value* found = row.type ? v.find(row.name) : nullptr) member(row.name, *found, *row.type);
    out += "]}";
  }

  void capsule(const Value& v) {
    if (const auto members = v.to_object()) return object(*members);
    const std::string own = v.as_capsule().text();
    text("capsule", own.empty() ? v.describe() : own);
  }

  void rows(const Schema& schema, const void* args, const void* defaults, const Origins* origins) {
    for (const Row& row : schema.rows) {
      switch (row.kind) {
        case RowKind::kAttr: attribute(row, args, defaults, origins); break;
        case RowKind::kBlock: row.schema ? block(row, args, defaults, origins) : map_block(row, args, defaults, origins); break;
        case RowKind::kEnum: group(row, args, origins); break;
        case RowKind::kSquash:
          if (row.size(args) && (!defaults || row.size(defaults)))
            rows(*row.schema, row.at(args, 0), defaults ? row.at(defaults, 0) : nullptr, origins);
          else if (row.size(args))
            rows(*row.schema, row.at(args, 0), row.schema->defaults(), origins);
          break;
        case RowKind::kLabel: break;
      }
    }
  }

  void attribute(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    const Value current = row.show(args);
    const Origins::Field* field = origins ? origins->field(row.name) : nullptr;
    const bool set = field && !field->null;
    if (row.presence == Presence::kOptional && !row.filled && is_left_out(row, current, defaults, set)) return;
    begin(row.name, "attr");
    out += R"(,"value":)";
    value(current, *row.type);
    out += '}';
  }

  static bool is_left_out(const Row& row, const Value& current, const void* defaults, bool set) {
    return defaults ? is_left_out(current, row.show(defaults), *row.type, set) : is_zero(current, *row.type, set);
  }
  static bool is_left_out(const Value& current, const Value& usual, const TypeInfo& type, bool set) {
    if (usual.is_null()) return current.is_null();  // a nil pointer or interface
    const bool pointer = type.kind == TypeKind::kText && type.text_struct;
    if (!pointer && is_comparable(type) && current.same_as(usual)) return true;
    return is_zero(usual, type, false) && is_zero(current, type, set);
  }

  void begin(std::string_view name, std::string_view type) {
    if (!first_) out += ',';
    first_ = false;
    out += R"({"name":)";
    json::append_standard_string(out, name);
    out += R"(,"type":")";
    out += type;
    out += '"';
  }

  void block(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    const size_t count = row.size(args);
    const bool plain = row.repeat != Repeat::kMany && (defaults ? row.size(defaults) == count : !row.access->pointer) && !(row.is_pointer() && count > 0);
    if (plain && row.presence == Presence::kOptional && is_left_out(row, count, args, defaults)) return;
    for (size_t i = 0; i < count; ++i)
      nested(row.name, *row.schema, row.at(args, i), origins ? origins->block(row.name, i) : nullptr);
  }

  static bool is_left_out(const Row& row, size_t count, const void* args, const void* defaults) {
    const bool comparable = is_comparable(*row.schema);
    for (size_t i = 0; i < count; ++i) {
      const void* current = row.at(args, i);
      if (!defaults && is_zero(*row.schema, current)) continue;
      if (!defaults) return false;
      const void* usual = row.at(defaults, i);
      const bool equal = comparable && same_in_go(*row.schema, current, usual);
      if (!equal && !(is_zero(*row.schema, current) && is_zero(*row.schema, usual))) return false;
    }
    return true;
  }

  void nested(std::string_view name, const Schema& schema, const void* args, const Origins* origins) {
    begin(name, "block");
    for (const Row& row : schema.rows) {
      if (row.kind != RowKind::kLabel) continue;
      if (const std::string label = row.show(args).as_string(); !label.empty()) {
        out += R"(,"label":)";
        json::append_standard_string(out, label);
      }
    }
    out += R"(,"body":)";
    body(schema, args, origins);
    out += '}';
  }

  void map_block(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    if (row.type->kind == TypeKind::kAny) return;  // Alloy shows maps only
    const Value current = row.show(args);
    const bool set = origins && origins->block(row.name);
    if (row.presence == Presence::kOptional && is_left_out(row, current, defaults, set)) return;
    begin(row.name, "block");
    out += R"(,"body":[)";
    first_ = true;
    for (const auto& [key, v] : current.members()) {
      begin(key, "attr");
      out += R"(,"value":)";
      value(v, *row.type->element);
      out += '}';
    }
    out += "]}";
    first_ = false;
  }

  void group(const Row& row, const void* args, const Origins* origins) {
    for (size_t i = 0; i < row.size(args); ++i) {
      const auto& element = *static_cast<const EnumValue*>(row.at(args, i));
      nested(std::string(row.name) + "." + std::string(element.kind.name), *element.kind.schema, element.args.get(),
             origins ? origins->block(row.name, i) : nullptr);
    }
  }

  static constexpr TypeInfo kUntyped{};
  bool first_ = true;
};

}  // namespace

Value to_value(const Schema& schema, const void* args) {
  Members members;
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kAttr || (row.kind == RowKind::kBlock && !row.schema)) {
      members.insert_or_assign(std::string(row.name), row.show(args));
    } else if (row.kind == RowKind::kBlock) {
      std::vector<Value> blocks;
      for (size_t i = 0; i < row.size(args); ++i) blocks.push_back(to_value(*row.schema, row.at(args, i)));
      const bool once = row.repeat == Repeat::kOnce;
      members.insert_or_assign(std::string(row.name), !once ? Value::array(std::move(blocks)) : blocks.empty() ? Value() : blocks[0]);
    } else if (row.kind == RowKind::kSquash && row.size(args)) {
      const Value inner = to_value(*row.schema, row.at(args, 0));
      for (const auto& [key, member] : inner.members()) members.insert_or_assign(key, member);
    }
  }
  return Value::object(std::move(members));
}

std::string api_json(const Schema& schema, const void* args, const Origins* origins) {
  Writer writer;
  writer.body(schema, args, origins);
  return std::move(writer.out);
}

std::string api_json(const Value& value) {
  Writer writer;
  writer.value(value);
  return std::move(writer.out);
}

}  // namespace invar
