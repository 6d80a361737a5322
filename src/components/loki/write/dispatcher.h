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
    std::function<void(std::vector<SpillExit>, size_t lane)> left;
    std::function<void()> room;
    /// Nothing has come for a while: what is kept to be used again may go.
    std::function<void()> rest;
    /// Empty: all endpoints deliver.
    std::function<void(std::string trouble)> health;
  };
  /// What an endpoint is made of. Known ones are known by their gates.
  struct Setting {
    GatePtr gate;
    EndpointConfig config;
    std::string spill_directory;  // of a new one
  };
  struct Surroundings {
    Loop& loop;
    Loop& disk;
    const Clock& clock;
    MetricScope& metrics;
    Logger log;
    Delivery& delivery;
    std::string component;
  };
  Dispatcher(Surroundings surroundings, Ways ways);
  ~Dispatcher();

  /// Known ones are updated, missing ones dropped with what they hold in memory.
  void set_endpoints(const std::vector<Setting>& endpoints);
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
