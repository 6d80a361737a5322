#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "src/io/admin_server.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/logger.h"
#include "src/runtime/module.h"

namespace invar {

/// What the handlers of the admin server may reach. Owned by the Agent; outlives the server.
struct AdminState {
  const std::atomic<bool>* ready = nullptr;
  std::optional<Logger> log;
  const MetricRegistry* metrics = nullptr;
  Loop* main_loop = nullptr;
  std::function<const Module*()> root;                   // on main
  std::function<const Module*()> remote_root;            // on main; of remotecfg, nullptr when there is none
  std::function<std::optional<std::string>()> reload;    // on main; the error, or nothing

  /// Who must log in, and where. Any thread.
  void set_login(std::optional<LoginArgs> login);
  std::optional<LoginArgs> login() const;

 private:
  mutable std::mutex mutex_;
  std::optional<LoginArgs> login_;
};

/// /-/ready, /-/healthy, /-/reload, /metrics, and the API of components below the UI prefix.
void add_admin_routes(AdminServer& server, AdminState& state, const std::string& ui_prefix);

}  // namespace invar
