#include "src/io/host_names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "src/io/loop.h"

using namespace invar;

TEST_CASE("a hosts file names an address on several lines; names with a dot are absolute") {
  const std::string hosts = "# 10.0.0.1 no\n10.0.0.1\tone one.example  # and more\n\n::1 localhost six\r\n10.0.0.1 two\nbad line\n10.0.0.11 eleven";
  CHECK(names_in_hosts(hosts, "10.0.0.1") == std::vector<std::string>{"one", "one.example.", "two"});
  CHECK(names_in_hosts(hosts, "0:0::1") == std::vector<std::string>{"localhost", "six"});
  CHECK(names_in_hosts(hosts, "10.0.0.11") == std::vector<std::string>{"eleven"});
  CHECK(names_in_hosts(hosts, "10.0.0.2").empty());
  CHECK(names_in_hosts(hosts, "no address").empty());
}

TEST_CASE("an address is asked for once, by all who want its names") {
  struct Names final : HostNames {
    std::string names_of(const std::string& ip) const override { return ++asked, "host-" + ip; }
    mutable std::atomic<int> asked{0};
  };
  const auto names = std::make_shared<const Names>();
  Loop loop;
  HostNameLookups lookups(loop, names);
  std::vector<std::string> answers;
  const auto keep = [&](const std::string& text) { answers.push_back(text); };
  for (int i = 0; i < 3; ++i) lookups.ask("1.1.1.1", keep);
  for (int i = 0; i < 9; ++i) lookups.ask("2.2.2." + std::to_string(i), keep);
  CHECK(answers.empty());
  for (int i = 0; i < 10'000 && answers.size() < 12; ++i) {
    loop.turn();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  CHECK(answers.size() == 12);
  CHECK(std::count(answers.begin(), answers.end(), "host-1.1.1.1") == 3);
  CHECK(names->asked == 10);
}
