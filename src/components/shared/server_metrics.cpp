#include "src/components/shared/server_metrics.h"

#include <array>

namespace invar {
namespace {

constexpr std::array kSeconds{.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10., 25., 50., 100.};
constexpr std::array kBytes{4.,      16.,      64.,       256.,      1024.,      4096.,       16384.,      65536.,
                            262144., 1048576., 4194304., 16777216., 67108864., 268435456., 1073741824.};

}  // namespace

ServerMetrics::ServerMetrics(MetricScope& scope, std::string_view prefix, int64_t connection_limit, uint64_t grpc_streams)
    : scope_(scope),
      prefix_(prefix),
      connections_(scope.gauge(named("_tcp_connections"), "Current number of accepted TCP connections.", {{"protocol", "http"}})) {
  scope.gauge(named("_tcp_connections"), "", {{"protocol", "grpc"}});
  for (const char* protocol : {"http", "grpc"})
    scope.gauge(named("_tcp_connections_limit"), "The max number of TCP connections that can be accepted (0 means no limit).", {{"protocol", protocol}})
        .set(protocol == std::string_view("http") ? static_cast<double>(connection_limit) : 0);
  scope.gauge(named("_grpc_concurrent_streams_limit"), "The max number of concurrent streams that can be accepted (0 means no limit).")
      .set(static_cast<double>(grpc_streams));
}

Gauge& ServerMetrics::inflight(const std::string& method, const std::string& route) {
  Gauge*& gauge = inflight_[{method, route}];
  if (!gauge) gauge = &scope_.gauge(named("_inflight_requests"), "Current number of inflight requests.", {{"method", method}, {"route", route}});
  return *gauge;
}

void ServerMetrics::request_began(const std::string& method, const std::string& route) { inflight(method, route).add(1); }

void ServerMetrics::request_ended(const std::string& method, const std::string& route, int status, size_t received, size_t sent, double seconds) {
  inflight(method, route).add(-1);
  const MetricLabels labels{{"method", method}, {"route", route}};
  scope_.histogram(named("_request_message_bytes"), "Size (in bytes) of messages received in the request.", kBytes, labels)
      .observe(static_cast<double>(received));
  scope_.histogram(named("_response_message_bytes"), "Size (in bytes) of messages sent in response.", kBytes, labels).observe(static_cast<double>(sent));
  scope_.histogram(named("_request_duration_seconds"), "Time (in seconds) spent serving HTTP requests.", kSeconds,
                   {{"method", method}, {"route", route}, {"status_code", std::to_string(status)}, {"ws", "false"}})
      .observe(seconds);
}

}  // namespace invar
