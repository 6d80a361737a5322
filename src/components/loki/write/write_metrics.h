#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>

#include "src/components/loki/write/encoder.h"
#include "src/runtime/metrics.h"

namespace invar::loki_write {

/// Words of the `reason` label, as Alloy has them.
enum class DropReasonWord : uint8_t { kIngesterError, kRateLimited, kStreamLimited, kLineTooLong, kQueueIsFull };

/// The series of one host and tenant. They exist from the tenant's first entry on (Alloy: initBatchMetrics).
struct TenantMetrics {
  Counter* retries;
  Counter* sent_bytes;
  Counter* sent_entries;
  std::array<Counter*, 5> dropped_bytes;    // by DropReasonWord
  std::array<Counter*, 5> dropped_entries;
  std::string host, tenant;
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
  /// invar_write_queue_bytes, _queue_capacity_bytes and _queue_full of one endpoint. Weak: an endpoint that has gone shows nothing.
  void watch(const std::string& host, const std::string& name, const GatePtr& gate);

 private:
  struct Watched {
    std::string host, name;
    std::weak_ptr<Gate> gate;
  };
  struct Watch;
  MetricScope& scope_;
  std::map<std::pair<std::string, std::string>, TenantMetrics> tenants_;
  std::shared_ptr<Watch> watch_;
};

}  // namespace invar::loki_write
