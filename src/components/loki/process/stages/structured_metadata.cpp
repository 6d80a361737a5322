#include <algorithm>
#include <unordered_map>

#include "src/components/loki/process/label_names.h"
#include "src/components/loki/process/prepared_metadata.h"
#include "src/components/loki/process/set_memo.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_structured_metadata {
using namespace loki_process;
namespace {

struct Args {
  NameMap values;
  std::string regex;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kOptional, "Metadata name = extracted name or label; empty: the same name."),
    attr<&Args::regex>("regex", Presence::kOptional, "Takes every extracted name and label that matches."),
};

/// What becomes of a row: its metadata and the labels that stay.
struct Answer {
  const LabelSet* snapshot = nullptr;
  const Metadata* metadata = nullptr;
  const LabelSet* labels = nullptr;
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const std::vector<NamedSource>& pairs, const std::optional<Regex>& regex)
      : labels_(context.labels), names_(context.slots.names()), regex_(regex) {
    for (const auto& [name, source] : pairs) targets_.push_back({name, context.reading(source)});
  }

  void apply(Rows& rows) override {
    if (targets_.empty() && !regex_) return;
    begin();
    Seen seen;
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      if (row.metadata || any_written(extracted)) {
        work_out(row, extracted, rows.arena());
        return;
      }
      const Side& side = extracted.side();
      if (row.labels != seen.labels || side.snapshot != seen.snapshot) seen = {row.labels, side.snapshot, known(row, extracted, rows.arena())};
      row.metadata = seen.answer.metadata;
      row.labels = seen.answer.labels;
    });
  }

 private:
  struct Target {
    std::string name;
    Reading source;
  };
  struct Seen {
    const LabelSet* labels = nullptr;
    const LabelSet* snapshot = nullptr;
    Answer answer;
  };
  using Combination = std::pair<const LabelSet*, const LabelSet*>;  // labels, snapshot
  struct CombinationHash {
    size_t operator()(const Combination& c) const { return std::hash<const void*>()(c.first) * 31 + std::hash<const void*>()(c.second); }
  };
  struct Prepared {
    Answer answer;
    std::unique_ptr<PreparedMetadata> metadata;
  };
  /// Beyond that many combinations rows are worked out one by one, into the batch's arena.
  static constexpr size_t kMostPrepared = 4096;

  void begin() {
    left_.begin(labels_);
    if (generation_ == labels_.generation()) return;
    generation_ = labels_.generation();
    prepared_.clear();
    memo_.begin(labels_);
  }

  bool any_written(const Extracted& extracted) const {
    if (regex_) {
      if (extracted.side().overflow) return true;
      for (uint16_t i = 0; i < extracted.width(); ++i)
        if (extracted.side().slots[i].kind() != Slot::Kind::kUnset) return true;
      return false;
    }
    for (const Target& target : targets_)
      if (extracted.written(target.source)) return true;
    return false;
  }

  /// The answer for a row that has nothing but its labels.
  Answer known(const LogRow& row, Extracted extracted, Arena& arena) {
    const LabelSet* snapshot = extracted.side().snapshot;
    if (const Answer* found = memo_.find(row.labels); found && found->snapshot == snapshot) return *found;
    if (const auto prepared = prepared_.find({row.labels, snapshot}); prepared != prepared_.end())
      return memo_.put(row.labels, prepared->second.answer);
    LogRow changed = row;
    work_out(changed, extracted, arena);
    Answer answer{snapshot, changed.metadata, changed.labels};
    if (prepared_.size() >= kMostPrepared) return answer;
    Prepared& prepared = prepared_[{row.labels, snapshot}];
    if (answer.metadata) {
      prepared.metadata = prepare_metadata(answer.metadata->pairs);
      answer.metadata = &prepared.metadata->metadata;
    }
    return memo_.put(row.labels, prepared.answer = answer);
  }

  void work_out(LogRow& row, const Extracted& extracted, Arena& arena) {
    pairs_.clear();
    if (row.metadata) pairs_.assign(row.metadata->pairs.begin(), row.metadata->pairs.end());
    bool changed = false;
    const auto add = [&](std::string_view name, std::string_view value) {
      changed = true;
      for (Label& pair : pairs_)
        if (pair.name == name) {
          pair.value = value;
          return;
        }
      pairs_.push_back({name, value});
    };
    const auto add_slot = [&](std::string_view name, const Slot& slot) {
      std::string_view text;
      if (slot_text(slot, arena, text) && is_label_value(text)) add(name, text);
    };
    for (const Target& target : targets_) add_slot(target.name, extracted.find(target.source));
    if (regex_)
      each_extracted(extracted.side(), extracted.width(), names_, [&](std::string_view name, const Slot& slot) {
        if (matches(name)) add_slot(name, slot);
      });
    row.labels = move_labels(row.labels, add);
    if (!changed) return;
    auto pairs = arena.array<Label>(pairs_.size());
    for (size_t i = 0; i < pairs_.size(); ++i) pairs[i] = pairs_[i];
    row.metadata = arena.make<Metadata>(std::span<const Label>(pairs));
  }

  template <class Add>
  const LabelSet* move_labels(const LabelSet* set, Add&& add) {
    const LabelSet** known = left_.find(set);
    if (known && *known == set) return set;
    taken_.clear();
    for (const Target& target : targets_)
      if (const auto value = set->find(target.source.name)) {
        add(target.name, *value);
        taken_.push_back(target.source.name);
      }
    for (const Label& label : set->labels()) {
      if (!regex_ || !matches(label.name) || std::find(taken_.begin(), taken_.end(), label.name) != taken_.end()) continue;
      add(label.name, label.value);
      taken_.push_back(label.name);
    }
    return known ? *known : left_.put(set, labels_.without_all(set, taken_));
  }

  bool matches(std::string_view name) const { return regex_->matches(name); }

  LabelSetTable& labels_;
  const std::vector<std::string>& names_;
  std::vector<Target> targets_;
  const std::optional<Regex>& regex_;
  std::vector<Label> pairs_;
  uint64_t generation_ = UINT64_MAX;
  SetMemo<Answer> memo_;
  SetMemo<const LabelSet*> left_;  // of a set, without what becomes metadata
  std::vector<std::string_view> taken_;
  std::unordered_map<Combination, Prepared, CombinationHash> prepared_;
};

class Plan final : public StagePlan {
 public:
  Plan(std::vector<NamedSource> pairs, std::optional<Regex> regex) : pairs_(std::move(pairs)), regex_(std::move(regex)) {}
  StageEffects effects() const override {
    StageEffects effects;
    for (const NamedSource& pair : pairs_) {
      effects.reads.push_back(pair.source);
      effects.labels_removed.push_back(pair.source);
    }
    effects.reads_all = effects.removes_any_label = regex_.has_value();
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, pairs_, regex_); }

 private:
  std::vector<NamedSource> pairs_;
  std::optional<Regex> regex_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  std::vector<NamedSource> pairs;
  if (args.values && !args.values->empty()) {
    auto named = named_sources(*args.values);
    if (!named) return named.error();
    pairs = std::move(*named);
  }
  std::optional<Regex> regex;
  if (!args.regex.empty()) {
    auto compiled = Regex::compile(args.regex);
    if (!compiled) return compiled.error();
    regex = std::move(*compiled);
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(pairs), std::move(regex)));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("structured_metadata", "Moves extracted values and labels to structured metadata.", kArguments);

}  // namespace invar::loki_process_stages_structured_metadata
