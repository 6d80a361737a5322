#include "src/lint/secret_mask.h"

#include <algorithm>
#include <array>

#include "src/base/quote.h"
#include "src/lint/source_map.h"
#include "src/runtime/redaction.h"

namespace invar::lint {
namespace {

constexpr std::string_view kShownInstead = "*****";
/// Shorter ones are replaced only where they stand: they would be found in every word.
constexpr size_t kShortestInMessages = 4;
constexpr size_t kShortestByName = 6;

char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte; }

/// Whether a thing of that name holds a secret: `bearer_token`, `secretKey`, `pasword`; not `password_file`.
bool sounds_secret(std::string_view name) {
  std::string letters;
  for (const char byte : name)
    if (byte != '_' && byte != '-') letters += lower(byte);
  static constexpr std::array<std::string_view, 14> kWords{"password", "passwd",     "passwor",    "pasword",   "passphrase", "secret",       "token",
                                                           "apikey",   "privatekey", "credential", "accesskey", "accountkey", "connectionstring", "authkey"};
  static constexpr std::array<std::string_view, 6> kNotItself{"file", "from", "name", "path", "ref", "url"};
  static constexpr std::array<std::string_view, 4> kAboutIt{"existing", "create", "use", "enable"};
  const auto holds = [&](std::string_view word) { return letters.find(word) != std::string::npos; };
  const auto ends = [&](std::string_view word) { return letters.ends_with(word); };
  const auto begins = [&](std::string_view word) { return letters.starts_with(word); };
  return std::any_of(kWords.begin(), kWords.end(), holds) && std::none_of(kNotItself.begin(), kNotItself.end(), ends) &&
         std::none_of(kAboutIt.begin(), kAboutIt.end(), begins);
}

/// Calls `act(literal, expression)` for every string of an expression but names of environment variables and keys.
template <class Act>
void each_text(const ast::Expr& expression, Act&& act) {
  if (const auto* literal = expression.as<ast::Literal>()) {
    if (literal->kind == ast::TokenKind::kString) act(*literal, expression);
  } else if (const auto* paren = expression.as<ast::Paren>()) {
    each_text(*paren->inner, act);
  } else if (const auto* binary = expression.as<ast::Binary>()) {
    each_text(*binary->left, act);
    each_text(*binary->right, act);
  } else if (const auto* array = expression.as<ast::ArrayLiteral>()) {
    for (const ast::ExprPtr& element : array->elements) each_text(*element, act);
  } else if (const auto* object = expression.as<ast::ObjectLiteral>()) {
    for (const ast::ObjectField& field : object->fields) each_text(*field.value, act);
  } else if (const auto* call = expression.as<ast::Call>()) {
    const std::string_view function = call->function->span.text();
    if (function == "env" || function == "sys.env") return;
    for (const ast::ExprPtr& argument : call->args) each_text(*argument, act);
  }
}

void add_texts(const ast::Expr& value, SecretMask& mask) {
  each_text(value, [&](const ast::Literal& literal, const ast::Expr& expression) {
    std::string text;
    if (!unquote(literal.text, text)) text = literal.text;
    mask.add({expression.span.source, expression.span.begin + 1, expression.span.end - 1}, std::move(text));
  });
}

void add_by_name(const ast::Body& body, SecretMask& mask) {
  for (const ast::Statement& statement : body) {
    if (const ast::Block* block = statement.block()) add_by_name(block->body, mask);
    else if (sounds_secret(statement.attribute()->name.name)) add_texts(*statement.attribute()->value, mask);
  }
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
}

/// The password in `http://user:password@host`.
void hide_userinfo(std::string& text, bool keep_length) {
  for (size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const size_t end = std::min(text.find_first_of("/ \t\"'`?#", at + 3), text.size()), sign = text.rfind('@', end);
    const size_t colon = text.find(':', at + 3);
    if (sign == std::string::npos || sign >= end || colon == std::string::npos || colon >= sign) continue;
    const size_t length = sign - colon - 1;
    text.replace(colon + 1, length, keep_length ? std::string(length, '*') : std::string(kShownInstead));
  }
}

/// A value as YAML and Alloy write it behind `name:` or `name =`, as far as a line tells.
struct NamedValue {
  std::string_view name;
  size_t begin = 0, end = 0;  // of the value in the line, without quotes
  bool block = false;         // of YAML: the deeper lines behind it
};

bool is_name_byte(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-'; }

/// The value behind the sign at `sign` (':' or '='); a bare word behind '=' is an expression, and none.
NamedValue value_behind(std::string_view line, size_t sign) {
  NamedValue found;
  size_t last = sign;
  while (last > 0 && (line[last - 1] == ' ' || line[last - 1] == '"' || line[last - 1] == '\'')) --last;
  size_t first = last;
  while (first > 0 && is_name_byte(line[first - 1])) --first;
  found.name = line.substr(first, last - first);
  found.begin = std::min(line.find_first_not_of(" \t", sign + 1), line.size());
  found.end = line.size();
  if (found.begin == line.size()) return found;
  const char quote = line[found.begin];
  if (quote == '"' || quote == '\'' || quote == '`') {
    size_t close = found.begin + 1;
    while (close < line.size() && line[close] != quote) close += line[close] == '\\' && quote == '"' ? 2 : 1;
    found.end = std::min(close, line.size());
    ++found.begin;
  } else if (line[sign] == '=') {
    found.end = found.begin;
  } else {
    found.block = quote == '|' || quote == '>';
    found.end = std::min({line.find(" #", found.begin), line.find_last_not_of(" \r") + 1, line.size()});
  }
  return found;
}

size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

}  // namespace

void SecretMask::add(Span span, std::string value) {
  if (span.begin < span.end) spans_[span.source].push_back({span.begin, span.end});
  if (value.size() >= kShortestInMessages) values_.insert(std::move(value));
}

void SecretMask::append(const SecretMask& other) {
  for (const auto& [source, stretches] : other.spans_) spans_[source].insert(spans_[source].end(), stretches.begin(), stretches.end());
  values_.insert(other.values_.begin(), other.values_.end());
}

SecretMask SecretMask::moved_to_origin(const SourceMap& map) const {
  SecretMask moved;
  moved.values_ = values_;
  for (const auto& [source, stretches] : spans_)
    for (const Stretch& stretch : stretches)
      if (const auto origin = map.origin(stretch.begin, stretch.end)) moved.spans_[origin->source].push_back({origin->begin, origin->end});
  return moved;
}

std::string SecretMask::line(const Source& source, uint32_t number) const {
  const std::string_view written = source.line(number);
  std::string line(written);
  const auto begin = static_cast<uint32_t>(written.data() - source.text().data());
  if (const auto found = spans_.find(&source); found != spans_.end())
    for (const Stretch& stretch : found->second)
      for (uint32_t at = std::max(stretch.begin, begin); at < std::min<size_t>(stretch.end, begin + line.size()); ++at) line[at - begin] = '*';
  for (const std::string& value : values_) replace_all(line, value, std::string(value.size(), '*'));
  hide_userinfo(line, true);
  return line;
}

std::string SecretMask::whole(const Source& source) const {
  std::string text;
  for (uint32_t number = 1; number <= source.line_count(); ++number) text.append(number > 1 ? "\n" : "").append(line(source, number));
  return text;
}

std::string SecretMask::message(std::string text) const {
  for (const std::string& value : values_) {
    replace_all(text, value, kShownInstead);
    std::string escaped = quoted(value);
    replace_all(text, std::string_view(escaped).substr(1, escaped.size() - 2), kShownInstead);
  }
  hide_userinfo(text, false);
  return text;
}

bool SecretMask::is_shown_by(std::string_view text) const {
  return std::any_of(values_.begin(), values_.end(), [&](const std::string& value) { return text.find(value) != std::string_view::npos; });
}

SecretMask secrets_of(const ast::File& file) {
  SecretMask mask;
  for (const ast::Expr* value : secret_values(file)) add_texts(*value, mask);
  add_by_name(file.body, mask);
  return mask;
}

SecretMask secrets_by_name(const Source& source) {
  SecretMask mask;
  size_t block_indentation = std::string_view::npos;  // of the line that a secret block scalar hangs on
  uint32_t begin = 0;
  for (uint32_t number = 1; number <= source.line_count(); ++number) {
    const std::string_view line = source.line(number);
    const auto add = [&](size_t from, size_t to) {
      const std::string_view value = from < to ? line.substr(from, to - from) : std::string_view();
      // A short word is no secret worth the messages it would be cut out of.
      if (!value.empty()) mask.add({&source, static_cast<uint32_t>(begin + from), static_cast<uint32_t>(begin + to)}, value.size() < kShortestByName ? "" : std::string(value));
    };
    const size_t depth = indentation(line);
    if (block_indentation != std::string_view::npos && depth < line.size()) {
      if (depth > block_indentation) add(depth, line.size());
      else block_indentation = std::string_view::npos;
    }
    for (size_t sign = line.find_first_of(":="); sign != std::string_view::npos; sign = line.find_first_of(":=", sign + 1)) {
      const NamedValue value = value_behind(line, sign);
      if (!sounds_secret(value.name)) continue;
      if (value.block) block_indentation = depth;
      else add(value.begin, value.end);
    }
    begin += static_cast<uint32_t>(line.size()) + 1;
  }
  return mask;
}

}  // namespace invar::lint
