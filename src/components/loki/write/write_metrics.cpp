#include "src/components/loki/write/write_metrics.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace invar::loki_write {
namespace {

constexpr std::array<const char*, 5> kReasons{"ingester_error", "rate_limited", "stream_limited", "line_too_long", "queue_is_full"};
constexpr double kKiB = 1024, kMiB = 1024 * 1024;
constexpr double kSizeBounds[] = {1 * kKiB, 4 * kKiB, 16 * kKiB, 64 * kKiB, 256 * kKiB, 512 * kKiB,
                                  1 * kMiB, 2 * kMiB, 4 * kMiB,  8 * kMiB,  16 * kMiB,  20 * kMiB};
constexpr double kDurationBounds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
constexpr double kLatencyBounds[] = {0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600};

}  // namespace

std::string_view word_of(DropReasonWord reason) { return kReasons[static_cast<size_t>(reason)]; }

/// The endpoints that /metrics reads; shared with the scraping threads.
struct WriteMetrics::Watch {
  std::mutex mutex;
  std::vector<Watched> endpoints;
  std::vector<WatchedSpill> spills;
  std::vector<WatchedWal> wals;

  void fill(std::vector<Sample>& samples, double (*value)(const Gate&)) {
    const std::lock_guard lock(mutex);
    for (const Watched& one : endpoints)
      if (const auto gate = one.gate.lock()) samples.push_back({{{"host", one.host}, {"endpoint", one.name}}, value(*gate)});
  }
  void fill_spill(std::vector<Sample>& samples, double (*value)(const DiskQueueChannel::Report&)) {
    const std::lock_guard lock(mutex);
    for (const WatchedSpill& one : spills)
      if (const auto report = one.report.lock()) {
        const std::lock_guard of_report(report->mutex);
        samples.push_back({{{"host", one.host}, {"endpoint", one.name}}, value(*report)});
      }
  }
  void fill_wal(std::vector<Sample>& samples, std::optional<double> (*value)(const WalFigures&, const DiskQueueChannel::Report&), bool by_id) {
    const std::lock_guard lock(mutex);
    std::optional<double> all;
    for (const WatchedWal& one : wals) {
      const auto figures = one.figures.lock();
      const auto report = one.report.lock();
      if (!figures || !report) continue;
      const std::lock_guard of_report(report->mutex);
      const auto number = value(*figures, *report);
      if (!number) continue;
      if (by_id) samples.push_back({{{"id", one.id}}, *number});
      else all = std::max(all.value_or(*number), *number);
    }
    if (all) samples.push_back({{}, *all});
  }
};

TenantMetrics& WriteMetrics::tenant(const std::string& host, const std::string& tenant) {
  const auto [found, added] = tenants_.try_emplace({host, tenant});
  TenantMetrics& m = found->second;
  if (!added) return m;
  const MetricLabels labels{{"host", host}, {"tenant", tenant}};
  m.host = host;
  m.tenant = tenant;
  m.retries = &scope_.counter("loki_write_batch_retries_total", "Number of times batches has had to be retried.", labels);
  m.sent_bytes = &scope_.counter("loki_write_sent_bytes_total", "Number of bytes sent.", labels);
  m.sent_entries = &scope_.counter("loki_write_sent_entries_total", "Number of log entries sent to the ingester.", labels);
  for (size_t i = 0; i < kReasons.size(); ++i) {
    MetricLabels with_reason = labels;
    with_reason.emplace_back("reason", kReasons[i]);
    m.dropped_bytes[i] = &scope_.counter("loki_write_dropped_bytes_total",
                                         "Number of bytes dropped because failed to be sent to the ingester after all retries.", with_reason);
    m.dropped_entries[i] =
        &scope_.counter("loki_write_dropped_entries_total",
                        "Number of log entries dropped because failed to be sent to the ingester after all retries.", with_reason);
  }
  return m;
}

Histogram& WriteMetrics::request_size(const TenantMetrics& m) {
  return scope_.histogram("loki_write_request_size_bytes", "Number of bytes for requests.", kSizeBounds, {{"host", m.host}, {"tenant", m.tenant}});
}

