#include "src/text/json.h"

namespace invar::json {

void append_standard_number(std::string& out, double number) {
  const size_t begin = out.size();
  append_number(out, number);
  // 1e-07 becomes 1e-7.
  const size_t mark = out.find('e', begin);
  if (mark != std::string::npos && out.size() - mark == 4 && out[mark + 1] == '-' && out[mark + 2] == '0') out.erase(mark + 2, 1);
}

}  // namespace invar::json
