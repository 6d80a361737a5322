#include "src/text/gotemplate/run.h"

#include <algorithm>

namespace invar::gotemplate {

std::string_view parameter_name(char type) {
  switch (type) {
    case 's': return "string";
    case 'i': return "int";
    case 'I': return "int64";
    case 'f': return "float64";
    case 'b': return "bool";
    case 'u': return "uint32";
    case 'a': return "interface {}";
    case 'v': return "reflect.Value";
    case 'd': return "map[string]interface {}";
    case 'l': return "[]interface {}";
    case 'S': return "[]string";
    case 't': return "time.Time";
    case 'D': return "time.Duration";
    case 'L': return "*time.Location";
    case 'c': return "sprig.certificate";
    case 'V': return "*semver.Version";
    case 'w': return "time.Weekday";
    default: return "time.Month";
  }
}

namespace {

/// The type whose values a parameter takes; kInvalid for those that take any.
Type parameter_type(char type) {
  switch (type) {
    case 's': return Type::kString;
    case 'i': return Type::kInt;
    case 'I': return Type::kInt64;
    case 'f': return Type::kFloat64;
    case 'b': return Type::kBool;
    case 'u': return Type::kUint32;
    case 'd': return Type::kDict;
    case 'l': return Type::kListAny;
    case 'S': return Type::kListString;
    case 't': return Type::kTime;
    case 'D': return Type::kDuration;
    case 'L': return Type::kLocation;
    case 'c': return Type::kCertificate;
    case 'V': return Type::kVersion;
    case 'w': return Type::kWeekday;
    case 'm': return Type::kMonth;
    default: return Type::kInvalid;
  }
}

bool can_be_nil(char type) {
  switch (type) {
    case 'a':
    case 'v':
    case 'd':
    case 'l':
    case 'S':
    case 'L':
    case 'V': return true;
    default: return false;
  }
}

bool throw_opaque() { throw Opaque{}; }

/// reflect.Zero of a type that can be nil.
Value zero_of(char type) {
  if (type == 'a') return Value::nil();
  return Value::of(parameter_type(type));
}

}  // namespace

Value* Run::find_variable(uint32_t name) {
  for (size_t i = variables_.size(); i-- > frame_;)
    if (variables_[i].name == name) return &variables_[i].value;
  return nullptr;
}

bool Run::eval_pipeline(Value dot, const Node& pipe, Value& out) {
  at_ = &pipe;
  Final final;
  for (const Node* command : pipe.parts) {
    if (!eval_command(dot, *command, final, out)) return false;
    if (out.is(Type::kNil)) out = {};
    final = {out, false};
  }
  for (const Node* declared : pipe.declared) {
    if (!pipe.assigns) {
      variables_.push_back({declared->variable, out});
      continue;
    }
    Value* const variable = find_variable(declared->variable);
    if (!variable) return fail("undefined variable: ", declared->text);
    *variable = out;
  }
  return true;
}

bool Run::refuse_arguments(const Node& node, std::span<const Node* const> arguments, const Final& final) {
  if (arguments.size() <= 1 && final.missing) return true;
  return fail("can't give argument to non-function ", shown(node));
}

bool Run::eval_command(Value dot, const Node& command, const Final& final, Value& out) {
  const Node& first = *command.parts[0];
  const std::span<const Node* const> arguments(command.parts);
  switch (first.type) {
    case NodeType::kField:
      at_ = &first;
      return eval_field_chain(dot, dot, first, 0, arguments, final, out);
    case NodeType::kChain: return eval_chain(dot, first, arguments, final, out);
    case NodeType::kIdentifier:
      at_ = &first;
      return eval_call(dot, *first.function, nullptr, command, first.text, arguments, final, out);
    case NodeType::kPipe: return refuse_arguments(first, arguments, final) && eval_pipeline(dot, first, out);
    case NodeType::kVariable: return eval_variable(dot, first, arguments, final, out);
    default: break;
  }
  at_ = &first;
  if (!refuse_arguments(first, arguments, final)) return false;
  switch (first.type) {
    case NodeType::kDot: out = dot; return true;
    case NodeType::kNil: return fail("nil is not a command");
    default: break;
  }
  out = first.constant;
  return out.is_valid() || fail(first.text, " overflows int");
}

bool Run::eval_chain(Value dot, const Node& node, std::span<const Node* const> arguments, const Final& final, Value& out) {
  at_ = &node;
  if (node.child->type == NodeType::kNil) return fail("indirection through explicit nil in ", shown(node));
  // The operand is evaluated as an argument of no particular type.
  Value operand;
  switch (node.child->type) {
    case NodeType::kPipe:
      if (!eval_pipeline(dot, *node.child, operand)) return false;
      break;
    case NodeType::kIdentifier:
      at_ = node.child;
      if (!eval_call(dot, *node.child->function, nullptr, *node.child, node.child->text, {}, {}, operand)) return false;
      break;
    default: return fail("can't evaluate command ", shown(*node.child));
  }
  return eval_field_chain(dot, operand, node, 0, arguments, final, out);
}

bool Run::eval_variable(Value dot, const Node& node, std::span<const Node* const> arguments, const Final& final, Value& out) {
  at_ = &node;
  const Value* const variable = find_variable(node.variable);
  if (!variable) return fail("undefined variable: ", node.text);
  if (!node.fields.empty()) return eval_field_chain(dot, *variable, node, 0, arguments, final, out);
  out = *variable;
  return refuse_arguments(node, arguments, final);
}

bool Run::eval_field_chain(Value dot, Value receiver, const Node& node, size_t first, std::span<const Node* const> arguments,
                           const Final& final, Value& out) {
  boxed_ = false;
  for (; first + 1 < node.fields.size(); ++first) {
    const bool from_map = receiver.is(Type::kDict) || receiver.is(Type::kRoot);
    if (!eval_field(dot, node.fields[first], node, {}, {}, receiver, out)) return false;
    receiver = out;
    boxed_ = from_map;
  }
  return eval_field(dot, node.fields[first], node, arguments, final, receiver, out);
}

bool Run::eval_field(Value dot, const FieldName& field, const Node& node, std::span<const Node* const> arguments, const Final& final,
                     Value receiver, Value& out) {
  const std::string_view name = field.text;
  if (receiver.is(Type::kInvalid)) return out = {}, true;
  if (receiver.is(Type::kNil)) return fail("nil pointer evaluating interface {}.", name);
  const bool has_arguments = arguments.size() > 1 || !final.missing;
  if (receiver.is(Type::kOpen) && !has_arguments) return out = open_field(receiver, name), true;
  if (receiver.kind() == Kind::kMap) {
    if (has_arguments) return fail(name, " is not a method but has arguments");
    if (receiver.is(Type::kRoot) && !whole_.is_valid()) {
      std::string_view text;
      out = data_->find(field.id, text) ? Value::of(text) : Value();
      return true;
    }
    const Value map = settled(receiver);
    const Value* const found = map.dict ? map.dict->find(name) : nullptr;
    out = found ? *found : Value();
    return true;
  }
  if (const Function* const method = find_method(receiver.type, name))
    return eval_call(dot, *method, &receiver, node, name, arguments, final, out);
  if (receiver.is(Type::kCertificate) && (name == "Cert" || name == "Key")) {
    if (has_arguments) return fail(name, " has arguments but cannot be invoked as function");
    out = Value::of(name == "Cert" ? receiver.certificate->cert : receiver.certificate->key);
    return true;
  }
  return fail("can't evaluate field ", name, " in type ", boxed_ ? std::string_view("interface {}") : type_name(receiver.type));
}

// Calls.

bool Run::eval_call(Value dot, const Function& function, const Value* receiver, const Node& node, std::string_view name,
                    std::span<const Node* const> arguments, const Final& final, Value& out) {
  stack_->check();
  step();
  if (!arguments.empty()) arguments = arguments.subspan(1);
  const size_t given = arguments.size() + !final.missing;
  const bool variadic = function.is_variadic();
  const size_t count = function.count();
  if (variadic ? given + 1 < count : given != count) {
    const std::string want = std::to_string(variadic ? count - 1 : count);
    const std::string got = std::to_string(variadic ? arguments.size() : given);
    return fail("wrong number of args for ", name, ": want ", memory_.copy((variadic ? "at least " : "") + want + " got " + got));
  }
  if (function.special == Function::Special::kAnd || function.special == Function::Special::kOr)
    return eval_and_or(dot, function, arguments, final, out);

  constexpr size_t kLocal = 6;
  Value local[kLocal];
  const size_t shift = receiver != nullptr;
  const std::span<Value> values(given + shift <= kLocal ? local : memory_.array<Value>(given + shift), given + shift);
  if (receiver) values[0] = *receiver;
  const auto letter = [&](size_t i) { return function.parameters[std::min(i, count - 1)]; };
  for (size_t i = 0; i < arguments.size(); ++i)
    if (!eval_argument(dot, letter(i), *arguments[i], values[i + shift])) return false;
  if (!final.missing) {
    values.back() = final.value;
    if (!validate(letter(given - 1), values.back())) return false;
  }
  if (function.special == Function::Special::kCall) {
    at_ = &node;
    if (values[0].is_absent()) return fail("error calling call: call of nil");
    return fail("error calling call: non-function ", arguments.empty() ? std::string_view("value") : shown(*arguments[0]), " of type ",
                type_name(values[0].type));
  }
  return call(function, node, name, values, out);
}

bool Run::is_true_here(const Value& value) {
  if (value.is(Type::kRoot)) return length_of(whole_data()) > 0;
  if (value.is(Type::kOpen)) return (value.natural != kNowhere && open_->is_filled(static_cast<uint32_t>(value.natural))) || throw_opaque();
  return is_true(value);
}

bool Run::call(const Function& function, const Node& node, std::string_view name, std::span<Value> arguments, Value& out) {
  try {
    for (const Value& argument : arguments)
      if (argument.is(Type::kOpen)) throw Opaque{};
    out = function.call(*this, arguments);
    return true;
  } catch (const Failure& failure) {
    failure_ = failure.what;
  }
  at_ = &node;
  return fail("error calling ", name, ": ", failure_);
}

bool Run::eval_and_or(Value dot, const Function& function, std::span<const Node* const> arguments, const Final& final, Value& out) {
  const bool stops_at = function.special == Function::Special::kOr;
  for (const Node* argument : arguments) {
    if (!eval_argument(dot, 'v', *argument, out)) return false;
    if (is_true_here(out) == stops_at) return true;
  }
  if (!final.missing) out = final.value;
  return true;
}

bool Run::validate(char type, Value& value) {
  if (type == 'v') return true;
  if (value.is(Type::kRoot)) value = whole_data();
  if (type == 'a') {
    if (value.is(Type::kInvalid)) value = Value::nil();
    return true;
  }
  if (value.is(parameter_type(type))) return true;
  if (value.is(Type::kInvalid)) {
    if (!can_be_nil(type)) return fail("invalid value; expected ", parameter_name(type));
    value = zero_of(type);
    return true;
  }
  return fail("wrong type for value; expected ", parameter_name(type), "; got ",
              value.is(Type::kNil) ? std::string_view("interface {}") : type_name(value.type));
}

bool Run::eval_argument(Value dot, char type, const Node& node, Value& out) {
  at_ = &node;
  switch (node.type) {
    case NodeType::kDot: out = dot; return validate(type, out);
    case NodeType::kNil:
      if (!can_be_nil(type)) return fail("cannot assign nil to ", parameter_name(type));
      out = type == 'v' ? Value() : zero_of(type);
      return true;
    case NodeType::kField: return eval_field_chain(dot, dot, node, 0, {}, {}, out) && validate(type, out);
    case NodeType::kVariable: return eval_variable(dot, node, {}, {}, out) && validate(type, out);
    case NodeType::kPipe: return eval_pipeline(dot, node, out) && validate(type, out);
    case NodeType::kIdentifier: return eval_call(dot, *node.function, nullptr, node, node.text, {}, {}, out) && validate(type, out);
    case NodeType::kChain: return eval_chain(dot, node, {}, {}, out) && validate(type, out);
    default: return eval_constant(type, node, out);
  }
}

bool Run::eval_constant(char type, const Node& node, Value& out) {
  const auto expected = [&](std::string_view what) { return fail("expected ", what, "; found ", shown(node)); };
  const bool is_number = node.type == NodeType::kNumber;
  out = node.constant;
  switch (type) {
    case 'a':
    case 'v': return out.is_valid() || fail(node.text, " overflows int");
    case 's': return node.type == NodeType::kString || expected("string");
    case 'b': return node.type == NodeType::kBool || expected("bool");
    case 'f':
      if (!is_number || !node.number.is_float) return expected("float");
      out = Value::of(node.number.real);
      return true;
    case 'u':
      if (!is_number || !node.number.is_uint) return expected("unsigned integer");
      out = Value::of(Type::kUint32, static_cast<int64_t>(static_cast<uint32_t>(node.number.natural)));
      return true;
    case 'i':
    case 'I':
    case 'D':
    case 'w':
    case 'm':
      if (!is_number || !node.number.is_int) return expected("integer");
      out = Value::of(parameter_type(type), node.number.integer);
      return true;
    default: return fail("can't handle ", shown(node), " for arg of type ", parameter_name(type));
  }
}

}  // namespace invar::gotemplate
