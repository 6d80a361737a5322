#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/source/docker/container_tail.h"

namespace invar::loki_source_docker {

/// The tails of all containers of a component, and the engine they ask. Belongs to the engine's thread.
class EngineTails {
 public:
  struct Settings {
    DockerAddress address;
    HttpClientConfig client;
    std::string user_agent;
    uint64_t timeout_ms = 0;
  };
  struct Owner {
    std::function<void(ContainerBatchPtr)> deliver;
    /// Nothing more comes from a container; `gone`: the engine does not know it any more.
    std::function<void(const std::string& container, bool gone)> ended;
  };
  /// How often Alloy looks at a container that is not being read.
  static constexpr uint64_t kLookMs = 5000;
  EngineTails(Loop& loop, Logger log, Counter& parsing_errors, uint64_t look_ms, std::map<std::string, LogPosition> positions, Owner owner)
      : loop_(loop), log_(std::move(log)), parsing_errors_(parsing_errors), look_ms_(look_ms), positions_(std::move(positions)), owner_(std::move(owner)) {}

  /// Another engine, or another way to it: what is being read goes on there.
  void set_engine(Settings settings);
  /// Containers to read from now on; with set_engine() called before.
  void set_targets(std::vector<ContainerTail::Target> targets);
  void handed_on(const std::string& container);
  void stop();

 private:
  void begin(ContainerTail::Target target);
  void end(const std::string& container, bool gone);

  static constexpr size_t kMostPositions = 10'000;
  Loop& loop_;
  Logger log_;
  Counter& parsing_errors_;
  const uint64_t look_ms_;
  /// Of containers that are not read: how far they have been. What is on its way behind these is in good hands as long as this process runs.
  std::map<std::string, LogPosition> positions_;
  Owner owner_;
  std::unique_ptr<DockerEngine> engine_;
  std::map<std::string, std::unique_ptr<ContainerTail>> tails_;
  std::vector<ContainerTail::Target> targets_;
  std::map<std::string, bool> gone_;  // targets that the engine does not know
  bool stopped_ = false;
};

}  // namespace invar::loki_source_docker
