#include "src/components/loki/source/journal/entry_labels.h"

#include <algorithm>
#include <array>

#include "src/text/ascii.h"

namespace invar::loki_source_journal {
namespace {

constexpr std::string_view kPrefix = "__journal_";
constexpr std::string_view kPriority = "PRIORITY";
constexpr std::string_view kKeyword = "__journal_priority_keyword";
constexpr std::array<std::string_view, 8> kKeywords{"emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"};

/// Of what is no priority the text itself.
std::string_view keyword_of(std::string_view priority) {
  return priority.size() == 1 && priority[0] >= '0' && priority[0] <= '7' ? kKeywords[static_cast<size_t>(priority[0] - '0')] : priority;
}

}  // namespace

LabelRules::LabelRules(LabelList labels, std::vector<relabel::RuleArgs> rules) : labels_(std::move(labels)), written_(std::move(rules)), rules_(written_) {
  for (const relabel::RuleArgs& rule : written_) {
    reads_all_ |= rule.action.kind == relabel::Action::Kind::kLabelMap;
    if (rule.source_labels) read_.insert(read_.end(), rule.source_labels->begin(), rule.source_labels->end());
    read_.push_back(rule.target_label);
  }
  std::sort(read_.begin(), read_.end());
}

bool LabelRules::reads(std::string_view name) const { return reads_all_ || std::binary_search(read_.begin(), read_.end(), name); }

LabelListPtr LabelRules::apply(const std::vector<Label>& fields, Arena& scratch) const {
  scratch.reset();
  relabel::Labels labels(scratch);
  for (const auto& [name, value] : labels_) labels.set(name, value);
  for (const Label& field : fields) labels.set(field.name, field.value);
  if (!rules_.apply(labels, relabel::NameRule::kClassic)) return nullptr;
  LabelList left;
  for (const Label& label : labels.all())
    if (!label.name.starts_with("__")) left.emplace_back(label.name, label.value);
  return left.empty() ? nullptr : std::make_shared<const LabelList>(std::move(left));
}

void EntryLabels::begin() {
  fields_.clear();
  key_.clear();
  bytes_.reset();
}

const EntryLabels::Name& EntryLabels::name_of(std::string_view field) {
  if (const auto known = names_.find(field); known != names_.end()) return known->second;
  if (names_.size() >= kNames) names_.clear();
  Name name;
  name.label = kPrefix;
  for (const char c : field) name.label += ascii::to_lower(c);
  name.read = rules_.reads(name.label);
  name.keyword_read = field == kPriority && rules_.reads(kKeyword);
  return names_.emplace(field, std::move(name)).first->second;
}

void EntryLabels::add(std::string_view field, std::string_view value) {
  const Name& name = name_of(field);
  if (name.keyword_read) add_label(kKeyword, keyword_of(value));
  if (name.read) add_label(name.label, value);
}

void EntryLabels::add_label(std::string_view name, std::string_view value) {
  fields_.push_back({bytes_.copy(name), bytes_.copy(value)});
  const auto append = [this](std::string_view text) {
    const auto size = static_cast<uint32_t>(text.size());
    key_.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
  };
  append(name);
  append(value);
}

const LabelListPtr& EntryLabels::finish() {
  if (const auto known = results_.find(key_); known != results_.end()) return known->second;
  if (results_.size() >= kRemembered) results_.clear();
  LabelListPtr made = rules_.apply(fields_, scratch_);
  if (key_.size() <= kKeyBytes) return results_.emplace(key_, std::move(made)).first->second;
  return result_ = std::move(made);
}

}  // namespace invar::loki_source_journal
