#include "src/text/ottl/grok.h"

#include <algorithm>
#include <map>

#include "src/base/quote.h"
#include "src/text/ascii.h"
#include "src/text/ottl/known_names.h"
#include "src/text/regex.h"

namespace invar::ottl {
namespace {

constexpr size_t kMostRounds = 100;       // of expansion: patterns that refer to each other never end
constexpr size_t kLongestExpansion = 1 << 18;
constexpr size_t kShownDefinition = 20;   // bytes

/// `%{NAME}`, `%{NAME:id}`, `%{NAME:id:type}`
struct Reference {
  size_t length = 0;  // 0: there is none
  std::string_view name, id;
};

Reference reference_at(std::string_view text) {
  if (!text.starts_with("%{")) return {};
  size_t at = 2;
  const auto take = [&](bool dots) {
    const size_t from = at;
    while (at < text.size() && (ascii::is_word(text[at]) || (dots && (text[at] == '.' || text[at] == '+')))) ++at;
    return text.substr(from, at - from);
  };
  const auto take_colon = [&] { return at < text.size() && text[at] == ':' && ++at; };
  Reference found;
  found.name = take(false);
  if (found.name.empty()) return {};
  if (take_colon()) {
    found.id = take(true);
    if (found.id.empty()) return {};
    if (take_colon() && take(false).empty()) return {};
  }
  if (at == text.size() || text[at] != '}') return {};
  found.length = at + 1;
  return found;
}

class Expansion {
 public:
  Expansion(bool named_captures_only, const std::map<std::string, std::string, std::less<>>& definitions)
      : named_only_(named_captures_only), definitions_(definitions) {}

  /// The regular expression of a pattern, with something in place of the library's; nullopt when a name is unknown.
  std::optional<std::string> expand(std::string_view pattern) {
    std::string text(pattern);
    for (size_t round = 0; round < kMostRounds && text.size() <= kLongestExpansion; ++round) {
      auto expanded = expand_once(text);
      if (!expanded || *expanded == text) return expanded;
      text = std::move(*expanded);
    }
    return endless_ = true, std::nullopt;
  }
  const std::string& unknown() const { return unknown_; }
  bool endless() const { return endless_; }
  /// Something of the library captures fields by its own names.
  bool captures() const { return captures_; }

 private:
  std::optional<std::string> expand_once(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size();) {
      const Reference reference = reference_at(text.substr(at));
      if (reference.length == 0) {
        out += text[at++];
        continue;
      }
      const auto body = body_of(reference.name);
      if (!body) return std::nullopt;
      out += named_only_ && reference.id.empty() ? "(" : "(?P<" + group_name(reference) + ">";
      out += *body + ")";
      at += reference.length;
    }
    return out;
  }

  static std::string group_name(const Reference& reference) {
    std::string name;
    for (const char c : reference.id.empty() ? reference.name : reference.id) name += c == '.' ? "___" : std::string(1, c);
    return name;
  }

  std::optional<std::string> body_of(std::string_view name) {
    if (const auto own = definitions_.find(name); own != definitions_.end()) return own->second;
    if (const auto known = grok_pattern(name)) {
      captures_ = captures_ || *known == GrokPattern::kCapturing;
      return ".";
    }
    unknown_ = name;
    return std::nullopt;
  }

  bool named_only_;
  const std::map<std::string, std::string, std::less<>>& definitions_;
  std::string unknown_;
  bool endless_ = false, captures_ = false;
};

GrokError refused_pattern(std::string_view pattern, const std::string& why, bool is_regex) {
  return {"the regex pattern supplied to ExtractGrokPatterns '" + quoted(pattern) + "' is not a valid pattern: " + why, is_regex, false, why};
}

}  // namespace

std::optional<GrokError> grok_error(std::optional<std::string_view> pattern, bool named_captures_only, std::span<const std::string_view> definitions) {
  std::map<std::string, std::string, std::less<>> own;
  for (size_t i = 0; i < definitions.size(); ++i) {
    const std::string_view definition = definitions[i];
    const size_t equal = definition.find('=');
    if (equal == std::string_view::npos) {
      const std::string shown = definition.size() > kShownDefinition ? std::string(definition.substr(0, kShownDefinition - 3)) + "..." : std::string(definition);
      return GrokError{"pattern " + quoted(shown) + " supplied to ExtractGrokPatterns at index " + std::to_string(i) +
                           " has incorrect format, expecting PATTERNNAME=pattern definition", false, true};
    }
    const std::string_view name = definition.substr(0, equal);
    if (name.find(':') != std::string_view::npos) return GrokError{"pattern ID " + quoted(name) + " should not contain ':'", false, true};
    own.insert_or_assign(std::string(name), std::string(definition.substr(equal + 1)));
  }
  if (!pattern) return std::nullopt;
  Expansion expansion(named_captures_only, own);
  const auto expanded = expansion.expand(*pattern);
  if (expansion.endless()) return refused_pattern(*pattern, "error parsing regexp: expression nests too deeply", false);
  if (!expanded) return refused_pattern(*pattern, "pattern definition " + quoted(expansion.unknown()) + " unknown: parsing failed", false);
  const auto regex = Regex::compile(*expanded);
  if (!regex) return refused_pattern(*pattern, regex.error().what, true);
  const auto& names = regex->group_names();
  const bool captures = expansion.captures() || std::any_of(names.begin(), names.end(), [](const std::string& name) { return !name.empty(); });
  if (!named_captures_only || captures) return std::nullopt;
  return GrokError{"at least 1 named capture group must be supplied in the given regex"};
}

}  // namespace invar::ottl
