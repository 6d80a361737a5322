#include "src/parser/scanner.h"

#include <cstdio>

#include "src/base/quote.h"
#include "src/base/unicode.h"

namespace invar {
namespace {

using enum ast::TokenKind;

constexpr int32_t kEnd = -1;
constexpr int32_t kByteOrderMark = 0xFEFF;
constexpr int32_t kReplacement = 0xFFFD;

bool is_decimal(int32_t rune) { return rune >= '0' && rune <= '9'; }
bool starts_identifier(int32_t rune) { return rune == '_' || (rune > 0 && is_letter(static_cast<char32_t>(rune))); }
bool continues_identifier(int32_t rune) {
  return starts_identifier(rune) || (rune > 0 && is_digit(static_cast<char32_t>(rune)));
}

uint32_t digit_value(int32_t rune) {
  if (is_decimal(rune)) return static_cast<uint32_t>(rune - '0');
  const int32_t lower = rune | 0x20;
  return lower >= 'a' && lower <= 'f' ? static_cast<uint32_t>(lower - 'a' + 10) : 16;
}

/// Go's %#U: U+003A ':'
std::string described(int32_t rune) {
  char code[16];
  std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(rune));
  std::string out = code;
  if (!is_printable(static_cast<char32_t>(rune))) return out;
  append_rune(out += " '", static_cast<char32_t>(rune));
  return out += '\'';
}

bool ends_statement(ast::TokenKind kind) {
  switch (kind) {
    case kIdent:
    case kNull:
    case kBool:
    case kNumber:
    case kFloat:
    case kString:
    case kRCurly:
    case kRParen:
    case kRBrack: return true;
    default: return false;
  }
}

}  // namespace

std::string_view token_name(ast::TokenKind kind) {
  switch (kind) {
    case kIllegal: return "ILLEGAL";
    case kEof: return "EOF";
    case kComment: return "COMMENT";
    case kIdent: return "IDENT";
    case kNull: return "NULL";
    case kBool: return "BOOL";
    case kNumber: return "NUMBER";
    case kFloat: return "FLOAT";
    case kString: return "STRING";
    case kOr: return "||";
    case kAnd: return "&&";
    case kNot: return "!";
    case kAssign: return "=";
    case kEq: return "==";
    case kNeq: return "!=";
    case kLt: return "<";
    case kLte: return "<=";
    case kGt: return ">";
    case kGte: return ">=";
    case kAdd: return "+";
    case kSub: return "-";
    case kMul: return "*";
    case kDiv: return "/";
    case kMod: return "%";
    case kPow: return "^";
    case kLCurly: return "{";
    case kRCurly: return "}";
    case kLParen: return "(";
    case kRParen: return ")";
    case kLBrack: return "[";
    case kRBrack: return "]";
    case kComma: return ",";
    case kDot: return ".";
    case kTerminator: return "TERMINATOR";
  }
  return "ILLEGAL";
}

std::string token_literal(const Token& token, std::string_view text) {
  const std::string_view written = text.substr(token.begin, token.end - token.begin);
  switch (token.kind) {
    case kTerminator: return "\n";
    case kComment: return comment_text(written);
    case kIdent:
    case kNull:
    case kBool:
    case kNumber:
    case kFloat:
    case kString: return std::string(written);
    case kIllegal: break;
    default: return {};
  }
  if (written.empty() || written.front() == '\'') return std::string(written);
  size_t length;
  std::string out;
  append_rune(out, decode_rune(written, length));
  return out;
}

Scanner::Scanner(std::string_view text, std::vector<ScanError>& errors) : text_(text), errors_(errors) {
  advance();
  if (rune_ == kByteOrderMark) advance();
}

Token Scanner::next() {
  skip_blanks();
  const size_t begin = offset_;
  const auto token = [&](ast::TokenKind kind) {
    return Token{kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(offset_)};
  };
  const auto terminator = [&] {
    may_terminate_ = false;
    return Token{kTerminator, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)};
  };

  if (starts_identifier(rune_)) {
    may_terminate_ = true;
    return token(read_identifier(begin));
  }
  if (is_decimal(rune_) || (rune_ == '.' && is_decimal(peek()))) {
    may_terminate_ = true;
    return token(read_number());
  }

  const int32_t first = rune_;
  advance();
  if (first == kEnd) return may_terminate_ ? terminator() : token(kEof);
  if (first == '\n') return terminator();  // blanks include newlines that end nothing
  if (first == '/' && (rune_ == '/' || rune_ == '*')) {
    if (may_terminate_ && comment_ends_line()) {
      // The statement ends before the comment: stand on the comment again.
      rune_ = '/';
      offset_ = begin;
      read_offset_ = begin + 1;
      return terminator();
    }
    may_terminate_ = false;
    read_comment();
    return token(kComment);
  }
  bool terminates = false;
  const ast::TokenKind kind = read_operator(first, begin, terminates);
  may_terminate_ = terminates;
  return token(kind);
}

