#include "src/lint/settings.h"

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts what texts decide, and says what is wrong with these a few lines later
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "src/base/quote.h"
#include "src/text/glob.h"
#include "src/text/nearest_name.h"
#include "src/text/toml_text.h"

namespace invar::lint {
namespace {

constexpr std::array<std::string_view, 4> kFailWords{"info", "warning", "error", "never"};
constexpr std::array<std::string_view, 11> kKeys{"select", "modules",         "extend-select",        "ignore", "per-path-ignores", "exclude", "fail-on",
                                                 "stability-level", "community-components", "target", "baseline"};

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
  return text;
}

class Reader {
 public:
  Reader(const SourcePtr& file, Diagnostics& diagnostics) : file_(*file), diagnostics_(diagnostics) {}

  Settings read() {
    if (const auto stray = stray_toml_character(file_.text())) {
      diagnostics_.error({&file_, static_cast<uint32_t>(*stray), static_cast<uint32_t>(*stray)}, "a character beyond ASCII needs quotes");
      return {};
    }
    const toml::parse_result parsed = toml::parse(file_.text(), file_.name());
    if (!parsed) {
      error(parsed.error().source(), std::string(parsed.error().description()));
      return {};
    }
    const toml::node* lint = parsed.table().get("lint");
    if (lint && !lint->as_table()) error(lint->source(), "lint must be a table: [lint]");
    else if (lint)
      for (const auto& [key, value] : *lint->as_table()) member(key, value);
    return std::move(settings_);
  }

 private:
  void member(const toml::key& key, const toml::node& value) {
    const std::string_view name = key.str();
    if (name == "select") settings_.selection.select = selectors(value);
    else if (name == "extend-select") settings_.selection.extend_select = selectors(value);
    else if (name == "ignore") settings_.selection.ignore = selectors(value);
    else if (name == "per-path-ignores") per_path(value);
    else if (name == "exclude") globs(value, settings_.exclude);
    else if (name == "modules") globs(value, settings_.modules);
    else if (name == "fail-on") fail_on(value);
    else if (name == "stability-level") settings_.stability_level = checked(value, refuse_level);
    else if (name == "community-components") settings_.community = typed<bool>(value, "true or false");
    else if (name == "target") settings_.target = checked(value, refuse_target);
    else if (name == "baseline") settings_.baseline = typed<std::string>(value, "a path");
    else unknown(key);
  }

  void unknown(const toml::key& key) {
    const std::string_view name = key.str();
    const auto nearest = nearest_name(name, {kKeys.begin(), kKeys.end()});
    error(key.source(), "unknown key " + invar::quoted(name) + (nearest ? "; did you mean " + std::string(nearest->name) + "?" : "; [lint] has " + listed(kKeys)));
  }

  template <class T>
  std::optional<T> typed(const toml::node& value, std::string_view wanted) {
    if (auto found = value.value_exact<T>()) return found;
    error(value.source(), "this must be " + std::string(wanted));
    return std::nullopt;
  }

  std::optional<std::string> checked(const toml::node& value, std::optional<std::string> (*refuse)(std::string_view)) {
    auto word = typed<std::string>(value, "a string");
    if (!word) return std::nullopt;
    if (auto why = refuse(*word)) {
      error(value.source(), std::move(*why));
      return std::nullopt;
    }
    return word;
  }

  static std::optional<std::string> refuse_target(std::string_view word) {
    if (word == "alloy" || word == "invar") return std::nullopt;
    return "unknown target " + invar::quoted(word) + ": alloy or invar";
  }

  void fail_on(const toml::node& value) {
    const auto word = typed<std::string>(value, "a string");
    if (!word) return;
    settings_.fail_on = fail_on_named(*word);
    if (!settings_.fail_on) error(value.source(), "unknown severity " + invar::quoted(*word) + ": " + listed(kFailWords));
  }

  /// Calls `act(text, node)` for the strings of an array.
  template <class Act>
  void each_string(const toml::node& value, std::string_view wanted, Act act) {
    const toml::array* array = value.as_array();
    if (!array) return error(value.source(), "this must be " + std::string(wanted));
    for (const toml::node& element : *array)
      if (const auto text = typed<std::string>(element, "a string")) act(*text, element);
  }

  std::vector<std::string> selectors(const toml::node& value) {
    std::vector<std::string> words;
    each_string(value, "a list of codes", [&](const std::string& word, const toml::node& at) {
      if (auto why = refuse_selector(word)) error(at.source(), std::move(*why));
      else words.push_back(word);
    });
    return words;
  }

  bool is_glob(const std::string& pattern, const toml::source_region& at) {
    if (glob::is_valid(pattern)) return true;
    error(at, "this is no glob: " + invar::quoted(pattern));
    return false;
  }

  void globs(const toml::node& value, std::vector<std::string>& into) {
    each_string(value, "a list of globs", [&](const std::string& pattern, const toml::node& at) {
      if (is_glob(pattern, at.source())) into.push_back(pattern);
    });
  }

  void per_path(const toml::node& value) {
    const toml::table* table = value.as_table();
    if (!table) return error(value.source(), "this must be a table: globs with lists of codes");
    for (const auto& [key, codes] : *table) {
      const std::string pattern(key.str());
      if (is_glob(pattern, key.source())) settings_.per_path.push_back({pattern, selectors(codes)});
    }
  }

  /// toml++ counts lines from 1 and characters of a line from 1.
  uint32_t offset_of(const toml::source_position& at) const {
    const uint32_t line = std::clamp<uint32_t>(at.line, 1, file_.line_count());
    const std::string_view text = file_.line(line);
    size_t offset = 0, length = 0;
    for (uint32_t column = 1; column < at.column && offset < text.size(); ++column, offset += length) decode_rune(text.substr(offset), length);
    return static_cast<uint32_t>(text.data() - file_.text().data() + offset);
  }

  void error(const toml::source_region& at, std::string message) {
    const uint32_t begin = offset_of(at.begin);
    diagnostics_.error({&file_, begin, std::max(begin, offset_of(at.end))}, std::move(message));
  }

  const Source& file_;
  Diagnostics& diagnostics_;
  Settings settings_;
};

}  // namespace

std::optional<FailOn> fail_on_named(std::string_view word) {
  const auto found = std::find(kFailWords.begin(), kFailWords.end(), word);
  if (found == kFailWords.end()) return std::nullopt;
  return static_cast<FailOn>(found - kFailWords.begin());
}

Settings read_settings(const SourcePtr& file, Diagnostics& diagnostics) { return Reader(file, diagnostics).read(); }

bool fits_path(std::string_view glob, std::string_view relative) {
  const std::string_view name = relative.substr(relative.rfind('/') + 1);
  const auto matches = [&](std::string_view path) {
    const auto matched = glob::match(glob, path);
    return matched && *matched;
  };
  return matches(relative) || (glob.find('/') == std::string_view::npos && matches(name));
}

std::optional<std::string> refuse_level(std::string_view word) {
  Stability level;
  if (word == "auto" || parse_stability(word, level)) return std::nullopt;
  return "unknown stability level " + invar::quoted(word) + ": auto, generally-available, public-preview or experimental";
}

}  // namespace invar::lint
