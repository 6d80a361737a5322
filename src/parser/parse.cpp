#include "src/parser/parse.h"

#include <antlr4-runtime.h>

#include <array>
#include <deque>
#include <mutex>

#include "grammar/generated/AlloyParser.h"
#include "src/base/check.h"
#include "src/parser/antlr_parts.h"
#include "src/parser/scanner.h"

namespace invar {
namespace {

using Grammar = AlloyParser;

constexpr size_t kMaxTextSize = 8 << 20;
constexpr size_t kMaxErrors = 10'000;

/// Token types of the grammar in the order of ast::TokenKind.
constexpr std::array<size_t, 34> kTypes{
    Grammar::ILLEGAL, antlr4::Token::EOF, Grammar::COMMENT, Grammar::IDENT,  Grammar::NULL_,  Grammar::BOOL,
    Grammar::NUMBER,  Grammar::FLOAT,     Grammar::STRING,  Grammar::OR,     Grammar::AND,    Grammar::NOT,
    Grammar::ASSIGN,  Grammar::EQ,        Grammar::NEQ,     Grammar::LT,     Grammar::LTE,    Grammar::GT,
    Grammar::GTE,     Grammar::ADD,       Grammar::SUB,     Grammar::MUL,    Grammar::DIV,    Grammar::MOD,
    Grammar::POW,     Grammar::LCURLY,    Grammar::RCURLY,  Grammar::LPAREN, Grammar::RPAREN, Grammar::LBRACK,
    Grammar::RBRACK,  Grammar::COMMA,     Grammar::DOT,     Grammar::TERMINATOR};

/// A token as ANTLR wants to see it. It is asked for its type and bytes only.
class FedToken final : public antlr4::Token {
 public:
  FedToken(const invar::Token& token, size_t index) : token_(token), index_(index) {}
  size_t getType() const override { return kTypes[static_cast<size_t>(token_.kind)]; }
  size_t getStartIndex() const override { return token_.begin; }
  size_t getStopIndex() const override { return token_.end - size_t{1}; }
  size_t getTokenIndex() const override { return index_; }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() const override { return 0; }
  size_t getChannel() const override { return DEFAULT_CHANNEL; }
  std::string getText() const override { return {}; }
  std::string toString() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }

 private:
  invar::Token token_;
  size_t index_;
};

/// Leaves the parser when nobody would read on: what is being parsed is no configuration.
struct TooManyErrors {
  uint32_t offset;
};

/// Scans one token ahead of the parser, so that the scanner's errors fall between the parser's as Alloy's do; sets comments aside.
class TokenFeed final : public antlr4::TokenStream {
 public:
  TokenFeed(const Source& source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics), scanner_(source.text(), errors_), most_errors_(diagnostics.size() + kMaxErrors) {
    read();
  }

  std::vector<std::vector<ast::Comment>> take_comments() { return std::move(comments_); }

