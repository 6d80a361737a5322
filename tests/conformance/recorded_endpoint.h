#pragma once

#include <httplib.h>

#include <atomic>
#include <thread>

namespace invar {

/// The server that recorded sessions had beside them: takes pushes and answers as the request's parameters say (`code`, `msg`; `slow`: after so many
/// seconds), lists of targets, and remote text.
class RecordedEndpoint {
 public:
  explicit RecordedEndpoint(int port) {
    server_.Post("/.*", [](const httplib::Request& request, httplib::Response& answer) {
      if (request.has_param("slow")) std::this_thread::sleep_for(std::chrono::duration<double>(std::stod(request.get_param_value("slow"))));
      answer.status = request.has_param("code") ? std::stoi(request.get_param_value("code")) : 204;
      if (request.has_param("msg")) answer.set_content(request.get_param_value("msg"), "text/plain");
    });
    server_.Get("/sd", [this](const httplib::Request&, httplib::Response& answer) {
      if (failing_) answer.status = 500;
      else answer.set_content(R"([{"targets": ["h:1"], "labels": {"__path__": "logs/y.log", "app": "api"}}])", "application/json");
    });
    server_.Get("/remote", [](const httplib::Request&, httplib::Response& answer) { answer.set_content("remote-one", "text/plain"); });
    server_.set_keep_alive_timeout(1);
    server_.bind_to_port("127.0.0.1", port);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // To stop a server that does not run yet would be forgotten.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~RecordedEndpoint() {
    server_.stop();
    thread_.join();
  }

  /// From now on lists of targets are answered with 500, or as before.
  void fail_targets(bool failing) { failing_ = failing; }

 private:
  std::atomic<bool> failing_{false};
  httplib::Server server_;
  std::thread thread_;
};

}  // namespace invar
