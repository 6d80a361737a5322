#include <doctest/doctest.h>
#include <stdlib.h>

#include "tests/component_bench.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

using bench::write;
using Texts = std::vector<std::string>;

/// A component that sees another /proc.
struct Bench {
  bench::Folder proc;
  ComponentHarness component{"discovery.process.vec"};

  Bench() { ::setenv("HOST_PROC", proc.path().c_str(), 1); }
  ~Bench() {
    component.stop();
    ::unsetenv("HOST_PROC");
  }
  void add(const std::string& pid, const std::string& container = "") const {
    std::filesystem::create_directory(proc / pid);
    std::filesystem::create_symlink("/bin/" + pid, proc / (pid + "/exe"));
    std::filesystem::create_symlink("/", proc / (pid + "/cwd"));
    write(proc / (pid + "/cmdline"), pid);
    write(proc / (pid + "/cgroup"), "0::/docker/" + container + "\n");
  }
  bool load(std::string_view body) { return component.load("discovery.process \"vec\" {\n" + std::string(body) + "\n}\n", "discovery.process"); }
  Texts published(std::string_view label = "__process_pid__") const {
    Texts texts;
    if (const Value* targets = component.exports().is(ValueType::kObject) ? component.exports().find("targets") : nullptr)
      for (const Value& value : targets->elements()) texts.emplace_back(Target::of(value)->get(label));
    return texts;
  }
  bool publishes(const Texts& wanted, std::string_view label = "__process_pid__") {
    return component.turn_until([&] { return published(label) == wanted; });
  }
};

}  // namespace

TEST_CASE("processes are found again and again") {
  Bench b;
  b.add("1");
  REQUIRE(b.load("refresh_interval = \"50ms\""));
  CHECK(b.publishes({"1"}));
  b.add("2");
  CHECK(b.publishes({"1", "2"}));
  std::filesystem::remove_all(b.proc / "1");
  CHECK(b.publishes({"2"}));
  CHECK(b.component.log_text().find("level=error") == std::string::npos);
}

TEST_CASE("new targets to join count at once, new wishes too; an interval of zero looks once") {
  const std::string id(64, 'a');
  Bench b;
  b.add("1", id);
  REQUIRE(b.load("refresh_interval = \"0s\""));
  REQUIRE(b.publishes({"1"}));
  b.add("2");
  REQUIRE(b.load("refresh_interval = \"0s\"\njoin = [{\"__container_id__\" = \"" + id + "\", \"app\" = \"x\"}]"));
  CHECK(b.publishes({"x", "x"}, "app"));
  CHECK(b.published() == Texts{"1", ""});
  REQUIRE(b.load("refresh_interval = \"0s\"\ndiscover_config {\n container_id = false\n cwd = false\n}"));
  CHECK(b.publishes({"1", "2"}));
  CHECK(b.published("__meta_process_cwd") == Texts{"", ""});
  CHECK(b.published("__container_id__") == Texts{"", ""});
  CHECK(b.published("__meta_process_exe") == Texts{"/bin/1", "/bin/2"});
}

TEST_CASE("what cannot be read is told with the process") {
  Bench b;
  b.add("1");
  std::filesystem::remove(b.proc / "1/cmdline");
  std::filesystem::create_directory(b.proc / "1/cmdline");
  REQUIRE(b.load(""));
  CHECK(b.component.turn_until([&] {
    return b.component.log_text().find("level=error msg=\"failed to get process info\" component_path=/ component_id=discovery.process.vec err=\"read " + (b.proc / "1/cmdline") +
                                       ": is a directory\" pid=1") != std::string::npos;
  }));
  CHECK(b.published().empty());
}

TEST_CASE("without a list of processes it is unhealthy, until there is one") {
  Bench b;
  ::setenv("HOST_PROC", (b.proc / "later").c_str(), 1);
  REQUIRE(b.load("refresh_interval = \"50ms\""));
  CHECK(b.component.turn_until([&] { return b.component.health().state == HealthState::kUnhealthy; }));
  CHECK(b.component.health().message == "failed to list pids: open " + (b.proc / "later") + ": no such file or directory");
  std::filesystem::create_directories(b.proc / "later");
  CHECK(b.component.turn_until([&] { return b.component.health().state == HealthState::kHealthy; }));
}
