#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/io/http_client.h"

namespace invar {

/// Where a Docker engine listens: `unix:///var/run/docker.sock`, `tcp://`, `http://` or `https://` with host and port.
struct DockerAddress {
  std::string written;
  std::string unix_socket;  // path; empty: none
  std::string base_url;     // what paths are appended to
  bool takes_client = false;  // http and https: the arguments of an HTTP client apply
  /// Errors have the words of Docker's client: "unable to parse docker host `x`".
  static Result<DockerAddress> parse(std::string_view host);
};

/// A request under way, with what it leads to. Letting go of it cancels: callbacks are then not called.
using DockerCall = std::shared_ptr<HttpCall>;

/// The Engine API of Docker, or of what speaks it. The version of the API is agreed on with the first request. Errors have the words of Docker's client; reason
/// `not_found` is an answer of 404. Belongs to a loop, and outlives its calls.
class DockerEngine {
 public:
  struct Container {
    bool tty = false, running = false;
    std::string finished_at;  // as the engine writes it
  };
  /// A container's log, told for as long as the container runs.
  struct LogRequest {
    std::string container;
    int64_t since_seconds = 0;
    std::function<void()> on_begin;
    std::function<void(std::string_view)> on_data;
  };
  /// Without an error the engine has told all there is.
  struct LogEnd {
    bool begun = false;
    std::optional<Error> error = {};
  };

  /// `config` is for addresses that take one. `timeout_ms`: of everything but a log.
  DockerEngine(Loop& loop, DockerAddress address, HttpClientConfig config, std::string user_agent, uint64_t timeout_ms);
  DockerEngine(const DockerEngine&) = delete;

  /// Callbacks come on the loop, never before these have returned.
  /// The body of the answer to a GET of `path`, with its query. Error: also when it is longer than `most_bytes`.
  [[nodiscard]] DockerCall get(const std::string& path, size_t most_bytes, std::function<void(Result<std::string>)> done);
  [[nodiscard]] DockerCall inspect(const std::string& container, std::function<void(Result<Container>)> done);
  [[nodiscard]] DockerCall read_log(LogRequest request, std::function<void(LogEnd)> done);

 private:
  using Then = std::function<void()>;
  HttpRequest request(std::string method, const std::string& path) const;
  void agree(const DockerCall& call, Then then);
  void ping(const DockerCall& call, std::string method, Then then);
  Error transport_error(const Error& error) const;

  const DockerAddress address_;
  const uint64_t timeout_ms_;
  std::string version_;  // empty: not agreed on yet
  HttpClient client_;
};

}  // namespace invar
