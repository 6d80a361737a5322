#include "src/components/loki/process/cri_line.h"

#include <array>

#include "src/components/loki/process/set_memo.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/stream_table.h"
#include "src/components/loki/shared/line_time.h"
#include "src/runtime/logger.h"

namespace invar::loki_process_stages_cri {
using namespace loki_process;
namespace {

struct Args {
  int64_t max_partial_lines = 100;
  uint64_t max_partial_line_size = 0;
  bool max_partial_line_size_truncate = false;
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (args.max_partial_lines <= 0) context.refuse("max_partial_lines must be greater than 0");
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::max_partial_lines>("max_partial_lines", kOptional, "Streams with an unfinished line at a time; beyond, all are let go."),
    attr<&Args::max_partial_line_size>("max_partial_line_size", kOptional, "Bytes a joined line may have, if it is to be cut."),
    attr<&Args::max_partial_line_size_truncate>("max_partial_line_size_truncate", kOptional, "Cuts joined lines to that size."),
};

/// The pieces so far of a line that the runtime wrote in parts, with everything else of its last piece.
struct Unfinished {
  std::string line;
  HeldRow row;
};

class Running final : public FlowStage {
 public:
  Running(const StageContext& context, const Args& args)
      : args_(args),
        labels_(context.labels),
        slots_(context.slots),
        log_(context.log),
        flags_(context.writing("flags")),
        stream_(context.writing("stream")),
        content_(context.writing("content")),
        time_name_(context.writing("time")),
        flushed_(context.metrics.counter("loki_process_cri_partial_lines_flushed_total",
                                         "A count of partial lines that were flushed prematurely due to the max_partial_lines limit "
                                         "being exceeded")),
        truncated_(context.metrics.counter("loki_process_cri_lines_truncated_total",
                                           "A count of lines that were truncated due to the max_partial_line_size limit")) {}

  ~Running() override {
    for (auto* stream = unfinished_.first(); stream; stream = stream->next) stream->state.row.give_back();
  }

  void consume(RowStream& rows) override {
    memo_.begin(labels_);
    while (LogRow* row = rows.next()) {
      CriLine cri;
      if (!parse_cri(row->line, cri)) continue;
      row->line = cri.content;
      time_.parse(cri.time, row->time_ns);
      row->labels = with_stream(row->labels, cri.is_stderr);
      if (rows.width() > 0) extract(rows.extracted(), cri);
      if (cri.partial)
        hold(rows, *row);
      else if (unfinished_.size() > 0)
        complete(rows, *row);
    }
  }

  void flush(RowStream& out) override {
    while (auto* stream = unfinished_.first()) let_go(out, *stream);
  }

  void adopt(Stage& old, const SlotTable& old_slots) override {
    unfinished_.swap(static_cast<Running&>(old).unfinished_);
    for (auto* stream = unfinished_.first(); stream; stream = stream->next) stream->state.row.rename_slots(old_slots, slots_);
  }

 private:
  using Streams = StreamTable<Unfinished>;

  const LabelSet* with_stream(const LabelSet* set, bool is_stderr) {
    Both* known = memo_.find(set);
    if (!known) known = &memo_.put(set, Both{});
    const LabelSet*& result = (*known)[is_stderr];
    if (!result) result = labels_.with(set, "stream", is_stderr ? "stderr" : "stdout");
    return result;
  }

  void extract(Extracted extracted, const CriLine& cri) {
    extracted.set(flags_, Slot::text(cri.partial ? "P" : "F"));
    extracted.set(stream_, Slot::text(cri.is_stderr ? "stderr" : "stdout"));
    extracted.set(content_, Slot::text(cri.content));
    extracted.set(time_name_, Slot::text(cri.time));
  }

  void hold(RowStream& rows, LogRow& row) {
    const auto key = Streams::key_of(row);
    auto* stream = unfinished_.find(key);
    if (unfinished_.size() >= static_cast<size_t>(args_.max_partial_lines)) {
      if (log_)
        log_->warn("partial lines upperbound exceeded, merging it to single line",
                   {{"stage", std::string("cri")}, {"threshold", args_.max_partial_lines}});
      flushed_.add(unfinished_.size());
      flush(rows);
      stream = nullptr;
    }
    AckRun* ack = row.ack;
    uint32_t lines = row.source_lines;
    if (stream) {
      ack = stream->state.row.ack();
      lines += stream->state.row.source_lines();
      join(*row.ack);
    } else {
      stream = &unfinished_.add(key);
      stream->state.line.clear();
    }
    stream->state.line.append(row.line);
    cut(stream->state.line);
    stream->state.row.keep(row, rows.side(), rows.width());
    stream->state.row.set_reference(ack, lines);
    rows.take();
  }

  void complete(RowStream& rows, LogRow& row) {
    auto* stream = unfinished_.find(Streams::key_of(row));
    if (!stream) return;
    Unfinished& before = stream->state;
    before.line.append(row.line);
    cut(before.line);
    row.line = rows.arena().copy(before.line);
    join(*row.ack);
    row.ack = before.row.ack();
    row.source_lines += before.row.source_lines();
    before.row.clear();
    unfinished_.remove(*stream);
  }

  void let_go(RowStream& out, Streams::Stream& stream) {
    out.emit(stream.state.row, stream.state.line);
    stream.state.row.clear();
    unfinished_.remove(stream);
  }

  void cut(std::string& line) {
    if (!args_.max_partial_line_size_truncate || line.size() <= args_.max_partial_line_size) return;
    line.resize(args_.max_partial_line_size);
    truncated_.add();
  }

  using Both = std::array<const LabelSet*, 2>;  // with stdout, with stderr
  const Args args_;
  LabelSetTable& labels_;
  const SlotTable& slots_;
  const Logger* log_;
  Writing flags_, stream_, content_, time_name_;
  Counter& flushed_;
  Counter& truncated_;
  LineTime time_;
  SetMemo<Both> memo_;
  Streams unfinished_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(const Args& args) : args_(args) {}
  StageEffects effects() const override {
    return {.writes = {"flags", "stream", "content", "time"}, .labels_added = {"stream"}};
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, args_); }

 private:
  Args args_;
};

Result<StagePlanPtr> make_plan(const Args& args) { return StagePlanPtr(std::make_shared<Plan>(args)); }

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("cri", "Takes lines of the CRI log format apart and joins partial ones.", kArguments);

}  // namespace invar::loki_process_stages_cri
