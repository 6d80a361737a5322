#include "src/text/gotemplate/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

constexpr std::string_view kLeft = "{{", kRight = "}}", kLeftComment = "/*", kRightComment = "*/";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr size_t kTrimMarker = 2;  // the minus and the blank beside it

constexpr std::array<std::pair<std::string_view, Token>, 12> kKeywords{{
    {".", Token::kDot},
    {"block", Token::kBlock},
    {"break", Token::kBreak},
    {"continue", Token::kContinue},
    {"define", Token::kDefine},
    {"else", Token::kElse},
    {"end", Token::kEndWord},
    {"if", Token::kIf},
    {"range", Token::kRange},
    {"nil", Token::kNil},
    {"template", Token::kTemplate},
    {"with", Token::kWith},
}};

bool is_space(int32_t rune) { return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n'; }
bool is_word(int32_t rune) {
  return rune >= 0 && (rune == '_' || is_letter(static_cast<char32_t>(rune)) || is_digit(static_cast<char32_t>(rune)));
}
bool has_left_trim(std::string_view text) { return text.size() >= 2 && text[0] == '-' && is_space(text[1]); }
bool has_right_trim(std::string_view text) { return text.size() >= 2 && is_space(text[0]) && text[1] == '-'; }

size_t blanks_at_front(std::string_view text) { return std::min(text.find_first_not_of(kSpaces), text.size()); }
size_t blanks_at_back(std::string_view text) {
  const size_t last = text.find_last_not_of(kSpaces);
  return text.size() - (last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

std::string Item::shown() const {
  if (type == Token::kEnd) return "EOF";
  if (type == Token::kError) return std::string(text);
  if (type >= Token::kBlock) return "<" + std::string(text) + ">";
  size_t end = 0, runes = 0;
  for (size_t length; end < text.size() && runes < 10; end += length, ++runes) decode_rune(text.substr(end), length);
  return text.size() > 10 ? quoted(text.substr(0, end)) + "..." : quoted(text);
}

int32_t Lexer::next() {
  if (at_ >= input_.size()) {
    at_end_ = true;
    return kEndOfText;
  }
  size_t length;
  const char32_t rune = decode_rune(rest(), length);
  at_ += length;
  if (rune == '\n') ++line_;
  return static_cast<int32_t>(rune);
}

void Lexer::step_back() {
  if (at_end_ || at_ == 0) return;
  // The last rune of what was read: at most three continuation bytes before it belong to it, if they decode as one.
  size_t begin = at_ - 1;
  while (begin > 0 && at_ - begin < 4 && (static_cast<unsigned char>(input_[begin]) & 0xC0) == 0x80) --begin;
  size_t length;
  decode_rune(input_.substr(begin), length);
  if (begin + length != at_) begin = at_ - 1;
  if (input_[begin] == '\n') --line_;
  at_ = begin;
}

int32_t Lexer::peek() {
  const int32_t rune = next();
  step_back();
  return rune;
}

void Lexer::count_lines(size_t begin, size_t end) {
  line_ += static_cast<int>(std::count(input_.begin() + static_cast<ptrdiff_t>(begin), input_.begin() + static_cast<ptrdiff_t>(end), '\n'));
}

void Lexer::emit(Token type) {
  item_ = {type, start_, input_.substr(start_, at_ - start_), start_line_};
  start_ = at_;
  start_line_ = line_;
}

void Lexer::ignore() {
  count_lines(start_, at_);
  start_ = at_;
  start_line_ = line_;
}

void Lexer::fail(std::string message) {
  error_ = std::move(message);
  item_ = {Token::kError, start_, error_, start_line_};
  start_ = at_ = 0;
  input_ = {};
}

bool Lexer::accept(std::string_view valid) {
  const int32_t rune = next();
  if (rune > 0 && rune < 0x80 && valid.find(static_cast<char>(rune)) != std::string_view::npos) return true;
  step_back();
  return false;
}

void Lexer::accept_run(std::string_view valid) {
  while (accept(valid)) {
  }
}

Item Lexer::next_item() {
  item_ = {Token::kEnd, at_, "EOF", start_line_};
  if (inside_action_)
    lex_inside_action();
  else
    while (!lex_text()) {
    }
  return item_;
}

// False: nothing was emitted, more text follows.
bool Lexer::lex_text() {
  const size_t found = rest().find(kLeft);
  if (found == std::string_view::npos) {
    at_ = input_.size();
    count_lines(start_, at_);
    emit(at_ > start_ ? Token::kText : Token::kEnd);
    return true;
  }
  if (found > 0) {
    at_ += found;
    const size_t trim = has_left_trim(input_.substr(at_ + kLeft.size())) ? blanks_at_back(input_.substr(start_, at_ - start_)) : 0;
    at_ -= trim;
    count_lines(start_, at_);
    emit(Token::kText);
    at_ += trim;
    ignore();
    if (!item_.text.empty()) return true;
  }
  return lex_left_delim();
}

bool Lexer::lex_left_delim() {
  at_ += kLeft.size();
  const size_t marker = has_left_trim(rest()) ? kTrimMarker : 0;
  if (input_.substr(at_ + marker).starts_with(kLeftComment)) {
    at_ += marker;
    ignore();
    return lex_comment();
  }
  emit(Token::kLeftDelim);
  inside_action_ = true;
  at_ += marker;
  ignore();
  paren_depth_ = 0;
  return true;
}

bool Lexer::at_right_delim(bool& trims) const {
  trims = has_right_trim(rest()) && input_.substr(at_ + kTrimMarker).starts_with(kRight);
  return trims || rest().starts_with(kRight);
}

bool Lexer::lex_comment() {
  at_ += kLeftComment.size();
  const size_t end = rest().find(kRightComment);
  if (end == std::string_view::npos) return fail("unclosed comment"), true;
  at_ += end + kRightComment.size();
  bool trims;
  if (!at_right_delim(trims)) return fail("comment ends before closing delimiter"), true;
  ignore();
  at_ += kRight.size() + (trims ? kTrimMarker : 0);
  if (trims) at_ += blanks_at_front(rest());
  ignore();
  return false;
}

void Lexer::lex_right_delim() {
  bool trims;
  at_right_delim(trims);
  if (trims) {
    at_ += kTrimMarker;
    ignore();
  }
  at_ += kRight.size();
  emit(Token::kRightDelim);
  if (trims) {
    at_ += blanks_at_front(rest());
    ignore();
  }
  inside_action_ = false;
}

void Lexer::lex_inside_action() {
  bool trims;
  if (at_right_delim(trims)) {
    if (paren_depth_ == 0) return lex_right_delim();
    return fail("unclosed left paren");
  }
  const int32_t rune = next();
  if (rune == kEndOfText) return fail("unclosed action");
  if (is_space(rune)) {
    step_back();
    return lex_space();
  }
  if (lex_punctuation(rune)) return;
  if (rune == '.' && at_ < input_.size() && (input_[at_] < '0' || input_[at_] > '9')) return lex_field_or_variable(Token::kField);
  if (rune == '.' || rune == '+' || rune == '-' || (rune >= '0' && rune <= '9')) {
    step_back();
    return lex_number();
  }
  if (is_word(rune)) {
    step_back();
    return lex_identifier();
  }
  if (rune < 0x80 && is_printable(static_cast<char32_t>(rune))) return emit(Token::kChar);
  std::string shown;
  append_unicode(shown, static_cast<char32_t>(rune), true);
  fail("unrecognized character in action: " + shown);
}

bool Lexer::lex_punctuation(int32_t rune) {
  switch (rune) {
    case '=': emit(Token::kAssign); return true;
    case ':':
      if (next() != '=')
        fail("expected :=");
      else
        emit(Token::kDeclare);
      return true;
    case '|': emit(Token::kPipe); return true;
    case '"': lex_quoted('"', Token::kString, "unterminated quoted string"); return true;
    case '\'': lex_quoted('\'', Token::kCharConstant, "unterminated character constant"); return true;
    case '`': lex_raw_string(); return true;
    case '$':
      if (at_terminator())
        emit(Token::kVariable);
      else
        lex_field_or_variable(Token::kVariable);
      return true;
    case '(':
      ++paren_depth_;
      emit(Token::kLeftParen);
      return true;
    case ')':
      if (--paren_depth_ < 0)
        fail("unexpected right paren");
      else
        emit(Token::kRightParen);
      return true;
    default: return false;
  }
}

void Lexer::lex_space() {
  int count = 0;
  for (; is_space(peek()); ++count) next();
  // A closing delimiter with a trim marker begins with a blank.
  if (has_right_trim(input_.substr(at_ - 1)) && input_.substr(at_ - 1 + kTrimMarker).starts_with(kRight)) {
    step_back();
    if (count == 1) return lex_right_delim();
  }
  emit(Token::kSpace);
}

void Lexer::lex_identifier() {
  int32_t rune;
  while (is_word(rune = next())) {
  }
  step_back();
  const std::string_view word = input_.substr(start_, at_ - start_);
  if (!at_terminator()) {
    std::string shown;
    append_unicode(shown, static_cast<char32_t>(rune), true);
    return fail("bad character " + shown);
  }
  for (const auto& [name, token] : kKeywords)
    if (name == word) return emit(token);
  emit(word == "true" || word == "false" ? Token::kBool : Token::kIdentifier);
}

void Lexer::lex_field_or_variable(Token type) {
  if (at_terminator()) return emit(type == Token::kVariable ? Token::kVariable : Token::kDot);
  int32_t rune;
  while (is_word(rune = next())) {
  }
  step_back();
  if (!at_terminator()) {
    std::string shown;
    append_unicode(shown, static_cast<char32_t>(rune), true);
    return fail("bad character " + shown);
  }
  emit(type);
}

bool Lexer::at_terminator() {
  const int32_t rune = peek();
  if (is_space(rune)) return true;
  switch (rune) {
    case kEndOfText:
    case '.':
    case ',':
    case '|':
    case ':':
    case ')':
    case '(': return true;
    default: return rest().starts_with(kRight);
  }
}

void Lexer::lex_quoted(char quote, Token type, std::string_view error) {
  for (;;) {
    int32_t rune = next();
    if (rune == quote) return emit(type);
    if (rune == '\\' && (rune = next()) != kEndOfText && rune != '\n') continue;
    if (rune == kEndOfText || rune == '\n') return fail(std::string(error));
  }
}

void Lexer::lex_raw_string() {
  for (;;) {
    const int32_t rune = next();
    if (rune == kEndOfText) return fail("unterminated raw quoted string");
    if (rune == '`') return emit(Token::kRawString);
  }
}

void Lexer::lex_number() {
  const auto bad = [&] { fail("bad number syntax: " + quoted(input_.substr(start_, at_ - start_))); };
  if (!scan_number()) return bad();
  const int32_t sign = peek();
  if (sign != '+' && sign != '-') return emit(Token::kNumber);
  // 1+2i: no blanks, and it must end in i.
  if (!scan_number() || input_[at_ - 1] != 'i') return bad();
  emit(Token::kComplex);
}

bool Lexer::scan_number() {
  accept("+-");
  std::string_view digits = "0123456789_";
  bool hex = false, other = false;
  if (accept("0")) {
    if (accept("xX"))
      hex = true, digits = "0123456789abcdefABCDEF_";
    else if (accept("oO"))
      other = true, digits = "01234567_";
    else if (accept("bB"))
      other = true, digits = "01_";
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if (!hex && !other && accept("eE")) {
    accept("+-");
    accept_run("0123456789_");
  }
  if (hex && accept("pP")) {
    accept("+-");
    accept_run("0123456789_");
  }
  accept("i");
  if (!is_word(peek())) return true;
  next();
  return false;
}

}  // namespace invar::gotemplate