  antlr4::Token* LT(ssize_t k) override {
    INVAR_CHECK(k == 1 || k == -1);
    if (k == 1) return &tokens_[index_];
    return index_ == 0 ? nullptr : &tokens_[index_ - 1];
  }
  size_t LA(ssize_t k) override { return LT(k)->getType(); }
  void consume() override {
    if (++index_ == tokens_.size()) read();
  }
  antlr4::Token* get(size_t index) const override { return const_cast<FedToken*>(&tokens_[index]); }
  size_t index() override { return index_; }
  size_t size() override { return tokens_.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  void seek(size_t index) override { index_ = index; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getSourceName() const override { return source_.name(); }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  void read() {
    invar::Token token = scanner_.next();
    while (token.kind == ast::TokenKind::kComment) token = read_comments(token);
    tokens_.emplace_back(token, tokens_.size());
    for (ScanError& error : errors_) diagnostics_.error({&source_, error.offset, error.offset}, std::move(error.message));
    errors_.clear();
    if (diagnostics_.size() > most_errors_) throw TooManyErrors{token.begin};
  }

  /// A group is what no empty line and no other token parts. Returns the token behind it.
  invar::Token read_comments(invar::Token token) {
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
  uint32_t line_of(const invar::Token& token) const { return source_.position(token.begin).line; }

  const Source& source_;
  Diagnostics& diagnostics_;
  std::vector<ScanError> errors_;
  Scanner scanner_;
  size_t most_errors_;
  std::deque<FedToken> tokens_;
  size_t index_ = 0;
  std::vector<std::vector<ast::Comment>> comments_;
};

std::mutex& antlr_mutex() {
  static std::mutex mutex;
  return mutex;
}

bool fits(const SourcePtr& source, Diagnostics& diagnostics) {
  if (source->text().size() <= kMaxTextSize) return true;
  diagnostics.error({source.get(), 0, 0}, "configuration is larger than " + std::to_string(kMaxTextSize >> 20) + " MiB");
  return false;
}

/// The generated parser, which builds the syntax tree statement by statement and frees what it needed for each.
class StatementParser final : public Grammar, public StatementTaker {
 public:
  /// `errors_before`: what `diagnostics` held before the feed read its first token.
  StatementParser(TokenFeed& feed, const Source& source, Diagnostics& diagnostics, size_t errors_before)
      : Grammar(&feed), source_(source), diagnostics_(diagnostics), errors_before_(errors_before) {
    install_error_strategy(*this, source, diagnostics, this);
  }
  ~StatementParser() override {
    for (auto& nodes : outer_nodes_) nodes.reset();
  }

  bool failed() const { return diagnostics_.size() > errors_before_; }
  ast::Body take_body() { return std::move(bodies_.front()); }

  void before_statement() override {
    outer_nodes_.push_back(std::move(_tracker));
    _tracker = {};
    bodies_.emplace_back();
  }

  void take_statement(antlr4::ParserRuleContext& body) override {
    const auto& statement = static_cast<const antlr4::ParserRuleContext&>(*body.children.back());
    ast::Body inner = std::move(bodies_.back());
    bodies_.pop_back();
    if (!failed()) bodies_.back().push_back(build_statement(statement, source_, std::move(inner)));
    body.children.pop_back();
    _tracker.reset();
    _tracker = std::move(outer_nodes_.back());
    outer_nodes_.pop_back();
  }

 private:
  const Source& source_;
  Diagnostics& diagnostics_;
  size_t errors_before_;
  std::vector<antlr4::tree::ParseTreeTracker> outer_nodes_;  // of the statements around the one being read
  std::vector<ast::Body> bodies_{1};                         // of the file, and of every statement being read
};

/// Runs `parse(parser, feed)` with the grammar's errors told to `diagnostics`. The only place where the parser's exceptions end.
template <class Parse>
void with_parser(const Source& source, Diagnostics& diagnostics, Parse parse) {
  const std::lock_guard lock(antlr_mutex());
  const auto refuse = [&](uint32_t offset, std::string why) { diagnostics.error({&source, offset, offset}, std::move(why)); };
  try {
    const size_t errors_before = diagnostics.size();
    TokenFeed feed(source, diagnostics);
    StatementParser parser(feed, source, diagnostics, errors_before);
    parse(parser, feed);
    parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->clearDFA();
  } catch (const NestedTooDeep& place) {
    refuse(place.offset, "configuration is nested too deeply");
  } catch (const TreeTooDeep& place) {
    refuse(place.offset, "expression is nested deeper than " + std::to_string(kMaxTreeDepth) + " levels");
  } catch (const TooManyErrors& place) {
    refuse(place.offset, "too many errors");
  }
}

}  // namespace

ast::TokenKind kind_of(size_t antlr_type) {
  static const std::array<ast::TokenKind, kTypes.size() + 1> kinds = [] {
    std::array<ast::TokenKind, kTypes.size() + 1> result{};
    for (size_t i = 0; i < kTypes.size(); ++i)
      if (kTypes[i] < result.size()) result[kTypes[i]] = static_cast<ast::TokenKind>(i);
    return result;
  }();
  return antlr_type < kinds.size() ? kinds[antlr_type] : ast::TokenKind::kEof;
}

ast::FilePtr parse_file(SourcePtr source, Diagnostics& diagnostics) {
  if (!fits(source, diagnostics)) return nullptr;
  std::shared_ptr<ast::File> file;
  with_parser(*source, diagnostics, [&](StatementParser& parser, TokenFeed& feed) {
    parser.file();
    if (!parser.failed()) file = std::make_shared<ast::File>(ast::File{source, parser.take_body(), feed.take_comments()});
  });
  return file;
}

ast::ExprPtr parse_expression(const SourcePtr& source, Diagnostics& diagnostics) {
  if (!fits(source, diagnostics)) return nullptr;
  ast::ExprPtr expression;
  with_parser(*source, diagnostics, [&](StatementParser& parser, TokenFeed&) {
    const auto* tree = parser.wholeExpression();
    if (parser.failed()) return;
    expression = build_expression(static_cast<const antlr4::ParserRuleContext&>(*tree->children.front()), *source);
  });
  return expression;
}

}  // namespace invar
