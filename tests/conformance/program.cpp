#include "tests/conformance/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <utility>

namespace invar {
namespace {

using std::filesystem::path;

path program_path() { return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path().parent_path() / "bin" / "invar"; }

constexpr auto kPatience = std::chrono::seconds(60);  // loki.write drains for 15 s, and machines may be busy

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) ends[0] = ends[1] = -1;
  }
  ~Pipe() { close_read(), close_write(); }
  void close_read() { close(std::exchange(ends[0], -1)); }
  void close_write() { close(std::exchange(ends[1], -1)); }
};

[[noreturn]] void become(const ProgramRun& run, Pipe& in, Pipe& out, Pipe& error) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(in.ends[0], 0);
  dup2(out.ends[1], 1);
  dup2(error.ends[1], 2);
  std::vector<std::string> words{"alloy"}, variables{"PATH=/usr/bin:/bin"};
  words.insert(words.end(), run.line.begin(), run.line.end());
  for (const auto& [name, value] : run.environment) variables.push_back(name + "=" + value);
  std::vector<char*> arguments, environment;
  for (auto& word : words) arguments.push_back(word.data());
  for (auto& variable : variables) environment.push_back(variable.data());
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  const std::string program = program_path();
  if (chdir(run.directory.c_str()) == 0) execve(program.c_str(), arguments.data(), environment.data());
  _exit(127);
}

/// Reads what is there; false at the end.
bool drain(int fd, std::string& into) {
  char buffer[4096];
  const ssize_t count = read(fd, buffer, sizeof buffer);
  if (count > 0) into.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

}  // namespace

Workspace::Workspace() {
  std::string name = (std::filesystem::temp_directory_path() / "invar-vector-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

Workspace::~Workspace() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Workspace::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

bool program_exists() { return std::filesystem::exists(program_path()); }

ProgramResult run_program(const ProgramRun& run) {
  Pipe in, out, error;
  const pid_t child = fork();
  if (child == 0) become(run, in, out, error);
  ProgramResult result;
  if (child < 0) return result;
  in.close_read(), out.close_write(), error.close_write();
  [[maybe_unused]] const ssize_t written = write(in.ends[1], run.input.data(), run.input.size());
  in.close_write();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  pollfd ends[2] = {{out.ends[0], POLLIN, 0}, {error.ends[0], POLLIN, 0}};
  bool stopped = false;
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    poll(ends, 2, 20);
    if (ends[0].revents && !drain(ends[0].fd, result.output)) ends[0].fd = -1;
    if (ends[1].revents && !drain(ends[1].fd, result.error)) ends[1].fd = -1;
    if (!stopped && run.stop_when && run.stop_when(result.error)) stopped = kill(child, SIGTERM) == 0;
    if (std::chrono::steady_clock::now() < deadline) continue;
    result.timed_out = true;
    kill(child, SIGKILL);
    break;
  }
  int status = 0;
  waitpid(child, &status, 0);
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace invar
