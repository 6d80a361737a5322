#include "src/components/loki/write/write_metrics.h"

#include <mutex>

namespace invar::loki_write {
namespace {

constexpr std::array<const char*, 5> kReasons{"ingester_error", "rate_limited", "stream_limited", "line_too_long", "queue_is_full"};
constexpr double kKiB = 1024, kMiB = 1024 * 1024;
constexpr double kSizeBounds[] = {1 * kKiB, 4 * kKiB, 16 * kKiB, 64 * kKiB, 256 * kKiB, 512 * kKiB,
                                  1 * kMiB, 2 * kMiB, 4 * kMiB,  8 * kMiB,  16 * kMiB,  20 * kMiB};
constexpr double kDurationBounds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
constexpr double kLatencyBounds[] = {0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600};

}  // namespace

/// The endpoints that /metrics reads; shared with the scraping threads.
struct WriteMetrics::Watch {
  std::mutex mutex;
  std::vector<Watched> endpoints;

  void fill(std::vector<Sample>& samples, double (*value)(const Gate&)) {
    const std::lock_guard lock(mutex);
    for (const Watched& one : endpoints)
      if (const auto gate = one.gate.lock()) samples.push_back({{{"host", one.host}, {"endpoint", one.name}}, value(*gate)});
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

void WriteMetrics::watch(const std::string& host, const std::string& name, const GatePtr& gate) {
  if (!watch_) {
    watch_ = std::make_shared<Watch>();
    scope_.collect("invar_write_queue_bytes", "Bytes of encoded entries that wait in the queue of an endpoint.", MetricType::kGauge,
                   [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return double(g.queued.load()); }); });
    scope_.collect("invar_write_queue_capacity_bytes", "Bytes that the queue of an endpoint takes before its sources pause.", MetricType::kGauge,
                   [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return double(g.capacity.load()); }); });
    scope_.collect("invar_write_queue_full", "1 while the queue of an endpoint is full and its sources are paused.", MetricType::kGauge,
                   [watch = watch_](auto& out) { watch->fill(out, [](const Gate& g) { return g.full() ? 1.0 : 0.0; }); });
  }
  const std::lock_guard lock(watch_->mutex);
  std::erase_if(watch_->endpoints, [&](const Watched& one) { return one.gate.expired() || one.gate.lock() == gate; });
  watch_->endpoints.push_back({host, name, gate});
}

}  // namespace invar::loki_write
