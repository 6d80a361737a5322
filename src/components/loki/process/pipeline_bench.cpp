// Lines through the pipeline that k8s-monitoring's pod logs go through. Prints ns/line and allocations/line; with --check fails when a line in
// steady state allocates. Not part of the default build: `ninja process_bench`.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>

#include "src/components/loki/process/pipeline_text.h"
#include "src/components/loki/process/process_lane.h"

namespace {
std::atomic<uint64_t> g_allocations{0};
}
void* operator new(size_t bytes) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(bytes ? bytes : 1);
  if (!memory) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace invar::loki_process {
namespace {

constexpr const char* kPodLogs = R"(
stage.match {
  selector = "{tmp_container_runtime=~\"containerd|cri-o|\"}"
  stage.cri { max_partial_lines = 100 }
  stage.labels { values = { flags = "", stream = "" } }
}
stage.match {
  selector = "{tmp_container_runtime=\"docker\"}"
  stage.docker {}
  stage.labels { values = { stream = "" } }
}
stage.label_drop { values = ["filename", "tmp_container_runtime"] }
stage.structured_metadata {
  values = { "k8s_pod_name" = "k8s_pod_name", "pod" = "pod", "service_instance_id" = "service_instance_id" }
}
)";

/// Nanoseconds of CPU, so that a busy machine does not count.
double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class NullSink final : public LogSink {
 public:
  Flow consume(LogBatch&& batch, Upstream&) override {
    for (const LogRow& row : batch.rows) {
      bytes += row.line.size();
      settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
    }
    return Flow::kKeepSending;
  }
  void forget(Upstream&) override {}
  uint64_t bytes = 0;
};

struct Feed final : AckSource, Upstream {
  void on_settled(AckRun&) override {}
  void resume() override {}
};

struct Lines {
  std::vector<std::string> lines;
  std::vector<const LabelSet*> labels;
};

/// Lines of 50 files, 512 of one file after another, as a lane reads them. One in 50 is from stderr, one in 200 is cut in two.
Lines sample_lines(LabelSetTable& table, std::vector<LabelSetPin>& pins, size_t batches) {
  Lines sample;
  char line[512];
  for (size_t batch = 0; batch < batches; ++batch) {
    const std::string pod = "web-" + std::to_string(batch % 50);
    std::vector<Label> labels{{"namespace", "prod"}, {"pod", pod}, {"container", "app"}, {"job", "prod/app"}, {"filename", "/var/log/pods/prod_" + pod + "/app/0.log"},
                              {"tmp_container_runtime", "containerd"}, {"service_name", "app"}, {"service_namespace", "prod"}, {"service_instance_id", "prod." + pod}};
    const std::string file = "/var/log/pods/prod_" + pod + "/app/0.log", instance = "prod." + pod;
    labels[4].value = file;
    labels[8].value = instance;
    const LabelSet* set = table.intern_unsorted(labels);
    pins.emplace_back(set);
    for (size_t i = 0; i < LogBatch::kMaxRows; ++i) {
      const size_t n = batch * LogBatch::kMaxRows + i;
      std::snprintf(line, sizeof line, "2026-03-14T09:%02zu:%02zu.%09zuZ %s %s 10.1.2.%zu - - [14/Mar/2026:09:26:53 +0000] \"GET /api/v1/items/%zu HTTP/1.1\" 200 %zu \"-\" \"curl/8.1\"",
                    n / 60000 % 60, n / 1000 % 60, n * 999983 % 1000000000, n % 50 == 7 ? "stderr" : "stdout", n % 200 == 11 ? "P" : "F", n % 250, n, n % 5000);
      sample.lines.emplace_back(line);
      sample.labels.push_back(set);
    }
  }
  return sample;
}

int run(bool check) {
  Lanes lanes(1, SystemClock::instance(), false);
  Lane& lane = lanes[0];
  MetricRegistry registry;
  const auto scope = registry.scope({});
  auto plan = pipeline_of(kPodLogs);
  if (!plan) {
    std::fprintf(stderr, "%s\n", plan.error().what.c_str());
    return 1;
  }
  NullSink sink;
  auto to = std::make_shared<LogsReceiver>("sink");
  to->bind(0, &sink);
  int status = 0;
  {
    ProcessLane process({lane, *scope, nullptr}, *plan, {to});
    std::vector<LabelSetPin> pins;
    const Lines sample = sample_lines(lane.labels(), pins, 200);
    Feed feed;
    AckRun run{.source = &feed};
    LogBatch batch;
    uint64_t allocations = 0;
    double best = 1e9;
    for (int round = 0; round < 20; ++round) {
      const uint64_t before = g_allocations.load();
      const double start = cpu_ns();
      for (size_t at = 0; at < sample.lines.size(); at += LogBatch::kMaxRows) {
        batch.clear();
        for (size_t i = at; i < at + LogBatch::kMaxRows; ++i)
          batch.rows.push_back({.line = sample.lines[i], .time_ns = static_cast<int64_t>(i), .labels = sample.labels[i], .ack = &run});
        open_run(run, LogBatch::kMaxRows, LogBatch::kMaxRows);
        process.consume(std::move(batch), feed);
        close_run(run);
        if (run.open > 0) process.flush();  // what is held keeps its reference: this run is used again
      }
      best = std::min(best, (cpu_ns() - start) / static_cast<double>(sample.lines.size()));
      if (round > 0) allocations += g_allocations.load() - before;
    }
    const double per_line = static_cast<double>(allocations) / (19.0 * static_cast<double>(sample.lines.size()));
    std::printf("{\"name\":\"loki.process/pod logs\",\"ns_per_line\":%.1f,\"allocations_per_line\":%.6f}\n", best, per_line);
    if (check && per_line > 0.001) status = 1;
  }
  lanes.barrier();
  return status;
}

}  // namespace
}  // namespace invar::loki_process

int main(int argc, char** argv) { return invar::loki_process::run(argc > 1 && std::strcmp(argv[1], "--check") == 0); }
