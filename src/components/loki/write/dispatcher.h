#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/write/endpoint.h"
#include "src/io/process_memory.h"

namespace invar::loki_write {

/// The delivery half of loki.write: hands each fragment to the endpoints it was encoded for. Made, used and destroyed on the delivery loop.
class Dispatcher {
 public:
  struct Ways {
    std::function<void(Settlement, size_t lane)> settle;
    std::function<void()> room;
    /// Nothing has come for a while: what is kept to be used again may go.
    std::function<void()> rest;
    /// Empty: all endpoints deliver.
    std::function<void(std::string trouble)> health;
  };
  Dispatcher(Loop& loop, const Clock& clock, MetricScope& metrics, Logger log, Ways ways);
  ~Dispatcher();

  /// Endpoints are known by their gates: known ones are updated, missing ones dropped with what they hold.
  void set_endpoints(const std::vector<std::pair<GatePtr, EndpointConfig>>& endpoints);
  void take(const FragmentPtr& fragment, const Encoder::Plan& plan);
  void drain(std::function<void()> drained);

 private:
  void report_health();
  WriteMetrics metrics_;
  RequestBuilder builder_;
  std::function<void(std::string)> health_;
  EndpointWorld world_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  IdleMemory idle_memory_;
};

}  // namespace invar::loki_write
