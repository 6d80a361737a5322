#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/label_names.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/transition_memo.h"
#include "src/text/line_pattern.h"

namespace invar::loki_process_stages_pattern {
using namespace loki_process;
namespace {

struct Args {
  std::string pattern;
  std::optional<std::string> source;
  bool labels_from_groups = false;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::pattern>("pattern", kRequired, "LogQL pattern such as `<ip> - <user> [<_>]`; its captures become extracted values."),
    attr<&Args::source>("source", kOptional, "Extracted name to match instead of the line."),
    attr<&Args::labels_from_groups>("labels_from_groups", kOptional, "Also sets each capture as a label."),
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const LinePattern& pattern, const std::optional<std::string>& source, bool labels)
      : pattern_(pattern), labels_(context.labels), source_(context, source), sets_labels_(labels), captures_(pattern.names().size()),
        pieces_(pattern.names().size()) {
    for (const std::string& name : pattern.names()) {
      writings_.push_back(context.writing(name));
      live_ |= writings_.back().live;
    }
  }

  void apply(Rows& rows) override {
    if (!sets_labels_ && !live_ && !rows.full()) return;  // nobody would know whether it matched
    memo_.begin(labels_);
    Work& work = rows.work();
    source_.each(rows, [&](LogRow& row, size_t index, std::string_view text) {
      const size_t count = pattern_.match(text, captures_);
      if (work.width > 0)
        for (size_t i = 0; i < count; ++i) work.extracted(index).set(writings_[i], Slot::text(captures_[i]));
      if (sets_labels_ && count > 0) set_labels(row, count);
    });
  }

 private:
  void set_labels(LogRow& row, size_t count) {
    for (size_t i = 0; i < count; ++i) pieces_[i] = Piece::of(captures_[i]);
    row.labels = memo_.get(row.labels, nullptr, std::span(pieces_).first(count), [&] {
      const LabelSet* set = row.labels;
      for (size_t i = 0; i < count; ++i)
        if (is_label_value(captures_[i])) set = labels_.with(set, pattern_.names()[i], captures_[i]);
      return set;
    });
  }

  const LinePattern& pattern_;
  LabelSetTable& labels_;
  ExtractionSource source_;
  bool sets_labels_;
  bool live_ = false;
  std::vector<Writing> writings_;
  std::vector<std::string_view> captures_;
  std::vector<Piece> pieces_;
  TransitionMemo memo_;
};

class Plan final : public StagePlan {
 public:
  Plan(LinePattern pattern, const Args& args) : pattern_(std::move(pattern)), source_(args.source), labels_(args.labels_from_groups) {}
  StageEffects effects() const override {
    StageEffects effects{.writes = pattern_.names()};
    if (source_) effects.reads.push_back(*source_);
    if (labels_) effects.labels_added = pattern_.names();
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, pattern_, source_, labels_);
  }

 private:
  LinePattern pattern_;
  std::optional<std::string> source_;
  bool labels_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.pattern.empty()) return Error{"pattern is required"};
  if (args.source && args.source->empty()) return Error{"empty source"};
  auto pattern = LinePattern::compile(args.pattern);
  if (!pattern) return Error{"failed to parse pattern: " + pattern.error().what};
  return StagePlanPtr(std::make_shared<Plan>(std::move(*pattern), args));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("pattern", "Extracts the captures of a LogQL pattern.", kArguments);

}  // namespace invar::loki_process_stages_pattern
