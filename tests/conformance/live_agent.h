#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/conformance/http_exchange.h"
#include "tests/conformance/program.h"

namespace invar {

/// Asks every few milliseconds until it is true. False after half a minute: machines may be busy, and sanitizers are slow.
bool wait_until(const std::function<bool()>& done);

/// The invar program running a config, for suites that replay a session of requests. Ended with its object.
class LiveAgent {
 public:
  /// Writes `config` to config.alloy in the workspace and runs it there, with further flags. False when it does not get ready; then error() tells.
  LiveAgent(const Workspace& workspace, const std::string& config, std::vector<std::string> flags = {}, int port = free_port());
  ~LiveAgent();
  LiveAgent(const LiveAgent&) = delete;
  LiveAgent& operator=(const LiveAgent&) = delete;

  bool ready() const { return ready_; }
  /// What it wrote to stderr so far.
  std::string log() const;
  int port() const { return port_; }
  RawAnswer ask(const std::string& path, const std::string& method = "GET", const std::vector<std::pair<std::string, std::string>>& headers = {},
                const std::string& body = {}, double seconds = 10) const {
    return http_exchange(port_, method, path, headers, body, seconds);
  }
  /// The value of a series in /metrics, written as there; empty when it is not shown.
  std::string metric(const std::string& series) const;
  /// Sends a signal and waits until the log has the words once more.
  void signal(int number, const std::string& words) const;
  /// Sends SIGTERM and waits; the exit code.
  int stop();

 private:
  int port_;
  int pid_ = -1;
  bool ready_ = false;
  std::string log_path_;
};

}  // namespace invar
