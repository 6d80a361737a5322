#pragma once

#include <antlr4-runtime.h>

#include <deque>

#include "src/base/diagnostics.h"
#include "src/parser/scanner.h"

namespace invar {

/// The grammar's type of a kind of token. Both number one list; only what ANTLR begins with, ILLEGAL = 1 and EOF = -1, differs.
constexpr size_t antlr_type_of(ast::TokenKind kind) {
  switch (kind) {
    case ast::TokenKind::kEof: return antlr4::Token::EOF;
    case ast::TokenKind::kIllegal: return antlr4::Token::MIN_USER_TOKEN_TYPE;
    default: return static_cast<size_t>(kind);
  }
}

/// A token as ANTLR wants to see it. It is asked for its type and bytes only.
class FedToken final : public antlr4::Token {
 public:
  explicit FedToken(const invar::Token& token) : token_(token) {}
  const invar::Token& token() const { return token_; }
  size_t getType() const override { return antlr_type_of(token_.kind); }
  size_t getStartIndex() const override { return token_.begin; }
  size_t getStopIndex() const override { return token_.end - size_t{1}; }
  size_t getTokenIndex() const override { return 0; }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  std::string getText() const override { return {}; }
  std::string toString() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }

 private:
  invar::Token token_;
};

/// Leaves the parser when nobody would read on: what is being parsed is no configuration.
struct TooManyErrors {
  uint32_t offset;
};

/// Scans one token ahead of the parser, so that the scanner's errors fall between the parser's as Alloy's do; sets comments aside.
/// Tokens stay where they are until they are forgotten.
class TokenFeed final : public antlr4::TokenStream {
 public:
  TokenFeed(const Source& source, Diagnostics& diagnostics);

  std::vector<std::vector<ast::Comment>> take_comments() { return std::move(comments_); }

  /// The token that the parser reads next, and the one before it (nullptr at the beginning).
  FedToken& current() { return *current_; }
  FedToken* previous() { return previous_; }

  /// How many tokens lie before the current one.
  size_t passed() const { return tokens_.size() - 1; }
  /// Frees all but the first `kept` of them; none of the others may be used again. The current token stays the current one.
  void forget_after(size_t kept);

  antlr4::Token* LT(ssize_t k) override;
  size_t LA(ssize_t) override { return current_->getType(); }
  void consume() override { read(); }

  // What ANTLR asks for when it predicts, which a grammar that is LL(1) never does, or writes messages, which are ours.
  antlr4::Token* get(size_t) const override { return current_; }
  size_t index() override { return 0; }
  size_t size() override { return tokens_.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  void seek(size_t) override {}
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return source_.name(); }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  void read();
  invar::Token read_comments(invar::Token token);
  uint32_t line_of(const invar::Token& token) const { return source_.position(token.begin).line; }

  const Source& source_;
  Diagnostics& diagnostics_;
  std::vector<ScanError> errors_;
  Scanner scanner_;
  size_t most_errors_;
  std::deque<FedToken> tokens_;
  FedToken* current_ = nullptr;
  FedToken* previous_ = nullptr;
  std::vector<std::vector<ast::Comment>> comments_;
};

}  // namespace invar
