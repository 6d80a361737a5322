#include <array>

#include "src/components/loki/process/dropped_lines.h"
#include "src/components/loki/process/set_memo.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/text/selector.h"

namespace invar::loki_process_stages_match {
using namespace loki_process;
namespace {

struct Args {
  std::string selector;
  std::vector<EnumValue> stages;
  std::string action;
  std::string pipeline_name;
  std::string drop_counter_reason;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::selector>("selector", kRequired, "LogQL selector of labels, with line filters."),
    enum_group<&Args::stages>("stage", "What selected lines go through.", kStageGroup),
    attr<&Args::action>("action", kOptional, "keep (default) or drop."),
    attr<&Args::pipeline_name>("pipeline_name", kOptional, "A name for the nested pipeline."),
    attr<&Args::drop_counter_reason>("drop_counter_reason", kOptional, "Reason label of the counter; match_stage when empty."),
};

/// Which rows a selector selects: labels are looked at once per label set, lines each time.
class RowSelector {
 public:
  RowSelector(LabelSetTable& labels, const Selector& selector, const LineFilter& filter)
      : labels_(labels), selector_(selector), filter_(filter), any_line_(filter.empty()) {}

  void begin() {
    memo_.begin(labels_);
    last_ = nullptr;
  }
  bool selects(const LogRow& row) {
    if (row.labels != last_) {
      last_ = row.labels;
      const bool* known = memo_.find(last_);
      last_selected_ = known ? *known : memo_.put(last_, selector_.matches_labels([this](std::string_view name) {
        return last_->find(name).value_or(std::string_view());
      }));
    }
    return last_selected_ && (any_line_ || filter_.matches(row.line));
  }

 private:
  LabelSetTable& labels_;
  const Selector& selector_;
  const LineFilter& filter_;
  bool any_line_;
  SetMemo<bool> memo_;
  const LabelSet* last_ = nullptr;
  bool last_selected_ = false;
};

/// action = "drop"
class Dropping final : public RowStage {
 public:
  Dropping(const StageContext& context, const Selector& selector, const LineFilter& filter, const std::string& reason)
      : selector_(context.labels, selector, filter), dropped_(context.metrics, reason) {}
  void apply(Rows& rows) override {
    selector_.begin();
    uint64_t dropped = 0;
    rows.each([&](LogRow& row) {
      if (!selector_.selects(row)) return;
      rows.drop(row, dropped_.reason());
      ++dropped;
    });
    dropped_.add(dropped);
  }

 private:
  RowSelector selector_;
  DroppedLines dropped_;
};

/// action = "keep". Entering a nested pipeline copies the labels of now into the extracted map: here they become the snapshot, and what
/// was extracted under a label's name gives way.
class Entering final : public BranchStage {
 public:
  Entering(const StageContext& context, const Selector& selector, const LineFilter& filter)
      : labels_(context.labels), names_(context.slots.names()), selector_(context.labels, selector, filter) {}

  bool enter(Rows& rows) override {
    selector_.begin();
    merged_from_ = merged_over_ = nullptr;
    bool any = false;
    Work& work = rows.work();
    auto& all = work.rows();
    for (size_t i = 0; i < all.size(); ++i) {
      LogRow& row = all[i];
      if (row.flags != rows.depth() || !selector_.selects(row)) continue;
      row.flags = static_cast<uint16_t>(rows.depth() + 1);
      any = true;
      if (work.with_sides) refresh(work.sides[i], row.labels, work);
    }
    return any;
  }

 private:
  void refresh(Side& side, const LabelSet* labels, const Work& work) {
    for (uint16_t i = 0; i < work.width; ++i)
      if (side.slots[i].kind() != Slot::Kind::kUnset && labels->find(names_[i])) side.slots[i] = Slot();
    for (Overflow** at = &side.overflow; *at;) {
      if (labels->find((*at)->name))
        *at = (*at)->next;
      else
        at = &(*at)->next;
    }
    if (side.snapshot != labels) side.snapshot = merged(labels, side.snapshot);
  }

  /// All of `labels`, and what `before` has beyond them: a label that was taken away stays extracted.
  const LabelSet* merged(const LabelSet* labels, const LabelSet* before) {
    if (labels == merged_from_ && before == merged_over_) return merged_;
    const LabelSet* result = labels;
    for (const Label& label : before->labels())
      if (!labels->find(label.name)) result = labels_.with(result, label.name, label.value);
    merged_from_ = labels;
    merged_over_ = before;
    return merged_ = result;
  }

