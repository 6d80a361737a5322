#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/components/loki/secretfilter/rule_set.h"

namespace invar::loki_secretfilter {

/// A secret in a text. Views are of that text.
struct Finding {
  size_t rule = 0;
  std::string_view match, secret;
  size_t start_line = 0, start_column = 0;
};

/// Finds secrets in texts, as gitleaks' detector does: rules whose keywords stand in the text match their expression against it, and what they find has to be random
/// enough and on no allowlist. Keeps memory between texts; one thread.
class Detector {
 public:
  explicit Detector(RuleSetPtr rules) : rules_(std::move(rules)), asked_(rules_->rules().size()), keywords_(rules_->keyword_count()) {}
  const RuleSet& rules() const { return *rules_; }

  /// In the order of rules. No rule is begun after `deadline_ns` of the clock's steady time (0: none).
  const std::vector<Finding>& find(std::string_view text, const Clock& clock, int64_t deadline_ns = 0);

 private:
  void ask(size_t rule, bool inherited, std::vector<Finding>& found);
  bool keep_required(const Rule& rule, size_t first, std::vector<Finding>& found);
  bool is_allowed(const std::vector<Allowlist>& lists, const Finding& finding, std::string_view line) const;
  std::string_view locate(size_t begin, size_t end, Finding& finding);
  void drop_generic();

  RuleSetPtr rules_;
  NumberSet asked_, keywords_;
  std::string_view text_;
  std::vector<size_t> newlines_;
  bool newlines_known_ = false;
  std::vector<std::string_view> groups_;
  std::vector<Finding> found_, required_;
};

/// Bits per byte, as gitleaks counts them.
double shannon_entropy(std::string_view text);

}  // namespace invar::loki_secretfilter
