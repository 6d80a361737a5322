#include <climits>

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/parser/parse.h"
#include "src/parser/scanner.h"
#include "src/parser/tab_align.h"

namespace invar {
namespace {

using ast::TokenKind;

/// Asked for between tokens, written before the next one: a comment that belongs there may take its place.
enum class Space : char { kNone = 0, kBlank = ' ', kColumn = '\v', kLine = '\n', kBreak = '\f', kIndent = '>', kUnindent = '<' };

/// Where the printer is in the source, or would be: an estimate between tokens.
struct Place {
  int64_t offset = 0, line = 0, column = 0;
};

/// Puts tokens, blanks and comments into one text for tab_aligned(). Comments go before the first token behind them in the source.
class Writer {
 public:
  explicit Writer(const Source* source) : source_(source) { spaces_.reserve(kMaxSpaces); }

  void set_comments(const std::vector<std::vector<ast::Comment>>& groups) {
    for (const auto& group : groups)
      if (!group.empty()) comments_.push_back(&group);
  }

  void space(Space space) {
    if (spaces_.size() == kMaxSpaces) write_spaces(kMaxSpaces);
    spaces_.push_back(space);
    last_ = TokenKind::kIllegal;
  }

  void place_at(uint32_t offset) {
    if (source_) at_ = place_of(offset);
  }

  void word(TokenKind kind, std::string_view text) {
    last_ = kind;
    token(text);
  }

  void symbol(TokenKind kind) {
    const std::string_view text = token_name(kind);
    // `1 .x` would be read as the number `1.` without the blank.
    const bool would_merge = (last_ == TokenKind::kNumber && text[0] == '.') || (last_ == TokenKind::kDiv && text[0] == '*');
    if (would_merge) spaces_.assign(1, Space::kBlank);
    last_ = kind;
    token(text);
  }

  std::string finish() {
    if (has_comment_before(kEnd)) write_comments(kEnd, true);
    return std::move(out_);
  }

 private:
  static constexpr size_t kMaxSpaces = 16;
  static constexpr int64_t kMaxNewlines = 2;
  static constexpr Place kEnd{INT64_MAX, INT64_MAX, INT64_MAX};

  Place place_of(uint32_t offset) const {
    const Position position = source_->position(offset);
    return {position.offset, position.line, position.column};
  }

  void token(std::string_view text) {
    const Place next = at_;
    if (has_comment_before(next))
      write_comments(next, false);
    else
      write_spaces(spaces_.size());
    write_text(next, text, false);
  }

  bool has_comment_before(const Place& next) const {
    return next_comment_ < comments_.size() && comments_[next_comment_]->front().span.begin <= next.offset;
  }

  void write_comments(const Place& next, bool at_end) {
    const ast::Comment* last = nullptr;
    for (; has_comment_before(next); ++next_comment_) {
      for (const ast::Comment& comment : *comments_[next_comment_]) {
        lead_to_comment(next, place_of(comment.span.begin));
        write_text(place_of(comment.span.begin), comment.text, true);
        last = &comment;
      }
    }
    if (!at_end) leave_comment(next, *last);
  }

  void lead_to_comment(const Place& next, const Place& comment) {
    if (out_.empty()) return;
    if (comment.line == written_.line) {
      // Behind a token; between two tokens of a line, as only /* */ can be, a blank looks better than a column.
      write_byte(comment.line == next.line ? ' ' : '\t', 1);
      return;
    }
    size_t indents = 0;
    for (; indents < spaces_.size(); ++indents)
      if (spaces_[indents] != Space::kIndent && spaces_[indents] != Space::kUnindent) break;
    if (indents == spaces_.size()) {
      indents = 0;
    } else {
      spaces_[indents] = Space::kNone;
    }
    write_spaces(indents);
    if (written_.line > 0 && comment.line > written_.line) write_byte('\f', std::min(comment.line - written_.line, kMaxNewlines));
  }

  void leave_comment(const Place& next, const ast::Comment& comment) {
    const int64_t last_byte = comment.span.begin + static_cast<int64_t>(comment.text.size()) - 1;
    const int64_t end_line = place_of(static_cast<uint32_t>(last_byte)).line;
    if (comment.text[1] == '*' && next.line == end_line) write_byte(' ', 1);
    const int64_t newlines = next.line - written_.line;
    bool dropped_break = false;
    for (Space& space : spaces_) {
      if (space == Space::kIndent || space == Space::kUnindent) continue;
      dropped_break |= space == Space::kBreak;
      space = Space::kNone;
    }
    write_spaces(spaces_.size());
    if (newlines > 0) write_byte(dropped_break ? '\f' : '\n', std::min(newlines, kMaxNewlines));
  }

