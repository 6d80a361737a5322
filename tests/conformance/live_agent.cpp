#include "tests/conformance/live_agent.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/conformance/texts.h"

namespace invar {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);  // loki.write drains for 15 s
constexpr auto kStep = std::chrono::milliseconds(20);

}  // namespace

bool wait_until(const std::function<bool()>& done) {
  for (const auto end = std::chrono::steady_clock::now() + kPatience; std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(kStep))
    if (done()) return true;
  return false;
}

LiveAgent::LiveAgent(const Workspace& workspace, const std::string& config, std::vector<std::string> flags, int port)
    : port_(port), log_path_((workspace.path() / "stderr.log").string()) {
  workspace.write("config.alloy", config);
  const auto program = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path().parent_path() / "bin" / "invar";
  std::vector<std::string> words{"alloy", "run", "--server.http.listen-addr=127.0.0.1:" + std::to_string(port), "--storage.path=data", "--disable-reporting"};
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back("config.alloy");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(out, 2);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (chdir(workspace.path().c_str()) == 0) execv(program.c_str(), arguments.data());
    _exit(127);
  }
  wait_until([this] {
    // Also when it speaks TLS (400), asks for a password (401), or logs nothing of it.
    const int answer = ask("/-/ready").status;
    ready_ = answer == 200 || answer == 400 || answer == 401;
    int status = 0;
    if (!ready_ && waitpid(pid_, &status, WNOHANG) == pid_) pid_ = -1;
    return ready_ || pid_ < 0;
  });
}

LiveAgent::~LiveAgent() {
  if (pid_ > 0) stop();
}

std::string LiveAgent::log() const { return contents_of(log_path_); }

std::string LiveAgent::metric(const std::string& series) const {
  const std::string text = ask("/metrics").body;
  const size_t at = ("\n" + text).find("\n" + series + " ");
  if (at == std::string::npos) return {};
  const size_t begin = at + series.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

void LiveAgent::signal(int number, const std::string& words) const {
  const size_t before = log().size();
  ::kill(pid_, number);
  wait_until([&] { return log().find(words, before) != std::string::npos; });
}

int LiveAgent::stop() {
  if (pid_ < 0) return -1;
  kill(pid_, SIGTERM);
  int status = 0;
  if (wait_until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) {
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  kill(pid_, SIGKILL);
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return 137;
}

}  // namespace invar
