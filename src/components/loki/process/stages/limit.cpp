#include <deque>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "src/components/loki/process/dropped_lines.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/components/loki/process/token_bucket.h"
#include "src/runtime/logger.h"

namespace invar::loki_process_stages_limit {
using namespace loki_process;
namespace {

struct Args {
  double rate = 0;
  int64_t burst = 0;
  bool drop = false;
  std::string by_label_name;
  int64_t max_distinct_labels = 0;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::rate>("rate", kRequired, "Lines a second that pass."),
    attr<&Args::burst>("burst", kRequired, "Lines that pass at once after a pause."),
    attr<&Args::drop>("drop", kOptional, "Drops lines beyond the rate; without it they wait, and so does their source."),
    attr<&Args::by_label_name>("by_label_name", kOptional, "Each value of that label has a rate of its own; lines without it pass. Needs drop."),
    attr<&Args::max_distinct_labels>("max_distinct_labels", kOptional, "Values whose rate is kept at least; 10000 when lower."),
};

constexpr int64_t kMinDistinctLabels = 10'000;
constexpr const char* kReason = "ratelimit_drop_stage";

/// What the lanes of a pipeline share, so that they hold the rate together. Taken once per batch.
struct SharedBucket {
  explicit SharedBucket(const Args& args) : bucket(args.rate, args.burst) {}
  std::mutex mutex;
  TokenBucket bucket;
};

/// Buckets by label value in two generations: when the younger one is full it becomes the older one, and what nobody used is forgotten.
struct LabelBuckets {
  explicit LabelBuckets(const Args& args)
      : rate(args.rate), burst(args.burst), most(static_cast<size_t>(std::max(args.max_distinct_labels, kMinDistinctLabels))) {}

  TokenBucket& get(const std::string& value) {
    if (const auto at = young.find(value); at != young.end()) return at->second;
    const auto before = old.find(value);
    TokenBucket& bucket = young.emplace(value, before == old.end() ? TokenBucket(rate, burst) : before->second).first->second;
    if (young.size() < most) return bucket;
    turned = true;
    old = std::move(young);
    young.clear();
    return old.find(value)->second;
  }

  const double rate;
  const int64_t burst;
  const size_t most;
  std::mutex mutex;
  std::unordered_map<std::string, TokenBucket> young, old;
  bool turned = false;                     // since the counters were reset
  std::unordered_set<std::string> shown;   // values that have a series
};

/// drop = true
class Dropping final : public RowStage {
 public:
  Dropping(const StageContext& context, std::shared_ptr<SharedBucket> shared)
      : shared_(std::move(shared)), clock_(context.clock), dropped_(context.metrics, kReason) {}

  void apply(Rows& rows) override {
    const int64_t now = clock_.steady_ns();
    uint64_t dropped = 0;
    {
      const std::lock_guard lock(shared_->mutex);
      rows.each([&](LogRow& row) {
        if (shared_->bucket.allow(now)) return;
        rows.drop(row, dropped_.reason());
        ++dropped;
      });
    }
    dropped_.add(dropped);
  }
  void adopt(Stage& old, const SlotTable&) override { shared_ = static_cast<Dropping&>(old).shared_; }

 private:
  std::shared_ptr<SharedBucket> shared_;
  const Clock& clock_;
  DroppedLines dropped_;
};

/// by_label_name
class DroppingByLabel final : public RowStage {
 public:
  DroppingByLabel(const StageContext& context, const std::string& label, std::shared_ptr<LabelBuckets> shared)
      : shared_(std::move(shared)), label_(label), clock_(context.clock), metrics_(context.metrics), dropped_(context.metrics, kReason) {}

  void apply(Rows& rows) override {
    const int64_t now = clock_.steady_ns();
    uint64_t dropped = 0;
    const std::lock_guard lock(shared_->mutex);
    rows.each([&](LogRow& row) {
      const auto value = row.labels->find(label_);
      if (!value) return;
      value_ = *value;
      const bool allowed = shared_->get(value_).allow(now);
      if (shared_->turned) forget_series();
      if (allowed) return;
      rows.drop(row, dropped_.reason());
      ++dropped;
      ++counts_[value_];
    });
    dropped_.add(dropped);
    if (dropped > 0) count_values();
  }
  void adopt(Stage& old, const SlotTable&) override { shared_ = static_cast<DroppingByLabel&>(old).shared_; }

 private:
  static constexpr const char* kCounter = "loki_process_dropped_lines_by_label_total";
  MetricLabels series(const std::string& value) const { return {{"label_name", label_}, {"label_value", value}}; }

