#include "src/text/ottl/check.h"

#include "src/base/quote.h"
#include "src/text/nearest_name.h"
#include "src/text/ottl/literal.h"

namespace invar::ottl {
namespace {

std::optional<Problem> inside(std::string_view where, std::optional<Problem> found) {
  if (found) found->text.insert(0, where);
  return found;
}

}  // namespace

Problem Problem::with_nearest(std::string_view written, const std::vector<std::string_view>& names) && {
  const auto nearest = nearest_name(written, names);
  if (!nearest) return std::move(*this);
  help = "did you mean " + quoted(nearest->name) + "?";
  replacement = Replacement{at, std::string(nearest->name), nearest->certain};
  return std::move(*this);
}

std::optional<Problem> Checker::check(Statement& statement) const {
  if (auto found = check(statement.editor)) return found;
  return statement.where ? check(*statement.where) : std::nullopt;
}

std::optional<Problem> Checker::check(Condition& condition) const {
  const auto check_all = [this](std::vector<Condition>& conditions) -> Found {
    for (Condition& one : conditions)
      if (auto found = check(one)) return found;
    return std::nullopt;
  };
  if (auto* call = std::get_if<Call>(&condition.node)) return check(*call);
  if (auto* any = std::get_if<AnyOf>(&condition.node)) return check_all(any->conditions);
  if (auto* all = std::get_if<AllOf>(&condition.node)) return check_all(all->conditions);
  if (auto* comparison = std::get_if<Comparison>(&condition.node)) {
    if (auto found = check(comparison->left)) return found;
    return check(comparison->right);
  }
  return std::nullopt;
}

std::optional<Problem> Checker::check(Value& value) const {
  if (auto* symbol = value.as<Enum>()) return check(*symbol, value.at);
  if (auto* path = value.as<Path>()) return check(*path);
  if (auto* call = value.as<Call>()) return check(*call);
  if (auto* math = value.as<Math>()) return check(*math->result);
  if (value.as<Lambda>())
    return Problem::of(value.at, "lambda expression arguments require the `ottl.functions.enableLambda` feature gate to be enabled").in_short("Alloy has no lambda expressions: what enables them cannot be set");
  if (auto* operation = value.as<Operation>()) {
    if (auto found = check(*operation->left)) return found;
    return operation->right ? check(*operation->right) : std::nullopt;
  }
  if (auto* list = value.as<List>())
    for (Value& element : list->elements)
      if (auto found = check(element)) return found;
  if (auto* map = value.as<Map>())
    for (MapItem& item : map->items)
      if (auto found = check(*item.value)) return found;
  if (const auto why = composition_error(value)) return Problem::of(value.at, *why);
  return std::nullopt;
}

std::optional<Problem> Checker::check(Call& call) const {
  call.callee = find_function(functions_, context_.id, call.function);
  if (!call.callee) return undefined_function(call.name_at, call.function, quoted(call.function));
  if (!call.callee->ignores_arguments)
    if (auto found = bind_arguments(call)) return inside("error while parsing arguments for call to " + quoted(call.function) + ": ", std::move(found));
  if (call.callee->check)
    if (auto error = call.callee->check(CallArguments(call))) {
      const Argument* wrong = error->parameter < call.by_parameter.size() ? call.by_parameter[error->parameter] : nullptr;
      Problem found = Problem::of(wrong ? wrong->at : call.at, error->text);
      found.is_regex = error->is_regex;
      if (!error->reason.empty()) found.reason = std::move(error->reason);
      return inside("couldn't create function: ", std::move(found));
    }
  return call.is_editor ? std::nullopt : check_keys(call.keys);
}

std::optional<Problem> Checker::check_keys(std::vector<Key>& keys) const {
  for (Key& key : keys)
    if (auto* value = std::get_if<ValuePtr>(&key.index))
      if (auto found = check(**value)) return found;
  return std::nullopt;
}

}  // namespace invar::ottl
