#include "src/lint/syntax_place.h"

#include <vector>

#include "src/parser/scanner.h"

namespace invar::lint {
namespace {

using ast::TokenKind;

bool opens(TokenKind kind) { return kind == TokenKind::kLCurly || kind == TokenKind::kLBrack || kind == TokenKind::kLParen; }

/// The kind that closes what `kind` opens; kEof for other kinds.
TokenKind closing(TokenKind kind) {
  switch (kind) {
    case TokenKind::kLCurly: return TokenKind::kRCurly;
    case TokenKind::kLBrack: return TokenKind::kRBrack;
    case TokenKind::kLParen: return TokenKind::kRParen;
    default: return TokenKind::kEof;
  }
}

bool closes(TokenKind kind) { return kind == TokenKind::kRCurly || kind == TokenKind::kRBrack || kind == TokenKind::kRParen; }

/// A token with its place among the lines.
struct Word {
  Token token;
  uint32_t line = 0;
  uint32_t indent = 0;      // of its line
  bool begins_line = false;
};

std::vector<Word> words_of(const Source& source) {
  std::vector<ScanError> errors;
  Scanner scanner(source.text(), errors);
  std::vector<Word> words;
  uint32_t last_line = 0;
  for (Token token = scanner.next(); token.kind != TokenKind::kEof; token = scanner.next()) {
    if (token.kind == TokenKind::kComment || token.kind == TokenKind::kTerminator) continue;
    const uint32_t line = source.position(token.begin).line;
    const size_t indent = source.line(line).find_first_not_of(" \t");
    words.push_back({token, line, static_cast<uint32_t>(indent), line != last_line});
    last_line = line;
  }
  return words;
}

/// What pairing alone tells, without a look at the indentation.
struct Balance {
  bool missing = false;  // something is not closed
  bool extra = false;    // something is closed that was not open
};

Balance balance_of(const std::vector<Word>& words) {
  std::vector<TokenKind> open;
  Balance balance;
  for (const Word& word : words) {
    const TokenKind kind = word.token.kind;
    if (opens(kind)) open.push_back(kind);
    if (!closes(kind)) continue;
    while (!open.empty() && closing(open.back()) != kind) open.pop_back(), balance.missing = true;
    if (open.empty()) balance.extra = true;
    else open.pop_back();
  }
  balance.missing |= !open.empty();
  return balance;
}

/// `stage.output` or `loki.process "app"`: what stands on the line before its opening brace.
std::string head_of(const Source& source, const Word& opener) {
  const std::string_view line = source.line(opener.line);
  const size_t begin = line.find_first_not_of(" \t");
  const size_t end = source.position(opener.token.begin).column - 1;
  std::string_view head = line.substr(begin, end - begin);
  while (head.ends_with(' ') || head.ends_with('\t')) head.remove_suffix(1);
  return std::string(head.empty() ? line.substr(begin, 1) : head);
}

class Pairing {
 public:
  Pairing(const Source& source, Balance balance) : source_(source), balance_(balance) {}

  std::optional<SyntaxPlace> find(const std::vector<Word>& words) {
    for (const Word& word : words) {
      if (word.begins_line && !open_.empty()) look_at_line(word);
      if (mistake_) return mistake_;
      pair(word);
      last_ = word;
    }
    return std::nullopt;
  }

 private:
  void look_at_line(const Word& word) {
    const Word& innermost = open_.back();
    if (innermost.line == word.line) return;
    if (closes(word.token.kind)) {
      if (word.indent < innermost.indent && balance_.missing) report_unclosed(word);
      if (word.indent > innermost.indent && balance_.extra && closes(last_.token.kind)) report_extra(word);
    } else if (word.indent <= innermost.indent && balance_.missing && word.token.kind == TokenKind::kIdent) {
      report_unclosed(word);
    }
  }

  void pair(const Word& word) {
    if (opens(word.token.kind)) open_.push_back(word);
    if (!closes(word.token.kind)) return;
    if (open_.empty()) return report_extra(word);
    open_.pop_back();
  }

  /// The place is between what still belongs to the block and what no longer does.
  void report_unclosed(const Word& next) {
    const Word& opener = open_.back();
    const std::string closer(token_name(closing(opener.token.kind)));
    mistake_ = SyntaxPlace{{&source_, last_.token.end, next.token.begin},
                              "expected " + closer + " here: " + head_of(source_, opener) + " of line " + std::to_string(opener.line) + " is not closed"};
  }

  void report_extra(const Word& word) {
    if (!balance_.extra) return;
    const std::string closer(token_name(word.token.kind));
    const uint32_t begin = last_.token.kind == word.token.kind ? last_.token.begin : word.token.begin;
    mistake_ = SyntaxPlace{{&source_, begin, word.token.end}, "one " + closer + " too many"};
    if (!open_.empty()) mistake_->message += ": it closes " + head_of(source_, open_.back()) + " of line " + std::to_string(open_.back().line);
  }

  const Source& source_;
  const Balance balance_;
  std::vector<Word> open_;
  Word last_;
  std::optional<SyntaxPlace> mistake_;
};

/// A brace that is missing, or one too many, where the indentation shows it.
std::optional<SyntaxPlace> misplaced_bracket(const Source& source, const std::vector<Word>& words) {
  const Balance balance = balance_of(words);
  if (!balance.missing && !balance.extra) return std::nullopt;
  return Pairing(source, balance).find(words);
}

/// `url =` at the end of a line, and nothing behind it that could be its value up to where the parser stopped.
std::optional<SyntaxPlace> missing_value(const Source& source, const std::vector<Word>& words, uint32_t noticed) {
  const Word* assign = nullptr;
  for (size_t i = 0; i + 1 < words.size() && words[i].token.begin < noticed; ++i)
    if (words[i].token.kind == TokenKind::kAssign) assign = words[i + 1].begins_line ? &words[i] : nullptr;
    else if (opens(words[i].token.kind) || closes(words[i].token.kind)) assign = nullptr;
  if (!assign) return std::nullopt;
  return SyntaxPlace{{&source, assign->token.begin, assign->token.end}, "expected a value behind ="};
}

/// The parser got to the end, or to a brace that closes nothing.
bool stopped_at_brace(const Source& source, uint32_t noticed) {
  const std::string_view rest = source.text().substr(std::min<size_t>(noticed, source.text().size()));
  return rest.find_first_not_of(" \t\r\n") == std::string_view::npos || rest.front() == '}';
}

}  // namespace

std::optional<SyntaxPlace> syntax_place(const Source& source, uint32_t noticed) {
  const std::vector<Word> words = words_of(source);
  if (auto value = missing_value(source, words, noticed)) return value;
  if (!stopped_at_brace(source, noticed)) return std::nullopt;
  auto bracket = misplaced_bracket(source, words);
  return bracket && bracket->span.begin <= noticed ? bracket : std::nullopt;
}

}  // namespace invar::lint
