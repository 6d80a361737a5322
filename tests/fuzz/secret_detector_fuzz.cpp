// Any bytes as rules of secrets, or as a text with secrets: no crash; what is found stands in the text, and is found again.
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/components/loki/secretfilter/detector.h"
#include "src/components/loki/secretfilter/rule_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar;
  using namespace invar::loki_secretfilter;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'r') {
    RuleText rules;
    if (!read_rules(text, rules)) return 0;
    for (const Rule& rule : rules.rules) INVAR_CHECK(!rule.id.empty() || rule.allowlists.size() < size);
    return 0;
  }
  static Detector detector(RuleSet::defaults());
  const std::vector<Finding> found = detector.find(text, SystemClock::instance());
  for (const Finding& finding : found) {
    INVAR_CHECK(text.find(finding.match) != std::string_view::npos);
    INVAR_CHECK(finding.match.find(finding.secret) != std::string_view::npos);
  }
  const RuleSet& rules = detector.rules();
  for (size_t rule = 0; rule < rules.rules().size(); ++rule)
    if (const Regex* regex = rules.regex(rule)) INVAR_CHECK(rules.matches(rule, text) == regex->matches(text));
  INVAR_CHECK(detector.find(text, SystemClock::instance()).size() == found.size());
  return 0;
}
