#include "src/text/json.h"

namespace invar::json {

void append_standard_string(std::string& out, std::string_view text) {
  const size_t begin = out.size();
  append_string(out, text);
  if (text.find_first_of("\b\f") == std::string_view::npos) return;
  for (size_t at = begin; (at = out.find('\\', at)) != std::string::npos; at += 2) {
    const std::string_view escape = std::string_view(out).substr(at, 6);
    if (escape == "\\u0008") out.replace(at, 6, "\\b");
    if (escape == "\\u000c") out.replace(at, 6, "\\f");
  }
}

void append_standard_number(std::string& out, double number) {
  const size_t begin = out.size();
  append_number(out, number);
  // 1e-07 becomes 1e-7.
  const size_t mark = out.find('e', begin);
  if (mark != std::string::npos && out.size() - mark == 4 && out[mark + 1] == '-' && out[mark + 2] == '0') out.erase(mark + 2, 1);
}

}  // namespace invar::json