  /// Two limit stages of a component share a series: nobody may remove it while another counts.
  static std::mutex& series_mutex() {
    static constinit std::mutex mutex;
    return mutex;
  }

  void count_values() {
    const std::lock_guard lock(series_mutex());
    for (const auto& [value, lines] : counts_) {
      metrics_.counter(kCounter, "A count of all log lines dropped as a result of a pipeline stage", series(value)).add(lines);
      shared_->shown.insert(value);
    }
    counts_.clear();
  }

  /// As Alloy does: the counters begin anew with each generation.
  void forget_series() {
    const std::lock_guard lock(series_mutex());
    for (const std::string& value : shared_->shown) metrics_.remove(kCounter, series(value));
    shared_->shown.clear();
    counts_.clear();
    shared_->turned = false;
  }

  std::shared_ptr<LabelBuckets> shared_;
  const std::string& label_;
  const Clock& clock_;
  MetricScope& metrics_;
  DroppedLines dropped_;
  std::string value_;
  std::unordered_map<std::string, uint64_t> counts_;  // dropped in this batch
};

/// drop = false: each line gets a token, if need be one of the future, and is held until then. While lines are held the upstream pauses, so that
/// no more than what is on its way comes in.
class Waiting final : public FlowStage {
 public:
  Waiting(const StageContext& context, std::shared_ptr<SharedBucket> shared)
      : shared_(std::move(shared)), clock_(context.clock), slots_(context.slots) {}
  ~Waiting() override {
    for (Held& held : held_) held.row.give_back();
  }

  void consume(RowStream& rows) override {
    const int64_t now = clock_.steady_ns();
    const std::lock_guard lock(shared_->mutex);
    while (LogRow* row = rows.next()) {
      const int64_t due = shared_->bucket.reserve(now);
      if (due <= now && held_.empty()) continue;
      Held& held = held_.emplace_back();
      held.row.keep(*row, rows.side(), rows.width());
      held.row.set_reference(row->ack, row->source_lines);
      held.line = row->line;
      held.due_ns = due;
      rows.take();
    }
  }
  int64_t deadline_ns() const override { return held_.empty() ? kNever : held_.front().due_ns; }
  void on_timer(int64_t now_ns, RowStream& out) override {
    while (!held_.empty() && held_.front().due_ns <= now_ns) let_go(out);
  }
  void flush(RowStream& out) override {
    while (!held_.empty()) let_go(out);
  }
  bool wants_pause() const override { return !held_.empty(); }

  void adopt(Stage& old, const SlotTable& old_slots) override {
    auto& before = static_cast<Waiting&>(old);
    shared_ = before.shared_;
    held_.swap(before.held_);
    for (Held& held : held_) held.row.rename_slots(old_slots, slots_);
  }

 private:
  struct Held {
    HeldRow row;
    std::string line;
    int64_t due_ns = 0;
  };
  void let_go(RowStream& out) {
    out.emit(held_.front().row, held_.front().line);
    held_.pop_front();
  }

  std::shared_ptr<SharedBucket> shared_;
  const Clock& clock_;
  const SlotTable& slots_;
  std::deque<Held> held_;  // due one after the other
};

/// Holds the buckets its lanes share.
class Plan final : public StagePlan {
 public:
  explicit Plan(const Args& args) : args_(args) {
    if (args.by_label_name.empty())
      bucket_ = std::make_shared<SharedBucket>(args);
    else
      by_label_ = std::make_shared<LabelBuckets>(args);
  }
  StageEffects effects() const override { return {}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    if (by_label_) {
      if (context.log && args_.max_distinct_labels < kMinDistinctLabels)
        context.log->warn("max_distinct_labels was adjusted up to the minimal reasonable value of 10000", {{"stage", std::string("limit")}});
      return std::make_unique<DroppingByLabel>(context, args_.by_label_name, by_label_);
    }
    if (args_.drop) return std::make_unique<Dropping>(context, bucket_);
    return std::make_unique<Waiting>(context, bucket_);
  }

 private:
  Args args_;
  std::shared_ptr<SharedBucket> bucket_;
  std::shared_ptr<LabelBuckets> by_label_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.rate <= 0 || args.burst <= 0) return Error{"limit stage failed to parse rate or burst"};
  if (!args.by_label_name.empty() && !args.drop) return Error{"when ratelimiting by label, drop must be true"};
  return StagePlanPtr(std::make_shared<Plan>(args));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("limit", "Holds a rate of lines: drops what is beyond, or lets it wait.", kArguments);

}  // namespace invar::loki_process_stages_limit
