#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/components/shared/relabel.h"
#include "src/telemetry/arena.h"

namespace invar::loki_source_journal {

/// The labels of entries, unsorted. Equal ones of one EntryLabels are mostly the same list.
using LabelList = std::vector<std::pair<std::string, std::string>>;
using LabelListPtr = std::shared_ptr<const LabelList>;

/// What labels an entry gets, decided: static ones, and what the rules make of its fields.
class LabelRules {
 public:
  LabelRules() = default;
  /// `labels` are on every entry before the rules run.
  LabelRules(LabelList labels, std::vector<relabel::RuleArgs> rules);
  bool operator==(const LabelRules& other) const { return labels_ == other.labels_ && written_ == other.written_; }

  /// Whether the result may depend on the label of that name (`__journal_..`): what no rule reads is gone at the end anyway.
  bool reads(std::string_view name) const;
  /// The labels that are left of the static ones and `fields`; nullptr: dropped, or none are left.
  LabelListPtr apply(const std::vector<Label>& fields, Arena& scratch) const;

 private:
  LabelList labels_;
  std::vector<relabel::RuleArgs> written_;
  relabel::Rules rules_;
  bool reads_all_ = false;
  std::vector<std::string> read_;
};

/// Makes labels of journal fields as Alloy does: `__journal_` and the field's name in lower case, the priority also by its keyword; of equal names the last one counts.
/// What the rules made of the same fields before is remembered. One thread.
class EntryLabels {
 public:
  explicit EntryLabels(LabelRules rules) : rules_(std::move(rules)) {}

  void begin();
  void add(std::string_view field, std::string_view value);
  /// The labels of the entry begun; nullptr: it is dropped.
  const LabelListPtr& finish();

 private:
  struct Name {
    std::string label;
    bool read = false;
    bool keyword_read = false;  // PRIORITY: the label of its keyword
  };
  const Name& name_of(std::string_view field);
  void add_label(std::string_view name, std::string_view value);

  static constexpr size_t kRemembered = 1024;  // results
  static constexpr size_t kNames = 1024;
  static constexpr size_t kKeyBytes = 4096;  // of one result that is remembered
  LabelRules rules_;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, Name, Hash, std::equal_to<>> names_;
  std::unordered_map<std::string, LabelListPtr, Hash, std::equal_to<>> results_;
  std::vector<Label> fields_;
  std::string key_;
  Arena bytes_, scratch_;
  LabelListPtr result_;
};

}  // namespace invar::loki_source_journal
