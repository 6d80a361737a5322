#include "src/components/loki/secretfilter/keyword_finder.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/ascii.h"
#include "src/text/literal_search.h"

namespace invar::loki_secretfilter {
namespace {

/// U+212A and U+0130: the only runes beyond ASCII whose lower case is in it.
constexpr std::string_view kKelvin = "\xe2\x84\xaa", kDottedI = "\xc4\xb0";

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    append_rune(lower, to_lower(decode_rune(text.substr(at), length)));
    at += length;
  }
  return lower;
}

}  // namespace

KeywordFinder::KeywordFinder(std::span<const std::string> words) {
  struct Node {
    std::vector<std::pair<uint8_t, uint32_t>> children;
    std::vector<uint32_t> ends;
    uint32_t fallback = 0;
  };
  std::vector<std::string> folded;
  for (const std::string& word : words) {
    ascii_ &= is_ascii(word);
    folded.push_back(lower_case(word));
    for (const char c : folded.back())
      if (uint8_t& known = class_[static_cast<unsigned char>(c)]; known == 0) known = static_cast<uint8_t>(classes_++);
  }
  for (int c = 'A'; c <= 'Z'; ++c) class_[static_cast<size_t>(c)] = class_[static_cast<size_t>(c | 0x20)];
  std::vector<Node> nodes(1);
  for (size_t i = 0; i < folded.size(); ++i) {
    uint32_t at = 0;
    for (const char c : folded[i]) {
      const uint8_t byte = class_[static_cast<unsigned char>(c)];
      auto& children = nodes[at].children;
      const auto known = std::find_if(children.begin(), children.end(), [&](const auto& child) { return child.first == byte; });
      if (known != children.end()) {
        at = known->second;
        continue;
      }
      const auto fresh = static_cast<uint32_t>(nodes.size());
      children.emplace_back(byte, fresh);
      nodes.emplace_back();
      at = fresh;
    }
    nodes[at].ends.push_back(static_cast<uint32_t>(i));
  }
  next_.assign(nodes.size() * classes_, 0);
  std::vector<uint32_t> order{0};
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t at = order[i];
    Node& node = nodes[at];
    if (at != 0) std::copy_n(next_.begin() + static_cast<ptrdiff_t>(node.fallback * classes_), classes_, next_.begin() + static_cast<ptrdiff_t>(at * classes_));
    for (const auto& [byte, child] : node.children) {
      nodes[child].fallback = at == 0 ? 0 : next_[at * classes_ + byte];
      order.push_back(child);
    }
    for (const auto& [byte, child] : node.children) next_[at * classes_ + byte] = child;
    if (at != 0) node.ends.insert(node.ends.end(), nodes[node.fallback].ends.begin(), nodes[node.fallback].ends.end());
  }
  for (const Node& node : nodes) {
    first_.push_back(static_cast<uint32_t>(numbers_.size()));
    count_.push_back(static_cast<uint32_t>(node.ends.size()));
    numbers_.insert(numbers_.end(), node.ends.begin(), node.ends.end());
  }
}

template <class At>
void KeywordFinder::walk_folded(std::string_view text, At at) const {
  size_t state = 0;
  if (count_[0] > 0 && !at(0)) return;
  for (const char c : text) {
    state = next_[state * classes_ + class_[static_cast<unsigned char>(c)]];
    if (count_[state] > 0 && !at(state)) return;
  }
}

template <class At>
void KeywordFinder::walk(std::string_view text, At at) const {
  const bool folds_otherwise = !is_ascii(text) && (!ascii_ || has_literal(text, kKelvin) || has_literal(text, kDottedI));
  if (folds_otherwise) walk_folded(lower_case(text), at);
  else walk_folded(text, at);
}

void KeywordFinder::find(std::string_view text, NumberSet& found) const {
  walk(text, [&](size_t state) {
    for (uint32_t i = 0; i < count_[state]; ++i) found.add(numbers_[first_[state] + i]);
    return true;
  });
}

bool KeywordFinder::finds_any(std::string_view text) const {
  bool any = false;
  walk(text, [&](size_t) {
    any = true;
    return false;
  });
  return any;
}

}  // namespace invar::loki_secretfilter
