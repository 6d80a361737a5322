#include <map>
#include <set>

#include "src/base/codes.h"
#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/language/record.h"

namespace invar {

namespace {

using ast::TokenKind;

std::string expected(const TypeInfo& type, std::string_view got) {
  return "expected " + std::string(value_type_name(type)) + ", got " + std::string(got);
}

/// Why a known scalar may not be given to an attribute of this type (Alloy: value.DecodeCopy of a literal); empty when it may.
std::string refuse_literal(const Value& value, const TypeInfo& type) {
  if (value.is_null()) return std::string(type.null_error);
  switch (type.kind) {
    case TypeKind::kAny: return {};
    case TypeKind::kCapsule:
      if (type.from_object) break;
      [[fallthrough]];
    case TypeKind::kList:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kObject:
    case TypeKind::kFunction: return expected(type, type_name(value.type()));
    case TypeKind::kBytes: return value.is(ValueType::kString) ? std::string() : expected(type, type_name(value.type()));
    default: break;
  }
  Value ignored;
  ValueError error;
  return read_typed(value, type, ignored, error) ? std::string() : error.text();
}

class Checker {
 public:
  explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void check(const ast::Block& block, const Schema& schema) {
    if (schema.module_body) return;
    Seen seen;
    for (const auto& statement : block.body)
      if (const ast::Block* inner = statement.block()) ++seen.blocks[inner->full_name()];
    for (const auto& statement : block.body) {
      if (const ast::Block* inner = statement.block()) check_inner(*inner, schema, seen);
      else check_attribute(statement.span, *statement.attribute(), schema, seen);
    }
    check_missing(span_of(block), schema, seen);
  }

 private:
  struct Seen {
    std::set<std::string, std::less<>> attributes;
    std::map<std::string, size_t, std::less<>> blocks;
  };

  void error(Span at, std::string message, std::string_view code = codes::kType) { diagnostics_.error(at, std::move(message), code); }

  void check_inner(const ast::Block& block, const Schema& schema, const Seen& seen) {
    const std::string name = block.full_name();
    const Row* row = find_row(schema, name);
    if (const Schema* member = row ? nullptr : inner_schema(schema, name)) return check(block, *member);
    if (!row) return error(span_of(block), "unrecognized block name " + quoted(name), codes::kName);
    if (row->kind == RowKind::kAttr) return error(span_of(block), quoted(name) + " must be an attribute, but is used as a block", codes::kName);
    const size_t count = seen.blocks.find(name)->second;
    if (row->repeat == Repeat::kExactly && count != row->count)
      return error(span_of(block), "block " + quoted(name) + " must be specified exactly " + std::to_string(row->count) +
                                       " times, but was specified " + std::to_string(count) + " times", codes::kMissing);
    if (row->repeat == Repeat::kOnce && count > 1)
      return error(span_of(block), "block " + quoted(name) + " may only be specified once", codes::kDuplicate);
    if (row->schema) return check(block, *row->schema);
    if (!block.label.empty()) error(head_of(block), "block " + quoted(name) + " requires empty label", codes::kPlace);
  }

  void check_attribute(Span span, const ast::Attribute& attribute, const Schema& schema, Seen& seen) {
    const std::string& name = attribute.name.name;
    const Row* row = find_row(schema, name);
    if (!row) return error(span, "unrecognized attribute name " + quoted(name), codes::kName);
    if (row->kind == RowKind::kBlock) return error(span, quoted(name) + " must be a block, but is used as an attribute", codes::kName);
    if (!seen.attributes.insert(name).second) return error(span, "attribute " + quoted(name) + " may only be provided once", codes::kDuplicate);
    check_expression(*attribute.value, *row->type);
  }

  void check_missing(Span span, const Schema& schema, const Seen& seen) {
    for (const Row& row : schema.rows) {
      if (row.kind == RowKind::kSquash) check_missing(span, *row.schema, seen);
      if (row.presence == Presence::kOptional) continue;
      if (row.kind == RowKind::kAttr && !seen.attributes.contains(row.name))
        error(span, "missing required attribute " + quoted(row.name), codes::kMissing);
      if (row.kind == RowKind::kBlock && !seen.blocks.contains(row.name))
        error(span, "missing required block " + quoted(row.name), codes::kMissing);
    }
  }

