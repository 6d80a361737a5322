#include "src/parser/parse.h"

#include <mutex>

#include "grammar/generated/AlloyParser.h"
#include "src/parser/antlr_parts.h"
#include "src/parser/antlr/token_feed.h"

namespace invar {
namespace {

using Grammar = AlloyParser;

constexpr size_t kMaxTextSize = 8 << 20;
static_assert(antlr_type_of(ast::TokenKind::kIdent) == Grammar::IDENT && antlr_type_of(ast::TokenKind::kTerminator) == Grammar::TERMINATOR);

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
  bool failed() const { return diagnostics_.size() > errors_before_; }
  ast::Body take_body() { return std::move(bodies_.front()); }

  void before_statement() override {
    marks_.push_back({_tracker.mark(), _input->passed()});
    bodies_.emplace_back();
  }

  void take_statement(antlr4::ParserRuleContext& body) override {
    while (!as_rule(body.children.back())) body.children.pop_back();  // what was skipped behind it
    const auto& statement = static_cast<const antlr4::ParserRuleContext&>(*body.children.back());
    ast::Body inner = std::move(bodies_.back());
    bodies_.pop_back();
    if (!failed()) bodies_.back().push_back(build_statement(statement, source_, std::move(inner)));
    body.children.pop_back();
    _tracker.free_from(marks_.back().nodes);
    _input->forget_after(marks_.back().tokens);
    marks_.pop_back();
  }

 private:
  const Source& source_;
  Diagnostics& diagnostics_;
  size_t errors_before_;
  /// Where the nodes and the tokens of a statement begin.
  struct Mark {
    NodeStack::Mark nodes;
    size_t tokens;
  };
  std::vector<Mark> marks_;           // of the statements being read
  std::vector<ast::Body> bodies_{1};  // of the file, and of every statement being read
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
  } catch (const NestedTooDeep& place) {
    refuse(place.offset, "configuration is nested too deeply");
  } catch (const TreeTooDeep& place) {
    refuse(place.offset, "expression is nested deeper than " + std::to_string(kMaxTreeDepth) + " levels");
  } catch (const TooManyErrors& place) {
    refuse(place.offset, "too many errors");
  }
}

}  // namespace

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
