#include <algorithm>

#include "src/base/quote.h"
#include "src/text/ottl/check.h"
#include "src/text/ottl/literal.h"

namespace invar::ottl {
namespace {

using Found = std::optional<Problem>;

/// What the elements of a list parameter are; nullopt when it is no list.
std::optional<ParameterType> element_type(ParameterType type) {
  switch (type) {
    case ParameterType::kAnyList: return ParameterType::kAny;
    case ParameterType::kStringList: return ParameterType::kString;
    case ParameterType::kStringLikeList: return ParameterType::kStringLike;
    case ParameterType::kStringLiterals: return ParameterType::kStringLiteral;
    case ParameterType::kDoubleLiterals: return ParameterType::kDoubleLiteral;
    default: return std::nullopt;
  }
}

std::string go_element_type(ParameterType element, const Context& context) {
  const auto getter = [&](std::string_view name) {
    return std::string(name) + "[*github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/" + std::string(context.package) + ".TransformContext]";
  };
  switch (element) {
    case ParameterType::kString: return getter("StringGetter");
    case ParameterType::kStringLike: return getter("StringLikeGetter");
    case ParameterType::kStringLiteral: return "string";
    case ParameterType::kDoubleLiteral: return "float64";
    default: return getter("Getter");
  }
}

/// What must be written out and is not; nullptr when it is, or need not be.
const char* literal_error(ParameterType type, const Value& value) {
  switch (type) {
    case ParameterType::kStringLiteral: return value.as<std::string>() ? nullptr : "must be a string";
    case ParameterType::kIntLiteral: return value.as<int64_t>() ? nullptr : "must be an int";
    case ParameterType::kDoubleLiteral: return value.as<double>() ? nullptr : "must be a float";
    case ParameterType::kBoolLiteral: return value.as<bool>() ? nullptr : "must be a bool";
    case ParameterType::kLambda: return value.as<Lambda>() ? nullptr : "must be a lambda expression";
    default: return nullptr;
  }
}

/// `set(target, value)`, `limit(target, limit, priority_keys)`, optional ones in brackets.
std::string signature(const Function& function) {
  std::string text = std::string(function.name) + "(";
  std::string_view between;
  for (const Parameter& parameter : function.parameters) {
    std::string name = parameter_name(parameter);
    if (name.empty()) name = parameter.name;
    text.append(between).append(parameter.optional ? "[" + name + "]" : name);
    between = ", ";
  }
  return text + ")";
}

}  // namespace

Found Checker::undefined_function(Extent at, const std::string& name, const std::string& shown) const {
  std::vector<std::string_view> names;
  for (const auto functions : functions_of(functions_, context_.id))
    for (const Function& function : functions)
      if (is_editor_name(function.name) == is_editor_name(name)) names.push_back(function.name);
  return Problem::of(at, "undefined function " + shown).with_nearest(name, names);
}

Found Checker::unknown_parameter(const Call& call, const Argument& argument) const {
  std::vector<std::string> names;
  for (const Parameter& parameter : call.callee->parameters) names.push_back(parameter_name(parameter));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto length = static_cast<uint32_t>(argument.name.size());
  return Problem::of({argument.at.begin, argument.at.begin + length}, "no such parameter: " + argument.name, "it is " + signature(*call.callee))
      .with_nearest(argument.name, candidates);
}

Found Checker::bind_arguments(Call& call) const {
  const auto& parameters = call.callee->parameters;
  call.by_parameter.assign(parameters.size(), nullptr);
  bool named = false;
  for (const Argument& argument : call.arguments) {
    if (named && argument.name.empty()) return Problem::of(argument.at, "unnamed argument used after named argument");
    named = named || !argument.name.empty();
  }
  const auto required = static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(), [](const Parameter& parameter) { return !parameter.optional; }));
  const size_t given = call.arguments.size();
  if (given < required || given > parameters.size())
    return Problem::of(call.at, "incorrect number of arguments. Expected: " + std::to_string(parameters.size()) + " Received: " + std::to_string(given),
                   "it is " + signature(*call.callee));
  for (size_t i = 0; i < given; ++i) {
    Argument& argument = call.arguments[i];
    size_t index = i;
    if (!argument.name.empty()) {
      const std::string name = to_camel(argument.name);
      const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& parameter) { return parameter.name == name; });
      if (found == parameters.end()) return unknown_parameter(call, argument);
      index = static_cast<size_t>(found - parameters.begin());
    }
    const Parameter& parameter = parameters[index];
    if (parameter.type == ParameterType::kFunction) {
      if (auto found = bind_function(argument)) return found;
    } else if (auto found = bind(argument, parameter.type)) {
      found->text.insert(0, "invalid argument at position " + std::to_string(i) + ": ");
      return found;
    }
    call.by_parameter[index] = &argument;
  }
  return std::nullopt;
}

Found Checker::bind_function(Argument& argument) const {
  // A name of capitals alone reads like an enum.
  const auto* symbol = argument.value ? argument.value->as<Enum>() : nullptr;
  if (symbol) argument.function = symbol->symbol;
  if (argument.function.empty()) return Problem::of(argument.at, "invalid function name given");
  if (find_function(functions_, context_.id, argument.function)) return std::nullopt;
  return undefined_function(argument.at, argument.function, argument.function);
}

Found Checker::bind(Argument& argument, ParameterType type) const {
  const auto element = element_type(type);
  if (argument.value) return element ? bind_list(*argument.value, *element) : bind(*argument.value, type);
  // The name of a function, where none is wanted.
  Value none{argument.at, Nil{}};
  if (element) return bind_list(none, *element);
  if (literal_error(type, none) || type == ParameterType::kPath || type == ParameterType::kMapPath || type == ParameterType::kListPath) return bind(none, type);
  return Problem::of(argument.at, "no value field set. This is a bug in the OpenTelemetry Transformation Language");
}

Found Checker::bind_list(Value& value, ParameterType element) const {
  List* list = value.as<List>();
  if (!list) return Problem::of(value.at, "must be a list of type " + go_element_type(element, context_), "write [...] around it").in_short("must be a list");
  for (size_t i = 0; i < list->elements.size(); ++i)
    if (auto found = bind(list->elements[i], element)) {
      found->text.insert(0, "error while parsing list argument at index " + std::to_string(i) + ": ");
      return found;
    }
  return std::nullopt;
}

Found Checker::bind(Value& value, ParameterType type) const {
  switch (type) {
    case ParameterType::kPath:
    case ParameterType::kMapPath:
    case ParameterType::kListPath:
      if (auto* path = value.as<Path>()) return check(*path);
      return Problem::of(value.at, "must be a path");
    case ParameterType::kStringLiteral:
    case ParameterType::kIntLiteral:
    case ParameterType::kDoubleLiteral:
    case ParameterType::kBoolLiteral:
    case ParameterType::kLambda:
      if (const char* why = literal_error(type, value)) return Problem::of(value.at, why);
      return value.as<Lambda>() ? check(value) : std::nullopt;
    default: break;
  }
  if (auto found = check(value)) return found;
  const auto literal = literal_of(value);
  const auto why = literal ? conversion_error(type, *literal) : std::nullopt;
  return why ? Found(Problem::of(value.at, *why)) : std::nullopt;
}

}  // namespace invar::ottl
