#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/io/admin_server.h"
#include "src/runtime/cluster_identity.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/log_output.h"
#include "src/runtime/module.h"

namespace invar {

/// What the handlers of the admin server may reach. Owned by the Agent; outlives the server.
struct AdminState {
  const std::atomic<bool>* ready = nullptr;
  std::optional<Logger> log;
  const MetricRegistry* metrics = nullptr;
  std::function<std::string()> ledger;                   // as JSON; blocks
  Loop* main_loop = nullptr;
  std::function<const Module*()> root;                   // on main
  std::function<const Module*()> remote_root;            // on main; of remotecfg, nullptr when there is none
  std::function<std::vector<std::pair<std::string, std::string>>()> sources;  // on main: names and redacted texts of the running config
  std::shared_ptr<Logger::Output> log_output;
  ClusterIdentity cluster;
  std::vector<std::string> runtime_flags;  // name=value, for support bundles
  bool support_bundle = true;
  bool pprof = true;
  std::atomic<bool> live_debugging{false};
  std::function<std::optional<std::string>()> reload;    // on main; the error, or nothing

  /// Who must log in, and where. Any thread.
  void set_login(std::optional<LoginArgs> login);
  std::optional<LoginArgs> login() const;

 private:
  mutable std::mutex mutex_;
  std::optional<LoginArgs> login_;
};

/// /-/ready, /-/healthy, /-/reload, /-/support, /metrics, /debug/pprof, and the API of components below the UI prefix.
void add_admin_routes(AdminServer& server, AdminState& state, const std::string& ui_prefix);

/// What handlers have in common. Runs `make` on main with the running root module; 503 while there is none.
AdminResponse with_root(const AdminState& state, const std::function<AdminResponse(const Module&)>& make);
/// Handles /-/support: collects for the time asked for, then answers with the zip.
AdminResponse support_bundle(const AdminState& state, const AdminRequest& request);

}  // namespace invar
