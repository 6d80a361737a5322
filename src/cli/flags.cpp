#include "src/cli/flags.h"

#include <algorithm>
#include <charconv>

#include "src/base/quote.h"
#include "src/language/stability.h"
#include "src/text/duration.h"
#include "src/text/number.h"

namespace invar {
namespace {

const Flag* find_flag(std::span<const Flag> flags, std::string_view name) {
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

const Flag* find_shorthand(std::span<const Flag> flags, char letter) {
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.shorthand == letter; });
  return found == flags.end() ? nullptr : &*found;
}

/// Why a text is no value of the flag, in Go's words; empty when it is one.
std::string refuse_value(const Flag& flag, std::string& value) {
  switch (flag.type) {
    case FlagType::kString:
    case FlagType::kStrings: return {};
    case FlagType::kBool: {
      const auto parsed = parse_bool(value);
      if (!parsed) return "strconv.ParseBool: parsing " + invar::quoted(value) + ": invalid syntax";
      value = *parsed ? "true" : "false";
      return {};
    }
    case FlagType::kInt: {
      int64_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error == std::errc() && end == value.data() + value.size()) return {};
      return "strconv.ParseInt: parsing " + invar::quoted(value) + ": invalid syntax";
    }
    case FlagType::kDuration: {
      const auto parsed = parse_duration(value);
      return parsed ? std::string() : parsed.error().what;
    }
    case FlagType::kStability: {
      Stability level;
      return parse_stability(value, level) ? std::string() : "invalid stability level " + invar::quoted(value);
    }
  }
  return {};
}

std::string_view type_word(FlagType type) {
  switch (type) {
    case FlagType::kBool: return "";
    case FlagType::kString: return "string";
    case FlagType::kInt: return "int";
    case FlagType::kDuration: return "duration";
    case FlagType::kStrings: return "strings";
    case FlagType::kStability: return "<stability_level>";
  }
  return "";
}

class Parser {
 public:
  Parser(std::span<const Flag> flags, std::span<const std::string> line, ParsedFlags& parsed)
      : flags_(flags), line_(line), parsed_(parsed) {}