  LabelSetTable& labels_;
  const std::vector<std::string>& names_;
  RowSelector selector_;
  const LabelSet* merged_from_ = nullptr;
  const LabelSet* merged_over_ = nullptr;
  const LabelSet* merged_ = nullptr;
};

/// How an error of the nested stages begins.
std::string nested_failure(const std::string& printed) { return "match stage failed to create pipeline from config " + printed + ": "; }

class Plan final : public StagePlan {
 public:
  Plan(Selector selector, LineFilter filter, std::vector<PlannedStage> nested, std::string reason, std::string printed)
      : selector_(std::move(selector)), filter_(std::move(filter)), nested_(std::move(nested)), reason_(std::move(reason)), printed_(std::move(printed)) {}
  StageEffects effects() const override { return {}; }
  Result<void> prepare() const override {
    if (const auto prepared = prepare_stages(nested_); !prepared) return Error{nested_failure(printed_) + prepared.error().what, prepared.error().reason};
    return {};
  }
  std::span<const PlannedStage> nested() const override { return nested_; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    if (nested_.empty()) return std::make_unique<Dropping>(context, selector_, filter_, reason_);
    return std::make_unique<Entering>(context, selector_, filter_);
  }

 private:
  Selector selector_;
  LineFilter filter_;
  std::vector<PlannedStage> nested_;
  std::string reason_;
  std::string printed_;  // Alloy's MatchConfig
};

/// The fields of Alloy's StageConfig in their order, for the one message that prints it.
struct StageField {
  std::string_view stage, field;
};
constexpr StageField kStageFields[] = {
    {"cri", "CRIConfig"},
    {"decolorize", "DecolorizeConfig"},
    {"docker", "DockerConfig"},
    {"drop", "DropConfig"},
    {"eventlogmessage", "EventLogMessageConfig"},
    {"geoip", "GeoIPConfig"},
    {"json", "JSONConfig"},
    {"label_keep", "LabelAllowConfig"},
    {"label_drop", "LabelDropConfig"},
    {"labels", "LabelsConfig"},
    {"limit", "LimitConfig"},
    {"logfmt", "LogfmtConfig"},
    {"luhn", "LuhnFilterConfig"},
    {"match", "MatchConfig"},
    {"metrics", "MetricsConfig"},
    {"multiline", "MultilineConfig"},
    {"output", "OutputConfig"},
    {"pack", "PackConfig"},
    {"pattern", "PatternConfig"},
    {"regex", "RegexConfig"},
    {"replace", "ReplaceConfig"},
    {"split_json", "SplitJSONConfig"},
    {"static_labels", "StaticLabelsConfig"},
    {"structured_metadata", "StructuredMetadata"},
    {"structured_metadata_drop", "StructuredMetadataDropConfig"},
    {"sampling", "SamplingConfig"},
    {"template", "TemplateConfig"},
    {"tenant", "TenantConfig"},
    {"truncate", "TruncateConfig"},
    {"timestamp", "TimestampConfig"},
    {"windowsevent", "WindowsEventConfig"},
};

/// Go's %+v of Alloy's MatchConfig. Where Go prints an address there is a fixed one.
std::string printed(const Args& args) {
  std::string out = "{Selector:" + args.selector + " Stages:[";
  bool first_stage = true;
  for (const EnumValue& stage : args.stages) {
    out += first_stage ? "{" : " {";
    first_stage = false;
    bool first = true;
    for (const auto& [name, field] : kStageFields) {
      if (!first) out += ' ';
      first = false;
      out.append(field).append(stage.kind.name == name ? ":0xc000000000" : ":<nil>");
    }
    out += '}';
  }
  return out + "] Action:keep PipelineName:" + args.pipeline_name + " DropReason:" + args.drop_counter_reason + "}";
}

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.selector.empty()) return Error{"selector statement required for match stage"};
  if (!args.action.empty() && args.action != "keep" && args.action != "drop")
    return Error{"match stage action should be 'keep' or 'drop'"};
  const bool keeps = args.action != "drop";
  if (keeps && args.stages.empty())
    return Error{"match stage requires at least one additional stage to be defined in '- stages'"};
  if (!keeps && !args.stages.empty()) return Error{"match stage configured to drop entries cannot contains stages"};
  auto selector = Selector::parse(args.selector);
  if (!selector) return Error{"invalid selector syntax for match stage: " + selector.error().what};
  auto nested = plan_stages(args.stages);
  if (!nested)
    return Error{nested_failure(printed(args)) + nested.error().what, nested.error().reason};
  auto filter = selector->line_filter();
  if (!filter) return Error{"error parsing pipeline: " + filter.error().what};
  const std::string reason = args.drop_counter_reason.empty() ? "match_stage" : args.drop_counter_reason;
  return StagePlanPtr(std::make_shared<Plan>(std::move(*selector), std::move(*filter), std::move(*nested), reason, printed(args)));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("match", "Runs a pipeline of its own on selected lines, or drops them.", kArguments);

}  // namespace invar::loki_process_stages_match
