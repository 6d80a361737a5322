#include "src/runtime/log_feed.h"

#include <algorithm>
#include <deque>

#include "src/telemetry/orphaned_runs.h"

namespace invar {
namespace {

constexpr size_t kMaxLines = 1000;
constexpr size_t kMaxBytes = 1 << 20;

/// This thread is handing on log lines right now.
thread_local bool handing_on = false;

}  // namespace

struct LogFeed::Queue {
  std::mutex mutex;
  std::deque<std::string> lines;  // under mutex, as all of the following
  size_t bytes = 0;
  bool open = false;       // there is somebody to hand them to
  bool scheduled = false;  // the half will come for them
  std::function<void(std::function<void(Half&)>)> half;
  Counter* dropped = nullptr;
};

/// The part on lane 0.
class LogFeed::Half final : public AckSource, public Upstream {
 public:
  Half(Lane& lane, std::shared_ptr<Queue> queue) : lane_(lane), queue_(std::move(queue)), fanout_(lane.index()) {}
  ~Half() override {
    fanout_.forget(*this);
    OrphanedRuns::adopt(runs_);
  }

  void set_receivers(std::vector<LogsReceiverPtr> receivers) {
    fanout_.set_receivers(std::move(receivers));
    hand_on();
  }

  void hand_on() {
    if (paused_ || fanout_.empty()) return;
    std::deque<std::string> lines;
    {
      const std::lock_guard lock(queue_->mutex);
      queue_->scheduled = false;
      queue_->bytes = 0;
      lines.swap(queue_->lines);
    }
    handing_on = true;
    while (!lines.empty()) {
      const size_t count = std::min(lines.size(), LogBatch::kMaxRows);
      send({std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.begin() + static_cast<ptrdiff_t>(count))});
      lines.erase(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(count));
    }
    handing_on = false;
  }

  void on_settled(AckRun& run) override {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& known) { return known.get() == &run; });
    if (found != runs_.end()) runs_.erase(found);
  }
  void resume() override {
    paused_ = false;
    hand_on();
  }

 private:
  void send(std::vector<std::string> lines) {
    LogBatch batch;
    const Label label{"component", "alloy"};
    const LabelSet* labels = lane_.labels().intern({&label, 1});
    const auto count = static_cast<uint32_t>(lines.size());
    int64_t time = lane_.read_times(count);
    const int64_t created = lane_.clock().wall_ns();
    AckRun& run = *runs_.emplace_back(std::make_unique<AckRun>(AckRun{.source = this}));
    for (const std::string& line : lines)
      batch.rows.push_back({.line = line, .time_ns = time++, .created_ns = created, .labels = labels, .ack = &run});
    open_run(run, count, count);
    paused_ = fanout_.send(std::move(batch), *this) == Flow::kPause || paused_;
    close_run(run);
  }

  Lane& lane_;
  std::shared_ptr<Queue> queue_;
  Fanout fanout_;
  bool paused_ = false;
  std::vector<std::unique_ptr<AckRun>> runs_;
};

LogFeed::LogFeed(Lanes& lanes, MetricRegistry& metrics)
    : scope_(metrics.scope({})),
      queue_(std::make_shared<Queue>()),
      halves_(lanes, [queue = queue_](Lane& lane) { return lane.index() == 0 ? std::make_unique<Half>(lane, queue) : nullptr; }) {
  queue_->half = halves_.remote(0);
  queue_->dropped = &scope_->counter("invar_log_lines_dropped_total", "Log lines that were not handed to the receivers of logging's write_to.");
}

LogFeed::~LogFeed() {
  const std::lock_guard lock(queue_->mutex);
  queue_->open = false;
  queue_->half = nullptr;
  queue_->dropped = nullptr;
}

void LogFeed::push(std::string_view line) {
  if (handing_on) return;
  const std::lock_guard lock(queue_->mutex);
  if (!queue_->half) return;
  if (queue_->lines.size() >= kMaxLines || queue_->bytes + line.size() > kMaxBytes) return queue_->dropped->add();
  queue_->lines.emplace_back(line);
  queue_->bytes += line.size();
  if (!queue_->open || queue_->scheduled) return;
  queue_->scheduled = true;
  queue_->half([](Half& half) { half.hand_on(); });
}

void LogFeed::set_receivers(std::vector<LogsReceiverPtr> receivers) {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->open = !receivers.empty();
    queue_->scheduled = false;
    if (receivers.empty()) queue_->lines.clear(), queue_->bytes = 0;
  }
  halves_.on(0, [receivers = std::move(receivers)](Half& half) mutable { half.set_receivers(std::move(receivers)); });
}

}  // namespace invar
