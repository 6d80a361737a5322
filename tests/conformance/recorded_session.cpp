#include "tests/conformance/recorded_session.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>

#include "src/io/file.h"

namespace invar {
namespace {

constexpr int kEndpointPort = 13790, kAgentPort = 13700;

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

/// The files that the recorded configs name.
void write_files(const Workspace& workspace) {
  workspace.write("val.txt", "value");
  std::filesystem::create_directory(workspace.path() / "logs");
  workspace.write("sd/a.json", R"([{"targets": ["a:1"], "labels": {"__path__": "logs/x.log", "app": "web"}}])");
  std::filesystem::copy_file(std::filesystem::path(INVAR_SOURCE_DIR) / "tests/conformance/cases/loki/data/places.mmdb", workspace.path() / "geo.mmdb");
}

/// Components that were refused for what their arguments ask of this build.
std::set<std::string> refused_components(const std::string& log) {
  static const std::regex kRefusal("failed to evaluate config.*node\"?[=:]\"?([a-z0-9_.]+).* in this build");
  std::set<std::string> ids;
  std::istringstream lines(log);
  std::smatch found;
  for (std::string line; std::getline(lines, line);)
    if (std::regex_search(line, found, kRefusal)) ids.insert(found[1]);
  return ids;
}

}  // namespace

RecordedSession::RecordedSession(const std::string& recorded, std::vector<std::string> flags, const std::map<std::string, std::string>& files)
    : here_(runnable_config(recorded)), config_(ports_.moved(here_.text)), endpoint_(ports_.moved(kEndpointPort)) {
  write_files(workspace_);
  for (const auto& [name, text] : files) workspace_.write(name, text);
  agent_ = std::make_unique<LiveAgent>(workspace_, config_, flags, ports_.moved(kAgentPort));
  const std::set<std::string> refused = agent_->ready() ? std::set<std::string>() : refused_components(agent_->log());
  if (refused.empty()) return;
  here_ = runnable_config(recorded, refused);
  config_ = ports_.moved(here_.text);
  agent_ = std::make_unique<LiveAgent>(workspace_, config_, std::move(flags), ports_.moved(kAgentPort));
}

std::string RecordedSession::back(const std::string& ours) const {
  return replaced(replaced(ports_.back(ours), workspace_.path().string(), "<DIR>"), "\"" + host_name() + "\"", "\"<HOSTNAME>\"");
}

void RecordedSession::send(int kind, int port, const std::string& bytes) {
  const Fd fd(::socket(AF_INET, kind | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(ports_.moved(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string recorded_config(const ConformanceCase& c, std::string_view name) { return contents_of(c.path.parent_path() / "configs" / name); }

}  // namespace invar