  std::optional<std::string> run() {
    for (; at_ < line_.size(); ++at_) {
      const std::string_view word = line_[at_];
      if (word == "--") {
        parsed_.arguments.insert(parsed_.arguments.end(), line_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, line_.end());
        return std::nullopt;
      }
      std::optional<std::string> error;
      if (word.starts_with("--"))
        error = long_flag(word);
      else if (word.size() > 1 && word.front() == '-')
        error = short_flags(word);
      else
        parsed_.arguments.emplace_back(word);
      if (error) return error;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> long_flag(std::string_view word) {
    const std::string_view body = word.substr(2);
    if (body.starts_with('-') || body.starts_with('=')) return "bad flag syntax: " + std::string(word);
    const size_t equals = body.find('=');
    const std::string_view name = body.substr(0, equals);
    const std::string shown = "--" + std::string(name);
    const Flag* flag = find_flag(flags_, name);
    if (!flag && name == "help") return note_help(equals == std::string_view::npos ? "true" : body.substr(equals + 1));
    if (!flag) return "unknown flag: " + shown;
    if (equals != std::string_view::npos) return set(*flag, shown, std::string(body.substr(equals + 1)));
    if (flag->type == FlagType::kBool) return set(*flag, shown, "true");
    if (!flag->bare.empty()) return set(*flag, shown, std::string(flag->bare));
    if (at_ + 1 >= line_.size()) return "flag needs an argument: " + shown;
    return set(*flag, shown, line_[++at_]);
  }

  std::optional<std::string> short_flags(std::string_view word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const Flag* flag = find_shorthand(flags_, word[i]);
      if (!flag && word[i] == 'h') {
        parsed_.help = true;
        continue;
      }
      if (!flag) return "unknown shorthand flag: '" + std::string(1, word[i]) + "' in " + std::string(word);
      const std::string shown = "-" + std::string(1, word[i]) + ", --" + std::string(flag->name);
      if (i + 2 < word.size() && word[i + 1] == '=') return set(*flag, shown, std::string(word.substr(i + 2)));
      if (flag->type == FlagType::kBool) {
        if (auto error = set(*flag, shown, "true")) return error;
        continue;
      }
      if (i + 1 < word.size()) return set(*flag, shown, std::string(word.substr(i + 1)));
      if (at_ + 1 >= line_.size())
        return "flag needs an argument: '" + std::string(1, word[i]) + "' in " + std::string(word);
      return set(*flag, shown, line_[++at_]);
    }
    return std::nullopt;
  }

  std::optional<std::string> note_help(std::string_view value) {
    const auto wanted = parse_bool(value);
    if (!wanted) return "invalid argument " + invar::quoted(value) + " for \"-h, --help\" flag: strconv.ParseBool: parsing " + invar::quoted(value) + ": invalid syntax";
    parsed_.help = *wanted;
    return std::nullopt;
  }

  std::optional<std::string> set(const Flag& flag, const std::string& shown, std::string value) {
    const std::string given = value;
    if (const std::string why = refuse_value(flag, value); !why.empty())
      return "invalid argument " + invar::quoted(given) + " for " + invar::quoted(shown) + " flag: " + why;
    if (flag.deprecated) parsed_.warnings.push_back("Flag --" + std::string(flag.name) + " has been deprecated, " + std::string(flag.usage));
    if (flag.type == FlagType::kStrings) parsed_.all[std::string(flag.name)].push_back(value);
    parsed_.values[std::string(flag.name)] = std::move(value);
    return std::nullopt;
  }

  std::span<const Flag> flags_;
  std::span<const std::string> line_;
  ParsedFlags& parsed_;
  size_t at_ = 0;
};

bool is_zero(const Flag& flag) {
  const std::string_view text = flag.default_text;
  return text.empty() || text == "false" || text == "0" || text == "0s" || text == "[]";
}

}  // namespace

std::string ParsedFlags::text(std::span<const Flag> flags, std::string_view name) const {
  if (const auto given = values.find(name); given != values.end()) return given->second;
  const Flag* flag = find_flag(flags, name);
  return flag ? std::string(flag->default_text) : std::string();
}

std::vector<std::string> ParsedFlags::texts(std::string_view name) const {
  const auto found = all.find(name);
  return found == all.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> parse_flags(std::span<const Flag> flags, std::span<const std::string> line, ParsedFlags& parsed) {
  return Parser(flags, line, parsed).run();
}

std::string flag_usages(std::span<const Flag> flags, bool own) {
  struct Line {
    std::string left, right;
    std::string_view name;
  };
  std::vector<Line> lines;
  size_t width = 0;
  for (const Flag& flag : flags) {
    if (flag.deprecated || (flag.own && !own)) continue;
    std::string left = flag.shorthand ? "  -" + std::string(1, flag.shorthand) + ", --" : "      --";
    left += flag.name;
    if (const auto word = type_word(flag.type); !word.empty()) left.append(" ").append(word);
    if (!flag.bare.empty()) left.append("[=").append(invar::quoted(flag.bare)).append("]");
    std::string right(flag.usage);
    if (!is_zero(flag)) {
      const bool shown_quoted = flag.type == FlagType::kString || flag.type == FlagType::kStability;
      right += " (default " + (shown_quoted ? invar::quoted(flag.default_text) : std::string(flag.default_text)) + ")";
    }
    width = std::max(width, left.size());
    lines.push_back({std::move(left), std::move(right), flag.name});
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.name < b.name; });
  std::string text;
  for (const Line& line : lines)
    text += line.left + std::string(width - line.left.size() + 3, ' ') + line.right + "\n";
  return text;
}

}  // namespace invar
