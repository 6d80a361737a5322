#include "src/components/shared/relabel.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/components/shared/md5.h"

namespace invar::relabel {
namespace {

constexpr std::string_view kActions[] = {"replace",   "keep",      "drop",      "hashmod",   "labelmap", "labeldrop",
                                         "labelkeep", "lowercase", "uppercase", "keepequal", "dropequal"};

using enum Presence;
constexpr std::array kRows{
    attr<&RuleArgs::source_labels>("source_labels", kOptional, "Labels whose values are joined and looked at."),
    attr<&RuleArgs::separator>("separator", kOptional, "Put between the values."),
    attr<&RuleArgs::regex>("regex", kOptional, "Has to match the whole joined value."),
    attr<&RuleArgs::modulus>("modulus", kOptional, "hashmod: the hash is taken modulo this."),
    attr<&RuleArgs::target_label>("target_label", kOptional, "Label that is written; may hold $1."),
    attr<&RuleArgs::replacement>("replacement", kOptional, "What is written; may hold $1."),
    attr<&RuleArgs::action>("action", kOptional,
                            "replace, keep, drop, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, keepequal, dropequal."),
};

bool is_classic_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_text_name(std::string_view name) { return !name.empty() && is_valid_utf8(name); }

bool is_name(std::string_view name, NameRule rule) { return rule == NameRule::kClassic ? is_classic_name(name) : is_text_name(name); }

/// Prometheus' relabelTarget: what may stand in a target that holds $.
bool is_name_template(std::string_view text) {
  static const Regex kTarget = *Regex::compile(R"(^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$)");
  return kTarget.matches(text);
}

std::string change_case(std::string_view text, char32_t (*change)(char32_t)) {
  std::string out;
  for (size_t at = 0, length = 0; at < text.size(); at += length) append_rune(out, change(decode_rune(text.substr(at), length)));
  return out;
}

const Regex& default_regex() {
  static const Regex kAll = *Regex::compile_anchored("(.*)");
  return kAll;
}

std::vector<int> groups_read(const RegexTemplate& a, const RegexTemplate& b) {
  std::vector<int> groups(a.groups());
  groups.insert(groups.end(), b.groups().begin(), b.groups().end());
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  std::erase(groups, 0);
  return groups;
}

}  // namespace

constinit const Schema kRuleSchema = schema<RuleArgs>("rule", "One relabel rule.", kRows);

bool Action::parse(std::string_view text, Action& into, std::string& why) {
  const auto* found = std::find(std::begin(kActions), std::end(kActions), text);
  if (found == std::end(kActions)) return why = "unrecognized action type " + quoted(text), false;
  into.kind = static_cast<Kind>(found - std::begin(kActions));
  return true;
}

std::string Action::text() const { return std::string(kActions[static_cast<size_t>(kind)]); }

bool WholeRegex::parse(std::string_view text, WholeRegex& into, std::string& why) {
  auto regex = Regex::compile_anchored(text);
  if (!regex) return why = regex.error().what, false;
  into.pattern = text;
  into.compiled = std::move(*regex);
  return true;
}

void RuleArgs::validate(RuleArgs& rule, ValidateContext& context) {
  using K = Action::Kind;
  const K kind = rule.action.kind;
  const RuleArgs defaults;
  const std::string action = rule.action.text();
  const auto any_of = [kind](std::initializer_list<K> kinds) { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); };
  const auto invalid_target = [&] { context.refuse(quoted(rule.target_label) + " is invalid 'target_label' for " + action + " action"); };
  const bool has_variable = rule.target_label.find('$') != std::string::npos;

  if (kind == K::kHashMod && rule.modulus == 0) context.refuse("relabel configuration for hashmod requires non-zero modulus");
  if (any_of({K::kReplace, K::kHashMod, K::kLowercase, K::kUppercase, K::kKeepEqual, K::kDropEqual}) && rule.target_label.empty())
    context.refuse("relabel configuration for " + action + " action requires 'target_label' value");
  if (kind == K::kReplace && !(has_variable ? is_name_template(rule.target_label) : is_text_name(rule.target_label))) invalid_target();
  if (any_of({K::kLowercase, K::kUppercase, K::kKeepEqual, K::kDropEqual})) {
    if (!is_text_name(rule.target_label)) invalid_target();
    if (rule.replacement != defaults.replacement) context.refuse("'replacement' can not be set for " + action + " action");
  }
  if (kind == K::kLabelMap && !is_name_template(rule.replacement))
    context.refuse(quoted(rule.replacement) + " is invalid 'replacement' for " + action + " action");
  if (kind == K::kHashMod && !is_text_name(rule.target_label)) invalid_target();
  const bool extras = rule.modulus != 0 || rule.separator != defaults.separator || rule.replacement != defaults.replacement;
  if (any_of({K::kLabelDrop, K::kLabelKeep}) && (extras || rule.source_labels || !rule.target_label.empty()))
    context.refuse(action + " action requires only 'regex', and no other fields");
  if (any_of({K::kKeepEqual, K::kDropEqual}) && (extras || rule.regex != defaults.regex))
    context.refuse(action + " action requires only 'source_labels' and 'target_label', and no other fields");
}

