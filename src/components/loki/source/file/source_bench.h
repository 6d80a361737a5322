#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/components/loki/source/file/component.h"
#include "tests/component_bench.h"

namespace invar::loki_source_file {

extern const ComponentSpec kComponent;

using bench::append;
using bench::write;
using Lines = std::vector<std::string>;

/// A component over files in a folder of its own. start() and stop() as often as wanted: positions stay.
struct Bench {
  bench::Folder folder;
  bench::Receiver out;
  std::unique_ptr<bench::World> world;
  NodePtr node;
  std::string arguments;

  std::string at(std::string_view name) const { return folder / name; }
  std::string target(std::string_view name, std::string_view labels = "job = \"j\"") const {
    return "{ __path__ = \"" + at(name) + "\", " + std::string(labels) + " }";
  }
  PlanPtr plan(const std::string& targets) {
    auto loaded = bench::load(kComponent, "targets = [" + targets + "]\n" + arguments + "\nfile_watch { max_poll_frequency = \"10ms\" }", &out);
    const std::string why = loaded.diagnostics.empty() ? "" : loaded.diagnostics.all()[0].message;
    INFO(why);
    REQUIRE(loaded.plan);
    return loaded.plan;
  }
  void start(const std::string& targets) {
    world = std::make_unique<bench::World>("loki.source.file.vec", folder.path());
    auto started = kComponent.start(plan(targets), *world);
    REQUIRE_MESSAGE(started, (started ? std::string() : started.error().what));
    node = std::move(*started);
    node->run();
  }
  void start() { start(target("a.log")); }
  /// kill -9: nothing more is written.
  void crash() {
    const auto journal = bench::contents(at("loki.source.file.vec/positions.journal"));
    const auto positions = bench::contents(at("loki.source.file.vec/positions.yml"));
    end();
    write(at("loki.source.file.vec/positions.journal"), journal);
    if (positions.empty()) ::unlink(at("loki.source.file.vec/positions.yml").c_str());
    else write(at("loki.source.file.vec/positions.yml"), positions);
  }
  void stop() {
    bool drained = false;
    node->drain([&] { drained = true; });
    CHECK(world->run_until([&] { return drained; }));
    end();
  }
  void end() {
    node.reset();
    out.settle_held(Settled::kReturned);  // what was in flight concerns nobody any more
    world->turn(20);
    world.reset();
    out.entries.clear();
  }
  /// What has arrived since the last call, once `count` lines are there.
  Lines next(size_t count, int64_t ms = 3000) {
    world->run_until([&] { return out.entries.size() >= count; }, ms);
    world->run_for(30);
    Lines lines = out.lines();
    out.entries.clear();
    return lines;
  }
  void quiet(int64_t ms = 120) {
    world->run_for(ms);
    CHECK(out.lines() == Lines{});
  }
  ~Bench() {
    if (node) end();
  }
};

}  // namespace invar::loki_source_file
