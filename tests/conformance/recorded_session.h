#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/live_agent.h"
#include "tests/conformance/recorded_endpoint.h"
#include "tests/conformance/runnable_config.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar {

/// One process with a config of conformance/api, as far as this build runs it, the endpoint that was beside it, and ports of its own.
class RecordedSession {
 public:
  /// `files`: beside those that the recorded configs name, path -> text.
  explicit RecordedSession(const std::string& recorded, std::vector<std::string> flags = {"--stability.level=experimental"},
                           const std::map<std::string, std::string>& files = {});

  /// What a log line, a series or an answer says, with the recording's ports, directory and host name.
  std::string back(const std::string& ours) const;
  /// Has this build the component of that id?
  bool has(const std::string& id) const { return !here_.missing.contains(id); }
  const RunnableConfig& here() const { return here_; }
  /// As it was loaded first.
  const std::string& config() const { return config_; }
  const std::filesystem::path& directory() const { return workspace_.path(); }
  const Workspace& workspace() const { return workspace_; }
  MovedPorts& ports() { return ports_; }
  RecordedEndpoint& endpoint() { return endpoint_; }
  /// Bytes to a port of the recording; `kind`: SOCK_STREAM, SOCK_DGRAM.
  void send(int kind, int port, const std::string& bytes);
  LiveAgent& agent() { return *agent_; }
  const LiveAgent& agent() const { return *agent_; }

 private:
  Workspace workspace_;
  MovedPorts ports_;
  RunnableConfig here_;
  std::string config_;
  RecordedEndpoint endpoint_;
  std::unique_ptr<LiveAgent> agent_;
};

/// A config of the api vectors: the text of configs/<name> beside the vector's file.
std::string recorded_config(const ConformanceCase& c, std::string_view name);

}  // namespace invar