  void write_spaces(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      switch (spaces_[i]) {
        case Space::kNone: break;
        case Space::kIndent: ++indent_; break;
        case Space::kUnindent: --indent_; break;
        default: write_byte(static_cast<char>(spaces_[i]), 1);
      }
    }
    spaces_.erase(spaces_.begin(), spaces_.begin() + static_cast<ptrdiff_t>(count));
  }

  void write_indent() {
    out_.append(indent_, '\t');
    move(static_cast<int64_t>(indent_));
  }

  void move(int64_t columns) {
    at_.offset += columns;
    at_.column += columns;
    out_column_ += columns;
  }

  void write_byte(char c, int64_t count) {
    if (out_column_ == 1) write_indent();
    out_.append(static_cast<size_t>(count), c);
    if (c != '\n' && c != '\f') return move(count);
    at_.offset += count;
    at_.line += count;
    at_.column = out_column_ = 1;
  }

  void write_text(const Place& place, std::string_view text, bool verbatim) {
    if (out_column_ == 1) write_indent();
    at_ = place;
    if (verbatim) out_ += kVerbatim;
    out_ += text;
    if (verbatim) out_ += kVerbatim;
    int64_t newlines = 0;
    size_t last_newline = 0;
    for (size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n' || text[i] == '\f') ++newlines, last_newline = i;
    const auto size = static_cast<int64_t>(text.size());
    if (newlines > 0) {
      at_.offset += size;
      at_.line += newlines;
      at_.column = out_column_ = size - static_cast<int64_t>(last_newline);
    } else {
      move(size);
    }
    written_ = at_;
  }

  const Source* source_;
  std::string out_;
  std::vector<Space> spaces_;
  std::vector<const std::vector<ast::Comment>*> comments_;
  size_t next_comment_ = 0;
  size_t indent_ = 0;
  TokenKind last_ = TokenKind::kIllegal;
  Place at_{0, 1, 1};
  Place written_;
  int64_t out_column_ = 1;
};

/// Walks a tree and decides on lines, blanks and commas.
class Walker {
 public:
  explicit Walker(const Source* source) : source_(source), out_(source) {}

  std::string print(const ast::File& file) {
    out_.set_comments(file.comments);
    walk(file.body);
    return out_.finish();
  }
  std::string print(const ast::Expr& expression) {
    walk(expression);
    return out_.finish();
  }

 private:
  uint32_t line_of(uint32_t offset) const { return source_ ? source_->position(offset).line : 1; }
  bool same_line(uint32_t a, uint32_t b) const { return line_of(a) == line_of(b); }
  bool on_one_line(const Span& span) const { return same_line(span.begin, span.end - 1); }

  void symbol_at(uint32_t offset, TokenKind kind) {
    out_.place_at(offset);
    out_.symbol(kind);
  }
  void word_at(uint32_t offset, TokenKind kind, std::string_view text) {
    out_.place_at(offset);
    out_.word(kind, text);
  }

  void walk(const ast::Body& body) {
    for (size_t i = 0; i < body.size(); ++i) {
      const ast::Statement& statement = body[i];
      const bool gap = i > 0 && line_of(statement.span.begin) > line_of(body[i - 1].span.end - 1) + 1;
      if (i > 0 && (statement.block() || gap)) out_.space(Space::kBreak);
      if (statement.block())
        walk(*statement.block(), statement.span);
      else
        walk(*statement.attribute());
      out_.space(on_one_line(statement.span) ? Space::kLine : Space::kBreak);
    }
  }

  void walk(const ast::Attribute& attribute) {
    word_at(attribute.name.span.begin, TokenKind::kIdent, attribute.name.name);
    out_.space(Space::kColumn);
    out_.symbol(TokenKind::kAssign);
    out_.space(Space::kBlank);
    walk(*attribute.value);
  }

  void walk(const ast::Block& block, const Span&) {
    word_at(block.name_span.begin, TokenKind::kIdent, block.full_name());
    if (!block.label.empty()) {
      out_.space(Space::kBlank);
      word_at(block.label_span.begin, TokenKind::kString, quoted(block.label));
    }
    out_.space(Space::kBlank);
    symbol_at(block.open_curly, TokenKind::kLCurly);
    out_.space(Space::kIndent);
    if (block.body.empty()) {
      out_.space(Space::kBlank);
    } else {
      out_.space(Space::kBreak);
      walk(block.body);
    }
    out_.space(Space::kUnindent);
    symbol_at(block.close_curly, TokenKind::kRCurly);
  }

  void walk(const ast::Expr& expression) {
    std::visit([&](const auto& node) { walk(node, expression.span); }, expression.node);
  }

  void walk(const ast::Literal& literal, const Span& span) { word_at(span.begin, literal.kind, literal.text); }
  void walk(const ast::Identifier& identifier, const Span& span) { word_at(span.begin, TokenKind::kIdent, identifier.ident.name); }

