#include "src/cli/lsp/serve.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "src/io/file.h"
#include "src/lsp/framing.h"
#include "src/lsp/server.h"

namespace invar::lsp_command {
namespace {

// Who types fast sends the next change before this is over, and is spared results of the one before.
constexpr int kPauseMs = 15;
constexpr int kGone = 1;

class Loop {
 public:
  explicit Loop(const Request& request) : workspace_(request), server_(workspace_, [this](std::string message) { send(message); }) {}

  int run() {
    while (!server_.exit_code()) {
      if (server_.handle_next()) {
        take_in(0);
        continue;
      }
      if (!reader_.failure().empty()) {
        std::fprintf(stderr, "invar lsp: what came is not of the language server protocol: %s\n", reader_.failure().c_str());
        return kGone;
      }
      if (gone_) return kGone;
      if (take_in(server_.has_changes() ? kPauseMs : -1)) continue;
      server_.publish([this] { return take_in(0); });
    }
    return *server_.exit_code();
  }

 private:
  /// Waits so many milliseconds for bytes of the client (-1: for ever) and takes in what is there. False when nothing was.
  bool take_in(int wait_ms) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    bool any = false;
    while (!gone_ && ::poll(&input, 1, any ? 0 : wait_ms) > 0) {
      any = true;
      const auto size = read_some(STDIN_FILENO, buffer_);
      if (!size || *size == 0) gone_ = true;
      else reader_.feed({buffer_.data(), *size});
      while (auto message = reader_.next()) server_.receive(std::move(*message));
    }
    return any;
  }

  void send(const std::string& message) {
    if (!write_all(STDOUT_FILENO, lsp::framed(message))) gone_ = true;
  }

  Workspace workspace_;
  lsp::Server server_;
  lsp::MessageReader reader_;
  std::array<char, 65536> buffer_;
  bool gone_ = false;
};

}  // namespace

int serve(const Request& request) {
  std::signal(SIGPIPE, SIG_IGN);
  return Loop(request).run();
}

}  // namespace invar::lsp_command
