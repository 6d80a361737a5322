#include "src/parser/antlr/token_feed.h"

#include <algorithm>

#include "src/base/check.h"

namespace invar {
namespace {

constexpr size_t kMaxErrors = 10'000;

}  // namespace

TokenFeed::TokenFeed(const Source& source, Diagnostics& diagnostics)
    : source_(source), diagnostics_(diagnostics), scanner_(source.text(), errors_), most_errors_(diagnostics.size() + kMaxErrors) {
  read();
}

antlr4::Token* TokenFeed::LT(ssize_t k) {
  INVAR_CHECK(k == 1 || k == -1);
  return k == 1 ? current_ : previous_;
}

void TokenFeed::forget_after(size_t kept) {
  const invar::Token current = current_->token();
  while (tokens_.size() > kept) tokens_.pop_back();
  previous_ = kept > 0 ? &tokens_.back() : nullptr;
  current_ = &tokens_.emplace_back(current);
}

void TokenFeed::read() {
  invar::Token token = scanner_.next();
  while (token.kind == ast::TokenKind::kComment) token = read_comments(token);
  previous_ = current_;
  current_ = &tokens_.emplace_back(token);
  if (errors_.empty()) return;
  for (ScanError& error : errors_) diagnostics_.error({&source_, error.offset, error.offset}, std::move(error.message));
  errors_.clear();
  if (diagnostics_.size() > most_errors_) throw TooManyErrors{token.begin};
}

/// A group is what no empty line and no other token parts. Returns the token behind it.
invar::Token TokenFeed::read_comments(invar::Token token) {
  std::vector<ast::Comment>& group = comments_.emplace_back();
  uint32_t end_line = line_of(token);
  while (token.kind == ast::TokenKind::kComment && line_of(token) <= end_line + 1) {
    const Span span{&source_, token.begin, token.end};
    end_line = line_of(token);
    group.push_back({span, comment_text(span.text())});
    if (span.text()[1] == '*') end_line += static_cast<uint32_t>(std::count(span.text().begin(), span.text().end(), '\n'));
    token = scanner_.next();
  }
  return token;
}

}  // namespace invar
