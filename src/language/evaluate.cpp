#include "src/language/evaluate.h"

#include "src/base/quote.h"
#include "src/language/function.h"
#include "src/parser/parse.h"
#include "src/text/number.h"

namespace invar {

namespace {

/// Deeper trees than people write; keeps the stack of any thread safe.
constexpr int kMaxDepth = 2000;

Failure bare(std::string text) { return {std::nullopt, std::move(text)}; }
Failure at(Span span, std::string message) { return {Diagnostic{Severity::kError, span, std::move(message), {}, {}}, {}}; }

}  // namespace

const Value* Scope::find(std::string_view name) const {
  const Members* library = nullptr;
  for (const Scope* scope = this; scope; scope = scope->parent_) {
    const auto found = scope->variables_.find(name);
    if (found != scope->variables_.end()) return &found->second;
    library = scope->library_;
  }
  if (!library) return nullptr;
  const auto found = library->find(name);
  return found == library->end() ? nullptr : &found->second;
}

std::string Failure::error() const { return diagnostic ? one_line(*diagnostic) : text; }

bool literal_value(const ast::Literal& literal, Value& value, std::string& error) {
  switch (literal.kind) {
    case ast::TokenKind::kNull: return value = Value(), true;
    case ast::TokenKind::kBool: return value = Value::boolean(literal.text == "true"), true;
    case ast::TokenKind::kString: {
      std::string text;
      if (!unquote(literal.text, text)) return error = "invalid syntax", false;
      return value = Value::string(std::move(text)), true;
    }
    case ast::TokenKind::kNumber:
      if (const auto integer = parse_int(literal.text, 0)) return value = Value::integer(*integer), true;
      if (const auto integer = parse_uint(literal.text, 0)) return value = Value::unsigned_integer(*integer), true;
      break;
    default: break;
  }
  const auto number = parse_float(literal.text);
  if (!number) return error = number.error().what, false;
  return value = Value::floating(*number), true;
}

/// The walk down one expression. Every expression's value is noted on the way up, so that the outermost one is blamed.
class Evaluation::Walk {
 public:
  Walk(Evaluation& evaluation, const Scope& scope) : evaluation_(evaluation), scope_(scope) {}

  bool run(const ast::Expr& expression, Value& result) {
    if (++depth_ > kMaxDepth) return fail(at(expression.span, "expression is nested too deeply"));
    const bool good = std::visit([&](const auto& node) { return step(expression, node, result); }, expression.node);
    --depth_;
    if (good && !result.is_null()) evaluation_.origins_.insert_or_assign(result.identity(), Origin{result, &expression});
    return good;
  }
  Failure take_failure() { return std::move(failure_); }

 private:
  bool fail(Failure failure) { return failure_ = std::move(failure), false; }
  bool fail(const ValueError& error) { return fail(evaluation_.explain(error)); }

  bool step(const ast::Expr&, const ast::Literal& literal, Value& result) {
    std::string error;
    return literal_value(literal, result, error) || fail(bare(std::move(error)));
  }

  bool step(const ast::Expr& expression, const ast::Identifier& identifier, Value& result) {
    const Value* found = scope_.find(identifier.ident.name);
    if (!found) return fail(at(expression.span, "identifier " + quoted(identifier.ident.name) + " does not exist"));
    return result = *found, true;
  }

  bool step(const ast::Expr&, const ast::Paren& paren, Value& result) { return run(*paren.inner, result); }

  bool step(const ast::Expr&, const ast::ArrayLiteral& array, Value& result) {
    std::vector<Value> elements(array.elements.size());
    for (size_t i = 0; i < elements.size(); ++i)
      if (!run(*array.elements[i], elements[i])) return false;
    return result = Value::array(std::move(elements)), true;
  }

  bool step(const ast::Expr&, const ast::ObjectLiteral& object, Value& result) {
    Members members;
    for (const auto& field : object.fields) {
      Value value;
      if (!run(*field.value, value)) return false;
      members.insert_or_assign(field.name.name, std::move(value));
    }
    return result = Value::object(std::move(members)), true;
  }

  bool step(const ast::Expr&, const ast::Unary& unary, Value& result) {
    Value operand;
    if (!run(*unary.value, operand)) return false;
    ValueError error;
    return apply_unary(unary.op, operand, result, error) || fail(error);
  }

  bool step(const ast::Expr&, const ast::Binary& binary, Value& result) {
    Value left, right;
    if (!run(*binary.left, left) || !run(*binary.right, right)) return false;
    ValueError error;
    return apply_binary(left, binary.op, right, result, error) || fail(error);
  }

