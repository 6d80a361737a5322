#include "src/components/loki/process/label_names.h"
#include "src/components/loki/process/source_type.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/transition_memo.h"

namespace invar::loki_process_stages_labels {
using namespace loki_process;
namespace {

struct Args {
  NameMap values;
  SourceType source_type;
  bool operator==(const Args&) const = default;
};

constexpr std::array kArguments{
    attr<&Args::values>("values", Presence::kRequired, "Label name = name of the value; empty: the same name."),
    attr<&Args::source_type>("source_type", Presence::kOptional, "Where the values are: extracted (default) or structured_metadata."),
};

/// Sets labels to extracted values.
class FromExtracted final : public RowStage {
 public:
  FromExtracted(LabelSetTable& labels, const std::vector<NamedSource>& pairs, const StageContext& context)
      : labels_(labels), pieces_(pairs.size()), last_slots_(pairs.size()) {
    for (const auto& [name, source] : pairs) targets_.push_back({name, context.reading(source)});
  }

  void apply(Rows& rows) override {
    if (targets_.empty()) return;
    memo_.begin(labels_);
    last_from_ = nullptr;
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      if (!is_like_last(row, extracted)) {
        last_from_ = row.labels;
        last_snapshot_ = extracted.side().snapshot;
        last_to_ = next_set(row.labels, extracted, rows.arena());
      }
      row.labels = last_to_;
    });
  }

 private:
  /// Neighbours mostly have the same labels and the very same values.
  bool is_like_last(const LogRow& row, const Extracted& extracted) const {
    if (row.labels != last_from_ || extracted.side().snapshot != last_snapshot_) return false;
    for (size_t i = 0; i < targets_.size(); ++i)
      if (!extracted.written_slot(targets_[i].source).is_same(last_slots_[i])) return false;
    return true;
  }

  const LabelSet* next_set(const LabelSet* set, const Extracted& extracted, Arena& arena) {
    for (size_t i = 0; i < targets_.size(); ++i) {
      const Slot& slot = last_slots_[i] = extracted.written_slot(targets_[i].source);
      std::string_view text;
      if (slot.kind() == Slot::Kind::kUnset)
        pieces_[i] = Piece::from_snapshot();
      else
        pieces_[i] = slot_text(slot, arena, text) ? Piece::of(text) : Piece();
    }
    return memo_.get(set, last_snapshot_, pieces_, [&] { return changed(set, *last_snapshot_); });
  }

  const LabelSet* changed(const LabelSet* set, const LabelSet& snapshot) {
    changes_.clear();
    for (size_t i = 0; i < targets_.size(); ++i) {
      std::optional<std::string_view> value;
      if (pieces_[i].size == Piece::kFromSnapshot)
        value = snapshot.find(targets_[i].source.name);
      else if (pieces_[i].has_bytes())
        value = pieces_[i].text();
      if (value && is_label_value(*value) && set->find(targets_[i].name) != value) changes_.push_back({targets_[i].name, *value});
    }
    return labels_.with_all(set, changes_);
  }

  struct Target {
    std::string name;
    Reading source;
  };
  LabelSetTable& labels_;
  std::vector<Target> targets_;
  std::vector<Piece> pieces_;
  std::vector<Label> changes_;
  TransitionMemo memo_;
  const LabelSet* last_from_ = nullptr;  // of the row before, in the same batch
  const LabelSet* last_snapshot_ = nullptr;
  const LabelSet* last_to_ = nullptr;
  std::vector<Slot> last_slots_;
};

/// Sets labels to values of structured metadata.
class FromMetadata final : public RowStage {
 public:
  FromMetadata(LabelSetTable& labels, const std::vector<NamedSource>& pairs) : labels_(labels), pairs_(pairs) {}
  void apply(Rows& rows) override {
    rows.each([&](LogRow& row) {
      if (!row.metadata) return;
      for (const auto& [name, source] : pairs_)
        for (const Label& pair : row.metadata->pairs) {
          if (pair.name != source) continue;
          if (is_label_value(pair.value)) row.labels = labels_.with(row.labels, name, pair.value);
          break;
        }
    });
  }

 private:
  LabelSetTable& labels_;
  const std::vector<NamedSource>& pairs_;
};

class Plan final : public StagePlan {
 public:
  Plan(std::vector<NamedSource> pairs, bool from_metadata) : pairs_(std::move(pairs)), from_metadata_(from_metadata) {}
  StageEffects effects() const override {
    StageEffects effects;
    for (const NamedSource& pair : pairs_) {
      if (!from_metadata_) effects.reads.push_back(pair.source);
      effects.labels_added.push_back(pair.name);
    }
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    if (from_metadata_) return std::make_unique<FromMetadata>(context.labels, pairs_);
    return std::make_unique<FromExtracted>(context.labels, pairs_, context);
  }

 private:
  std::vector<NamedSource> pairs_;
  bool from_metadata_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (!args.values) return Error{"label stage config cannot be empty"};
  const std::string& type = args.source_type.word;
  if (!type.empty() && type != "extracted" && type != "structured_metadata")
    return Error{"invalid labels source_type: " + type + ". Can only be 'extracted' or 'structured_metadata'"};
  auto pairs = named_sources(*args.values);
  if (!pairs) return pairs.error();
  return StagePlanPtr(std::make_shared<Plan>(std::move(*pairs), type == "structured_metadata"));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("labels", "Sets labels to extracted values.", kArguments);

}  // namespace invar::loki_process_stages_labels
