#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "src/runtime/metrics.h"

namespace invar {

/// What this process says of the cluster it is in: itself alone, since invar has no cluster engine.
struct ClusterIdentity {
  bool enabled = false;      // --cluster.enabled: only then there are metrics
  std::string name;          // of the cluster, may be empty
  std::string node_name;
  std::string address;       // host:port
  int64_t minimum_size = 0;  // peers that components were told to wait for

  /// A cluster of one is as large as it gets.
  bool ready_for_traffic() const { return minimum_size <= 1; }
};

/// The cluster_* families with the values of a cluster of one, for as long as the scope lives.
std::unique_ptr<MetricScope> register_cluster_metrics(MetricRegistry& registry, const ClusterIdentity& identity);

}  // namespace invar
