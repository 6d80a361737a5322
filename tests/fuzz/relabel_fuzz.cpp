// Rules, one a line (action, source labels, separator, expression, target, replacement, modulus, between tabs), an empty line, labels (`name=value`): the rules as they
// run, with literals, span programs and groups left out, give what Prometheus' own text says, written down without any of these.
#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/components/shared/md5.h"
#include "src/components/shared/relabel.h"

namespace {

using namespace invar;
using namespace invar::relabel;
using Texts = std::vector<std::string_view>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kMaxRules = 6, kMaxLabels = 12;

Texts split(std::string_view text, char separator) {
  Texts parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::optional<RuleArgs> read_rule(std::string_view line) {
  const Texts fields = split(line, '\t');
  if (fields.size() < 7) return std::nullopt;
  RuleArgs rule;
  std::string why;
  if (!Action::parse(fields[0], rule.action, why) || fields[3].size() > 40 || !WholeRegex::parse(fields[3], rule.regex, why)) return std::nullopt;
  if (!fields[1].empty()) {
    rule.source_labels.emplace();
    for (const std::string_view label : split(fields[1], ',')) rule.source_labels->emplace_back(label);
  }
  rule.separator = fields[2];
  rule.target_label = fields[4];
  rule.replacement = fields[5];
  for (const char c : fields[6].substr(0, 9))
    if (c >= '0' && c <= '9') rule.modulus = rule.modulus * 10 + static_cast<uint64_t>(c - '0');
  if (rule.action.kind == Action::Kind::kHashMod && rule.modulus == 0) return std::nullopt;
  return rule;
}

std::string value_of(const Pairs& labels, std::string_view name) {
  for (const auto& [known, value] : labels)
    if (known == name) return value;
  return {};
}

void set(Pairs& labels, const std::string& name, const std::string& value) {
  if (value.empty()) return void(std::erase_if(labels, [&](const auto& label) { return label.first == name; }));
  for (auto& label : labels)
    if (label.first == name) return void(label.second = value);
  labels.emplace_back(name, value);
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Go's Regexp.Expand, for templates in ASCII.
std::string expanded(std::string_view text, const Regex& regex, const Texts& groups) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '$') {
      out += text[++i];
      continue;
    }
    const bool braced = i + 1 < text.size() && text[i + 1] == '{';
    size_t begin = i + 1 + braced, end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == begin || (braced && (end == text.size() || text[end] != '}'))) {
      out += '$';  // malformed
      continue;
    }
    const std::string_view name = text.substr(begin, end - begin);
    i = braced ? end : end - 1;
    const bool number = std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) && (name.size() == 1 || name[0] != '0');
    for (size_t group = 0; group < groups.size(); ++group) {
      const bool meant = number ? name == std::to_string(group) : regex.group_names()[group] == name && !name.empty();
      if (!meant || groups[group].data() == nullptr) continue;
      out += groups[group];
      break;
    }
  }
  return out;
}

bool is_classic_name(std::string_view name) {
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) && std::all_of(name.begin(), name.end(), is_word);
}

/// False: drop. Sets `skip` where the two may differ, for want of Unicode here.
bool run(const RuleArgs& rule, Pairs& labels, bool& skip) {
  using K = Action::Kind;
  const Regex regex = Regex::compile_anchored(rule.regex.pattern)->by_reference();
  std::string value;
  const auto sources = rule.source_labels.value_or(std::vector<std::string>());
  for (size_t i = 0; i < sources.size(); ++i) value += (i > 0 ? rule.separator : "") + value_of(labels, sources[i]);
  Texts groups(static_cast<size_t>(regex.group_count()) + 1);
  const bool matches = regex.find(value, groups);
  const auto with_case = [&](int (*change)(int)) {
    std::string text = value;
    for (char& c : text) {
      skip = skip || static_cast<unsigned char>(c) >= 0x80;
      c = static_cast<char>(change(static_cast<unsigned char>(c)));
    }
    set(labels, rule.target_label, text);
  };
  const auto names_that = [&](bool match) {
    Pairs found;
    for (const auto& label : labels)
      if (regex.find(label.first, {}) == match) found.push_back(label);
    return found;
  };
  switch (rule.action.kind) {
    case K::kDrop: return !matches;
    case K::kKeep: return matches;
    case K::kDropEqual: return value_of(labels, rule.target_label) != value;
    case K::kKeepEqual: return value_of(labels, rule.target_label) == value;
    case K::kReplace: {
      if (!matches) break;
      const std::string target = expanded(rule.target_label, regex, groups);
      if (is_classic_name(target)) set(labels, target, expanded(rule.replacement, regex, groups));
      break;
    }
    case K::kLowercase: with_case(std::tolower); break;
    case K::kUppercase: with_case(std::toupper); break;
    case K::kHashMod: {
      uint64_t last = 0;
      const auto hash = md5(value);
      for (size_t i = 8; i < 16; ++i) last = last << 8 | hash[i];
      set(labels, rule.target_label, std::to_string(last % rule.modulus));
      break;
    }
    case K::kLabelMap:
      for (const auto& [name, text] : names_that(true)) {
        Texts of_name(groups.size());
        regex.find(name, of_name);
        set(labels, expanded(rule.replacement, regex, of_name), text);
      }
      break;
    case K::kLabelDrop:
      for (const auto& [name, text] : names_that(true)) set(labels, name, "");
      break;
    case K::kLabelKeep:
      for (const auto& [name, text] : names_that(false)) set(labels, name, "");
      break;
  }
  return true;
}

Pairs sorted(Pairs labels) {
  std::sort(labels.begin(), labels.end());
  return labels;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size > 2000) return 0;
  std::vector<RuleArgs> rules;
  Pairs labels;
  bool in_labels = false;
  for (const std::string_view line : split(input, '\n')) {
    if (line.empty()) {
      in_labels = true;
    } else if (in_labels && labels.size() < kMaxLabels) {
      const size_t equals = std::min(line.find('='), line.size());
      const std::string name(line.substr(0, equals)), value(line.substr(std::min(equals + 1, line.size())));
      if (!name.empty() && value_of(labels, name).empty() && !value.empty()) labels.emplace_back(name, value);
    } else if (!in_labels && rules.size() < kMaxRules) {
      // RE2 20220601 itself takes `b|(?i)b` for `b`.
      auto rule = read_rule(line);
      if (!rule || rule->regex.pattern.find("(?") != std::string::npos) continue;
      const auto is_ascii = [](const std::string& text) { return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }); };
      if (is_ascii(rule->target_label) && is_ascii(rule->replacement)) rules.push_back(std::move(*rule));
    }
  }
  Arena arena;
  Labels working(arena);
  for (const auto& [name, value] : labels) working.add(name, value);
  const bool kept = Rules(rules).apply(working, NameRule::kClassic);
  Pairs ours;  // before the others change: these are views
  for (const Label& label : working.all()) ours.emplace_back(label.name, label.value);
  bool expected = true, skip = false;
  for (const RuleArgs& rule : rules) expected = expected && run(rule, labels, skip);
  if (skip) return 0;
  INVAR_CHECK(kept == expected);
  if (!kept) return 0;
  INVAR_CHECK(sorted(ours) == sorted(labels));
  return 0;
}
