#include "src/text/path.h"
#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_file {
namespace {

std::string path_join(Rest<std::string> parts) {
  std::string path;
  bool begun = false;
  for (const std::string& part : parts.values) {
    if (!begun && part.empty()) continue;
    if (begun) path += '/';
    path += part;
    begun = true;
  }
  return begun ? cleaned_path(path) : "";
}

constexpr FunctionEntry kEntries[] = {
    {"path_join", "path_join(parts... string) string", "The parts as one path, cleaned.", &function_value<&path_join>},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"file", kEntries};

}  // namespace invar::functions_file
