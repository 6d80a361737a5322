#include "src/runtime/process_metrics.h"

#include <mutex>

#include "src/base/clock.h"
#include "src/io/process_stats.h"
#include "src/runtime/build_info.h"

namespace invar {
namespace {

/// The kernel's figures, read once per scrape although several families want them.
class Figures {
 public:
  ProcessStats process() { return refreshed().process_; }
  MachineTraffic traffic() { return refreshed().traffic_; }
  HeapStats heap() { return refreshed().heap_; }

 private:
  static constexpr int64_t kFreshNs = 100'000'000;
  Figures& refreshed() {
    const int64_t now = SystemClock::instance().steady_ns();
    if (read_at_ == 0 || now - read_at_ > kFreshNs) {
      process_ = read_process_stats();
      traffic_ = read_machine_traffic();
      heap_ = read_heap_stats();
      read_at_ = now;
    }
    return *this;
  }
  int64_t read_at_ = 0;  // scrapes are one at a time: the registry is locked
  ProcessStats process_;
  MachineTraffic traffic_;
  HeapStats heap_;
};

struct Registration {
  MetricScope& scope;
  std::shared_ptr<Figures> figures;

  void add(std::string_view name, std::string_view help, MetricType type, double (*value)(Figures&)) const {
    scope.collect(name, help, type, [figures = figures, value](std::vector<Sample>& out) { out.push_back({{}, value(*figures)}); });
  }
};

void register_resources(const Registration& to) {
  using enum MetricType;
  to.add("alloy_resources_process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", kCounter,
         [](Figures& f) { return f.process().cpu_user_seconds + f.process().cpu_system_seconds; });
  to.add("alloy_resources_process_resident_memory_bytes", "Resident memory size in bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().resident_bytes); });
  to.add("alloy_resources_process_virtual_memory_bytes", "Virtual memory size in bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().virtual_bytes); });
  to.add("alloy_resources_process_start_time_seconds", "Start time of the process since unix epoch in seconds.", kGauge,
         [](Figures& f) { return f.process().start_time_seconds; });
  to.add("alloy_resources_machine_rx_bytes_total", "Total bytes, host-wide, received across all network interfaces.", kCounter,
         [](Figures& f) { return static_cast<double>(f.traffic().received_bytes); });
  to.add("alloy_resources_machine_tx_bytes_total", "Total bytes, host-wide, sent across all given network interface.", kCounter,
         [](Figures& f) { return static_cast<double>(f.traffic().sent_bytes); });
}

void register_process(const Registration& to) {
  using enum MetricType;
  to.add("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", kCounter,
         [](Figures& f) { return f.process().cpu_user_seconds + f.process().cpu_system_seconds; });
  to.add("process_max_fds", "Maximum number of open file descriptors.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().max_fds); });
  to.add("process_open_fds", "Number of open file descriptors.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().open_fds); });
  to.add("process_network_receive_bytes_total", "Number of bytes received by the process over the network.", kCounter,
         [](Figures& f) { return static_cast<double>(f.traffic().received_bytes); });
  to.add("process_network_transmit_bytes_total", "Number of bytes sent by the process over the network.", kCounter,
         [](Figures& f) { return static_cast<double>(f.traffic().sent_bytes); });
  to.add("process_resident_memory_bytes", "Resident memory size in bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().resident_bytes); });
  to.add("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", kGauge,
         [](Figures& f) { return f.process().start_time_seconds; });
  to.add("process_virtual_memory_bytes", "Virtual memory size in bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().virtual_bytes); });
  to.add("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().max_virtual_bytes); });
}

/// The names of Go's runtime that dashboards, alerts and the chart's allow list look for, with what comes closest here (docs/metrics.md). Nothing is said about garbage
/// collection but that there was none.
void register_go_names(const Registration& to) {
  using enum MetricType;
  to.add("go_gc_duration_seconds", "A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.", kSummary, [](Figures&) { return 0.0; });
  to.add("go_goroutines", "Number of goroutines that currently exist.", kGauge, [](Figures& f) { return static_cast<double>(f.process().threads); });
  to.add("go_threads", "Number of OS threads created.", kGauge, [](Figures& f) { return static_cast<double>(f.process().threads); });
  to.add("go_memstats_alloc_bytes",
         "Number of bytes allocated in heap and currently in use. Equals to /memory/classes/heap/objects:bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.heap().used_bytes); });
  to.add("go_memstats_heap_alloc_bytes",
         "Number of heap bytes allocated and currently in use, same as go_memstats_alloc_bytes. Equals to /memory/classes/heap/objects:bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.heap().used_bytes); });
  to.add("go_memstats_heap_inuse_bytes",
         "Number of heap bytes that are in use. Equals to /memory/classes/heap/objects:bytes + /memory/classes/heap/unused:bytes", kGauge,
         [](Figures& f) { return static_cast<double>(f.heap().used_bytes); });
  to.add("go_memstats_heap_idle_bytes",
         "Number of heap bytes waiting to be used. Equals to /memory/classes/heap/released:bytes + /memory/classes/heap/free:bytes.", kGauge,
         [](Figures& f) { return static_cast<double>(f.heap().free_bytes); });
  to.add("go_memstats_heap_sys_bytes",
         "Number of heap bytes obtained from system. Equals to /memory/classes/heap/objects:bytes + /memory/classes/heap/unused:bytes + "
         "/memory/classes/heap/released:bytes + /memory/classes/heap/free:bytes.",
         kGauge, [](Figures& f) { return static_cast<double>(f.heap().system_bytes); });
  to.add("go_memstats_sys_bytes", "Number of bytes obtained from system. Equals to /memory/classes/total:byte.", kGauge,
         [](Figures& f) { return static_cast<double>(f.process().resident_bytes); });
}

}  // namespace

std::unique_ptr<MetricScope> register_process_metrics(MetricRegistry& registry) {
  auto scope = registry.scope({});
  scope
      ->gauge("alloy_build_info",
              "A metric with a constant '1' value labeled by version, revision, branch, goversion from which alloy was built, "
              "and the goos and goarch for the build.",
              {{"branch", ""}, {"goarch", std::string(kMachine)}, {"goos", "linux"}, {"goversion", ""}, {"revision", ""}, {"tags", ""},
               {"version", std::string(kVersion)}})
      .set(1);
  const Registration to{*scope, std::make_shared<Figures>()};
  register_resources(to);
  register_process(to);
  register_go_names(to);
  return scope;
}

ConfigMetrics::ConfigMetrics(MetricRegistry& registry, std::string cluster_name)
    : scope_(registry.scope({})),
      successful_(scope_->gauge("alloy_config_last_load_successful", "Config loaded successfully.")),
      timestamp_(scope_->gauge("alloy_config_last_load_success_timestamp_seconds",
                               "Timestamp of the last successful configuration load.")),
      failures_(scope_->counter("alloy_config_load_failures_total", "Configuration load failures.")),
      cluster_name_(std::move(cluster_name)) {}

void ConfigMetrics::note_success(const std::string& sha256, int64_t wall_ns) {
  static constexpr std::string_view kHash = "alloy_config_hash";
  const auto labels = [this](const std::string& hash) { return MetricLabels{{"sha256", hash}, {"cluster_name", cluster_name_}}; };
  if (!hash_.empty() && hash_ != sha256) scope_->remove(kHash, labels(hash_));
  hash_ = sha256;
  scope_->gauge(kHash, "Hash of the currently active config file.", labels(hash_)).set(1);
  successful_.set(1);
  timestamp_.set(static_cast<double>(wall_ns) / 1e9);
}

void ConfigMetrics::note_failure() {
  successful_.set(0);
  failures_.add();
}

}  // namespace invar
