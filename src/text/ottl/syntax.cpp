#include "src/text/ottl/syntax.h"

namespace invar::ottl {

std::string keys_text(const std::vector<Key>& keys) {
  std::string text;
  for (const Key& key : keys) {
    text += '[';
    if (const auto* name = std::get_if<std::string>(&key.index)) text += *name;
    if (const auto* number = std::get_if<int64_t>(&key.index)) text += std::to_string(*number);
    text += ']';
  }
  return text;
}

std::string path_text(const Path& path) {
  std::string text = path.context;
  for (const Field& field : path.fields) {
    if (!text.empty()) text += '.';
    text += field.name + keys_text(field.keys);
  }
  return text;
}

}  // namespace invar::ottl
