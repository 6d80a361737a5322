#include "src/components/loki/secretfilter/rule_reader.h"

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_cast<void>(0)  // it asserts what texts decide, and says what is wrong with these a few lines later
#include <toml++/toml.h>

#include <algorithm>

#include "src/io/file.h"
#include "src/text/ascii.h"
#include "src/text/toml_text.h"

namespace invar::loki_secretfilter {
namespace {

constexpr int kDeepest = 2;
constexpr std::string_view kReason = "bad_rules";

const toml::node* member(const toml::table& table, std::string_view name) {
  for (const auto& [key, value] : table)
    if (ascii::to_lower(key.str()) == name) return &value;
  return nullptr;
}

/// Reads members of one table; the first that has another type is the error.
class Members {
 public:
  Members(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  void text(std::string_view name, std::string& into) {
    if (const toml::node* node = member(table_, name)) {
      if (const auto value = node->value<std::string>()) into = *value;
      else refuse(name, "a string");
    }
  }
  template <class T>
  void number(std::string_view name, T& into) {
    if (const toml::node* node = member(table_, name)) {
      if (const auto value = node->value<double>()) into = static_cast<T>(*value);
      else refuse(name, "a number");
    }
  }
  void flag(std::string_view name, bool& into) {
    if (const toml::node* node = member(table_, name)) {
      if (const auto value = node->value<bool>()) into = *value;
      else refuse(name, "true or false");
    }
  }
  void texts(std::string_view name, std::vector<std::string>& into) {
    const toml::node* node = member(table_, name);
    if (!node) return;
    const toml::array* array = node->as_array();
    if (!array) return refuse(name, "a list of strings");
    for (const toml::node& element : *array)
      if (const auto value = element.value<std::string>()) into.push_back(*value);
      else return refuse(name, "a list of strings");
  }
  /// A table, or a list of tables.
  template <class Act>
  void tables(std::string_view name, Act act) {
    const toml::node* node = member(table_, name);
    if (!node) return;
    if (const toml::table* table = node->as_table()) return take(act(*table));
    const toml::array* array = node->as_array();
    if (!array) return refuse(name, "a table");
    for (const toml::node& element : *array)
      if (const toml::table* table = element.as_table()) take(act(*table));
      else return refuse(name, "a list of tables");
  }
  bool has(std::string_view name) const { return member(table_, name) != nullptr; }
  Result<void> result() const { return first_ ? Result<void>(*first_) : Result<void>(); }

 private:
  void refuse(std::string_view name, std::string_view wanted) {
    if (!first_) first_ = Error{"unmarshal gitleaks config: " + where_ + std::string(name) + " must be " + std::string(wanted), std::string(kReason)};
  }
  void take(const Result<void>& read) {
    if (!read && !first_) first_ = read.error();
  }
  const toml::table& table_;
  std::string where_;
  std::optional<Error> first_;
};

Error refused(const std::string& why) { return {"translate gitleaks config: " + why, std::string(kReason)}; }

Result<void> read_allowlist(const toml::table& table, const std::string& where, Allowlist& into) {
  std::string condition, target;
  std::vector<std::string> commits, paths;
  Members members(table, where);
  members.text("condition", condition);
  members.text("regextarget", target);
  members.texts("commits", commits);
  members.texts("paths", paths);
  members.texts("regexes", into.regexes);
  members.texts("stopwords", into.stopwords);
  if (auto read = members.result(); !read) return read;
  const std::string folded = ascii::to_lower(condition);
  if (folded == "and" || folded == "&&") into.needs_all = true;
  else if (!folded.empty() && folded != "or" && folded != "||")
    return refused(where + "unknown allowlist |condition| '" + condition + "' (expected 'and', 'or')");
  if (target == "match") into.target = Allowlist::Target::kMatch;
  else if (target == "line") into.target = Allowlist::Target::kLine;
  else if (!target.empty() && target != "secret")
    return refused(where + "unknown allowlist |regexTarget| '" + target + "' (expected 'match', 'line')");
  if (commits.empty() && paths.empty() && into.regexes.empty() && into.stopwords.empty())
    return refused(where + "must contain at least one check for: commits, paths, regexes, or stopwords");
  into.never = into.needs_all && (!commits.empty() || !paths.empty());
  return {};
}

Result<void> read_required(const toml::table& table, const Rule& rule, RequiredRule& into) {
  Members members(table, rule.id + ": [[rules.required]] ");
  int64_t lines = -1, columns = -1;
  members.text("id", into.id);
  members.number("withinlines", lines);
  members.number("withincolumns", columns);
  if (auto read = members.result(); !read) return read;
  if (into.id.empty()) return refused(rule.id + ": [[rules.required]] rule ID is empty");
  if (members.has("withinlines")) into.within_lines = lines;
  if (members.has("withincolumns")) into.within_columns = columns;
  return {};
}

Result<void> read_rule(const toml::table& table, Rule& rule) {
  Members members(table, "rules: ");
  members.text("id", rule.id);
  members.text("regex", rule.regex);
  members.text("path", rule.path);
  members.number("entropy", rule.entropy);
  members.number("secretgroup", rule.secret_group);
  members.flag("skipreport", rule.skip_report);
  members.texts("keywords", rule.keywords);
  if (members.has("allowlist") && members.has("allowlists"))
    return refused(rule.id + ": [rules.allowlist] is deprecated, it cannot be used alongside [[rules.allowlist]]");
  const auto add = [&](const toml::table& one) { return read_allowlist(one, rule.id + ": [[rules.allowlists]] ", rule.allowlists.emplace_back()); };
  members.tables("allowlist", add);
  members.tables("allowlists", add);
  members.tables("required", [&](const toml::table& one) { return read_required(one, rule, rule.required.emplace_back()); });
  return members.result();
}

Result<void> read_global_allowlist(const toml::table& table, RuleText& into) {
  std::vector<std::string> rules;
  Members members(table, "[[allowlists]] ");
  members.texts("targetrules", rules);
  if (auto read = members.result(); !read) return read;
  Allowlist allowlist;
  if (auto read = read_allowlist(table, "[[allowlists]] ", allowlist); !read) return read;
  for (const std::string& rule : rules) into.targeted.emplace_back(rule, allowlist);
  if (rules.empty()) into.allowlists.push_back(std::move(allowlist));
  return {};
}

/// A rule that is there already changes the one it extends.
Rule merged(Rule base, const Rule& own) {
  if (own.entropy != 0) base.entropy = own.entropy;
  if (own.secret_group != 0) base.secret_group = own.secret_group;
  if (!own.regex.empty()) base.regex = own.regex;
  if (!own.path.empty()) base.path = own.path;
  base.keywords.insert(base.keywords.end(), own.keywords.begin(), own.keywords.end());
  base.allowlists.insert(base.allowlists.end(), own.allowlists.begin(), own.allowlists.end());
  return base;
}

void extend(RuleText& text, RuleText base) {
  for (Rule& rule : base.rules) {
    const auto& disabled = text.extend.disabled;
    if (std::find(disabled.begin(), disabled.end(), rule.id) != disabled.end()) continue;
    const auto own = std::find_if(text.rules.begin(), text.rules.end(), [&](const Rule& known) { return known.id == rule.id; });
    if (own == text.rules.end()) text.rules.push_back(std::move(rule));
    else *own = merged(std::move(rule), *own);
  }
  text.allowlists.insert(text.allowlists.end(), base.allowlists.begin(), base.allowlists.end());
  text.targeted.insert(text.targeted.end(), base.targeted.begin(), base.targeted.end());
  std::sort(text.rules.begin(), text.rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
}

Result<RuleText> read_deep(const std::string& path, std::string_view defaults, int depth) {
  const auto bytes = read_file(path);
  if (!bytes) return Error{(depth == 0 ? "read gitleaks config: " : "translate gitleaks config: failed to load extended config, err: ") + bytes.error().what, bytes.error().reason};
  RuleText text;
  if (auto read = read_rules(*bytes, text); !read) return read.error();
  if (depth == kDeepest) return text;
  if (!text.extend.path.empty() && text.extend.use_default) return refused("unable to load config due to extend.path and extend.useDefault being set");
  if (text.extend.use_default) {
    RuleText base;
    if (auto read = read_rules(defaults, base); !read) return read.error();
    extend(text, std::move(base));
  } else if (!text.extend.path.empty()) {
    auto base = read_deep(text.extend.path, defaults, depth + 1);
    if (!base) return base.error();
    extend(text, std::move(*base));
  }
  return text;
}

}  // namespace

Result<void> read_rules(std::string_view toml, RuleText& into) {
  const auto broken = [](uint64_t line, std::string_view why) {
    return Error{"parse gitleaks config: While parsing config: toml: line " + std::to_string(line) + ": " + std::string(why), std::string(kReason)};
  };
  if (const auto stray = stray_toml_character(toml))
    return broken(1 + static_cast<uint64_t>(std::count(toml.begin(), toml.begin() + static_cast<ptrdiff_t>(*stray), '\n')), "a character beyond ASCII needs quotes");
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) return broken(parsed.error().source().begin.line, parsed.error().description());
  Members members(parsed.table(), "");
  members.tables("extend", [&](const toml::table& table) {
    Members own(table, "extend.");
    own.text("path", into.extend.path);
    own.flag("usedefault", into.extend.use_default);
    own.texts("disabledrules", into.extend.disabled);
    return own.result();
  });
  members.tables("rules", [&](const toml::table& table) {
    Rule rule;
    if (auto read = read_rule(table, rule); !read) return read;
    // Of rules with one name the last counts.
    std::erase_if(into.rules, [&](const Rule& known) { return known.id == rule.id; });
    into.rules.push_back(std::move(rule));
    return Result<void>();
  });
  if (members.has("allowlist") && members.has("allowlists"))
    return refused("[allowlist] is deprecated, it cannot be used alongside [[allowlists]]");
  const auto add = [&](const toml::table& table) { return read_global_allowlist(table, into); };
  members.tables("allowlist", add);
  members.tables("allowlists", add);
  return members.result();
}

Result<RuleText> read_rules_file(const std::string& path, std::string_view defaults) {
  auto text = read_deep(path, defaults, 0);
  if (!text) return text.error();
  for (auto& [rule, allowlist] : text->targeted) {
    const auto found = std::find_if(text->rules.begin(), text->rules.end(), [&](const Rule& known) { return known.id == rule; });
    if (found == text->rules.end()) return refused("[[allowlists]] target rule ID '" + rule + "' does not exist");
    found->allowlists.push_back(allowlist);
  }
  return std::move(*text);
}

}  // namespace invar::loki_secretfilter
