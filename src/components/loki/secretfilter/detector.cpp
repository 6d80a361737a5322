#include "src/components/loki/secretfilter/detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "src/base/quote.h"
#include "src/text/literal_search.h"

namespace invar::loki_secretfilter {
namespace {

constexpr std::string_view kAllowed = "gitleaks:allow";

std::string_view trim_newlines(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

bool allows(const Allowlist& list, const Finding& finding, std::string_view line) {
  if (list.never) return false;
  const std::string_view target = list.target == Allowlist::Target::kSecret ? finding.secret : list.target == Allowlist::Target::kMatch ? finding.match : line;
  const bool regex = list.joined && !target.empty() && list.joined->matches(target);
  if (!list.needs_all) return regex || (list.finder && list.finder->finds_any(finding.secret));
  return (!list.joined || regex) && (!list.finder || list.finder->finds_any(finding.secret));
}

}  // namespace

double shannon_entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<uint32_t, 128> ascii{};
  std::map<char32_t, uint32_t> others;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 128) {
      ++ascii[byte];
      ++at;
      continue;
    }
    size_t length = 0;
    ++others[decode_rune(text.substr(at), length)];
    at += length;
  }
  const double inverse = 1.0 / static_cast<double>(text.size());
  double entropy = 0;
  const auto add = [&](uint32_t count) {
    if (count == 0) return;
    const double share = static_cast<double>(count) * inverse;
    entropy -= share * std::log2(share);
  };
  for (const uint32_t count : ascii) add(count);
  for (const auto& [rune, count] : others) add(count);
  return entropy;
}

const std::vector<Finding>& Detector::find(std::string_view text, const Clock& clock, int64_t deadline_ns) {
  text_ = text;
  newlines_known_ = false;
  found_.clear();
  asked_.clear();
  keywords_.clear();
  rules_->keywords().find(text, keywords_);
  keywords_.each([&](size_t keyword) {
    for (const uint32_t rule : rules_->rules_of_keyword(keyword)) asked_.add(rule);
  });
  for (const uint32_t rule : rules_->always()) asked_.add(rule);
  asked_.each([&](size_t rule) {
    if (deadline_ns != 0 && clock.steady_ns() >= deadline_ns) return;
    const size_t first = found_.size();
    ask(rule, false, found_);
    keep_required(rules_->rules()[rule], first, found_);
  });
  drop_generic();
  return found_;
}

void Detector::ask(size_t number, bool inherited, std::vector<Finding>& found) {
  const Rule& rule = rules_->rules()[number];
  const Regex* regex = rules_->regex(number);
  if (!regex || (rule.skip_report && !inherited) || !rules_->matches(number, text_)) return;
  std::array<std::string_view, 1> whole;
  for (RegexMatches matches(*regex, text_); matches.next(whole);) {
    Finding finding{.rule = number, .match = trim_newlines(whole[0]), .secret = {}};
    finding.secret = finding.match;
    const auto begin = static_cast<size_t>(whole[0].data() - text_.data());
    const std::string_view line = locate(begin, begin + finding.match.size(), finding);
    if (has_literal(line, kAllowed)) continue;
    groups_.assign(static_cast<size_t>(regex->group_count()) + 1, {});
    if (groups_.size() > 1 && regex->find(finding.match, groups_)) {
      if (rule.secret_group > 0) finding.secret = groups_[rule.secret_group];
      else if (const auto group = std::find_if(groups_.begin() + 1, groups_.end(), [](std::string_view g) { return !g.empty(); }); group != groups_.end())
        finding.secret = *group;
    }
    if (rule.entropy != 0 && shannon_entropy(finding.secret) <= rule.entropy) continue;
    if (is_allowed(rules_->allowlists(), finding, line) || is_allowed(rule.allowlists, finding, line)) continue;
    found.push_back(finding);
  }
}

bool Detector::is_allowed(const std::vector<Allowlist>& lists, const Finding& finding, std::string_view line) const {
  return std::any_of(lists.begin(), lists.end(), [&](const Allowlist& list) { return allows(list, finding, line); });
}

/// Keeps what all other rules that `rule` requires were found near of.
bool Detector::keep_required(const Rule& rule, size_t first, std::vector<Finding>& found) {
  if (rule.required.empty() || found.size() == first) return true;
  for (const RequiredRule& required : rule.required) {
    required_.clear();
    ask(required.rule, true, required_);
    const auto apart = [](size_t a, size_t b) { return static_cast<int64_t>(a > b ? a - b : b - a); };
    const auto is_alone = [&](const Finding& finding) {
      return std::none_of(required_.begin(), required_.end(), [&](const Finding& other) {
        return (!required.within_lines || apart(finding.start_line, other.start_line) <= *required.within_lines) &&
               (!required.within_columns || apart(finding.start_column, other.start_column) <= *required.within_columns);
      });
    };
    found.erase(std::remove_if(found.begin() + static_cast<ptrdiff_t>(first), found.end(), is_alone), found.end());
  }
  return found.size() > first;
}

/// The line that gitleaks takes a match to be on: what it is looked at for, in full.
std::string_view Detector::locate(size_t begin, size_t end, Finding& finding) {
  if (!newlines_known_) {
    newlines_.clear();
    for (size_t at = text_.find('\n'); at != std::string_view::npos; at = text_.find('\n', at + 1)) newlines_.push_back(at);
    if (newlines_.empty()) newlines_.push_back(text_.size());
    newlines_known_ = true;
  }
  size_t line_begin = 0, line_end = 0, previous = 0;
  bool known = false;
  for (size_t number = 0; number < newlines_.size(); ++number) {
    const size_t newline = newlines_[number];
    if (previous <= begin && begin < newline) {
      known = true;
      finding.start_line = number;
      finding.start_column = begin - previous + 1;
      line_begin = previous;
      line_end = newline;
    }
    if (previous < end && end <= newline) line_end = newline;
    previous = newline;
  }
  if (!known) {
    finding.start_line = newlines_.size();
    finding.start_column = begin - previous + 1;
    line_end = std::min(text_.find_first_of("\r\n", end), text_.size());
  }
  line_end = std::max(line_end, end);
  return text_.substr(line_begin, line_end - line_begin);
}

/// A generic rule gives way to one that knows what the secret is.
void Detector::drop_generic() {
  const std::vector<Rule>& rules = rules_->rules();
  if (std::none_of(found_.begin(), found_.end(), [&](const Finding& f) { return rules[f.rule].generic; })) return;
  required_ = found_;
  std::erase_if(found_, [&](const Finding& finding) {
    return rules[finding.rule].generic && std::any_of(required_.begin(), required_.end(), [&](const Finding& other) {
             return finding.start_line == other.start_line && !rules[other.rule].generic && other.secret.find(finding.secret) != std::string_view::npos;
           });
  });
}

}  // namespace invar::loki_secretfilter