void Scanner::advance() {
  if (read_offset_ >= text_.size()) {
    offset_ = text_.size();
    rune_ = kEnd;
    return;
  }
  offset_ = read_offset_;
  const auto byte = static_cast<uint8_t>(text_[read_offset_]);
  size_t length = 1;
  rune_ = byte;
  if (byte == 0) {
    report(offset_, "illegal character NUL");
  } else if (byte >= 0x80) {
    rune_ = static_cast<int32_t>(decode_rune(text_.substr(read_offset_), length));
    if (rune_ == kReplacement && length == 1)
      report(offset_, "illegal UTF-8 encoding");
    else if (rune_ == kByteOrderMark && offset_ > 0)
      report(offset_, "illegal byte order mark");
  }
  read_offset_ += length;
}

template <class Plain>
void Scanner::advance_over(Plain plain) {
  if (rune_ < 0 || rune_ >= 0x80 || !plain(static_cast<char>(rune_))) return;
  while (read_offset_ < text_.size() && plain(text_[read_offset_])) ++read_offset_;
  advance();
}

void Scanner::skip_blanks() {
  advance_over([](char c) { return c == ' ' || c == '\t'; });
  while (rune_ == ' ' || rune_ == '\t' || rune_ == '\r' || (rune_ == '\n' && !may_terminate_)) advance();
}

