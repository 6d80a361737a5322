#include "src/components/loki/source/kafka/message_labels.h"

#include <algorithm>

namespace invar::loki_source_kafka {
namespace {

constexpr std::string_view kKey = "__meta_kafka_message_key", kOffset = "__meta_kafka_message_offset";
constexpr std::string_view kNoKey = "none";

/// Without what begins with two underscores; empty when the rules say drop.
LabelList apply(const LabelPlan& plan, relabel::Labels& labels) {
  LabelList left;
  if (!plan.rules.apply(labels, relabel::NameRule::kClassic)) return left;
  for (const Label& label : labels.all())
    if (!label.name.starts_with("__")) left.emplace_back(label.name, label.value);
  return left;
}

}  // namespace

LabelPlan::LabelPlan(std::map<std::string, std::string> static_labels, std::vector<relabel::RuleArgs> rule_arguments, bool incoming)
    : labels(std::move(static_labels)), written_rules(std::move(rule_arguments)), rules(written_rules), use_incoming_timestamp(incoming) {
  for (const relabel::RuleArgs& rule : written_rules) {
    const bool all = rule.action.kind == relabel::Action::Kind::kLabelMap;
    const auto reads = [&](std::string_view name) {
      return all || (rule.source_labels && std::find(rule.source_labels->begin(), rule.source_labels->end(), name) != rule.source_labels->end());
    };
    reads_key |= reads(kKey);
    reads_offset |= reads(kOffset);
  }
}

std::map<std::string, std::string> discovered_labels(const Claim& claim) {
  return {{"__meta_kafka_topic", claim.topic},
          {"__meta_kafka_partition", std::to_string(claim.partition)},
          {"__meta_kafka_member_id", claim.member_id},
          {"__meta_kafka_group_id", claim.group_id}};
}

LabelList claim_labels(const LabelPlan& plan, const Claim& claim) {
  Arena scratch;
  relabel::Labels labels(scratch);
  for (const auto& [name, value] : discovered_labels(claim)) labels.set(name, value);
  for (const auto& [name, value] : plan.labels) labels.set(name, value);
  return apply(plan, labels);
}

MessageLabels::MessageLabels(LabelPlanPtr plan, const Claim& claim) : plan_(std::move(plan)), claim_labels_(claim_labels(*plan_, claim)) {
  if (same_for_all()) made_ = make({}, 0);
}

const LabelList& MessageLabels::of(std::string_view key, int64_t offset) {
  if (same_for_all()) return made_;
  if (plan_->reads_offset || key.size() > kKeyBytes) return made_ = make(key, offset);
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
  if (by_key_.size() >= kRemembered) by_key_.clear();
  return by_key_.emplace(key, make(key, offset)).first->second;
}

LabelList MessageLabels::make(std::string_view key, int64_t offset) {
  if (plan_->written_rules.empty()) return claim_labels_;
  scratch_.reset();
  relabel::Labels labels(scratch_);
  labels.set(kKey, key.empty() ? kNoKey : key);
  labels.set(kOffset, std::to_string(offset));
  LabelList result = apply(*plan_, labels);
  for (const auto& label : claim_labels_)
    if (std::none_of(result.begin(), result.end(), [&](const auto& own) { return own.first == label.first; })) result.push_back(label);
  return result;
}

}  // namespace invar::loki_source_kafka
