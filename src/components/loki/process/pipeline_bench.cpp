// Lines through the pipeline that k8s-monitoring's pod logs go through, as it is and with what teams add to it. Prints ns/line and allocations/line;
// with --check fails when a line in steady state allocates; with --once SCENARIO sends one warm-up round and one in count_round(), for bench/compare, which
// counts its instructions. Not part of the default build: `ninja process_bench`.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>

#include "src/components/loki/process/bench_lines.h"
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

constexpr const char* kHead = R"~(
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
)~";
/// Parsing, levels, time, redaction: scenario S3 of the bench.
constexpr const char* kHeavy = R"~(
stage.drop {
  expression = "GET /healthz"
  drop_counter_reason = "probe"
}
stage.match {
  selector = "{app_kubernetes_io_name=\"jsonapp\"}"
  stage.json {
    expressions = {
      ts       = "",
      level    = "",
      status   = "",
      user     = "ctx.user",
      tenant   = "ctx.tenant",
      duration = "duration_ms",
      trace_id = "",
    }
  }
  stage.timestamp {
    source = "ts"
    format = "RFC3339Nano"
  }
  stage.template {
    source   = "level"
    template = "{{ ToUpper .Value }}"
  }
  stage.labels {
    values = {
      level  = "",
      tenant = "",
    }
  }
}
stage.match {
  selector = "{app_kubernetes_io_name=\"logfmtapp\"}"
  stage.logfmt {
    mapping = {
      level    = "",
      user     = "",
      status   = "",
      duration = "",
    }
  }
  stage.template {
    source   = "level"
    template = "{{ ToUpper .Value }}"
  }
  stage.labels {
    values = {
      level = "",
    }
  }
}
stage.match {
  selector = "{app_kubernetes_io_name=\"nginx\"}"
  stage.regex {
    expression = "^(?P<remote>\\S+) \\S+ (?P<user>\\S+) \\[(?P<time>[^\\]]+)\\] \"(?P<method>\\S+) (?P<path>[^ \"]+) (?P<proto>[^\"]+)\" (?P<status>\\d{3}) (?P<size>\\d+) \"(?P<referer>[^\"]*)\" \"(?P<agent>[^\"]*)\" (?P<duration>[\\d.]+)"
  }
  stage.timestamp {
    source = "time"
    format = "02/Jan/2006:15:04:05 -0700"
  }
  stage.template {
    source   = "level"
    template = "{{ if hasPrefix \"5\" .status }}ERROR{{ else }}INFO{{ end }}"
  }
  stage.labels {
    values = {
      level  = "",
      method = "",
    }
  }
}
stage.match {
  selector = "{app_kubernetes_io_name=\"klogapp\"}"
  stage.regex {
    expression = "^(?P<sev>[IWEF])(?P<date>\\d{4}) (?P<time>\\S+)\\s+(?P<tid>\\d+) (?P<src>[^\\]]+)\\] "
  }
  stage.template {
    source   = "level"
    template = "{{ if eq .sev \"E\" }}ERROR{{ else if eq .sev \"W\" }}WARN{{ else }}INFO{{ end }}"
  }
  stage.labels {
    values = {
      level = "",
    }
  }
}
stage.match {
  selector = "{app_kubernetes_io_name=\"javaapp\"}"
  stage.multiline {
    firstline     = "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}"
    max_wait_time = "1s"
  }
  stage.regex {
    expression = "^(?P<time>\\S+ \\S+) +(?P<level>[A-Z]+) +\\[(?P<thread>[^\\]]+)\\] (?P<logger>\\S+) - "
  }
  stage.timestamp {
    source = "time"
    format = "2006-01-02 15:04:05.000"
  }
  stage.labels {
    values = {
      level = "",
    }
  }
}
stage.replace {
  expression = "(?i)(?:password|passwd|token|secret)=([^\\s\"&]+)"
  replace    = "<redacted>"
}
stage.replace {
  expression = "([a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9.]+)"
  replace    = "<email>"
}
stage.structured_metadata {
  values = {
    "user"     = "",
    "trace_id" = "",
    "duration" = "",
  }
}
)~";
constexpr const char* kTail = R"~(
stage.label_drop { values = ["filename", "tmp_container_runtime"] }
stage.structured_metadata {
  values = { "k8s_pod_name" = "k8s_pod_name", "pod" = "pod", "service_instance_id" = "service_instance_id" }
}
)~";