  void walk(const ast::Paren& paren, const Span&) {
    out_.symbol(TokenKind::kLParen);
    walk(*paren.inner);
    out_.symbol(TokenKind::kRParen);
  }

  void walk(const ast::Access& access, const Span&) {
    walk(*access.value);
    out_.symbol(TokenKind::kDot);
    out_.word(TokenKind::kIdent, access.name.name);
  }

  void walk(const ast::Index& index, const Span&) {
    walk(*index.value);
    symbol_at(index.open_bracket, TokenKind::kLBrack);
    walk(*index.index);
    symbol_at(index.close_bracket, TokenKind::kRBrack);
  }

  void walk(const ast::Unary& unary, const Span& span) {
    symbol_at(span.begin, unary.op);
    walk(*unary.value);
  }

  void walk(const ast::Binary& binary, const Span&) {
    walk(*binary.left);
    out_.space(Space::kBlank);
    symbol_at(binary.op_offset, binary.op);
    out_.space(Space::kBlank);
    walk(*binary.right);
  }

  void walk(const ast::Call& call, const Span&) {
    walk(*call.function);
    out_.symbol(TokenKind::kLParen);
    uint32_t before = call.open_paren;
    for (size_t i = 0; i < call.args.size(); ++i) {
      const Span& span = call.args[i]->span;
      const bool own_line = !same_line(before, span.begin);
      if (own_line) {
        out_.space(Space::kBreak);
        out_.space(Space::kIndent);
      }
      walk(*call.args[i]);
      before = span.end - 1;
      if (i + 1 < call.args.size()) {
        out_.symbol(TokenKind::kComma);
        out_.space(Space::kBlank);
      }
      if (own_line) out_.space(Space::kUnindent);
    }
    if (!same_line(before, call.close_paren)) {
      out_.symbol(TokenKind::kComma);
      out_.space(Space::kBreak);
    }
    out_.symbol(TokenKind::kRParen);
  }

  void walk(const ast::ArrayLiteral& array, const Span& span) {
    symbol_at(span.begin, TokenKind::kLBrack);
    uint32_t before = span.begin;
    const uint32_t close = span.end - 1;
    for (size_t i = 0; i < array.elements.size(); ++i) {
      const Span& element = array.elements[i]->span;
      const bool own_line = !same_line(before, element.begin);
      if (own_line) {
        // Indented before the line ends, so that comments in between are too.
        out_.space(Space::kIndent);
        out_.space(Space::kBreak);
      } else if (i > 0) {
        out_.space(Space::kBlank);
      }
      before = element.end - 1;
      walk(*array.elements[i]);
      if (i + 1 < array.elements.size()) out_.symbol(TokenKind::kComma);
      if (own_line) out_.space(Space::kUnindent);
    }
    if (!array.elements.empty() && !same_line(before, close)) {
      out_.symbol(TokenKind::kComma);
      out_.space(Space::kIndent);
      out_.space(Space::kBreak);
      out_.space(Space::kUnindent);
    }
    symbol_at(close, TokenKind::kRBrack);
  }

  void walk(const ast::ObjectLiteral& object, const Span& span) {
    symbol_at(span.begin, TokenKind::kLCurly);
    out_.space(Space::kIndent);
    uint32_t before = span.begin;
    const uint32_t close = span.end - 1;
    for (size_t i = 0; i < object.fields.size(); ++i) {
      const ast::ObjectField& field = object.fields[i];
      const Span& name = field.name.span;
      if (!same_line(before, name.begin)) {
        // Fields line up with the one before when that has a single line.
        const bool aligned = i > 0 && on_one_line(object.fields[i - 1].value->span);
        out_.space(aligned ? Space::kLine : Space::kBreak);
      } else if (i > 0) {
        out_.space(Space::kBlank);
      }
      before = name.end - 1;
      out_.place_at(name.begin);
      if (field.quoted)
        out_.word(TokenKind::kString, quoted(field.name.name));
      else
        out_.word(TokenKind::kIdent, field.name.name);
      out_.space(Space::kColumn);
      out_.symbol(TokenKind::kAssign);
      out_.space(Space::kBlank);
      walk(*field.value);
      if (i + 1 < object.fields.size()) out_.symbol(TokenKind::kComma);
    }
    if (!object.fields.empty() && !same_line(before, close)) {
      out_.symbol(TokenKind::kComma);
      out_.space(Space::kBreak);
    }
    out_.space(Space::kUnindent);
    symbol_at(close, TokenKind::kRCurly);
  }

  const Source* source_;
  Writer out_;
};

}  // namespace

std::string print(const ast::Expr& expression) {
  return trimmed(tab_aligned(Walker(expression.span.source).print(expression)));
}

std::string format(const ast::File& file) {
  return trimmed(tab_aligned(Walker(file.source.get()).print(file))) + "\n";
}

}  // namespace invar
