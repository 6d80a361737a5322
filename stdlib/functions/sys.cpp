#include <cstdlib>

#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_sys {
namespace {

std::string env(std::string name) {
  const char* text = name.find('\0') == std::string::npos ? std::getenv(name.c_str()) : nullptr;
  return text ? text : "";
}

constexpr FunctionEntry kEntries[] = {
    {"env", "env(name string) string", "The value of an environment variable; empty when it is not set.", &function_value<&env>, "env"},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"sys", kEntries};

}  // namespace invar::functions_sys
