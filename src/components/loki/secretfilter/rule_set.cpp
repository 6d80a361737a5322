#include "src/components/loki/secretfilter/rule_set.h"

#include <algorithm>
#include <map>

#include "src/base/check.h"
#include "src/components/loki/secretfilter/rule_reader.h"
#include "src/text/ascii.h"

namespace invar::loki_secretfilter {
namespace {

constexpr std::string_view kDefaultRules =
#include "src/components/loki/secretfilter/default_rules.inc"
    ;

/// Most rules begin with `[\w.-]{0,50}?`, which tells where a match begins and never whether there is one, and makes an automaton of many states out of a small one. The
/// expression without it, and otherwise as it is.
std::string without_leading_run(const std::string& regex) {
  const size_t begin = regex.starts_with("(?i)") ? 4 : 0;
  if (begin >= regex.size() || regex[begin] != '[') return regex;
  size_t at = begin + 1;
  if (regex.compare(at, 1, "]") == 0 || regex.compare(at, 2, "^]") == 0) return regex;  // a member of the class
  while (at < regex.size() && regex[at] != ']' && regex[at] != '[') at += regex[at] == '\\' ? 2 : 1;
  if (regex.compare(std::min(at, regex.size()), 4, "]{0,") != 0) return regex;
  at = regex.find_first_not_of("0123456789", at + 4);
  if (at == std::string::npos || regex[at] != '}') return regex;
  at += 1 + (regex.compare(at + 1, 1, "?") == 0);
  return regex.substr(0, begin) + regex.substr(at);
}

Error of_rule(const Rule& rule, const std::string& why) { return {rule.id + ": " + why, "bad_rules"}; }

Result<void> prepare(Allowlist& allowlist) {
  if (!allowlist.regexes.empty()) {
    std::string joined = "(?:";
    for (const std::string& regex : allowlist.regexes) joined += (&regex == &allowlist.regexes.front() ? "" : "|") + regex;
    auto compiled = Regex::compile(joined + ")");
    if (!compiled) return compiled.error();
    allowlist.joined = std::move(*compiled);
  }
  if (!allowlist.stopwords.empty()) allowlist.finder = std::make_shared<const KeywordFinder>(allowlist.stopwords);
  return {};
}

}  // namespace

std::shared_ptr<const RuleSet> RuleSet::defaults() {
  static const std::shared_ptr<const RuleSet> known = [] {
    RuleText text;
    const auto read = read_rules(kDefaultRules, text);
    INVAR_CHECK(read.ok());
    auto set = std::make_shared<RuleSet>();
    set->rules_ = std::move(text.rules);
    set->allowlists_ = std::move(text.allowlists);
    const auto finished = set->finish(false);
    INVAR_CHECK(finished.ok());
    return set;
  }();
  return known;
}

Result<std::shared_ptr<const RuleSet>> RuleSet::read(const std::string& path) {
  auto text = read_rules_file(path, kDefaultRules);
  if (!text) return text.error();
  auto set = std::make_shared<RuleSet>();
  set->rules_ = std::move(text->rules);
  set->allowlists_ = std::move(text->allowlists);
  if (auto finished = set->finish(true); !finished) return Error{"translate gitleaks config: " + finished.error().what, finished.error().reason};
  return std::shared_ptr<const RuleSet>(std::move(set));
}

/// Where `check` is not set, expressions are known to be good, and wait for the first line that asks for them.
Result<void> RuleSet::finish(bool check) {
  std::map<std::string, size_t> numbers;
  for (size_t i = 0; i < rules_.size(); ++i) numbers[rules_[i].id] = i;
  std::map<std::string, std::vector<uint32_t>> asked;
  for (size_t i = 0; i < rules_.size(); ++i) {
    Rule& rule = rules_[i];
    rule.generic = ascii::to_lower(rule.id).find("generic") != std::string::npos;
    for (RequiredRule& required : rule.required) {
      const auto found = numbers.find(required.id);
      if (found == numbers.end()) return of_rule(rule, "[[rules.required]] rule ID '" + required.id + "' does not exist");
      required.rule = found->second;
    }
    for (Allowlist& allowlist : rule.allowlists)
      if (auto prepared = prepare(allowlist); !prepared) return of_rule(rule, prepared.error().what);
    if (!rule.path.empty()) {
      auto path = Regex::compile(rule.path);
      if (!path) return of_rule(rule, path.error().what);
      if (!path->matches("")) rule.regex.clear();  // it looks at files of some name: never at a line
    }
    if (rule.keywords.empty()) always_.push_back(static_cast<uint32_t>(i));
    for (const std::string& keyword : rule.keywords)
      if (auto& rules = asked[ascii::to_lower(keyword)]; rules.empty() || rules.back() != i) rules.push_back(static_cast<uint32_t>(i));
  }
  for (Allowlist& allowlist : allowlists_)
    if (auto prepared = prepare(allowlist); !prepared) return prepared;
  std::vector<std::string> words;
  for (auto& [word, rules] : asked) {
    words.push_back(word);
    rules_of_keyword_.push_back(std::move(rules));
  }
  keywords_ = std::make_unique<KeywordFinder>(words);
  compiled_ = std::make_unique<Compiled[]>(rules_.size());
  return check ? check_rules() : Result<void>();
}

Result<void> RuleSet::check_rules() const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (rule.id.find_first_not_of(" \t\n") == std::string::npos) return Error{"rule |id| is missing or empty", "bad_rules"};
    if (rule.regex.empty()) {
      if (rule.path.empty()) return of_rule(rule, "both |regex| and |path| are empty, this rule will have no effect");
      continue;
    }
    if (auto tried = Regex::compile(rule.regex); !tried) return of_rule(rule, tried.error().what);
    const int groups = regex(i)->group_count();
    if (rule.secret_group > static_cast<size_t>(groups))
      return of_rule(rule, "invalid regex secret group " + std::to_string(rule.secret_group) + ", max regex secret group " + std::to_string(groups));
  }
  return {};
}

const RuleSet::Compiled& RuleSet::compiled(size_t rule) const {
  Compiled& compiled = compiled_[rule];
  std::call_once(compiled.once, [&] {
    const std::string& text = rules_[rule].regex;
    auto regex = Regex::compile(text);
    INVAR_CHECK(regex.ok());
    compiled.regex = std::move(*regex);
    if (const std::string core = without_leading_run(text); core != text)
      if (auto shorter = Regex::compile(core)) compiled.core = std::move(*shorter);
  });
  return compiled;
}

const Regex* RuleSet::regex(size_t rule) const { return rules_[rule].regex.empty() ? nullptr : &*compiled(rule).regex; }

bool RuleSet::matches(size_t rule, std::string_view text) const {
  const Compiled& known = compiled(rule);
  return (known.core ? *known.core : *known.regex).matches(text);
}

}  // namespace invar::loki_secretfilter
