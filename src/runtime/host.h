#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "src/runtime/component.h"
#include "src/runtime/controller_metrics.h"
#include "src/runtime/gate.h"

namespace invar {

struct RemoteConfigArgs;

/// What all modules and components of one process share. Owned by the Agent; on main, but for what says otherwise.
struct Host {
  Loop& main_loop;
  const Clock& clock;
  Lanes& lanes;
  Loop& delivery_loop;
  Loop& disk_loop;
  Delivery& delivery;
  MetricRegistry& metrics;
  Logger log;
  FeatureGate gate;
  std::filesystem::path storage_path;
  std::string seed_uid;
  std::string user_agent;
  /// The standard library, as values.
  const Members* library = nullptr;
  /// The built component of that name, or nullptr.
  const ComponentSpec* (*find_component)(std::string_view name) = nullptr;
  /// Asks for an evaluation of what is due, soon, on main.
  std::function<void()> schedule_evaluation;
  /// A component of that id is about to start: what is left of an earlier one has to be gone.
  std::function<void(const std::string& global_id)> before_start;
  ControllerMetrics controllers;
  /// What an import brings in has changed: asks for an evaluation of the whole graph, soon, on main.
  std::function<void()> import_changed = {};
  /// A load that may still be refused wants its config from there too.
  std::function<Result<void>(const RemoteConfigArgs&)> register_collector = {};
  /// Evaluations start nothing: exports are what plans tell, everything else is unknown. What is evaluated so is never committed.
  bool plan_only = false;
  /// Nothing is fetched over the network either: what imports would bring in is unknown.
  bool offline = false;
};

/// Alloy's splitPath: `a.i/b.j` is {"/a.i", "b.j"}, `b.j` is {"/", "b.j"}.
std::pair<std::string, std::string> split_id(std::string_view global_id);

}  // namespace invar