Histogram& WriteMetrics::latency(const TenantMetrics& m) {
  return scope_.histogram("loki_write_entry_propagation_latency_seconds", "Write latency for entries", kLatencyBounds,
                          {{"host", m.host}, {"tenant", m.tenant}});
}

Histogram& WriteMetrics::duration(const TenantMetrics& m, int status) {
  return scope_.histogram("loki_write_request_duration_seconds", "Duration of send requests.", kDurationBounds,
                          {{"status_code", std::to_string(status)}, {"host", m.host}, {"tenant", m.tenant}});
}

Counter& WriteMetrics::refused(const TenantMetrics& m, std::string_view reason) {
  return scope_.counter("invar_write_refused_entries_total", "Entries that the destination named as refused, by its own reason; they are dropped, the others of the batch are sent again.",
                        {{"host", m.host}, {"tenant", m.tenant}, {"reason", std::string(reason)}});
}

Counter& WriteMetrics::dropped(const std::string& host, const std::string& tenant, std::string_view reason) {
  return scope_.counter("loki_write_dropped_entries_total", "Number of log entries dropped because failed to be sent to the ingester after all retries.",
                        {{"host", host}, {"tenant", tenant}, {"reason", std::string(reason)}});
}

Counter& WriteMetrics::resent(const std::string& host) {
  return scope_.counter("invar_write_resent_lines_total", "Lines of requests that were sent again.", {{"host", host}});
}

WriteMetrics::Watch& WriteMetrics::watching() {
  if (watch_) return *watch_;
  watch_ = std::make_shared<Watch>();
  scope_.collect("invar_write_queue_bytes", "Bytes of encoded entries that wait in the queue of an endpoint.", MetricType::kGauge,
                 [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return double(g.queued.load()); }); });
  scope_.collect("invar_write_queue_capacity_bytes", "Bytes that the queue of an endpoint takes before its sources pause.", MetricType::kGauge,
                 [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return double(g.capacity.load()); }); });
  scope_.collect("invar_write_queue_full", "1 while the queue of an endpoint is full and its sources are paused.", MetricType::kGauge,
                 [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return g.full(true) ? 1.0 : 0.0; }); });
  using Report = DiskQueueChannel::Report;
  const auto spill = [&](const char* name, const char* help, MetricType type, double (*value)(const Report&)) {
    scope_.collect(name, help, type, [watch = watch_, value](auto& out) { watch->fill_spill(out, value); });
  };
  spill("invar_write_spill_bytes", "Bytes that the spill of an endpoint takes on disk.", MetricType::kGauge, [](const Report& r) { return double(r.figures.bytes); });
  spill("invar_write_spill_capacity_bytes", "Bytes that the spill of an endpoint may take on disk.", MetricType::kGauge, [](const Report& r) { return double(r.max_bytes); });
  spill("invar_write_spill_lines", "Lines that are on disk and not delivered yet.", MetricType::kGauge,
        [](const Report& r) { return double(r.figures.unread.lines + r.figures.held.lines); });
  spill("invar_write_spill_oldest_timestamp_seconds", "When the oldest line of the spill was written; 0 when it is empty.", MetricType::kGauge,
        [](const Report& r) { return double(r.figures.oldest_ms) / 1000; });
  spill("invar_write_spill_corrupt_records_total", "Records of the spill whose bytes were not what had been written; they are skipped.", MetricType::kCounter,
        [](const Report& r) { return double(r.damage.corrupt.records); });
  spill("invar_write_spill_skipped_bytes_total", "Bytes of the spill in which no record could be found.", MetricType::kCounter,
        [](const Report& r) { return double(r.damage.skipped_bytes); });
  spill("invar_write_spill_torn_bytes_total", "Bytes at the end of the spill that a crash had cut off: of lines that their sources send again.", MetricType::kCounter,
        [](const Report& r) { return double(r.damage.torn_bytes); });
  spill("invar_write_spill_errors_total", "Calls on files of the spill that failed.", MetricType::kCounter, [](const Report& r) { return double(r.damage.errors); });
  return *watch_;
}

