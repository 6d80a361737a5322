#include "src/text/regex.h"

#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/label_names.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/transition_memo.h"

namespace invar::loki_process_stages_regex {
using namespace loki_process;
namespace {

struct Args {
  std::string expression;
  std::optional<std::string> source;
  bool labels_from_groups = false;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::expression>("expression", kRequired, "Regular expression with named groups, which become extracted values."),
    attr<&Args::source>("source", kOptional, "Extracted name to match instead of the line."),
    attr<&Args::labels_from_groups>("labels_from_groups", kOptional, "Also sets each group as a label."),
};

/// The expression with the groups that somebody reads, renumbered.
struct Program {
  Program(const StageContext& context, const Regex& whole, bool labels, bool only_live) : regex(whole) {
    std::vector<int> kept;
    for (int group = 1; group <= whole.group_count(); ++group) {
      const std::string& name = whole.group_names()[static_cast<size_t>(group)];
      if (name.empty()) continue;
      const Writing writing = context.writing(name);
      if (only_live && !labels && !writing.live) continue;
      kept.push_back(group);
      names.push_back(name);
      writings.push_back(writing);
    }
    if (!kept.empty()) regex = whole.with_only(kept);
    groups.resize(kept.size() + 1);
  }
  Regex regex;
  std::vector<std::string> names;  // of group i + 1
  std::vector<Writing> writings;
  std::vector<std::string_view> groups;
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Regex& regex, const std::optional<std::string>& source, bool labels)
      : labels_(context.labels), source_(context, source), sets_labels_(labels), all_(context, regex, labels, false), live_(context, regex, labels, true) {
    pieces_.resize(all_.names.size());
  }

  void apply(Rows& rows) override {
    Program& program = rows.full() ? all_ : live_;
    if (program.names.empty()) return;  // nobody would know whether it matched
    memo_.begin(labels_);
    source_.each(rows, [&](LogRow& row, size_t index, std::string_view text) {
      if (!program.regex.find(text, program.groups)) return;
      Work& work = rows.work();
      if (work.width > 0)
        for (size_t i = 0; i < program.names.size(); ++i) work.extracted(index).set(program.writings[i], Slot::text(program.groups[i + 1]));
      if (sets_labels_) set_labels(row, program);
    });
  }

 private:
  void set_labels(LogRow& row, const Program& program) {
    for (size_t i = 0; i < program.names.size(); ++i) pieces_[i] = Piece::of(program.groups[i + 1]);
    row.labels = memo_.get(row.labels, nullptr, std::span(pieces_).first(program.names.size()), [&] {
      const LabelSet* set = row.labels;
      for (size_t i = 0; i < program.names.size(); ++i)
        if (is_label_name(program.names[i]) && is_label_value(program.groups[i + 1]))
          set = labels_.with(set, program.names[i], program.groups[i + 1]);
      return set;
    });
  }

  LabelSetTable& labels_;
  ExtractionSource source_;
  bool sets_labels_;
  Program all_, live_;
  std::vector<Piece> pieces_;
  TransitionMemo memo_;
};

class Plan final : public StagePlan {
 public:
  Plan(Regex regex, const Args& args) : regex_(std::move(regex)), source_(args.source), labels_(args.labels_from_groups) {}
  StageEffects effects() const override {
    StageEffects effects;
    if (source_) effects.reads.push_back(*source_);
    for (const std::string& name : regex_.group_names())
      if (!name.empty()) {
        effects.writes.push_back(name);
        if (labels_) effects.labels_added.push_back(name);
      }
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, regex_, source_, labels_);
  }

 private:
  Regex regex_;
  std::optional<std::string> source_;
  bool labels_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.expression.empty()) return Error{"expression is required"};
  if (args.source && args.source->empty()) return Error{"empty source"};
  auto regex = Regex::compile(args.expression);
  if (!regex) return Error{"could not compile regular expression: " + regex.error().what};
  return StagePlanPtr(std::make_shared<Plan>(std::move(*regex), args));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("regex", "Extracts the named groups of a regular expression.", kArguments);

}  // namespace invar::loki_process_stages_regex
