#include "src/text/ottl/function.h"

#include "src/text/ascii.h"

namespace invar::ottl {
std::string to_camel(std::string_view name) {
  std::string camel;
  bool capital_next = true, was_capital = false;
  for (const char c : name) {
    if (ascii::is_letter(c)) {
      camel += capital_next ? ascii::to_upper(c) : was_capital ? ascii::to_lower(c) : c;
      capital_next = false;
    } else if (ascii::is_digit(c)) {
      camel += c;
      capital_next = true;
    } else {
      capital_next = true;
    }
    was_capital = ascii::is_upper(c);
  }
  return camel;
}

std::string parameter_name(const Parameter& parameter) {
  std::string name;
  for (size_t i = 0; i < parameter.name.size(); ++i) {
    const char c = parameter.name[i];
    if (ascii::is_upper(c) && i > 0 && !ascii::is_upper(parameter.name[i - 1])) name += '_';
    name += ascii::to_lower(c);
  }
  return to_camel(name) == parameter.name ? name : std::string();
}

const Value* CallArguments::value(size_t parameter) const {
  const Argument* argument = parameter < call_.by_parameter.size() ? call_.by_parameter[parameter] : nullptr;
  return argument ? argument->value.get() : nullptr;
}

bool CallArguments::given(size_t parameter) const { return value(parameter) != nullptr; }

std::optional<Literal> CallArguments::literal(size_t parameter) const {
  const Value* given = value(parameter);
  return given ? literal_of(*given) : std::nullopt;
}

template <class T>
std::optional<T> CallArguments::literal_as(size_t parameter) const {
  const auto found = literal(parameter);
  const T* value = found ? std::get_if<T>(&*found) : nullptr;
  return value ? std::optional<T>(*value) : std::nullopt;
}

std::optional<std::string_view> CallArguments::text(size_t parameter) const { return literal_as<std::string_view>(parameter); }
std::optional<int64_t> CallArguments::integer(size_t parameter) const { return literal_as<int64_t>(parameter); }
std::optional<double> CallArguments::number(size_t parameter) const { return literal_as<double>(parameter); }
std::optional<bool> CallArguments::boolean(size_t parameter) const { return literal_as<bool>(parameter); }

std::span<const Value> CallArguments::elements(size_t parameter) const {
  const Value* given = value(parameter);
  const List* list = given ? given->as<List>() : nullptr;
  return list ? std::span<const Value>(list->elements) : std::span<const Value>();
}

}  // namespace invar::ottl
