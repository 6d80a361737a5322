#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_file {
namespace {

/// Go's filepath.Clean: `.` and `..` resolved in the text, never empty.
std::string cleaned(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") parts.push_back(part);
    else if (!parts.empty() && parts.back() != "..") parts.pop_back();
    else if (!rooted) parts.push_back(part);
  }
  std::string out = rooted ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) out.append(i > 0 ? "/" : "").append(parts[i]);
  return out.empty() ? "." : out;
}

std::string path_join(Rest<std::string> parts) {
  std::string path;
  bool begun = false;
  for (const std::string& part : parts.values) {
    if (!begun && part.empty()) continue;
    if (begun) path += '/';
    path += part;
    begun = true;
  }
  return begun ? cleaned(path) : "";
}

constexpr FunctionEntry kEntries[] = {
    {"path_join", "path_join(parts... string) string", "The parts as one path, cleaned.", &function_value<&path_join>},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"file", kEntries};

}  // namespace invar::functions_file
