#include "src/runtime/cluster_identity.h"

#include <string_view>

namespace invar {
namespace {

constexpr double kGossipVersion = 2;  // of the protocol that is not spoken

struct NamedGauge {
  std::string_view name, help;
};
/// What a node without peers neither sends nor gets. Alloy counts some of them in gauges.
constexpr NamedGauge kSilentGauges[] = {
    {"cluster_transport_rx_packet_queue_length", "Current number of unprocessed incoming packets"},
    {"cluster_transport_stream_rx_bytes_total", "Total number of HTTP/2 gossip transport stream bytes read"},
    {"cluster_transport_stream_rx_packets_total", "Total number of HTTP/2 gossip transport stream packets read"},
    {"cluster_transport_stream_tx_bytes_total", "Total number of HTTP/2 gossip transport stream bytes written"},
    {"cluster_transport_stream_tx_packets_failed_total", "Total number of failed HTTP/2 gossip transport stream packets"},
    {"cluster_transport_stream_tx_packets_total", "Total number of HTTP/2 gossip transport stream packets written"},
    {"cluster_transport_streams", "Current number of HTTP/2 transport data streams"},
    {"cluster_transport_tx_packet_queue_length", "Current number of unprocessed outgoing packets"},
    {"cluster_transport_tx_packets_failed_total", "Total number of failed HTTP/2 gossip transport packets"},
};
constexpr NamedGauge kSilentCounters[] = {
    {"cluster_transport_rx_bytes_total", "Total number of HTTP/2 gossip transport bytes read"},
    {"cluster_transport_rx_packets_total", "Total number of HTTP/2 gossip transport packets read"},
    {"cluster_transport_tx_bytes_total", "Total number of HTTP/2 gossip transport bytes written (failed or otherwise)"},
    {"cluster_transport_tx_packets_total", "Total number of HTTP/2 gossip transport packets written (failed or otherwise)"},
};

}  // namespace

std::unique_ptr<MetricScope> register_cluster_metrics(MetricRegistry& registry, const ClusterIdentity& identity) {
  auto scope = registry.scope({});
  const MetricLabels cluster{{"cluster_name", identity.name}};
  const auto with = [&](std::string_view name, std::string_view value) {
    MetricLabels labels = cluster;
    labels.emplace_back(name, value);
    return labels;
  };
  const auto gauge = [&](std::string_view name, std::string_view help, double value) { scope->gauge(name, help, cluster).set(value); };
  gauge("cluster_minimum_size", "The configured minimum cluster size required before admitting traffic to components that use clustering.",
        static_cast<double>(identity.minimum_size));
  gauge("cluster_ready_for_traffic", "Reports 1 when the cluster is ready to admit traffic, 0 otherwise.", identity.ready_for_traffic() ? 1 : 0);
  gauge("cluster_node_gossip_alive_peers", "How many alive gossip peers a node has, including the local node.", 1);
  gauge("cluster_node_gossip_health_score", "Health value of a node; lower values means healthier. 0 is the minimum.", 0);
  gauge("cluster_node_gossip_proto_version", "Gossip protocol version used by nodes to maintain the cluster", kGossipVersion);
  gauge("cluster_node_update_observers", "Number of internal observers waiting for changes to cluster state.", 0);
  gauge("cluster_node_updating", "1 if the node is currently processing a change to the cluster state.", 0);
  scope->counter("cluster_node_gossip_received_events_total", "Total number of gossip messages handled by the node.", with("event", "node_join")).add();
  scope->gauge("cluster_node_peers", "Current number of healthy peers by state", with("state", "participant")).set(1);
  scope->gauge("cluster_node_info", "Info about the local node. Label values will change as the node changes state.", {{"state", "participant"}}).set(1);
  scope->gauge("cluster_node_lamport_time", "The current lamport time of the node.").set(1);
  for (const auto& [name, help] : kSilentGauges) scope->gauge(name, help);
  for (const auto& [name, help] : kSilentCounters) scope->counter(name, help);
  return scope;
}

}  // namespace invar
