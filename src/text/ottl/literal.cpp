#include "src/text/ottl/literal.h"

#include <algorithm>

#include "src/text/number.h"
#include "src/text/ottl/function.h"

namespace invar::ottl {
namespace {

bool are_literals(const List& list) {
  return std::all_of(list.elements.begin(), list.elements.end(), [](const Value& element) { return literal_of(element).has_value(); });
}

bool are_literals(const Map& map) {
  return std::all_of(map.items.begin(), map.items.end(), [](const MapItem& item) { return literal_of(*item.value).has_value(); });
}

class FindLiteral {
 public:
  std::optional<Literal> operator()(const Nil& nil) const { return Literal(nil); }
  std::optional<Literal> operator()(bool value) const { return Literal(value); }
  std::optional<Literal> operator()(int64_t value) const { return Literal(value); }
  std::optional<Literal> operator()(double value) const { return Literal(value); }
  std::optional<Literal> operator()(const std::string& text) const { return Literal(std::string_view(text)); }
  std::optional<Literal> operator()(const Bytes& bytes) const { return Literal(&bytes); }
  std::optional<Literal> operator()(const Enum& symbol) const { return Literal(symbol.value); }
  std::optional<Literal> operator()(const Math& math) const { return literal_of(*math.result); }
  std::optional<Literal> operator()(const List& list) const { return are_literals(list) ? std::optional<Literal>(&list) : std::nullopt; }
  std::optional<Literal> operator()(const Map& map) const { return are_literals(map) ? std::optional<Literal>(&map) : std::nullopt; }
  template <class Other>
  std::optional<Literal> operator()(const Other&) const { return std::nullopt; }
};

std::string expected(std::string_view wanted, const Literal& literal) { return "expected " + std::string(wanted) + " but got " + std::string(go_type(literal)); }
std::string unsupported(const Literal& literal) { return "unsupported type: " + std::string(go_type(literal)); }

template <class T>
std::optional<std::string> must_be(std::string_view wanted, const Literal& literal) {
  return std::holds_alternative<T>(literal) ? std::nullopt : std::optional(expected(wanted, literal));
}

bool is_scalar(const Literal& literal) {
  return std::holds_alternative<Nil>(literal) || std::holds_alternative<bool>(literal) || std::holds_alternative<int64_t>(literal) ||
         std::holds_alternative<double>(literal) || std::holds_alternative<std::string_view>(literal);
}

/// Numbers and texts that `parse` reads; nil stays nil.
template <class Parse>
std::optional<std::string> must_read_as(const Literal& literal, Parse parse) {
  if (!is_scalar(literal)) return unsupported(literal);
  if (const auto* text = std::get_if<std::string_view>(&literal))
    if (const auto value = parse(*text); !value) return value.error().what;
  return std::nullopt;
}

/// A value that becomes an element of a list of raw values, where maps have no place.
std::optional<std::string> raw_error(const Value& value) {
  const auto literal = literal_of(value);
  if (!literal) return std::nullopt;
  if (std::holds_alternative<const Map*>(*literal)) return "<Invalid value type pcommon.Map>";
  if (const auto* list = std::get_if<const List*>(&*literal))
    for (const Value& element : (*list)->elements)
      if (auto error = raw_error(element)) return error;
  return std::nullopt;
}

std::optional<std::string> list_error(const List& list) {
  for (const Value& element : list.elements)
    if (auto error = raw_error(element)) return error;
  return std::nullopt;
}

}  // namespace

std::optional<Literal> literal_of(const Value& value) { return std::visit(FindLiteral(), value.node); }

std::string_view go_type(const Literal& literal) {
  // In the order of the alternatives.
  static constexpr std::string_view kNames[] = {"nil", "bool", "int64", "float64", "string", "[]uint8", "[]interface {}", "pcommon.Map"};
  return kNames[literal.index()];
}

std::optional<std::string> conversion_error(ParameterType type, const Literal& literal) {
  switch (type) {
    case ParameterType::kString: return must_be<std::string_view>("string", literal);
    case ParameterType::kInt: return must_be<int64_t>("int64", literal);
    case ParameterType::kDouble: return must_be<double>("float64", literal);
    case ParameterType::kBool: return must_be<bool>("bool", literal);
    case ParameterType::kMap: return must_be<const Map*>("pcommon.Map", literal);
    case ParameterType::kTime: return expected("time", literal);
    case ParameterType::kDuration: return expected("duration", literal);
    case ParameterType::kList:
      if (const auto* list = std::get_if<const List*>(&literal)) return list_error(**list);
      return expected("pcommon.Slice", literal);
    case ParameterType::kIntLike: return is_scalar(literal) ? std::nullopt : std::optional(unsupported(literal));
    case ParameterType::kDoubleLike: return must_read_as(literal, parse_float);
    case ParameterType::kBoolLike: return must_read_as(literal, parse_bool);
    case ParameterType::kBytesLike:
      return is_scalar(literal) || std::holds_alternative<const Bytes*>(literal) ? std::nullopt : std::optional(unsupported(literal));
    default: return std::nullopt;
  }
}

std::optional<std::string> composition_error(const Value& value) {
  const auto* map = value.as<Map>();
  if (!map || !literal_of(value)) return std::nullopt;
  for (const MapItem& item : map->items) {
    const auto* list = item.value->as<List>();
    if (!list) continue;
    for (const Value& element : list->elements)
      if (!element.as<Map>())
        if (auto error = raw_error(element)) return error;
  }
  return std::nullopt;
}

}  // namespace invar::ottl
