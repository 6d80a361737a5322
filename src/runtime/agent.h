#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "src/base/diagnostics.h"
#include "src/runtime/cluster_identity.h"
#include "src/runtime/delivery.h"
#include "src/runtime/gate.h"
#include "src/runtime/host.h"
#include "src/runtime/trial.h"

namespace invar {

/// What `invar run` is told.
struct AgentOptions {
  std::string config_path;
  std::string listen_address = "127.0.0.1:12345";
  ClusterIdentity cluster;  // its address is the listen address when empty, its node_name the host's
  std::string storage_path = "data-alloy/";
  std::string ui_prefix = "/";
  bool support_bundle = true;
  bool pprof = true;
  std::vector<std::string> runtime_flags;  // name=value of every flag, for support bundles
  FeatureGate gate;
  /// How long components may take to hand on what they hold when they are stopped.
  int64_t drain_ns = 25'000'000'000;
  size_t lanes = 0;  // 0: as many as the machine gives
  DeliverySettings delivery;
  std::string dead_letters;  // path of their file; empty: none
  uint64_t dead_letter_bytes = 64u << 20;
  const Members* library = nullptr;
  const ComponentSpec* (*find_component)(std::string_view name) = nullptr;
  std::function<void(std::string_view)> log_write;  // stderr when empty
  /// Reload when the config changes, or is swapped behind a link.
  bool watch_config = false;
  /// What there is to say before anything is loaded.
  std::function<void(const Logger&)> at_start;
};

/// The whole process of `invar run`: threads, the running graph, reloads, the admin server, signals. One per process; lives on the thread that makes it.
class Agent {
 public:
  explicit Agent(AgentOptions options);
  ~Agent();
  /// Loads, serves, and runs until SIGTERM or SIGINT, or stop(). The refusal of the first load; nothing when all ended well.
  std::optional<LoadRefusal> run();
  /// Any thread.
  void stop();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