ast::TokenKind Scanner::read_identifier(size_t begin) {
  advance_over([](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
  while (continues_identifier(rune_)) advance();
  const std::string_view word = text_.substr(begin, offset_ - begin);
  if (word == "true" || word == "false") return kBool;
  return word == "null" ? kNull : kIdent;
}

ast::TokenKind Scanner::read_number() {
  const size_t begin = offset_;
  ast::TokenKind kind = kNumber;
  if (rune_ != '.') read_digits();
  if (rune_ == '.') {
    kind = kFloat;
    advance();
    read_digits();
  }
  if (rune_ == 'e' || rune_ == 'E') {
    kind = kFloat;
    advance();
    if (rune_ == '+' || rune_ == '-') advance();
    if (read_digits() == 0) report(begin, "exponent has no digits");
  }
  return kind;
}

size_t Scanner::read_digits() {
  size_t count = 0;
  for (; is_decimal(rune_); ++count) advance();
  return count;
}

ast::TokenKind Scanner::read_operator(int32_t first, size_t begin, bool& terminates) {
  ast::TokenKind kind = kIllegal;
  switch (first) {
    case '\'':
      report(begin, "illegal single-quoted string; use double quotes");
      read_string(first);
      terminates = true;
      return kIllegal;
    case '"':
    case '`':
      read_string(first);
      kind = kString;
      break;
    case '|':
      expect_twin(first);
      kind = kOr;
      break;
    case '&':
      expect_twin(first);
      kind = kAnd;
      break;
    case '!': kind = either(kNot, kNeq); break;
    case '=': kind = either(kAssign, kEq); break;
    case '<': kind = either(kLt, kLte); break;
    case '>': kind = either(kGt, kGte); break;
    case '+': kind = kAdd; break;
    case '-': kind = kSub; break;
    case '*': kind = kMul; break;
    case '/': kind = kDiv; break;
    case '%': kind = kMod; break;
    case '^': kind = kPow; break;
    case '{': kind = kLCurly; break;
    case '}': kind = kRCurly; break;
    case '(': kind = kLParen; break;
    case ')': kind = kRParen; break;
    case '[': kind = kLBrack; break;
    case ']': kind = kRBrack; break;
    case ',': kind = kComma; break;
    case '.': kind = kDot; break;
    default:
      if (first != kByteOrderMark) report(begin, "illegal character " + described(first));
      terminates = may_terminate_;
      return kIllegal;
  }
  terminates = ends_statement(kind);
  return kind;
}

void Scanner::expect_twin(int32_t rune) {
  if (rune_ == rune)
    advance();
  else
    report(offset_, rune == '|' ? "missing second | in ||" : "missing second & in &&");
}

ast::TokenKind Scanner::either(ast::TokenKind alone, ast::TokenKind with_equals) {
  if (rune_ != '=') return alone;
  advance();
  return with_equals;
}

/// Stands behind the opening quote.
void Scanner::read_string(int32_t quote) {
  const size_t begin = offset_ - 1;
  const bool raw = quote == '`';
  for (;;) {
    advance_over([quote](char c) { return c >= ' ' && c <= '~' && c != quote && c != '\\'; });
    const int32_t rune = rune_;
    if (rune == kEnd || (rune == '\n' && !raw)) return report(begin, "string literal not terminated");
    advance();
    if (rune == quote) return;
    if (rune == '\\' && !raw) read_escape();
  }
}

void Scanner::read_escape() {
  const size_t begin = offset_;
  constexpr uint32_t kLastRune = 0x10FFFF;
  switch (rune_) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
    case '"': return advance();
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7': return read_code_point(3, 8, 255, begin);
    case 'x': advance(); return read_code_point(2, 16, 255, begin);
    case 'u': advance(); return read_code_point(4, 16, kLastRune, begin);
    case 'U': advance(); return read_code_point(8, 16, kLastRune, begin);
    case kEnd: return report(begin, "escape sequence not terminated");
    default: return report(begin, "unknown escape sequence");
  }
}

void Scanner::read_code_point(int digits, uint32_t base, uint32_t largest, size_t begin) {
  uint32_t value = 0;
  for (; digits > 0; --digits) {
    const uint32_t digit = digit_value(rune_);
    if (digit >= base)
      return report(begin, rune_ == kEnd ? "escape sequence not terminated"
                                         : "illegal character " + described(rune_) + " in escape sequence");
    value = value * base + digit;
    advance();
  }
  if (value > largest || (value >= 0xD800 && value < 0xE000))
    report(begin, "escape sequence is invalid Unicode code point");
}

/// Stands on the second character of the comment.
void Scanner::read_comment() {
  const size_t begin = offset_ - 1;
  if (rune_ == '/') {
    for (;;) {
      advance_over([](char c) { return c >= ' ' && c <= '~'; });
      if (rune_ == '\n' || rune_ == kEnd) return;
      advance();
    }
  }
  advance();
  while (rune_ != kEnd) {
    const int32_t rune = rune_;
    advance();
    if (rune == '*' && rune_ == '/') return advance();
  }
  report(begin, "block comment not terminated");
}

/// Stands on the second character of a comment, and does so again afterwards. True when nothing but comments and blanks comes
/// before the end of the line. Bad bytes seen on the way are reported, and once more when the comment is read.
bool Scanner::comment_ends_line() {
  const size_t begin = offset_ - 1;
  bool ends = false;
  while (rune_ == '/' || rune_ == '*') {
    if (rune_ == '/') {
      ends = true;
      break;
    }
    advance();
    while (rune_ != kEnd && rune_ != '\n') {
      const int32_t rune = rune_;
      advance();
      if (rune == '*' && rune_ == '/') {
        advance();
        break;
      }
    }
    if (rune_ != '\n') skip_blanks();  // keeps newlines: one may end the statement here
    if (rune_ == kEnd || rune_ == '\n') {
      ends = true;
      break;
    }
    if (rune_ != '/') break;
    advance();
  }
  rune_ = '/';
  offset_ = begin;
  read_offset_ = begin + 1;
  advance();
  return ends;
}

std::string comment_text(std::string_view raw) {
  if (raw.find('\r') == std::string_view::npos) return std::string(raw);
  if (raw.back() == '\r') raw.remove_suffix(1);
  const bool block = raw.size() > 1 && raw[1] == '*';
  std::string out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    // A carriage return between * and / stays: the comment would end earlier without it.
    const bool keeps_open = block && out.size() > 2 && out.back() == '*' && i + 1 < raw.size() && raw[i + 1] == '/';
    if (raw[i] != '\r' || keeps_open) out += raw[i];
  }
  return out;
}

}  // namespace invar
