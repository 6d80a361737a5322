#include <utility>

#include "src/base/quote.h"
#include "src/text/jmespath_syntax.h"
#include "src/text/json.h"

namespace invar::jmespath {
namespace {

Error syntax_error(std::string what) { return {"SyntaxError: " + std::move(what), "syntax"}; }

bool is_name_start(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char32_t c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Go's strconv.QuoteRuneToASCII.
std::string quoted_rune(char32_t rune) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "'";
  if (rune == '\'' || rune == '\\') {
    out += {'\\', static_cast<char>(rune)};
  } else if (rune >= ' ' && rune < 0x7F) {
    out += static_cast<char>(rune);
  } else {
    static constexpr std::pair<char32_t, char> kShort[] = {{'\a', 'a'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\v', 'v'}};
    for (const auto& [value, letter] : kShort)
      if (value == rune) return out + '\\' + letter + '\'';
    const int digits = rune < 0x80 ? 2 : rune < 0x10000 ? 4 : 8;
    out += {'\\', digits == 2 ? 'x' : digits == 4 ? 'u' : 'U'};
    for (int i = digits; i-- > 0;) out += kHex[rune >> (4 * i) & 15];
  }
  return out + '\'';
}

struct Symbol {
  std::string_view text;
  Token token;
};
// Longer ones first.
constexpr Symbol kSymbols[] = {
    {"//", Token::kDiv}, {"||", Token::kOr}, {"<=", Token::kLTE}, {">=", Token::kGTE}, {"!=", Token::kNE}, {"==", Token::kEQ},
    {"&&", Token::kAnd}, {"[?", Token::kFilter}, {"[]", Token::kFlatten}, {"[", Token::kLbracket}, {"/", Token::kDivide},
    {"|", Token::kPipe}, {"<", Token::kLT}, {">", Token::kGT}, {"!", Token::kNot}, {"=", Token::kAssign}, {"&", Token::kExpref},
    {".", Token::kDot}, {"*", Token::kStar}, {",", Token::kComma}, {":", Token::kColon}, {"{", Token::kLbrace}, {"}", Token::kRbrace},
    {"]", Token::kRbracket}, {"(", Token::kLparen}, {")", Token::kRparen}, {"@", Token::kCurrent}, {"+", Token::kPlus},
    {"%", Token::kModulo}, {"-", Token::kMinus}, {"\u2212", Token::kMinus}, {"\u00d7", Token::kMultiply}, {"\u00f7", Token::kDivide},
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  Result<std::vector<Lexeme>> run() {
    while (!rest_.empty()) {
      if (auto error = step()) return *error;
    }
    add(Token::kEOF, "");
    return std::move(out_);
  }

 private:
  void add(Token token, std::string_view value) { out_.push_back({token, std::string(value)}); }

  std::string_view take(size_t length) {
    const std::string_view out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return out;
  }

  std::optional<Error> step() {
    const char c = rest_[0];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return take(1), std::nullopt;
    if (is_name_start(static_cast<unsigned char>(c)) || c == '$') {
      size_t length = 1;
      while (length < rest_.size() && is_name_part(static_cast<unsigned char>(rest_[length]))) ++length;
      add(c != '$' ? Token::kUnquotedIdentifier : length == 1 ? Token::kRoot : Token::kVarref, take(length));
      return {};
    }
    if (is_digit(c) || (c == '-' && rest_.size() > 1 && is_digit(rest_[1]))) {
      size_t length = 1;
      while (length < rest_.size() && is_digit(rest_[length])) ++length;
      add(Token::kNumber, take(length));
      return {};
    }
    if (c == '"') return quoted_identifier();
    if (c == '\'') return raw_string();
    if (c == '`') return literal();
    for (const Symbol& symbol : kSymbols) {
      if (!rest_.starts_with(symbol.text)) continue;
      add(symbol.token, take(symbol.text.size()));
      return {};
    }
    size_t length;
    return syntax_error("Unknown char: " + quoted_rune(decode_rune(rest_, length)));
  }

  // Takes what stands between two `end`s, escapes as written.
  std::optional<Error> take_until(char end, std::string_view& out) {
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == end) {
        out = rest_.substr(1, i - 1);
        rest_.remove_prefix(i + 1);
        return {};
      }
      if (rest_[i] == '\\') ++i;
    }
    return syntax_error(std::string("Unclosed delimiter: ") + end);
  }

  std::optional<Error> quoted_identifier() {
    std::string_view written;
    if (auto error = take_until('"', written)) return error;
    json::Parser parser;
    const std::string text = '"' + std::string(written) + '"';
    if (!parser.parse_any(text)) return Error{json::syntax_error(text), "syntax"};
    add(Token::kQuotedIdentifier, parser.root().as_string());
    return {};
  }

  std::optional<Error> literal() {
    std::string_view written;
    if (auto error = take_until('`', written)) return error;
    std::string value;
    for (size_t i = 0; i < written.size(); ++i)
      if (!written.substr(i).starts_with("\\`")) value += written[i];
    add(Token::kJSONLiteral, value);
    return {};
  }

  std::optional<Error> raw_string() {
    std::string value;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\'') {
        add(Token::kStringLiteral, value);
        rest_.remove_prefix(i + 1);
        return {};
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '\'' || rest_[i + 1] == '\\')) ++i;
      value += rest_[i];
    }
    return syntax_error("Unclosed delimiter: '");
  }

  std::string_view rest_;
  std::vector<Lexeme> out_;
};

}  // namespace

Result<std::vector<Lexeme>> cut_tokens(std::string_view text) { return Lexer(text).run(); }

}  // namespace invar::jmespath
