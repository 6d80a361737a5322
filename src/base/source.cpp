#include "src/base/source.h"

#include <algorithm>

#include "src/base/check.h"

namespace invar {

Source::Source(std::string name, std::string text, bool excerpts)
    : name_(std::move(name)), text_(std::move(text)), excerpts_(excerpts) {
  line_starts_.push_back(0);
  for (size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', end + 1))
    line_starts_.push_back(static_cast<uint32_t>(end + 1));
}

Position Source::position(uint32_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<uint32_t>(after - line_starts_.begin());
  return {line, offset - line_starts_[line - 1] + 1, offset};
}

std::string_view Source::line(uint32_t number) const {
  INVAR_CHECK(number >= 1 && number <= line_starts_.size());
  const uint32_t begin = line_starts_[number - 1];
  const size_t end = number < line_starts_.size() ? line_starts_[number] - 1 : text_.size();
  return text().substr(begin, end - begin);
}

}  // namespace invar