  bool step(const ast::Expr&, const ast::Access& access, Value& result) {
    Value value;
    if (!run(*access.value, value)) return false;
    if (value.is_unknown()) return result = Value::unknown(), true;
    const auto missing = [&] { return fail(at(access.name.span, "field " + quoted(access.name.name) + " does not exist")); };
    if (value.is(ValueType::kObject)) {
      const Value* field = value.find(access.name.name);
      return field ? (result = *field, true) : missing();
    }
    if (value.is(ValueType::kCapsule)) {
      const auto members = value.to_object();
      if (!members) return fail(ValueError::about(value, std::string(kNoObject) + "capsule"));
      const auto field = members->find(access.name.name);
      return field != members->end() ? (result = field->second, true) : missing();
    }
    return fail(ValueError::about(value, "cannot access field " + quoted(access.name.name) + " on value of type " +
                                             std::string(type_name(value.type()))));
  }

  bool step(const ast::Expr&, const ast::Index& indexing, Value& result) {
    Value value, index;
    if (!run(*indexing.value, value) || !run(*indexing.index, index)) return false;
    if (value.is_unknown() || index.is_unknown()) return result = Value::unknown(), true;
    switch (value.type()) {
      case ValueType::kArray: return element(value, index, result);
      case ValueType::kObject: return member(value.members(), index, result);
      case ValueType::kCapsule:
        if (const auto members = value.to_object()) return member(*members, index, result);
        return fail(ValueError::about(value, std::string(kNoObject) + "capsule"));
      default:
        return fail(ValueError::about(value, "expected object or array, got " + std::string(type_name(value.type()))));
    }
  }

  bool element(const Value& array, const Value& index, Value& result) {
    if (!index.is(ValueType::kNumber)) return fail(ValueError::type(index, "number"));
    const int64_t i = index.as_int();
    if (i < 0 || static_cast<uint64_t>(i) >= array.size())
      return fail(ValueError::about(index, "index " + std::to_string(i) + " is out of range of array with length " +
                                               std::to_string(array.size())));
    return result = array.at(static_cast<size_t>(i)), true;
  }

  /// Unlike `.name`, a missing key is null.
  bool member(const Members& members, const Value& index, Value& result) {
    if (!index.is(ValueType::kString)) return fail(ValueError::type(index, "string"));
    const auto found = members.find(index.as_string());
    return result = found == members.end() ? Value() : found->second, true;
  }

  bool step(const ast::Expr&, const ast::Call& call, Value& result) {
    Value function;
    if (!run(*call.function, function)) return false;
    if (!function.is_unknown() && !function.is(ValueType::kFunction)) return fail(ValueError::type(function, "function"));
    bool unknown = function.is_unknown();
    std::vector<Value> args(call.args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      if (!run(*call.args[i], args[i])) return false;
      unknown = unknown || args[i].holds_unknown();
    }
    if (unknown) return result = Value::unknown(), true;
    ValueError error;
    if (function.as_function().call(function, args, result, error)) return true;
    return error.is_plain() ? fail(bare(error.text())) : fail(error);
  }

  static constexpr std::string_view kNoObject = "expected object or array or a capsule convertible to an object, got ";

  Evaluation& evaluation_;
  const Scope& scope_;
  Failure failure_;
  int depth_ = 0;
};

std::optional<Failure> Evaluation::evaluate(const ast::Expr& expression, const Scope& scope, Value& result) {
  Walk walk(*this, scope);
  if (walk.run(expression, result)) return std::nullopt;
  return walk.take_failure();
}

Failure Evaluation::explain(const ValueError& error) const {
  if (error.is_plain()) return bare(error.text());
  const ast::Expr* blamed = nullptr;
  std::string path, message;
  bool direct = false;
  for (auto step = error.steps().rbegin(); step != error.steps().rend(); ++step) {
    if (!step->message.empty()) message = step->message;
    path += step->path;
    const auto origin = step->value.is_null() ? origins_.end() : origins_.find(step->value.identity());
    const bool found = origin != origins_.end();
    if (found) {
      // Between two expressions that both stand in the file no path is needed.
      if (direct) path.clear();
      blamed = origin->second.expression;
    }
    direct = found;
  }
  if (!blamed) return at({}, path + " " + message);
  return at(blamed->span, print(*blamed) + path + " " + message);
}

std::optional<Failure> evaluate(const ast::Expr& expression, const Scope& scope, Value& result) {
  Evaluation evaluation;
  return evaluation.evaluate(expression, scope, result);
}

}  // namespace invar
