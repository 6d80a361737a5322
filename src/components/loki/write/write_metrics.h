#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "src/components/loki/write/gate.h"
#include "src/io/disk_queue_channel.h"
#include "src/runtime/metrics.h"

namespace invar::loki_write {

/// Words of the `reason` label, as Alloy has them.
enum class DropReasonWord : uint8_t { kIngesterError, kRateLimited, kStreamLimited, kLineTooLong, kQueueIsFull };
std::string_view word_of(DropReasonWord reason);

/// The series of one host and tenant. They exist from the tenant's first entry on (Alloy: initBatchMetrics).
struct TenantMetrics {
  Counter* retries;
  Counter* sent_bytes;
  Counter* sent_entries;
  std::array<Counter*, 5> dropped_bytes;    // by DropReasonWord
  std::array<Counter*, 5> dropped_entries;
  std::string host, tenant;
};

/// What a component with a `wal` block tells about an endpoint's spill. On the delivery loop; read from any thread.
struct WalFigures {
  std::atomic<uint64_t> records_read{0};
  std::atomic<int64_t> last_written_s{-1}, last_read_s{-1};  // timestamps of entries
};

/// loki_write_* of one component (Alloy: common/loki/client/metrics.go), and what only invar has: the queue of each endpoint. On the delivery loop.
class WriteMetrics {
 public:
  explicit WriteMetrics(MetricScope& scope) : scope_(scope) {}
  TenantMetrics& tenant(const std::string& host, const std::string& tenant);
  Histogram& request_size(const TenantMetrics& tenant);
  Histogram& latency(const TenantMetrics& tenant);
  /// `status` -1: no answer.
  Histogram& duration(const TenantMetrics& tenant, int status);
  /// Entries that the destination named as refused, by its own reason.
  Counter& refused(const TenantMetrics& tenant, std::string_view reason);
  /// loki_write_dropped_entries_total for a reason that Alloy does not have.
  Counter& dropped(const std::string& host, const std::string& tenant, std::string_view reason);
  Counter& resent(const std::string& host);
  /// Figures of an endpoint's spill; with `wal`, also those that Alloy has for its write-ahead log, as the endpoint `id` there.
  void watch_spill(const std::string& host, const std::string& name, std::shared_ptr<const DiskQueueChannel::Report> report);
  void watch_wal(const std::string& id, std::shared_ptr<const WalFigures> figures, std::shared_ptr<const DiskQueueChannel::Report> report);
  /// invar_write_queue_bytes, _queue_capacity_bytes and _queue_full of one endpoint. Weak: an endpoint that has gone shows nothing.
  void watch(const std::string& host, const std::string& name, const GatePtr& gate);

 private:
  struct Watched {
    std::string host, name;
    std::weak_ptr<Gate> gate;
  };
  struct WatchedSpill {
    std::string host, name;
    std::weak_ptr<const DiskQueueChannel::Report> report;
  };
  struct WatchedWal {
    std::string id;
    std::weak_ptr<const WalFigures> figures;
    std::weak_ptr<const DiskQueueChannel::Report> report;
  };
  struct Watch;
  Watch& watching();
  MetricScope& scope_;
  std::map<std::pair<std::string, std::string>, TenantMetrics> tenants_;
  std::shared_ptr<Watch> watch_;
};

}  // namespace invar::loki_write
