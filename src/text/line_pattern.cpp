#include "src/text/line_pattern.h"

#include <set>

#include "src/text/literal_search.h"

namespace invar {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// The name of the capture at the front of `text`; empty when there is none.
std::string_view capture_at(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !is_letter(text[1])) return {};
  size_t end = 2;
  while (end < text.size() && (is_letter(text[end]) || (text[end] >= '0' && text[end] <= '9'))) ++end;
  if (end == text.size() || text[end] != '>') return {};
  return text.substr(1, end - 1);
}

}  // namespace

Result<LinePattern> LinePattern::compile(std::string_view text) {
  LinePattern pattern;
  std::string literal, consecutive;
  std::string_view last;  // the capture right in front
  const auto end_literal = [&] {
    (pattern.parts_.empty() ? pattern.head_ : pattern.parts_.back().literal) = literal;
    literal.clear();
  };
  while (!text.empty()) {
    const std::string_view name = capture_at(text);
    if (name.empty()) {
      literal += text.front();
      text.remove_prefix(1);
      last = {};
      continue;
    }
    if (!last.empty() && consecutive.empty()) consecutive.append("<").append(last).append("><").append(name).append(">");
    end_literal();
    last = name;
    pattern.parts_.push_back({name != "_", false, {}});
    if (name != "_") pattern.names_.emplace_back(name);
    text.remove_prefix(name.size() + 2);
  }
  end_literal();
  if (pattern.names_.empty()) return Error{"at least one capture is required"};
  if (!consecutive.empty()) return Error{"found consecutive capture '" + consecutive + "': invalid expression"};
  std::set<std::string_view> seen;
  for (const std::string& name : pattern.names_)
    if (!seen.insert(name).second) return Error{"duplicate capture name (" + name + "): invalid expression"};
  pattern.parts_.back().takes_rest = pattern.parts_.back().literal.empty();
  return pattern;
}

size_t LinePattern::match(std::string_view text, std::span<std::string_view> captures) const {
  if (text.empty() || !text.starts_with(head_)) return 0;
  text.remove_prefix(head_.size());
  size_t count = 0;
  for (const Part& part : parts_) {
    const size_t end = part.takes_rest ? std::string_view::npos : find_literal(text, part.literal);
    if (part.named) captures[count++] = text.substr(0, end);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + part.literal.size());
  }
  return count;
}

}  // namespace invar
