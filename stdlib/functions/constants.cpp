#include <unistd.h>

#include "stdlib/functions/library.h"

namespace invar::functions_constants {
namespace {

Value hostname() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return Value::string("");
  return Value::string(name);
}

Value architecture() {
#if defined(__x86_64__)
  return Value::string("amd64");
#elif defined(__aarch64__)
  return Value::string("arm64");
#else
  return Value::string("unknown");
#endif
}

constexpr FunctionEntry kEntries[] = {
    {"arch", "string", "The processor's architecture in Go's words: amd64, arm64.", &architecture},
    {"hostname", "string", "The name of the machine; empty when it cannot be told.", &hostname},
    {"os", "string", "The operating system: linux.", [] { return Value::string("linux"); }},
    {"version", "string", "The version of the Alloy release whose configs this build runs.", [] { return Value::string("v0.0.0"); }},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"constants", kEntries};

}  // namespace invar::functions_constants
