#include "src/text/go_scanner.h"

#include "src/base/quote.h"
#include "src/base/unicode.h"

namespace invar {
namespace {

bool is_decimal(int32_t rune) { return rune >= '0' && rune <= '9'; }
int32_t lower(int32_t rune) { return rune | 0x20; }
bool is_blank(int32_t rune) { return rune == ' ' || rune == '\t' || rune == '\n' || rune == '\r'; }

bool is_name_rune(int32_t rune, bool first) {
  if (rune < 0) return false;
  return rune == '_' || is_letter(static_cast<char32_t>(rune)) || (!first && is_digit(static_cast<char32_t>(rune)));
}

int digit_value(int32_t rune) {
  if (is_decimal(rune)) return rune - '0';
  const int32_t letter = lower(rune);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
}

std::string_view literal_name(int32_t prefix) {
  switch (prefix) {
    case 'x': return "hexadecimal literal";
    case 'o':
    case '0': return "octal literal";
    case 'b': return "binary literal";
    default: return "decimal literal";
  }
}

// A rune as Go's %q shows it; only ASCII comes here.
std::string quoted_rune(int32_t rune) { return std::string("'") + static_cast<char>(rune) + "'"; }

// May an underscore stand where it does? Only between digits, or behind a prefix.
bool separators_are_fine(std::string_view text) {
  char before = '.';
  size_t i = 0;
  int32_t prefix = ' ';
  if (text.size() >= 2 && text[0] == '0') {
    prefix = lower(text[1]);
    if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
      before = '0';
      i = 2;
    }
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    char now = '.';
    if (c == '_') {
      if (before != '0') return false;
      now = '_';
    } else if (is_decimal(c) || (prefix == 'x' && digit_value(c) < 16)) {
      now = '0';
    } else if (before == '_') {
      return false;
    }
    before = now;
  }
  return before != '_';
}

}  // namespace

int32_t GoScanner::read() {
  if (at_ >= source_.size()) {
    if (last_length_ > 0) ++column_;
    last_length_ = 0;
    return kEndOfText;
  }
  size_t length;
  const auto rune = static_cast<int32_t>(decode_rune(source_.substr(at_), length));
  at_ += length;
  last_length_ = length;
  ++column_;
  if (rune == 0xFFFD && length == 1) {
    fail("invalid UTF-8 encoding");
    return rune;
  }
  if (rune == 0) fail("invalid character NUL");
  if (rune == '\n') {
    ++line_;
    last_line_length_ = column_;
    column_ = 0;
  }
  return rune;
}

void GoScanner::fail(std::string_view message) {
  token_end_ = at_ - last_length_;
  on_error_(message);
}

int32_t GoScanner::peek() {
  if (ahead_ == kUnread) {
    ahead_ = read();
    if (ahead_ == 0xFEFF) ahead_ = read();
  }
  return ahead_;
}

void GoScanner::next_rune() {
  token_line_ = 0;
  if (peek() != kEndOfText) ahead_ = read();
}

void GoScanner::note_position() {
  token_begin_ = at_ - last_length_;
  const bool on_line = column_ > 0;
  token_line_ = on_line ? line_ : line_ - 1;
  token_column_ = on_line ? column_ : last_line_length_;
}

GoScanner::Kind GoScanner::scan() {
  int32_t rune = peek();
  token_line_ = 0;
  Kind kind;
  for (;;) {
    while (is_blank(rune)) rune = read();
    note_position();
    kind = Kind::kRune;
    if (is_name_rune(rune, true)) {
      kind = Kind::kName;
      rune = scan_name();
    } else if (is_decimal(rune)) {
      kind = Kind::kNumber;
      rune = scan_number(rune, false);
    } else if (rune == kEndOfText) {
      kind = Kind::kEnd;
    } else if (rune == '"') {
      kind = Kind::kString;
      scan_quoted('"');
      rune = read();
    } else if (rune == '\'') {
      kind = Kind::kChar;
      if (scan_quoted('\'') != 1) fail("invalid char literal");
      rune = read();
    } else if (rune == '`') {
      kind = Kind::kRawString;
      scan_raw();
      rune = read();
    } else if (rune == '.') {
      rune = read();
      if (is_decimal(rune)) {
        kind = Kind::kNumber;
        rune = scan_number(rune, true);
      }
    } else if (rune == '/') {
      rune = read();
      if (rune == '/' || rune == '*') {
        rune = skip_comment(rune);
        continue;
      }
    } else {
      rune = read();
    }
    break;
  }
  token_end_ = at_ - last_length_;
  ahead_ = rune;
  return kind;
}

