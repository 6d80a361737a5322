#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/components/loki/source/kafka/kafka_batch.h"
#include "src/components/shared/relabel.h"

namespace invar::loki_source_kafka {

using LabelList = std::vector<std::pair<std::string, std::string>>;

/// What labels messages get, and from what time: decided once, shared by threads.
struct LabelPlan {
  std::map<std::string, std::string> labels;
  std::vector<relabel::RuleArgs> written_rules;
  relabel::Rules rules;
  bool use_incoming_timestamp = false;
  // What the rules can see of a single message.
  bool reads_key = false, reads_offset = false;

  LabelPlan() = default;
  LabelPlan(std::map<std::string, std::string> labels, std::vector<relabel::RuleArgs> rules, bool use_incoming_timestamp);
  bool operator==(const LabelPlan& other) const {
    return labels == other.labels && written_rules == other.written_rules && use_incoming_timestamp == other.use_incoming_timestamp;
  }
};
using LabelPlanPtr = std::shared_ptr<const LabelPlan>;

/// `__meta_kafka_..` of a claim, as its log line names them.
std::map<std::string, std::string> discovered_labels(const Claim& claim);
/// What the rules make of a claim's labels; empty: its messages are not read.
LabelList claim_labels(const LabelPlan& plan, const Claim& claim);

/// The labels of a claim's messages, in the two steps that Alloy takes: the rules run over the claim's labels, and once more over the key and the
/// offset of each message alone; what is left of the second goes over the first. Results are remembered where they can repeat. One thread.
class MessageLabels {
 public:
  MessageLabels(LabelPlanPtr plan, const Claim& claim);
  bool same_for_all() const { return !plan_->reads_key && !plan_->reads_offset; }
  /// Names are unique. Valid until the next call.
  const LabelList& of(std::string_view key, int64_t offset);

 private:
  LabelList make(std::string_view key, int64_t offset);

  static constexpr size_t kRemembered = 1024;
  static constexpr size_t kKeyBytes = 1024;  // of a key that is remembered
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  LabelPlanPtr plan_;
  LabelList claim_labels_;
  std::unordered_map<std::string, LabelList, Hash, std::equal_to<>> by_key_;
  LabelList made_;
  Arena scratch_;
};

}  // namespace invar::loki_source_kafka
