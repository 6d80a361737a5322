#include "src/io/oauth_token.h"

#include <charconv>

#include "src/base/quote.h"

namespace invar {
namespace {

constexpr int kMaxDepth = 32;

/// A pull reader over JSON text, just enough for a token: strict where it looks, spans instead of values where it does
/// not.
class Json {
 public:
  explicit Json(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

  bool next_is_string() {
    skip_blanks();
    return rest_.starts_with('"');
  }

  bool string(std::string& out) {
    if (!take('"')) return false;
    out.clear();
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  bool number(double& out) {
    skip_blanks();
    const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (read.ec != std::errc()) return false;
    rest_.remove_prefix(static_cast<size_t>(read.ptr - rest_.data()));
    return true;
  }

  bool skip_value(int depth = 0) {
    if (depth > kMaxDepth) return false;
    std::string ignored;
    double number_ignored;
    if (next_is_string()) return string(ignored);
    if (take('{')) {
      if (take('}')) return true;
      do {
        if (!string(ignored) || !take(':') || !skip_value(depth + 1)) return false;
      } while (take(','));
      return take('}');
    }
    if (take('[')) {
      if (take(']')) return true;
      do {
        if (!skip_value(depth + 1)) return false;
      } while (take(','));
      return take(']');
    }
    return word("true") || word("false") || word("null") || number(number_ignored);
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool word(std::string_view expected) {
    skip_blanks();
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool hex4(char32_t& rune) {
    unsigned value = 0;
    if (rest_.size() < 4) return false;
    const auto read = std::from_chars(rest_.data(), rest_.data() + 4, value, 16);
    if (read.ec != std::errc() || read.ptr != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    rune = value;
    return true;
  }

  bool escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'u':
        break;
      default:
        return false;
    }
    char32_t rune = 0;
    if (!hex4(rune)) return false;
    if (rune >= 0xd800 && rune < 0xe000) {
      char32_t low = 0;
      if (rune >= 0xdc00 || !rest_.starts_with("\\u")) return false;
      rest_.remove_prefix(2);
      if (!hex4(low) || low < 0xdc00 || low >= 0xe000) return false;
      rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
    }
    append_rune(out, rune);
    return true;
  }

  std::string_view rest_;
};

std::string header_spelling(const std::string& type) {
  std::string lower = type;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower.empty() || lower == "bearer") return "Bearer";
  if (lower == "mac") return "MAC";
  if (lower == "basic") return "Basic";
  return type;
}

bool read_expiry(Json& json, double& seconds) {
  std::string text;
  if (!json.next_is_string()) return json.number(seconds);
  if (!json.string(text)) return false;  // some servers quote it
  return std::from_chars(text.data(), text.data() + text.size(), seconds).ec == std::errc();
}

bool read_members(Json& json, OAuthToken& token) {
  std::string name;
  std::string text;
  if (!json.take('{')) return false;
  if (json.take('}')) return true;
  do {
    if (!json.string(name) || !json.take(':')) return false;
    if (name == "access_token" && json.next_is_string()) {
      if (!json.string(text)) return false;
      token.access_token = Secret(std::exchange(text, {}));
    } else if (name == "token_type" && json.next_is_string()) {
      if (!json.string(text)) return false;
      token.type = header_spelling(text);
    } else if (name == "expires_in") {
      if (!read_expiry(json, token.expires_in_seconds)) return false;
    } else if (!json.skip_value()) {
      return false;
    }
  } while (json.take(','));
  return json.take('}');
}

}  // namespace

Result<OAuthToken> parse_oauth_token(std::string_view text) {
  Json json(text);
  OAuthToken token;
  if (!read_members(json, token) || !json.at_end()) return Error{"oauth2: cannot parse json", "auth"};
  if (token.access_token.empty()) return Error{"oauth2: server response missing access_token", "auth"};
  return token;
}

}  // namespace invar
