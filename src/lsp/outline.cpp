#include "src/lsp/outline.h"

#include <algorithm>

namespace invar::lsp {
namespace {

using enum ast::TokenKind;

bool opens(ast::TokenKind kind) { return kind == kLCurly || kind == kLBrack || kind == kLParen; }
bool closes(ast::TokenKind kind) { return kind == kRCurly || kind == kRBrack || kind == kRParen; }
ast::TokenKind closer_of(ast::TokenKind opener) { return opener == kLCurly ? kRCurly : opener == kLBrack ? kRBrack : kRParen; }

/// Behind these an expression goes on.
bool wants_more(ast::TokenKind kind) {
  switch (kind) {
    case kIdent:
    case kNull:
    case kBool:
    case kNumber:
    case kFloat:
    case kString: return false;
    default: return !closes(kind);
  }
}

class Reader {
 public:
  explicit Reader(Outline& outline) : out_(outline) {
    std::vector<ScanError> errors;
    Scanner scanner(out_.text, errors);
    for (Token token = scanner.next(); token.kind != kEof; token = scanner.next()) {
      if (token.kind == kComment) out_.comments.push_back({token.begin, token.end});
      else out_.tokens.push_back(token);
    }
    const auto size = static_cast<uint32_t>(out_.text.size());
    out_.tokens.push_back({kEof, size, size});
  }

  void read() {
    while (kind() != kEof) {
      if (kind() == kTerminator) {
        ++at_;
      } else if (kind() == kRCurly) {
        close_block();
      } else if (kind() == kIdent) {
        statement();
      } else {
        stray();
      }
    }
    for (const int open : stack_) {
      OutlineStatement& block = out_.statements[static_cast<size_t>(open)];
      block.close = block.extent.end = block.reach = token().end;
      block.broken = true;
      ++out_.unclosed;
    }
  }

 private:
  const Token& token(size_t ahead = 0) const { return out_.tokens[std::min(at_ + ahead, out_.tokens.size() - 1)]; }
  ast::TokenKind kind(size_t ahead = 0) const { return token(ahead).kind; }
  uint32_t last_end() const { return out_.tokens[at_ - 1].end; }
  bool on_new_line() const { return out_.text.substr(last_end(), token().begin - last_end()).find('\n') != std::string_view::npos; }

  void stray() {
    const uint32_t begin = token().begin;
    while (kind() != kTerminator && kind() != kEof && kind() != kRCurly && !(begin != token().begin && on_new_line())) ++at_;
    out_.stray.push_back({begin, last_end()});
  }

  void close_block() {
    if (stack_.empty()) {
      out_.stray.push_back({token().begin, token().end});
    } else {
      OutlineStatement& block = out_.statements[static_cast<size_t>(stack_.back())];
      block.close = token().begin;
      block.extent.end = block.reach = token().end;
      stack_.pop_back();
    }
    ++at_;
  }

  /// How many tokens of a statement's beginning stand here, up to and with its = or {; 0: none does.
  size_t statement_begins() const {
    size_t ahead = 0;
    if (kind() != kIdent) return 0;
    if (kind(1) == kAssign) return 2;
    while (kind(ahead) == kIdent && kind(ahead + 1) == kDot) ahead += 2;
    if (kind(ahead) != kIdent) return 0;
    ++ahead;
    if (kind(ahead) == kString) ++ahead;
    return kind(ahead) == kLCurly ? ahead + 1 : 0;
  }

  void statement() {
    OutlineStatement made{.parent = stack_.empty() ? -1 : stack_.back()};
    made.name.begin = made.extent.begin = token().begin;
    ++at_;
    while (kind() == kDot && !on_new_line()) {
      ++at_;
      if (kind() != kIdent || on_new_line()) break;
      ++at_;
    }
    made.name.end = last_end();
    if (kind() == kAssign && !on_new_line()) {
      ++at_;
      made.kind = OutlineStatement::Kind::kAttribute;
      made.value_begin = last_end();
      expression(made);
      return finish(made);
    }
    if (kind() == kString && !on_new_line()) {
      made.label = {token().begin, token().end};
      ++at_;
    }
    if (kind() == kLCurly && !on_new_line()) {
      made.kind = OutlineStatement::Kind::kBlock;
      made.open = token().begin;
      ++at_;
      stack_.push_back(static_cast<int>(out_.statements.size()));
      out_.statements.push_back(made);
      return;
    }
    made.broken = true;
    while (kind() != kTerminator && kind() != kEof && kind() != kRCurly && !on_new_line()) ++at_;
    finish(made);
  }

  void finish(OutlineStatement& made) {
    made.extent.end = last_end();
    if (kind() == kTerminator) {
      made.reach = token().begin;
    } else {
      const size_t line_end = std::min(out_.text.find('\n', made.extent.end), out_.text.size());
      made.reach = std::min(token().begin, static_cast<uint32_t>(line_end));
    }
    out_.statements.push_back(made);
  }

  /// Up to where the expression ends, or where the next statement begins in the middle of it.
  void expression(OutlineStatement& made) {
    std::vector<ast::TokenKind> brackets;
    const size_t first = at_;
    for (;; ++at_) {
      if (kind() == kEof) break;
      const bool new_line = on_new_line();
      if (kind() == kTerminator) {
        if (brackets.empty()) break;
        continue;  // a comma is missing; or the bracket has no end, which the next line tells
      }
      const bool in_object = !brackets.empty() && brackets.back() == kLCurly;
      if (new_line && !in_object && statement_begins() > 0) break;
      if (new_line && in_object && kind() == kIdent && kind(1) != kAssign && statement_begins() > 0) break;
      if (opens(kind())) {
        brackets.push_back(kind());
      } else if (closes(kind())) {
        if (brackets.empty() || closer_of(brackets.back()) != kind()) break;
        brackets.pop_back();
      }
    }
    while (at_ > first && out_.tokens[at_ - 1].kind == kTerminator) --at_;
    made.broken = at_ == first || !brackets.empty() || wants_more(out_.tokens[at_ - 1].kind);
  }

  Outline& out_;
  size_t at_ = 0;
  std::vector<int> stack_;
};

}  // namespace

Outline::Outline(std::string_view text) : text(text) { Reader(*this).read(); }

int Outline::block_at(uint32_t offset) const {
  int found = -1;
  for (size_t i = 0; i < statements.size(); ++i) {
    const OutlineStatement& statement = statements[i];
    if (statement.extent.begin >= offset) break;
    if (statement.kind == OutlineStatement::Kind::kBlock && statement.open < offset && offset <= statement.close) found = static_cast<int>(i);
  }
  return found;
}

const OutlineStatement* Outline::statement_at(int block, uint32_t offset) const {
  const OutlineStatement* found = nullptr;
  for (const OutlineStatement& statement : statements) {
    if (statement.extent.begin > offset) break;
    if (statement.parent == block && offset <= statement.reach) found = &statement;
  }
  return found;
}

bool Outline::in_comment(uint32_t offset) const {
  return std::any_of(comments.begin(), comments.end(), [&](const Extent& comment) {
    // The end of a line comment is still in it, that of /* */ is not.
    const bool to_line_end = text.substr(comment.begin).starts_with("//") || !slice(comment).ends_with("*/");
    return comment.begin < offset && (offset < comment.end || (to_line_end && offset == comment.end));
  });
}

}  // namespace invar::lsp
