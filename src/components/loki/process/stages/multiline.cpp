#include <algorithm>

#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/stream_table.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_multiline {
using namespace loki_process;
namespace {

struct Args {
  std::string firstline;
  uint64_t max_lines = 128;
  Duration max_wait_time = Duration::seconds(3);
  bool trim_newlines = true;
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (args.max_wait_time.ns <= 0) context.refuse("max_wait_time must be greater than 0");
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::firstline>("firstline", kRequired, "Regular expression that tells the first line of a block."),
    attr<&Args::max_lines>("max_lines", kOptional, "Lines a block may have; 0 is no limit."),
    attr<&Args::max_wait_time>("max_wait_time", kOptional, "A block is let go when its last line is that old."),
    attr<&Args::trim_newlines>("trim_newlines", kOptional, "Cuts line ends off each line."),
};

/// The block of a stream that is still open. The first line's labels, time and metadata stay when the block is full: further lines are let go
/// with them until the next first line.
struct Block {
  HeldRow first;
  std::string text;
  uint64_t lines = 0;
  int64_t last_seen_ns = 0;
};

class Running final : public FlowStage {
 public:
  Running(const StageContext& context, const Args& args, const Regex& first_line)
      : args_(args), first_line_(first_line), clock_(context.clock), slots_(context.slots) {}

  ~Running() override {
    for (auto* stream = streams_.first(); stream; stream = stream->next)
      if (stream->state.lines > 0) stream->state.first.give_back();
  }

  void consume(RowStream& rows) override {
    const int64_t now = clock_.steady_ns();
    while (LogRow* row = rows.next()) {
      const auto key = Streams::key_of(*row);
      auto* stream = streams_.find(key);
      if (stream && stream->state.lines > 0 && now - stream->state.last_seen_ns >= args_.max_wait_time.ns) let_go(rows, stream->state);
      const bool begins = first_line_.matches(row->line);
      if (!stream) {
        if (!begins) continue;
        stream = &streams_.add(key);
        stream->state.text.clear();
        stream->state.lines = 0;
      }
      append(rows, *row, stream->state, begins);
      stream->state.last_seen_ns = now;
      next_due_ns_ = std::min(next_due_ns_, now + args_.max_wait_time.ns);
    }
  }

  int64_t deadline_ns() const override { return next_due_ns_; }

  void on_timer(int64_t now_ns, RowStream& out) override {
    next_due_ns_ = kNever;
    for (auto* stream = streams_.first(); stream;) {
      auto* const next = stream->next;
      const int64_t due = stream->state.last_seen_ns + args_.max_wait_time.ns;
      if (due > now_ns) {
        next_due_ns_ = std::min(next_due_ns_, due);
      } else {
        if (stream->state.lines > 0) let_go(out, stream->state);
        forget(*stream);
      }
      stream = next;
    }
  }

  void flush(RowStream& out) override {
    while (auto* stream = streams_.first()) {
      if (stream->state.lines > 0) let_go(out, stream->state);
      forget(*stream);
    }
    next_due_ns_ = kNever;
  }

  void adopt(Stage& old, const SlotTable& old_slots) override {
    auto& before = static_cast<Running&>(old);
    streams_.swap(before.streams_);
    next_due_ns_ = before.next_due_ns_;
    for (auto* stream = streams_.first(); stream; stream = stream->next) stream->state.first.rename_slots(old_slots, slots_);
  }

 private:
  using Streams = StreamTable<Block>;

  void append(RowStream& rows, LogRow& row, Block& block, bool begins) {
    if (begins && block.lines > 0) let_go(rows, block);
    if (begins) block.first.keep(row, rows.side(), rows.width());
    if (block.lines == 0) {
      block.first.set_reference(row.ack, row.source_lines);
    } else {
      block.first.add_source_lines(row.source_lines);
      join(*row.ack);
    }
    if (!block.text.empty()) block.text += '\n';
    std::string_view line = row.line;
    if (args_.trim_newlines)
      while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    block.text += line;
    rows.take();
    if (++block.lines == args_.max_lines) let_go(rows, block);
  }

  void let_go(RowStream& out, Block& block) {
    out.emit(block.first, block.text);
    block.text.clear();
    block.lines = 0;
  }

  void forget(Streams::Stream& stream) {
    stream.state.first.clear();
    streams_.remove(stream);
  }

  const Args args_;
  const Regex first_line_;
  const Clock& clock_;
  const SlotTable& slots_;
  Streams streams_;
  int64_t next_due_ns_ = kNever;  // no stream is due earlier
};

class Plan final : public StagePlan {
 public:
  Plan(const Args& args, Regex first_line) : args_(args), first_line_(std::move(first_line)) {}
  StageEffects effects() const override { return {}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, args_, first_line_);
  }

 private:
  Args args_;
  Regex first_line_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.firstline.empty()) return Error{"multiline stage config must define `firstline` regular expression"};
  auto regex = Regex::compile(args.firstline);
  if (!regex) return Error{"multiline stage first line regex compilation error: " + regex.error().what};
  return StagePlanPtr(std::make_shared<Plan>(args, std::move(*regex)));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("multiline", "Joins the lines of a block, such as a stack trace.", kArguments);

}  // namespace invar::loki_process_stages_multiline