int32_t GoScanner::scan_name() {
  int32_t rune = read();
  while (is_name_rune(rune, false)) rune = read();
  return rune;
}

int32_t GoScanner::scan_digits(int32_t rune, int base, int32_t* invalid, bool& any, bool& separators) {
  const auto take = [&] {
    if (rune == '_')
      separators = true;
    else
      any = true;
    rune = read();
  };
  if (base <= 10) {
    while (is_decimal(rune) || rune == '_') {
      if (rune != '_' && rune >= '0' + base && invalid != nullptr && *invalid == 0) *invalid = rune;
      take();
    }
  } else {
    while (digit_value(rune) < 16 || rune == '_') take();
  }
  return rune;
}

int32_t GoScanner::scan_number(int32_t rune, bool seen_dot) {
  int base = 10;
  int32_t prefix = 0, invalid = 0;
  bool any = false, separators = false, is_float = seen_dot;
  if (!seen_dot) {
    if (rune == '0') {
      rune = read();
      const int32_t mark = lower(rune);
      if (mark == 'x' || mark == 'o' || mark == 'b') {
        rune = read();
        base = mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
        prefix = mark;
      } else {
        base = 8;
        prefix = '0';
        any = true;
      }
    }
    rune = scan_digits(rune, base, &invalid, any, separators);
    if (rune == '.') {
      rune = read();
      is_float = true;
    }
  }
  if (is_float) {
    if (prefix == 'o' || prefix == 'b') fail("invalid radix point in " + std::string(literal_name(prefix)));
    rune = scan_digits(rune, base, &invalid, any, separators);
  }
  if (!any) fail(std::string(literal_name(prefix)) + " has no digits");
  if (const int32_t mark = lower(rune); rune > 0 && (mark == 'e' || mark == 'p')) {
    if (mark == 'e' && prefix != 0 && prefix != '0') fail(quoted_rune(rune) + " exponent requires decimal mantissa");
    if (mark == 'p' && prefix != 'x') fail(quoted_rune(rune) + " exponent requires hexadecimal mantissa");
    rune = read();
    is_float = true;
    if (rune == '+' || rune == '-') rune = read();
    bool exponent = false;
    rune = scan_digits(rune, 10, nullptr, exponent, separators);
    if (!exponent) fail("exponent has no digits");
  } else if (prefix == 'x' && is_float) {
    fail("hexadecimal mantissa requires a 'p' exponent");
  }
  if (!is_float && invalid != 0) fail("invalid digit " + quoted_rune(invalid) + " in " + std::string(literal_name(prefix)));
  if (separators) {
    token_end_ = at_ - last_length_;
    if (!separators_are_fine(text())) fail("'_' must separate successive digits");
  }
  return rune;
}

int32_t GoScanner::scan_escape_digits(int32_t rune, int base, int count) {
  for (; count > 0 && digit_value(rune) < base; --count) rune = read();
  if (count > 0) fail("invalid char escape");
  return rune;
}

int32_t GoScanner::scan_escape(int32_t quote) {
  const int32_t rune = read();
  if (rune == quote || (rune > 0 && rune < 0x80 && std::string_view("abfnrtv\\").find(static_cast<char>(rune)) != std::string_view::npos))
    return read();
  if (rune >= '0' && rune <= '7') return scan_escape_digits(rune, 8, 3);
  if (rune == 'x') return scan_escape_digits(read(), 16, 2);
  if (rune == 'u') return scan_escape_digits(read(), 16, 4);
  if (rune == 'U') return scan_escape_digits(read(), 16, 8);
  fail("invalid char escape");
  return rune;
}

int GoScanner::scan_quoted(int32_t quote) {
  int count = 0;
  for (int32_t rune = read(); rune != quote; ++count) {
    if (rune == '\n' || rune < 0) {
      fail("literal not terminated");
      return count;
    }
    rune = rune == '\\' ? scan_escape(quote) : read();
  }
  return count;
}

void GoScanner::scan_raw() {
  for (int32_t rune = read(); rune != '`'; rune = read()) {
    if (rune < 0) return fail("literal not terminated");
  }
}

int32_t GoScanner::skip_comment(int32_t rune) {
  if (rune == '/') {
    do {
      rune = read();
    } while (rune != '\n' && rune >= 0);
    return rune;
  }
  rune = read();
  for (;;) {
    if (rune < 0) {
      fail("comment not terminated");
      return rune;
    }
    const int32_t before = rune;
    rune = read();
    if (before == '*' && rune == '/') return read();
  }
}

}  // namespace invar