/// The lines of pod logs, taken apart by a regex, with a level and a route made by templates.
constexpr const char* kTemplates = R"~(
stage.cri { }
stage.regex { expression = "^(?P<remote>\\S+) \\S+ \\S+ \\[[^\\]]+\\] \"(?P<method>\\S+) (?P<path>[^ \"]+) [^\"]+\" (?P<status>\\d{3})" }
stage.template {
  source   = "level"
  template = "{{ if hasPrefix \"5\" .status }}ERROR{{ else if eq .method \"POST\" }}NOTICE{{ else }}INFO{{ end }}"
}
stage.template {
  source   = "level"
  template = "{{ .Value | ToLower }}"
}
stage.template {
  source   = "route"
  template = "{{ regexReplaceAll \"[0-9]+\" .path \"#\" | TrimSpace | replace \"/api\" \"\" }}"
}
stage.labels { values = { level = "", route = "" } }
)~";

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

struct Scenario {
  const char* name;
  std::string stages;
  BenchLines (*lines)(LabelSetTable& table, size_t batches);
};

struct Figures {
  double ns_per_line = 1e9;
  double allocations_per_line = 0;
};

/// Sends lines in rounds: each batch goes in once a round; a file's lines in order.
class Rounds {
 public:
  Rounds(ProcessLane& process, Lane& lane, const BenchLines& sample) : process_(process), lane_(lane), sample_(sample) {}
  double lines() const { return static_cast<double>(sample_.lines.size()); }
  void send() {
    for (size_t at = 0; at < sample_.lines.size(); at += LogBatch::kMaxRows) {
      batch_.clear();
      for (size_t i = at; i < at + LogBatch::kMaxRows; ++i)
        batch_.rows.push_back({.line = sample_.lines[i], .time_ns = static_cast<int64_t>(i), .labels = sample_.labels[i], .ack = &run_});
      open_run(run_, LogBatch::kMaxRows, LogBatch::kMaxRows);
      process_.consume(std::move(batch_), feed_);
      close_run(run_);
      if (run_.open > 0) process_.flush();  // what is held keeps its reference: this run is used again
      lane_.labels().end_turn();
    }
  }

 private:
  ProcessLane& process_;
  Lane& lane_;
  const BenchLines& sample_;
  Feed feed_;
  AckRun run_{.source = &feed_};
  LogBatch batch_;
};

Figures measure(Rounds& rounds) {
  constexpr int kRounds = 20;
  uint64_t allocations = 0;
  Figures figures;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t before = g_allocations.load();
    const double start = cpu_ns();
    rounds.send();
    figures.ns_per_line = std::min(figures.ns_per_line, (cpu_ns() - start) / rounds.lines());
    if (round > 0) allocations += g_allocations.load() - before;
  }
  figures.allocations_per_line = static_cast<double>(allocations) / ((kRounds - 1) * rounds.lines());
  return figures;
}

}  // namespace

/// Known by this name to whoever counts its instructions.
[[gnu::noinline]] void count_round(void* rounds) { static_cast<Rounds*>(rounds)->send(); }

namespace {

/// False when a line allocates.
bool run(const Scenario& scenario, bool once) {
  Lanes lanes(1, SystemClock::instance(), false);
  Lane& lane = lanes[0];
  MetricRegistry registry;
  const auto scope = registry.scope({});
  const auto plan = pipeline_of(scenario.stages);
  if (!plan) {
    std::fprintf(stderr, "%s\n", plan.error().what.c_str());
    return false;
  }
  NullSink sink;
  auto to = std::make_shared<LogsReceiver>("sink");
  to->bind(0, &sink);
  Figures figures;
  {
    ProcessLane process({lane, *scope, nullptr}, *plan, {to});
    const BenchLines sample = scenario.lines(lane.labels(), once ? 40 : 200);
    Rounds rounds(process, lane, sample);
    if (once) {
      rounds.send();
      count_round(&rounds);
      std::printf("%.0f\n", rounds.lines());
    } else {
      figures = measure(rounds);
    }
  }
  lanes.barrier();
  if (once) return true;
  std::printf("{\"name\":\"loki.process/%s\",\"ns_per_line\":%.1f,\"allocations_per_line\":%.6f}\n", scenario.name, figures.ns_per_line,
              figures.allocations_per_line);
  return figures.allocations_per_line <= 0.001;
}

std::vector<Scenario> scenarios() {
  return {{"pod logs", std::string(kHead) + kTail, pod_log_lines},
          {"pod logs, heavy", std::string(kHead) + kHeavy + kTail, mixed_app_lines},
          {"templates", kTemplates, pod_log_lines}};
}

int run_all(bool check) {
  bool good = true;
  for (const Scenario& scenario : scenarios()) good &= run(scenario, false);
  return check && !good ? 1 : 0;
}

int run_once(std::string_view name) {
  for (const Scenario& scenario : scenarios())
    if (scenario.name == name) return run(scenario, true) ? 0 : 1;
  return 2;
}

}  // namespace
}  // namespace invar::loki_process

int main(int argc, char** argv) {
  const std::string_view option = argc > 1 ? argv[1] : "";
  return option == "--once" && argc > 2 ? invar::loki_process::run_once(argv[2]) : invar::loki_process::run_all(option == "--check");
}
