#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/ascii.h"
#include "src/text/ottl/context.h"
#include "src/text/ottl/literal.h"
#include "src/text/ottl/syntax.h"

namespace invar::ottl {

/// What an argument must be. Those up to kBytesLike take any expression and convert what it gives when they are run; what is known before is converted, and
/// refused, at once.
enum class ParameterType : uint8_t {
  kAny, kString, kStringLike, kInt, kIntLike, kDouble, kDoubleLike, kBool, kBoolLike, kMap, kList, kTime, kDuration, kBytesLike,
  kPath, kMapPath, kListPath,                                                // a path, to be set
  kStringLiteral, kIntLiteral, kDoubleLiteral, kBoolLiteral,                 // written out
  kAnyList, kStringList, kStringLikeList, kStringLiterals, kDoubleLiterals,  // `[...]`
  kFunction,  // the name of one
  kLambda,
};

struct Parameter {
  /// As Alloy's Go code calls it: `SourceIP`. Arguments are named after it in any writing that strcase.ToCamel makes this of.
  std::string_view name;
  ParameterType type;
  bool optional = false;
};

/// strcase.ToCamel: how a named argument is looked up.
std::string to_camel(std::string_view name);
/// The name that people give a parameter: `source_ip`; empty when it cannot be given by name.
std::string parameter_name(const Parameter& parameter);

/// The arguments of a call where they are known before it is run.
class CallArguments {
 public:
  explicit CallArguments(const Call& call) : call_(call) {}
  bool given(size_t parameter) const;
  /// The text of an argument; nullopt when it is not given or not known.
  std::optional<std::string_view> text(size_t parameter) const;
  std::optional<int64_t> integer(size_t parameter) const;
  std::optional<double> number(size_t parameter) const;
  std::optional<bool> boolean(size_t parameter) const;
  std::optional<Literal> literal(size_t parameter) const;
  /// Elements of a list that is written out.
  std::span<const Value> elements(size_t parameter) const;

 private:
  const Value* value(size_t parameter) const;
  template <class T>
  std::optional<T> literal_as(size_t parameter) const;

  const Call& call_;
};

/// Why a function cannot be made with these arguments.
struct FunctionError {
  std::string text;        // as Alloy says it
  size_t parameter = 0;    // which is wrong
  bool is_regex = false;   // a regular expression that does not compile
  std::string reason = {}; // in short, if it can be said so
};

/// Where functions may be called.
enum class FunctionSet : uint8_t {
  kStatements,  // statements of otelcol.processor.transform
  kConditions,  // conditions
  kMetrics,     // of otelcol.connector.signaltometrics
};

struct Function {
  std::string_view name;
  std::span<const Parameter> parameters;
  /// Nobody looks at its arguments.
  bool ignores_arguments = false;
  std::optional<FunctionError> (*check)(const CallArguments& arguments) = nullptr;
};

/// Editors begin with a lower case letter, converters with an upper case one.
inline bool is_editor_name(std::string_view name) { return !name.empty() && ascii::is_lower(name.front()); }

/// Those of all contexts, and the context's own.
std::vector<std::span<const Function>> functions_of(FunctionSet set, ContextId context);
const Function* find_function(FunctionSet set, ContextId context, std::string_view name);

}  // namespace invar::ottl
