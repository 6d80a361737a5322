#include "src/components/discovery/process/process_table.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>

#include "src/io/file.h"
#include "src/text/regex.h"

namespace invar::discovery_process {
namespace {

constexpr std::string_view kNoSuchProcess = ": no such process";  // how a file of a process that is gone ends to be read

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes a line off the front, without its end.
std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<std::string> link_target(const std::string& path) {
  char target[4096];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  if (size < 0) return path_error("readlink", path, errno);
  return std::string(target, static_cast<size_t>(size));
}

bool is_gone(const Error& error) { return error.reason == "not_found" || error.what.ends_with(kNoSuchProcess); }

/// Reads the processes of one listing; names of users are looked up once each.
class Reader {
 public:
  Reader(const std::string& proc, const Wanted& wanted) : proc_(proc), wanted_(wanted) {}

  void read(int32_t pid) {
    pid_ = pid;
    const std::string folder = proc_ + "/" + std::to_string(pid) + "/";
    labels_ = {{"__process_pid__", std::to_string(pid)}};
    if (wanted_.exe && !take("__meta_process_exe", link_target(folder + "exe"))) return;
    if (wanted_.cwd && !take("__meta_process_cwd", link_target(folder + "cwd"))) return;
    if (wanted_.commandline && !take("__meta_process_commandline", changed(read_file(folder + "cmdline"), command_line))) return;
    if (wanted_.username || wanted_.uid) take_user(read_file(folder + "status"));
    if ((wanted_.container_id || wanted_.cgroup_path) && !take_cgroup(read_file(folder + "cgroup"))) return;
    table.processes.emplace_back(std::move(labels_));
  }

  ProcessTable table;

 private:
  static Result<std::string> changed(Result<std::string> text, std::string (*change)(std::string_view)) {
    if (!text) return text;
    return change(*text);
  }

  void fail(const Error& error) {
    if (!is_gone(error)) table.failures.push_back({pid_, error.what});
  }

  /// A label without a value is none.
  void set(std::string_view name, std::string value) {
    if (!value.empty()) labels_.emplace_back(name, std::move(value));
  }

  bool take(std::string_view name, Result<std::string> value) {
    if (!value) return fail(value.error()), false;
    set(name, std::move(*value));
    return true;
  }

  void take_user(const Result<std::string>& status) {
    if (!status) return fail(status.error());
    const auto user = real_user(*status);
    if (!user) return;
    if (wanted_.uid) set("__meta_process_uid", std::to_string(*user));
    if (wanted_.username) set("__meta_process_username", name_of(*user));
  }

  bool take_cgroup(const Result<std::string>& cgroup) {
    if (!cgroup) return fail(cgroup.error()), false;
    if (wanted_.container_id) set("__container_id__", container_id(*cgroup));
    if (wanted_.cgroup_path) set("__meta_process_cgroup_path", cgroup_path(*cgroup));
    return true;
  }

  const std::string& name_of(uint32_t user) {
    const auto [known, is_new] = names_.try_emplace(user);
    if (!is_new) return known->second;
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> texts(16384);
    while (::getpwuid_r(user, &entry, texts.data(), texts.size(), &found) == ERANGE && texts.size() < (1u << 20)) texts.resize(texts.size() * 2);
    if (found) known->second = found->pw_name;
    return known->second;
  }

  const std::string& proc_;
  const Wanted& wanted_;
  int32_t pid_ = 0;
  std::vector<Target::Label> labels_;
  std::map<uint32_t, std::string> names_;
};

}  // namespace

Result<ProcessTable> read_processes(const std::string& proc, const Wanted& wanted) {
  const auto entries = list_directory(proc);
  if (!entries) return Error{"failed to list pids: " + entries.error().what, entries.error().reason};
  std::vector<int32_t> pids;
  for (const DirectoryEntry& entry : *entries)
    if (const auto pid = number_of<int32_t>(entry.name)) pids.push_back(*pid);
  std::sort(pids.begin(), pids.end());
  Reader reader(proc, wanted);
  for (const int32_t pid : pids) reader.read(pid);
  return std::move(reader.table);
}

std::string command_line(std::string_view cmdline) {
  std::string text;
  while (!cmdline.empty()) {
    const std::string_view argument = cmdline.substr(0, cmdline.find('\0'));
    cmdline.remove_prefix(std::min(argument.size() + 1, cmdline.size()));
    if (argument.empty()) continue;
    if (!text.empty()) text += ' ';
    text += argument;
  }
  return text;
}

std::optional<uint32_t> real_user(std::string_view status) {
  constexpr std::string_view kUsers = "Uid:\t";
  while (!status.empty()) {
    const std::string_view line = take_line(status);
    if (!line.starts_with(kUsers)) continue;
    const std::string_view users = line.substr(kUsers.size());
    return number_of<uint32_t>(users.substr(0, users.find('\t')));
  }
  return std::nullopt;
}

std::string container_id(std::string_view cgroup) {
  // Never destroyed: the thread that reads processes may outlive main().
  static const Regex& kContainer = *new Regex(*Regex::compile(R"(^.*/(?:.*-)?([0-9a-f]{64})(?:\.|\s*$))"));
  while (!cgroup.empty()) {
    std::string_view groups[2];
    if (kContainer.find(take_line(cgroup), groups)) return std::string(groups[1]);
  }
  return {};
}

std::string cgroup_path(std::string_view cgroup) {
  std::string path;
  for (bool first = true; !cgroup.empty(); first = false) {
    if (!first) path += '|';
    path += take_line(cgroup);
  }
  return path;
}

}  // namespace invar::discovery_process
