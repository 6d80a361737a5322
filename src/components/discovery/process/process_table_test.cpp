#include "src/components/discovery/process/process_table.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "src/components/discovery/process/join.h"
#include "tests/component_bench.h"

namespace invar::discovery_process {
namespace {

using bench::write;
using Labels = std::map<std::string, std::string>;

const std::string kId(64, 'a');

/// A /proc of processes that are not.
struct Proc {
  bench::Folder folder;

  /// `exe` empty: a process of the kernel.
  void add(const std::string& pid, const std::string& exe, std::string_view cmdline, std::string_view cgroup = "0::/\n") const {
    std::filesystem::create_directory(folder / pid);
    if (!exe.empty()) std::filesystem::create_symlink(exe, folder / (pid + "/exe"));
    std::filesystem::create_symlink("/srv", folder / (pid + "/cwd"));
    write(folder / (pid + "/cmdline"), cmdline);
    write(folder / (pid + "/status"), "Name:\tx\nUid:\t0\t7\t7\t7\nGid:\t1\t1\t1\t1\n");
    write(folder / (pid + "/cgroup"), cgroup);
  }
  ProcessTable read(const Wanted& wanted = {.cwd = true, .exe = true, .commandline = true, .container_id = true}) const {
    auto table = read_processes(folder.path(), wanted);
    REQUIRE(table.ok());
    return std::move(*table);
  }
};

Labels labels_of(const Target& target) { return {target.labels().begin(), target.labels().end()}; }

TEST_CASE("processes in the order of their ids, with what is wanted of them") {
  const Proc proc;
  const std::string cgroup = "1:name=systemd:/x\n0::/docker/" + kId + "\n";
  proc.add("10", "/bin/b", std::string_view("b\0--x=1\0\0y\0", 12), cgroup);
  proc.add("9", "/bin/a", "");
  proc.add("2", "", "");  // of the kernel
  std::filesystem::create_directory(proc.folder / "self");
  write(proc.folder / "uptime", "1");
  const ProcessTable table = proc.read();
  CHECK(table.failures.empty());
  REQUIRE(table.processes.size() == 2);
  CHECK(labels_of(table.processes[0]) == Labels{{"__process_pid__", "9"}, {"__meta_process_exe", "/bin/a"}, {"__meta_process_cwd", "/srv"}});
  CHECK(labels_of(table.processes[1]) == Labels{{"__process_pid__", "10"},
                                                {"__meta_process_exe", "/bin/b"},
                                                {"__meta_process_cwd", "/srv"},
                                                {"__meta_process_commandline", "b --x=1 y"},
                                                {"__container_id__", kId}});
  const ProcessTable all = proc.read({.username = true, .uid = true, .cgroup_path = true});
  REQUIRE(all.processes.size() == 3);
  CHECK(labels_of(all.processes[0]) ==
        Labels{{"__process_pid__", "2"}, {"__meta_process_uid", "0"}, {"__meta_process_username", "root"}, {"__meta_process_cgroup_path", "0::/"}});
  CHECK(all.processes[2].get("__meta_process_cgroup_path") == "1:name=systemd:/x|0::/docker/" + kId);
}

TEST_CASE("what cannot be read of a process leaves it out and is told; a user that is not known is none") {
  const Proc proc;
  proc.add("1", "/bin/a", "a");
  proc.add("3", "/bin/c", "c");
  std::filesystem::remove(proc.folder / "3/status");
  std::filesystem::create_directory(proc.folder / "3/status");
  proc.add("4", "/bin/d", "d");
  std::filesystem::remove(proc.folder / "4/cgroup");
  std::filesystem::create_directory(proc.folder / "4/cgroup");
  proc.add("5", "/bin/e", "e");
  write(proc.folder / "5/status", "Uid:\t3999999999\t0\t0\t0\n");
  const ProcessTable table = proc.read({.username = true, .uid = true, .container_id = true});
  REQUIRE(table.failures.size() == 2);
  CHECK(table.failures[0].pid == 3);
  CHECK(table.failures[0].what == "read " + (proc.folder / "3/status") + ": is a directory");
  CHECK(table.failures[1].pid == 4);
  REQUIRE(table.processes.size() == 3);
  CHECK(table.processes[1].get("__meta_process_uid").empty());
  CHECK(table.processes[2].get("__meta_process_uid") == "3999999999");
  CHECK(table.processes[2].find("__meta_process_username") == nullptr);
  const auto nowhere = read_processes(proc.folder / "none", {});
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().what == "failed to list pids: open " + (proc.folder / "none") + ": no such file or directory");
}

TEST_CASE("this process is found in the kernel's /proc") {
  const auto table = read_processes("/proc", {.cwd = true, .exe = true, .uid = true});
  REQUIRE(table.ok());
  const auto own = std::find_if(table->processes.begin(), table->processes.end(), [](const Target& one) { return one.get("__process_pid__") == std::to_string(::getpid()); });
  REQUIRE(own != table->processes.end());
  CHECK(own->get("__meta_process_exe").ends_with("components_test"));
  CHECK(own->get("__meta_process_cwd") == std::filesystem::current_path().string());
  CHECK(own->get("__meta_process_uid") == std::to_string(::getuid()));
}

TEST_CASE("containers of control groups, as runtimes write them") {
  struct Case {
    std::string cgroup;
    bool is_container;
  };
  const Case cases[] = {
      {"0::/docker/" + kId, true},
      {"12:cpu:/x\n0::/kubepods/burstable/pod1/" + kId + "\n", true},
      {"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + kId + ".scope\n", true},
      {"0::/system.slice/docker-" + kId + ".scope", true},
      {"0::/machine.slice/libpod-" + kId + ".scope/container", true},
      {"0::/x/" + kId + " \r\n", true},
      {"0::/docker/" + kId + "a", false},
      {"0::/docker/" + kId.substr(1), false},
      {"0::/docker/" + std::string(64, 'A'), false},
      {"0::/docker/" + kId + "/init", false},
      {"0::/user.slice\n", false},
      {"", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.cgroup);
    CHECK(container_id(c.cgroup) == (c.is_container ? kId : ""));
  }
  CHECK(cgroup_path("") == "");
  CHECK(cgroup_path("a\n\nb") == "a||b");
  CHECK(real_user("Name:\ta\nUid:\tx\t0\t0\t0\n") == std::nullopt);
  CHECK(real_user("Name:\tUid:\t1\n") == std::nullopt);
  CHECK(real_user("Uid:\t12") == 12u);
}

TEST_CASE("processes are joined with the targets of their containers") {
  const std::string other(64, 'b');
  const Target a({{"__process_pid__", "1"}, {"__container_id__", kId}, {"app", "process"}, {"gone", "x"}});
  const Target b({{"__process_pid__", "2"}, {"__container_id__", other}});
  const Target c(std::vector<Target::Label>{{"__process_pid__", "3"}});
  const Target pod({{"__meta_kubernetes_pod_container_id", "containerd://" + kId}, {"app", "pod"}, {"gone", ""}});
  const Target unknown({{"__meta_kubernetes_pod_container_id", "rkt://" + other}});
  const Target docker(std::vector<Target::Label>{{"__meta_docker_container_id", std::string(64, 'c')}});
  const Target processes[] = {a, b, c}, containers[] = {docker, Target({{"__container_id__", kId}, {"app", "first"}}), unknown, pod};
  const std::vector<Target> joined = join(processes, containers);
  REQUIRE(joined.size() == 6);
  CHECK(joined[0] == unknown);
  CHECK(labels_of(joined[1]) ==
        Labels{{"__process_pid__", "1"}, {"__container_id__", kId}, {"app", "pod"}, {"__meta_kubernetes_pod_container_id", "containerd://" + kId}});
  CHECK(joined[2] == b);
  CHECK(joined[3] == c);
  CHECK(joined[4] == docker);
  CHECK(joined[5] == pod);
  CHECK(join({}, {}).empty());
}

}  // namespace
}  // namespace invar::discovery_process