  void check_expression(const ast::Expr& expression, const TypeInfo& type) {
    if (const auto* literal = expression.as<ast::Literal>()) check_literal(expression.span, *literal, type);
    else if (const auto* array = expression.as<ast::ArrayLiteral>()) check_array(expression.span, *array, type);
    else if (const auto* object = expression.as<ast::ObjectLiteral>()) check_object(expression.span, *object, type);
    else if (const auto* unary = expression.as<ast::Unary>()) check_unary(*unary, type);
    else if (const auto* binary = expression.as<ast::Binary>()) check_binary(expression.span, *binary, type);
  }

  bool value_of(Span span, const ast::Literal& literal, Value& value) {
    std::string why;
    if (literal_value(literal, value, why)) return true;
    error(span, std::move(why));
    return false;
  }

  void check_value(Span span, const Value& value, const TypeInfo& type) {
    if (std::string why = refuse_literal(value, type); !why.empty()) error(span, std::move(why));
  }

  void check_literal(Span span, const ast::Literal& literal, const TypeInfo& type) {
    Value value;
    if (value_of(span, literal, value)) check_value(span, value, type);
  }

  /// Alloy looks at the operand only: what `-` makes of it is not checked.
  void check_unary(const ast::Unary& unary, const TypeInfo& type) {
    const auto* literal = unary.value->as<ast::Literal>();
    if (!literal) return;
    Value value, result;
    if (!value_of(unary.value->span, *literal, value)) return;
    ValueError why;
    if (!apply_unary(unary.op, value, result, why)) return error(unary.value->span, why.text());
    check_value(unary.value->span, value, type);
  }

  void check_binary(Span span, const ast::Binary& binary, const TypeInfo& type) {
    const auto* left = binary.left->as<ast::Literal>();
    const auto* right = binary.right->as<ast::Literal>();
    if (!left || !right) return;
    Value l, r, result;
    if (!value_of(binary.left->span, *left, l) || !value_of(binary.right->span, *right, r)) return;
    ValueError why;
    if (!apply_binary(l, binary.op, r, result, why)) return error(binary.left->span.through(binary.right->span), why.text());
    check_value(span, result, type);
  }

  void check_array(Span span, const ast::ArrayLiteral& array, const TypeInfo& type) {
    if (type.kind == TypeKind::kAny || (type.kind == TypeKind::kCapsule && type.interface)) return;
    static constexpr TypeInfo kByte{.kind = TypeKind::kUint, .go = "uint8"};
    const TypeInfo* element = type.kind == TypeKind::kBytes ? &kByte : type.element;
    if (!element || type.kind == TypeKind::kMap) return error(span, expected(type, "array"));
    if (element->kind == TypeKind::kAny || (element->kind == TypeKind::kCapsule && element->interface)) return;
    for (const auto& expression : array.elements) check_expression(*expression, *element);
  }

  void check_object(Span span, const ast::ObjectLiteral& object, const TypeInfo& type) {
    switch (type.kind) {
      case TypeKind::kAny: return;
      case TypeKind::kMap:
        for (const auto& field : object.fields) check_expression(*field.value, *type.element);
        return;
      case TypeKind::kObject: return check_fields(span, object, *type.fields);
      case TypeKind::kCapsule:
        if (type.interface || type.from_object) return;
        break;
      default: break;
    }
    error(span, expected(type, "object"));
  }

  void check_fields(Span span, const ast::ObjectLiteral& object, const Schema& schema) {
    std::set<std::string_view> seen;
    for (const auto& field : object.fields) {
      const Row* row = find_row(schema, field.name.name);
      if (!row) {
        error(field.name.span.through(field.value->span), "unrecognized attribute name " + quoted(field.name.name), codes::kName);
        continue;
      }
      seen.insert(field.name.name);
      if (row->type) check_expression(*field.value, *row->type);
    }
    for (const Row& row : schema.rows)
      if (row.kind == RowKind::kAttr && row.presence == Presence::kRequired && !seen.contains(row.name))
        error(span, "missing required attribute " + quoted(row.name), codes::kMissing);
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void check_block(const ast::Block& block, const Schema& schema, Diagnostics& diagnostics) { Checker(diagnostics).check(block, schema); }

}  // namespace invar
