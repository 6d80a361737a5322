#include "src/lint/literal_map.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::lint {

std::optional<LiteralMap> LiteralMap::of(const ast::Expr& expression) {
  LiteralMap map;
  if (!map.add(expression)) return std::nullopt;
  return map;
}

bool LiteralMap::add(const ast::Expr& expression) {
  if (const auto* paren = expression.as<ast::Paren>()) return add(*paren->inner);
  if (const auto* sum = expression.as<ast::Binary>()) return sum->op == ast::TokenKind::kAdd && add(*sum->left) && add(*sum->right);
  const auto* literal = expression.as<ast::Literal>();
  std::string text;
  std::vector<uint32_t> starts;
  // The source's bytes: a literal's own text may lack carriage returns.
  if (!literal || literal->kind != ast::TokenKind::kString || !unquote(expression.span.text(), text, starts)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto next = std::upper_bound(starts.begin() + static_cast<ptrdiff_t>(i), starts.end(), starts[i]);
    extents_.push_back({expression.span.begin + starts[i], expression.span.begin + *next});
  }
  text_ += text;
  source_ = expression.span.source;
  end_ = expression.span.begin + starts.back();
  return true;
}

Span LiteralMap::place(size_t begin, size_t end) const {
  begin = std::min(begin, text_.size());
  end = std::clamp(end, begin, text_.size());
  const uint32_t first = begin < text_.size() ? extents_[begin].begin : end_;
  return {source_, first, begin == end ? first : extents_[end - 1].end};
}

}  // namespace invar::lint
