#include <malloc.h>
#include "src/io/process_stats.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file.h"

namespace invar {
namespace {

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  while (true) {
    const size_t begin = line.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) return result;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(" \t\n"), line.size());
    result.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

template <class Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string read_or_empty(const std::string& path) {
  auto text = read_file(path, 1u << 20);
  return text ? std::move(*text) : std::string();
}

double boot_time_seconds() {
  double result = 0;
  each_line(read_or_empty("/proc/stat"), [&](std::string_view line) {
    if (line.starts_with("btime ")) result = static_cast<double>(number(line.substr(6)));
  });
  return result;
}

/// /proc/self/stat, see proc(5); fields count from 3 behind the command, which may hold anything, even `)`.
void read_stat(ProcessStats& stats) {
  const std::string text = read_or_empty("/proc/self/stat");
  const size_t end_of_command = text.rfind(')');
  if (end_of_command == std::string::npos) return;
  const auto fields = words(std::string_view(text).substr(end_of_command + 1));
  const auto field = [&](size_t index) { return index - 3 < fields.size() ? number(fields[index - 3]) : 0; };
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  stats.cpu_user_seconds = static_cast<double>(field(14)) / ticks;
  stats.cpu_system_seconds = static_cast<double>(field(15)) / ticks;
  stats.threads = field(20);
  stats.start_time_seconds = boot_time_seconds() + static_cast<double>(field(22)) / ticks;
  stats.virtual_bytes = field(23);
  stats.resident_bytes = field(24) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

uint64_t soft_limit(__rlimit_resource resource) {
  rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
}

/// The cgroup's CPU quota in CPUs; 0 without one. The tightest of the groups from ours up to the root counts.
double quota_of(const std::string& group) {
  if (const std::string v2 = read_or_empty(group + "/cpu.max"); !v2.empty()) {
    const auto parts = words(v2);
    if (parts.size() == 2 && parts[0] != "max" && number(parts[1]) > 0)
      return static_cast<double>(number(parts[0])) / static_cast<double>(number(parts[1]));
    return 0;
  }
  const std::string quota = read_or_empty(group + "/cpu.cfs_quota_us");
  const uint64_t period = number(read_or_empty(group + "/cpu.cfs_period_us"));
  if (quota.empty() || quota[0] == '-' || period == 0) return 0;
  return static_cast<double>(number(quota)) / static_cast<double>(period);
}

double tightest_quota(const std::string& mount, std::string path) {
  double tightest = 0;
  while (true) {
    const double quota = quota_of(mount + (path == "/" ? "" : path));
    if (quota > 0 && (tightest == 0 || quota < tightest)) tightest = quota;
    const size_t slash = path.rfind('/');
    if (path.size() <= 1 || slash == std::string::npos) return tightest;
    path.resize(slash);
  }
}

double cgroup_quota() {
  double tightest = 0;
  const auto consider = [&](double quota) {
    if (quota > 0 && (tightest == 0 || quota < tightest)) tightest = quota;
  };
  each_line(read_or_empty("/proc/self/cgroup"), [&](std::string_view line) {  // hierarchy:controllers:path
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return;
    const std::string controllers = "," + std::string(line.substr(first + 1, second - first - 1)) + ",";
    const std::string path(line.substr(second + 1));
    if (controllers == ",,") {
      consider(tightest_quota("/sys/fs/cgroup", path));
    } else if (controllers.find(",cpu,") != std::string::npos) {
      consider(tightest_quota("/sys/fs/cgroup/cpu", path));
      consider(tightest_quota("/sys/fs/cgroup/cpu,cpuacct", path));
    }
  });
  // Inside a container the path may be that of the host while the container's own group is mounted as the root.
  if (tightest == 0) consider(quota_of("/sys/fs/cgroup"));
  if (tightest == 0) consider(quota_of("/sys/fs/cgroup/cpu"));
  return tightest;
}

}  // namespace

ProcessStats read_process_stats() {
  ProcessStats stats;
  read_stat(stats);
  each_line(read_or_empty("/proc/self/status"), [&](std::string_view line) {
    if (line.starts_with("RssAnon:"))
      if (const auto parts = words(line); parts.size() > 1) stats.resident_anonymous_bytes = number(parts[1]) * 1024;
  });
  // The listing has itself open.
  if (const auto fds = list_directory("/proc/self/fd"); fds && !fds->empty()) stats.open_fds = fds->size() - 1;
  stats.max_fds = soft_limit(RLIMIT_NOFILE);
  stats.max_virtual_bytes = soft_limit(RLIMIT_AS);
  return stats;
}

MachineTraffic read_machine_traffic() {
  MachineTraffic traffic;
  each_line(read_or_empty("/proc/net/dev"), [&](std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto name = words(line.substr(0, colon));
    const auto fields = words(line.substr(colon + 1));
    if (name.empty() || fields.size() < 9) return;
    traffic.received_bytes += number(fields[0]);
    traffic.sent_bytes += number(fields[8]);
  });
  return traffic;
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  long cpus = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : ::sysconf(_SC_NPROCESSORS_ONLN);
  if (const double quota = cgroup_quota(); quota > 0) cpus = std::min(cpus, static_cast<long>(std::ceil(quota)));
  return static_cast<unsigned>(std::max(cpus, 1L));
}

HeapStats read_heap_stats() {
  const struct mallinfo2 info = ::mallinfo2();
  return {info.uordblks + info.hblkhd, info.fordblks, info.arena + info.hblkhd};
}

}  // namespace invar
