#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/parser/parse.h"
#include "src/parser/scanner.h"

namespace invar {
namespace {

bool is_word_rune(char32_t rune) { return rune == U'_' || is_letter(rune) || is_digit(rune); }

}  // namespace

bool is_valid_identifier(std::string_view text) {
  std::vector<ScanError> errors;
  const Token first = Scanner(text, errors).next();
  return first.kind == ast::TokenKind::kIdent && first.begin == 0 && first.end == text.size();
}

std::optional<std::string> sanitize_identifier(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (is_valid_identifier(text)) return std::string(text);
  std::string out;
  for (size_t i = 0, length = 0; i < text.size(); i += length) {
    const char32_t rune = decode_rune(text.substr(i), length);
    if (i == 0 && is_digit(rune)) out += '_';
    append_rune(out, is_word_rune(rune) ? rune : U'_');
  }
  return is_valid_identifier(out) ? out : "_" + out;  // true, false and null are words of the language
}

}  // namespace invar
