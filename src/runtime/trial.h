#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/diagnostics.h"
#include "src/runtime/component.h"
#include "src/runtime/gate.h"

namespace invar {

/// Why a load was refused: diagnostics with excerpts, or a bare error.
struct LoadRefusal {
  Diagnostics diagnostics;
  std::vector<SourcePtr> sources;  // the texts that the diagnostics point into
  std::string error;  // Alloy's err.Error(): for the API and the log

  /// Of a graph that could not be built or evaluated.
  static LoadRefusal of(Diagnostics diagnostics);
};

/// `module_path` of the root module: the directory of the config.
std::string module_path_of(const std::string& config_path);

struct TrialOptions {
  FeatureGate gate;
  const Members* library = nullptr;
  const ComponentSpec* (*find_component)(std::string_view name) = nullptr;
};

/// What `run` would refuse of a config, with its words; nothing is started, fetched, listened to or written. Files are read where they are text of the
/// config (import.file), the environment where it names it. What shows only at run time is taken to be right; components that this build has not are held
/// against what is recorded of them.
std::optional<LoadRefusal> try_load(const std::string& config_path, const TrialOptions& options);

}  // namespace invar
