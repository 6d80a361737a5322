#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/language/target.h"

namespace invar::discovery_process {

/// What to look up of each process.
struct Wanted {
  bool cwd = false;
  bool exe = false;
  bool commandline = false;
  bool username = false;
  bool uid = false;
  bool container_id = false;
  bool cgroup_path = false;
  static constexpr bool kDefaultsOfOwner = true;
  bool operator==(const Wanted&) const = default;
};

struct ProcessTable {
  struct Failure {
    int32_t pid;
    std::string what;
  };
  std::vector<Target> processes;  // in the order of their ids
  std::vector<Failure> failures;  // of processes that are there; those whose container, folder or program is not known are left out
};

/// The processes below `proc`, mostly /proc. A process that is gone meanwhile is none, nor is one of the kernel's when `exe` is wanted. Blocks. Error: `proc` cannot be
/// listed.
Result<ProcessTable> read_processes(const std::string& proc, const Wanted& wanted);

/// The arguments of a process, with blanks between them; /proc has a NUL behind each.
std::string command_line(std::string_view cmdline);
/// The real user of /proc/<pid>/status.
std::optional<uint32_t> real_user(std::string_view status);
/// The container that a line of /proc/<pid>/cgroup names: 64 hexadecimal digits. Empty: none.
std::string container_id(std::string_view cgroup);
/// Its lines, with `|` between them.
std::string cgroup_path(std::string_view cgroup);

}  // namespace invar::discovery_process
