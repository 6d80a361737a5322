#include <cmath>

#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/text/json.h"

namespace invar {

namespace {

/// A Go zero value, as far as a shown value tells; `set` says that a list or a map was written, so that it is not nil.
bool is_zero(const Value& value, const TypeInfo* type, bool set) {
  switch (value.type()) {
    case ValueType::kNull: return true;
    case ValueType::kBool: return !value.as_bool();
    case ValueType::kNumber: return value.as_float() == 0;
    case ValueType::kString:
      return value.as_string().empty() || (type && type->kind == TypeKind::kDuration && value.as_string() == "0s");
    case ValueType::kArray: return value.size() == 0 && !set;
    case ValueType::kObject: {
      if (!type || type->kind != TypeKind::kObject) return value.size() == 0 && !set;
      for (const auto& [key, member] : value.members())
        if (!is_zero(member, nullptr, false)) return false;
      return true;
    }
    case ValueType::kCapsule: return value.as_capsule().is_zero();
    default: return false;
  }
}

/// What Go's reflect cannot compare is shown even when it equals its default.
bool is_comparable(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kBytes: return false;
    case TypeKind::kArray: return is_comparable(*type.element);
    case TypeKind::kObject:
      for (const Row& row : type.fields->rows)
        if (row.type && !is_comparable(*row.type)) return false;
      return true;
    default: return true;
  }
}

class Writer {
 public:
  std::string out;

  void body(const Schema& schema, const void* args, const Origins* origins) {
    out += '[';
    first_ = true;
    rows(schema, args, schema.args->defaults(), origins);
    out += ']';
    first_ = false;
  }

  void value(const Value& v) {
    switch (v.type()) {
      case ValueType::kNull: out += R"({"type":"null","value":null})"; return;
      case ValueType::kBool: out += v.as_bool() ? R"({"type":"bool","value":true})" : R"({"type":"bool","value":false})"; return;
      case ValueType::kNumber:
        out += R"({"type":"number","value":)";
        if (std::isfinite(v.as_float())) json::append_number(out, v.as_float());
        else out += "null";
        out += '}';
        return;
      case ValueType::kString: return text("string", v.as_string());
      case ValueType::kArray:
        out += R"({"type":"array","value":[)";
        for (size_t i = 0; i < v.size(); ++i) {
          if (i) out += ',';
          value(v.at(i));
        }
        out += "]}";
        return;
      case ValueType::kObject: return object(v.members());
      case ValueType::kFunction: return text("function", "function");
      case ValueType::kCapsule: return capsule(v);
    }
  }

 private:
  void text(std::string_view type, std::string_view content) {
    out += R"({"type":")";
    out += type;
    out += R"(","value":)";
    json::append_string(out, content);
    out += '}';
  }

  void object(const Members& members) {
    out += R"({"type":"object","value":[)";
    bool first = true;
    for (const auto& [key, member] : members) {
      if (!first) out += ',';
      first = false;
      out += R"({"key":)";
      json::append_string(out, key);
      out += R"(,"value":)";
      value(member);
      out += '}';
    }
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
          if (row.access->size(args) && row.access->size(defaults))
            rows(*row.schema, row.access->get(args, 0), row.access->get(defaults, 0), origins);
          else if (row.access->size(args))
            rows(*row.schema, row.access->get(args, 0), row.schema->args->defaults(), origins);
          break;
        case RowKind::kLabel: break;
      }
    }
  }

  void attribute(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    const Value current = row.show(args);
    if (row.presence == Presence::kOptional) {
      const Value usual = row.show(defaults);
      const Origins::Field* field = origins ? origins->field(row.name) : nullptr;
      const bool set = field && !field->null;
      if (is_comparable(*row.type) && current.same_as(usual)) return;
      if (is_zero(usual, row.type, false) && is_zero(current, row.type, set)) return;
    }
    begin(row.name, "attr");
    out += R"(,"value":)";
    value(current);
    out += '}';
  }

  void begin(std::string_view name, std::string_view type) {
    if (!first_) out += ',';
    first_ = false;
    out += R"({"name":)";
    json::append_string(out, name);
    out += R"(,"type":")";
    out += type;
    out += '"';
  }

  void block(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    for (size_t i = 0; i < row.access->size(args); ++i) {
      const void* inner = row.access->get(args, i);
      const Origins* written = origins ? origins->block(row.name, i) : nullptr;
      if (row.repeat == Repeat::kOnce && row.presence == Presence::kOptional && !written && same_as_default(row, inner, defaults)) continue;
      nested(row.name, *row.schema, inner, written);
    }
  }

  static bool same_as_default(const Row& row, const void* inner, const void* defaults) {
    return row.access->size(defaults) && to_value(*row.schema, inner).same_as(to_value(*row.schema, row.access->get(defaults, 0)));
  }

  void nested(std::string_view name, const Schema& schema, const void* args, const Origins* origins) {
    begin(name, "block");
    for (const Row& row : schema.rows) {
      if (row.kind != RowKind::kLabel) continue;
      if (const std::string label = row.show(args).as_string(); !label.empty()) {
        out += R"(,"label":)";
        json::append_string(out, label);
      }
    }
    out += R"(,"body":)";
    body(schema, args, origins);
    out += '}';
  }

  void map_block(const Row& row, const void* args, const void* defaults, const Origins* origins) {
    const Value current = row.show(args);
    const bool set = origins && origins->block(row.name);
    if (row.presence == Presence::kOptional && is_zero(row.show(defaults), nullptr, false) && is_zero(current, nullptr, set)) return;
    begin(row.name, "block");
    out += R"(,"body":[)";
    first_ = true;
    if (current.is(ValueType::kObject)) {
      for (const auto& [key, member] : current.members()) {
        begin(key, "attr");
        out += R"(,"value":)";
        value(member);
        out += '}';
      }
    }
    out += "]}";
    first_ = false;
  }

  void group(const Row& row, const void* args, const Origins* origins) {
    for (size_t i = 0; i < row.access->size(args); ++i) {
      const auto& element = *static_cast<const EnumValue*>(row.access->get(args, i));
      nested(std::string(row.name) + "." + std::string(element.kind.name), *element.kind.schema, element.args.get(),
             origins ? origins->block(row.name, i) : nullptr);
    }
  }

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
      for (size_t i = 0; i < row.access->size(args); ++i) blocks.push_back(to_value(*row.schema, row.access->get(args, i)));
      const bool once = row.repeat == Repeat::kOnce;
      members.insert_or_assign(std::string(row.name), !once ? Value::array(std::move(blocks)) : blocks.empty() ? Value() : blocks[0]);
    } else if (row.kind == RowKind::kSquash && row.access->size(args)) {
      const Value inner = to_value(*row.schema, row.access->get(args, 0));
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
