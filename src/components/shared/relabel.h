#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/language/schema.h"
#include "src/telemetry/arena.h"
#include "src/telemetry/label_set.h"
#include "src/text/regex.h"

namespace invar::relabel {

/// The action of a rule, as written in configs.
struct Action {
  static constexpr std::string_view kGoType = "relabel.Action";
  enum class Kind : uint8_t {
    kReplace, kKeep, kDrop, kHashMod, kLabelMap, kLabelDrop, kLabelKeep, kLowercase, kUppercase, kKeepEqual, kDropEqual,
  };
  Kind kind = Kind::kReplace;
  static bool parse(std::string_view text, Action& into, std::string& why);
  std::string text() const;
  bool operator==(const Action&) const = default;
};

/// A regular expression that has to match whole values.
struct WholeRegex {
  static constexpr std::string_view kGoType = "relabel.Regexp";
  static constexpr bool kGoStruct = true;
  std::string pattern = "(.*)";
  std::optional<Regex> compiled;  // none: the default
  static bool parse(std::string_view text, WholeRegex& into, std::string& why);
  std::string text() const { return pattern; }
  bool operator==(const WholeRegex& other) const { return pattern == other.pattern; }
};

/// Arguments of one `rule` block.
struct RuleArgs {
  std::optional<std::vector<std::string>> source_labels;
  std::string separator = ";";
  WholeRegex regex;
  uint64_t modulus = 0;
  std::string target_label;
  std::string replacement = "$1";
  Action action;
  bool operator==(const RuleArgs&) const = default;
  static void validate(RuleArgs& args, ValidateContext& context);
};
extern const Schema kRuleSchema;

/// Labels while rules change them. Texts are views of the caller's or of the arena; a label without a value does not exist.
class Labels {
 public:
  explicit Labels(Arena& arena) : arena_(arena) {}
  void clear() { labels_.clear(); }
  /// Any order, names unique.
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) labels_.push_back({name, value});
  }
  std::string_view get(std::string_view name) const;
  /// Copies both texts into the arena. An empty value removes the label.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  std::span<const Label> all() const { return labels_; }

 private:
  Arena& arena_;
  std::vector<Label> labels_;
};

/// Which names a rule may make: Alloy's discovery.relabel takes any UTF-8, the rules of loki.relabel and sources only [a-zA-Z_][a-zA-Z0-9_]*.
enum class NameRule : uint8_t { kAnyText, kClassic };

/// Relabel rules, compiled. Immutable, thread-safe.
class Rules {
 public:
  Rules() = default;
  explicit Rules(std::span<const RuleArgs> rules);
  bool empty() const { return rules_.empty(); }
  /// Runs all rules; false when one of them says drop.
  bool apply(Labels& labels, NameRule names) const;

 private:
  struct Rule {
    explicit Rule(const RuleArgs& args);
    Action::Kind action;
    std::vector<std::string> source_labels;
    std::string separator;
    bool takes_all;  // the default expression: group 1 is the value
    Regex regex;     // only with the groups that are read
    RegexTemplate target;
    RegexTemplate replacement;
    std::string target_label;
    uint64_t modulus;
    size_t groups;
  };
  static bool run(const Rule& rule, Labels& labels, NameRule names);
  static void replace(const Rule& rule, std::string_view value, Labels& labels, NameRule names);
  std::vector<Rule> rules_;
};

/// The `rules` export: rules as a value, for components that take `relabel_rules`.
class RulesCapsule final : public Capsule {
 public:
  static constexpr std::string_view kCapsuleType = "relabel.Rules";
  static constexpr std::string_view kCapsuleName = "RelabelRules";
  static constexpr bool kCapsuleInterface = false;
  explicit RulesCapsule(std::vector<RuleArgs> rules) : rules_(std::move(rules)) {}
  const std::vector<RuleArgs>& rules() const { return rules_; }
  std::string_view type_name() const override { return kCapsuleType; }
  bool equals(const Capsule& other) const override;
  bool is_zero() const override { return rules_.empty(); }

 private:
  std::vector<RuleArgs> rules_;
};
using RulesPtr = std::shared_ptr<const RulesCapsule>;

}  // namespace invar::relabel