std::string_view Labels::get(std::string_view name) const {
  for (const Label& label : labels_)
    if (label.name == name) return label.value;
  return {};
}

void Labels::set(std::string_view name, std::string_view value) {
  if (value.empty()) return remove(name);
  for (Label& label : labels_)
    if (label.name == name) {
      label.value = arena_.copy(value);
      return;
    }
  labels_.push_back({arena_.copy(name), arena_.copy(value)});
}

void Labels::remove(std::string_view name) {
  std::erase_if(labels_, [name](const Label& label) { return label.name == name; });
}

Rules::Rule::Rule(const RuleArgs& args)
    : action(args.action.kind),
      source_labels(args.source_labels.value_or(std::vector<std::string>())),
      separator(args.separator),
      takes_all(args.regex.pattern == "(.*)"),
      regex(args.regex.compiled ? *args.regex.compiled : default_regex()),
      target(args.target_label, regex),
      replacement(args.replacement, regex),
      target_label(args.target_label),
      modulus(args.modulus) {
  const std::vector<int> kept = groups_read(target, replacement);
  if (action == Action::Kind::kReplace) {
    regex = regex.with_only(kept);
    target = target.renumbered(kept);
    replacement = replacement.renumbered(kept);
  }
  groups = kept.size() + 1;
}

Rules::Rules(std::span<const RuleArgs> rules) {
  for (const RuleArgs& rule : rules) rules_.emplace_back(rule);
}

bool Rules::apply(Labels& labels, NameRule names) const {
  for (const Rule& rule : rules_)
    if (!run(rule, labels, names)) return false;
  return true;
}

void Rules::replace(const Rule& rule, std::string_view value, Labels& labels, NameRule names) {
  constexpr size_t kOnStack = 16;
  std::string_view few[kOnStack];
  std::vector<std::string_view> many(rule.groups > kOnStack ? rule.groups : 0);
  const auto groups = many.empty() ? std::span(few).first(rule.groups) : std::span(many);
  if (rule.takes_all)
    std::fill(groups.begin(), groups.end(), value);
  else if (!rule.regex.find(value, groups))
    return;
  std::string target, replacement;
  rule.target.append(target, groups);
  if (!is_name(target, names)) return;
  rule.replacement.append(replacement, groups);
  labels.set(target, replacement);
}

bool Rules::run(const Rule& rule, Labels& labels, NameRule names) {
  using K = Action::Kind;
  std::string joined;
  std::string_view value;
  if (rule.source_labels.size() == 1) {
    value = labels.get(rule.source_labels[0]);
  } else {
    for (size_t i = 0; i < rule.source_labels.size(); ++i) {
      if (i > 0) joined += rule.separator;
      joined += labels.get(rule.source_labels[i]);
    }
    value = joined;
  }
  const auto matching = [&](bool wanted) {
    std::vector<Label> found;
    for (const Label& label : labels.all())
      if (rule.regex.matches(label.name) == wanted) found.push_back(label);
    return found;
  };
  switch (rule.action) {
    case K::kDrop: return !rule.regex.matches(value);
    case K::kKeep: return rule.regex.matches(value);
    case K::kDropEqual: return labels.get(rule.target_label) != value;
    case K::kKeepEqual: return labels.get(rule.target_label) == value;
    case K::kReplace: replace(rule, value, labels, names); break;
    case K::kLowercase: labels.set(rule.target_label, change_case(value, to_lower)); break;
    case K::kUppercase: labels.set(rule.target_label, change_case(value, to_upper)); break;
    case K::kHashMod: {
      const auto hash = md5(value);
      uint64_t last = 0;
      for (size_t i = 8; i < 16; ++i) last = last << 8 | hash[i];
      labels.set(rule.target_label, std::to_string(last % rule.modulus));
      break;
    }
    case K::kLabelMap:
      for (const Label& label : matching(true)) {
        std::string name;
        replace_all(rule.regex, label.name, rule.replacement, name);
        labels.set(name, label.value);
      }
      break;
    case K::kLabelDrop:
      for (const Label& label : matching(true)) labels.remove(label.name);
      break;
    case K::kLabelKeep:
      for (const Label& label : matching(false)) labels.remove(label.name);
      break;
  }
  return true;
}

bool RulesCapsule::equals(const Capsule& other) const {
  const auto* rules = dynamic_cast<const RulesCapsule*>(&other);
  return rules && rules->rules_ == rules_;
}

}  // namespace invar::relabel
