#include "src/parser/ast.h"

namespace invar::ast {

std::string Block::full_name() const {
  std::string out;
  for (const std::string& part : name) {
    if (!out.empty()) out += '.';
    out += part;
  }
  return out;
}

std::string Block::id() const { return label.empty() ? full_name() : full_name() + '.' + label; }

}  // namespace invar::ast