void WriteMetrics::watch(const std::string& host, const std::string& name, const GatePtr& gate) {
  Watch& watch = watching();
  const std::lock_guard lock(watch.mutex);
  std::erase_if(watch.endpoints, [&](const Watched& one) { return one.gate.expired() || one.gate.lock() == gate; });
  watch.endpoints.push_back({host, name, gate});
}

void WriteMetrics::watch_spill(const std::string& host, const std::string& name, std::shared_ptr<const DiskQueueChannel::Report> report) {
  Watch& watch = watching();
  const std::lock_guard lock(watch.mutex);
  std::erase_if(watch.spills, [&](const WatchedSpill& one) { return one.report.expired() || one.report.lock() == report; });
  watch.spills.push_back({host, name, report});
}

void WriteMetrics::watch_wal(const std::string& id, std::shared_ptr<const WalFigures> figures, std::shared_ptr<const DiskQueueChannel::Report> report) {
  Watch& watch = watching();
  using Report = DiskQueueChannel::Report;
  using Value = std::optional<double> (*)(const WalFigures&, const Report&);
  if (watch.wals.empty()) {
    const auto wal = [&](const char* name, const char* help, MetricType type, bool by_id, Value value) {
      scope_.collect(name, help, type, [watch = watch_, value, by_id](auto& out) { watch->fill_wal(out, value, by_id); });
    };
    scope_.collect("loki_write_wal_watcher_running", "Number of WAL watchers running.", MetricType::kGauge, [watch = watch_](auto& out) {
      const std::lock_guard lock(watch->mutex);
      out.push_back({{}, double(std::count_if(watch->wals.begin(), watch->wals.end(), [](const WatchedWal& one) { return !one.figures.expired(); }))});
    });
    wal("loki_write_wal_watcher_current_segment", "Current segment the WAL watcher is reading records from.", MetricType::kGauge, true,
        [](const WalFigures&, const Report& r) { return std::optional(double(r.figures.reading)); });
    wal("loki_write_wal_watcher_records_read_total", "Number of records read by the WAL watcher from the WAL.", MetricType::kCounter, true,
        [](const WalFigures& f, const Report&) { return std::optional(double(f.records_read.load())); });
    wal("loki_write_wal_watcher_record_decode_failures_total", "Number of records read by the WAL watcher that resulted in an error when decoding.", MetricType::kCounter,
        true, [](const WalFigures&, const Report& r) { return r.damage.corrupt.records ? std::optional(double(r.damage.corrupt.records)) : std::nullopt; });
    wal("loki_write_wal_marker_last_marked_segment", "Last marked WAL segment.", MetricType::kGauge, true,
        [](const WalFigures&, const Report& r) { return r.figures.removed ? std::optional(double(r.figures.removed)) : std::nullopt; });
    wal("loki_write_wal_writer_last_reclaimed_segment", "Last reclaimed segment number", MetricType::kGauge, false,
        [](const WalFigures&, const Report& r) { return r.figures.removed ? std::optional(double(r.figures.removed)) : std::nullopt; });
    wal("loki_write_wal_writer_reclaimed_space", "Number of bytes reclaimed from storage.", MetricType::kCounter, false,
        [](const WalFigures&, const Report& r) { return r.figures.removed ? std::optional(double(r.figures.removed_bytes)) : std::nullopt; });
    wal("loki_write_wal_writer_last_written_timestamp", "Latest timestamp that was written to the WAL", MetricType::kGauge, false,
        [](const WalFigures& f, const Report&) { return f.last_written_s.load() < 0 ? std::nullopt : std::optional(double(f.last_written_s.load())); });
    wal("loki_write_last_read_timestamp", "Latest timestamp read from the WAL", MetricType::kGauge, true,
        [](const WalFigures& f, const Report&) { return f.last_read_s.load() < 0 ? std::nullopt : std::optional(double(f.last_read_s.load())); });
  }
  const std::lock_guard lock(watch.mutex);
  std::erase_if(watch.wals, [&](const WatchedWal& one) { return one.figures.expired() || one.figures.lock() == figures; });
  watch.wals.push_back({id, figures, report});
}

}  // namespace invar::loki_write
