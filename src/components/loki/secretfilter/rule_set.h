#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/components/loki/secretfilter/keyword_finder.h"
#include "src/text/regex.h"

namespace invar::loki_secretfilter {

/// What is no secret after all. A log line has no path and no commit: conditions on those never hold.
struct Allowlist {
  enum class Target : uint8_t { kSecret, kMatch, kLine };
  bool needs_all = false;
  bool never = false;  // needs a path or a commit
  Target target = Target::kSecret;
  std::vector<std::string> regexes;
  std::vector<std::string> stopwords;
  // Of the above, made ready by RuleSet.
  std::optional<Regex> joined;
  std::shared_ptr<const KeywordFinder> finder;
};

/// Another rule that has to find something as well.
struct RequiredRule {
  std::string id;
  std::optional<int64_t> within_lines, within_columns;
  size_t rule = 0;  // its number
};

/// One kind of secret.
struct Rule {
  std::string id;
  std::string regex;
  std::string path;
  double entropy = 0;
  size_t secret_group = 0;
  bool skip_report = false;
  std::vector<std::string> keywords;
  std::vector<Allowlist> allowlists;
  std::vector<RequiredRule> required;
  bool generic = false;  // gives way to others
};

/// Rules of gitleaks, of its default configuration or of a file. Immutable once made; shared by lanes.
class RuleSet {
 public:
  /// The rules of gitleaks 8.30.1; the same set for everybody.
  static std::shared_ptr<const RuleSet> defaults();
  /// Those of a TOML file, and of what it extends. Reads files. Errors have Alloy's words, as far as those are not its libraries'.
  static Result<std::shared_ptr<const RuleSet>> read(const std::string& path);

  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Allowlist>& allowlists() const { return allowlists_; }
  const KeywordFinder& keywords() const { return *keywords_; }
  /// The rules that keyword `number` asks for.
  const std::vector<uint32_t>& rules_of_keyword(size_t number) const { return rules_of_keyword_[number]; }
  size_t keyword_count() const { return rules_of_keyword_.size(); }
  /// Rules without keywords: always asked.
  const std::vector<uint32_t>& always() const { return always_; }
  /// The expression of a rule, or null: it has none, or looks at files of other names only. Compiled at the first call. Any thread.
  const Regex* regex(size_t rule) const;
  /// Whether that expression, which is not null, matches anywhere. Takes a shorter way to the answer than the expression itself.
  bool matches(size_t rule, std::string_view text) const;

 private:
  friend class RuleReader;
  struct Compiled {
    std::once_flag once;
    std::optional<Regex> regex;
    std::optional<Regex> core;  // matches where `regex` does
  };
  const Compiled& compiled(size_t rule) const;
  Result<void> finish(bool check);
  Result<void> check_rules() const;

  std::vector<Rule> rules_;
  std::vector<Allowlist> allowlists_;
  std::unique_ptr<KeywordFinder> keywords_;
  std::vector<std::vector<uint32_t>> rules_of_keyword_;
  std::vector<uint32_t> always_;
  std::unique_ptr<Compiled[]> compiled_;
};
using RuleSetPtr = std::shared_ptr<const RuleSet>;

}  // namespace invar::loki_secretfilter
