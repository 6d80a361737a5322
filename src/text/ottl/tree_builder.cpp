#include "src/text/ottl/tree_builder.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/text/number.h"

namespace invar::ottl {
namespace {

const Token* token_of(const MatchItem& item) {
  const auto* token = std::get_if<const Token*>(&item);
  return token ? *token : nullptr;
}

const Match* match_of(const MatchItem& item) {
  const auto* match = std::get_if<const Match*>(&item);
  return match ? *match : nullptr;
}

const Match* first_match(const Match& match) {
  for (const MatchItem& item : match.items)
    if (const Match* inner = match_of(item)) return inner;
  return nullptr;
}

template <class Act>
void each_match(const Match& match, Act act) {
  for (const MatchItem& item : match.items)
    if (const Match* inner = match_of(item)) act(*inner);
}

ValuePtr boxed(Value value) { return std::make_unique<Value>(std::move(value)); }

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (size_t i = 2; i < hex.size(); i += 2) bytes += static_cast<char>(*parse_uint(hex.substr(i, 2), 16));
  return bytes;
}

Call build_call(const Match& match);
Path build_path(const Match& match);

/// Rule::kLiteral: a call, a number, a path.
Value build_literal(const Match& match) {
  const MatchItem& item = match.items.front();
  if (const Token* token = token_of(item)) {
    if (token->type == TokenType::kInt) return {match.at, *parse_int(token->value, 0)};
    return {match.at, *parse_float(token->value)};
  }
  const Match& inner = *match_of(item);
  if (inner.rule == Rule::kPath) return {match.at, build_path(inner)};
  return {match.at, build_call(inner)};
}

Value build_math(const Match& match);

Value negated(Value value, Extent at) {
  // A sign before a number is part of it.
  if (auto* number = value.as<int64_t>()) return {at, static_cast<int64_t>(-static_cast<uint64_t>(*number))};
  if (auto* number = value.as<double>()) return {at, -*number};
  return {at, Operation{MathOp::kNegate, boxed(std::move(value)), nullptr}};
}

Value build_math_value(const Match& match) {
  const Match& inner = *first_match(match);
  const bool is_literal = inner.rule == Rule::kLiteral;
  Value value = is_literal ? build_literal(inner) : build_math(inner);
  const Token* sign = token_of(match.items.front());
  if (!sign || sign->type != TokenType::kAddSub || sign->value == "+") return value;
  if (is_literal) return negated(std::move(value), match.at);
  return {match.at, Operation{MathOp::kNegate, boxed(std::move(value)), nullptr}};
}

MathOp math_op(std::string_view symbol) {
  switch (symbol.front()) {
    case '+': return MathOp::kAdd;
    case '-': return MathOp::kSubtract;
    case '*': return MathOp::kMultiply;
    default: return MathOp::kDivide;
  }
}

/// `first {operator further}`, grouped from the left.
template <class Build>
Value build_operations(const Match& match, Build build) {
  Value left = build(*match_of(match.items.front()));
  for (size_t i = 1; i < match.items.size(); ++i) {
    const Match& further = *match_of(match.items[i]);  // kMultDivValue, kOpAddSubTerm
    const MathOp op = math_op(token_of(further.items.front())->value);
    Value right = build(*match_of(further.items.back()));
    const Extent at{left.at.begin, right.at.end};
    left = {at, Operation{op, boxed(std::move(left)), boxed(std::move(right))}};
  }
  return left;
}

Value build_math(const Match& match) {
  return build_operations(match, [](const Match& term) { return build_operations(term, build_math_value); });
}

Value math_value(const Match& match) { return {match.at, Math{boxed(build_math(match))}}; }

std::vector<Key> build_keys(const Match& match) {
  std::vector<Key> keys;
  each_match(match, [&](const Match& inner) {
    if (inner.rule != Rule::kKey) return;
    Key& key = keys.emplace_back();
    key.at = inner.at;
    const MatchItem& index = inner.items[1];
    const Token* token = token_of(index);
    if (!token) key.index = boxed(math_value(*match_of(index)));
    else if (token->type == TokenType::kString) key.index = token->value;
    else key.index = *parse_int(token->value, 0);
  });
  return keys;
}

Path build_path(const Match& match) {
  Path path;
  if (const Token* context = token_of(match.items.front())) {
    path.context = context->value;
    path.context_at = context->at;
  }
  each_match(match, [&](const Match& field) {
    const Token& name = *token_of(field.items.front());
    path.fields.push_back({name.value, name.at, build_keys(field)});
  });
  return path;
}

Argument build_argument(const Match& match) {
  Argument argument{match.at, {}, nullptr, {}};
  std::string name;
  for (const MatchItem& item : match.items) {
    if (const Match* value = match_of(item)) {
      argument.value = boxed(build_value(*value));
    } else if (const Token* token = token_of(item); token->type == TokenType::kEqual) {
      argument.name = std::move(name);
      name.clear();
    } else {
      name += token->value;
    }
  }
  argument.function = std::move(name);
  return argument;
}

Call build_call(const Match& match) {
  Call call;
  call.at = match.at;
  call.is_editor = match.rule == Rule::kEditor;
  for (const MatchItem& item : match.items) {
    const Token* token = token_of(item);
    if (!token || (token->type != TokenType::kLowercase && token->type != TokenType::kUppercase)) break;
    call.name_at = {call.function.empty() ? token->at.begin : call.name_at.begin, token->at.end};
    call.function += token->value;
  }
  each_match(match, [&](const Match& inner) {
    if (inner.rule == Rule::kArgument) call.arguments.push_back(build_argument(inner));
  });
  call.keys = build_keys(match);
  return call;
}

Lambda build_lambda(const Match& match) {
  Lambda lambda;
  for (const MatchItem& item : match.items) {
    const Token* token = token_of(item);
    if (token && (token->type == TokenType::kLowercase || token->type == TokenType::kUnderscore)) lambda.parameters.push_back(token->value);
  }
  const Match& body = *first_match(*first_match(match));
  if (body.rule == Rule::kValue) lambda.body = boxed(build_value(body));
  else lambda.body = std::make_unique<Condition>(build_condition(body));
  return lambda;
}

List build_list(const Match& match) {
  List list;
  each_match(match, [&](const Match& element) { list.elements.push_back(build_value(element)); });
  return list;
}

Map build_map(const Match& match) {
  Map map;
  each_match(match, [&](const Match& item) { map.items.push_back({token_of(item.items.front())->value, boxed(build_value(*match_of(item.items.back())))}); });
  return map;
}

Value build_token(const Token& token) {
  switch (token.type) {
    case TokenType::kNil: return {token.at, Nil{}};
    case TokenType::kBytes: return {token.at, Bytes{bytes_of(token.value)}};
    case TokenType::kString: return {token.at, token.value};
    case TokenType::kBoolean: return {token.at, token.value == "true"};
    default: return {token.at, Enum{token.value}};
  }
}

CompareOp compare_op(std::string_view symbol) {
  static constexpr std::pair<std::string_view, CompareOp> kOps[] = {
      {"==", CompareOp::kEqual}, {"!=", CompareOp::kNotEqual}, {"<", CompareOp::kLess}, {"<=", CompareOp::kLessOrEqual}, {">=", CompareOp::kGreaterOrEqual},
  };
  for (const auto& [text, op] : kOps)
    if (text == symbol) return op;
  return CompareOp::kGreater;
}

Condition build_boolean_value(const Match& match) {
  const Match& inner = *first_match(match);
  Condition condition{match.at, false, false};
  if (inner.rule == Rule::kBooleanExpression) {
    condition = build_condition(inner);
    condition.at = match.at;
  } else if (inner.rule == Rule::kComparison) {
    condition.node = Comparison{build_value(*match_of(inner.items[0])), compare_op(token_of(inner.items[1])->value), build_value(*match_of(inner.items[2]))};
  } else if (const Match* converter = first_match(inner)) {
    condition.node = build_call(*converter);
  } else {
    condition.node = token_of(inner.items.front())->value == "true";
  }
  const Token* first = token_of(match.items.front());
  if (first && first->type == TokenType::kNot) condition.negated = !condition.negated;
  return condition;
}

/// `first {operator further}`; the first alone when there is no more.
template <class Several, class Build>
Condition build_several(const Match& match, Build build) {
  if (match.items.size() == 1) return build(*match_of(match.items.front()));
  Several several;
  each_match(match, [&](const Match& inner) {
    const bool further = inner.rule == Rule::kAndValue || inner.rule == Rule::kOrTerm;
    several.conditions.push_back(build(further ? *match_of(inner.items.back()) : inner));
  });
  return {match.at, false, std::move(several)};
}

}  // namespace

Value build_value(const Match& match) {
  const MatchItem& item = match.items.front();
  if (const Token* token = token_of(item)) return build_token(*token);
  const Match& inner = *match_of(item);
  switch (inner.rule) {
    case Rule::kLiteral: return build_literal(inner);
    case Rule::kLambda: return {inner.at, build_lambda(inner)};
    case Rule::kMathExpression: return math_value(inner);
    case Rule::kMap: return {inner.at, build_map(inner)};
    default: INVAR_CHECK(inner.rule == Rule::kList); return {inner.at, build_list(inner)};
  }
}

Condition build_condition(const Match& match) {
  return build_several<AnyOf>(match, [](const Match& term) { return build_several<AllOf>(term, build_boolean_value); });
}

Statement build_statement(const Match& match) {
  Statement statement;
  statement.editor = build_call(*first_match(match));
  const Match* last = match_of(match.items.back());
  if (last && last->rule == Rule::kBooleanExpression) statement.where = build_condition(*last);
  return statement;
}

}  // namespace invar::ottl
