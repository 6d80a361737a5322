#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/process/pipeline_text.h"
#include "src/components/loki/process/process_lane.h"

namespace invar::loki_process {

/// A pipeline on the test's thread, and what comes out of it.
class TestLane {
 public:
  struct Out {
    std::string line;
    std::string labels;    // {a="1"}
    std::string metadata;  // a=1,b=2
    int64_t time_ns = 0;
    bool operator==(const Out&) const = default;
  };
  struct In {
    std::string line;
    std::vector<std::pair<std::string, std::string>> labels = {{"app", "x"}};
    int64_t time_ns = 1;
  };

  explicit TestLane(const std::string& stages) : lanes_(1, clock_, false), scope_(registry_.scope({})) {
    sink_ = std::make_shared<LogsReceiver>("sink");
    sink_->bind(0, &collector_);
    process_ = std::make_unique<ProcessLane>(ProcessLane::Context{lanes_[0], *scope_, nullptr}, plan(stages), std::vector{sink_});
  }
  ~TestLane() {
    process_.reset();
    lanes_.barrier();
  }

  static PipelinePlanPtr plan(const std::string& stages) {
    auto planned = pipeline_of(stages);
    INVAR_CHECK(planned);
    return *planned;
  }
  ProcessLane& process() { return *process_; }
  FakeClock& clock() { return clock_; }
  const std::vector<Out>& out() const { return collector_.out; }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const Out& out : collector_.out) all.push_back(out.line);
    return all;
  }
  const AckSource::Ledger& ledger() const { return feed_.ledger; }
  /// The lane has said to wait.
  bool paused() const { return feed_.paused; }
  /// The runs that are settled, by the number of the batch.
  const std::vector<uint64_t>& settled() const { return feed_.settled; }
  std::string metrics() const { return registry_.expose(); }

  /// One batch, whose bytes are gone afterwards.
  void send(const std::vector<In>& entries) {
    std::vector<std::vector<char>> bytes;
    AckRun& run = runs_.emplace_back(AckRun{.source = &feed_, .begin = runs_.size()});
    LogBatch batch;
    for (const In& entry : entries) {
      bytes.emplace_back(entry.line.begin(), entry.line.end());
      std::vector<Label> labels;
      for (const auto& [name, value] : entry.labels) labels.push_back({name, value});
      batch.rows.push_back({.line = {bytes.back().data(), bytes.back().size()},
                            .time_ns = entry.time_ns,
                            .labels = lanes_[0].labels().intern_unsorted(labels),
                            .ack = &run});
    }
    open_run(run, static_cast<uint32_t>(entries.size()), entries.size());
    feed_.paused = process_->consume(std::move(batch), feed_) == Flow::kPause;
    for (auto& block : bytes) std::fill(block.begin(), block.end(), '\xee');
    close_run(run);
    lanes_.barrier();
  }
  void send_lines(const std::vector<std::string>& lines) {
    std::vector<In> entries;
    for (const std::string& line : lines) entries.push_back({line});
    send(entries);
  }
  /// The lane half goes, with what it holds.
  void end() { process_.reset(); }
  void wait(int64_t ns) {
    clock_.advance(ns);
    process_->on_time();
    lanes_.barrier();
  }

  struct Collector final : LogSink {
    Flow consume(LogBatch&& batch, Upstream&) override {
      for (const LogRow& row : batch.rows) {
        Out one{.line = std::string(row.line), .labels = std::string(row.labels->loki_text()), .time_ns = row.time_ns};
        std::vector<Label> pairs;
        if (row.metadata) pairs.assign(row.metadata->pairs.begin(), row.metadata->pairs.end());
        std::sort(pairs.begin(), pairs.end(), [](const Label& a, const Label& b) { return a.name < b.name; });  // their order has no meaning
        for (const Label& pair : pairs) one.metadata.append(pair.name).append("=").append(pair.value).append(",");
        INVAR_CHECK(row.flags == 0);
        out.push_back(std::move(one));
        settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
      }
      return Flow::kKeepSending;
    }
    void forget(Upstream&) override {}
    std::vector<Out> out;
  };
  Collector& collector() { return collector_; }

 private:
  struct Feed final : AckSource, Upstream {
    void on_settled(AckRun& run) override { settled.push_back(run.begin); }
    void resume() override { paused = false; }
    bool paused = false;
    std::vector<uint64_t> settled;
  };
  FakeClock clock_;
  Lanes lanes_;
  MetricRegistry registry_;
  std::unique_ptr<MetricScope> scope_;
  Collector collector_;
  LogsReceiverPtr sink_;
  Feed feed_;
  std::deque<AckRun> runs_;
  std::unique_ptr<ProcessLane> process_;
};

}  // namespace invar::loki_process
