#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_convert {
namespace {

std::string nonsensitive(Secret secret) { return secret.reveal(); }

constexpr FunctionEntry kEntries[] = {
    {"nonsensitive", "nonsensitive(secret secret) string", "A secret's text as a plain string. From here on it shows everywhere.",
     &function_value<&nonsensitive>, "nonsensitive"},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"convert", kEntries};

}  // namespace invar::functions_convert
