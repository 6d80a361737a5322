#pragma once

#include <map>
#include <string>
#include <tuple>

#include "src/runtime/metrics.h"

namespace invar {

/// What a server inside a component counts (Alloy: dskit's server metrics, below a name of the component's own). request_*() on one thread at a time.
class ServerMetrics {
 public:
  ServerMetrics(MetricScope& scope, std::string_view prefix, int64_t connection_limit, uint64_t grpc_streams);
  void set_connections(size_t count) { connections_.set(static_cast<double>(count)); }
  void request_began(const std::string& method, const std::string& route);
  void request_ended(const std::string& method, const std::string& route, int status, size_t received, size_t sent, double seconds);

 private:
  std::string named(std::string_view name) const { return prefix_ + std::string(name); }
  Gauge& inflight(const std::string& method, const std::string& route);

  MetricScope& scope_;
  const std::string prefix_;
  Gauge& connections_;
  std::map<std::pair<std::string, std::string>, Gauge*> inflight_;
};

}  // namespace invar
