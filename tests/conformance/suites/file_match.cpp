// loki/file_match: a tree of files and a config -> the targets that local.file_match exports, in order; then what changes make of them.
#include <sys/stat.h>
#include <utime.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "src/components/local/file_match/component.h"
#include "tests/component_bench.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar::local_file_match {
extern const ComponentSpec kComponent;
}

namespace invar::file_match {
namespace {

namespace fs = std::filesystem;

void make(const bench::Folder& root, const Json& entry) {
  const std::string path = root / entry["path"].get<std::string>();
  fs::create_directories(fs::path(path).parent_path());
  if (entry.value("dir", false)) fs::create_directories(path);
  else if (entry.contains("symlink")) fs::create_symlink(replaced(entry["symlink"].get<std::string>(), "$ROOT", root.path()), path);
  else if (entry.value("fifo", false)) ::mkfifo(path.c_str(), 0600);
  else bench::write(path, entry.value("data", std::string("x\n")));
  if (entry.contains("age_s")) {
    const time_t then = ::time(nullptr) - entry["age_s"].get<int64_t>();
    const utimbuf times{then, then};
    ::utime(path.c_str(), &times);
  }
}

Json targets_of(const bench::World& world, const bench::Folder& root) {
  Json targets = Json::array();
  const Value* list = world.published.is(ValueType::kObject) ? world.published.find("targets") : nullptr;
  for (size_t i = 0; list && i < list->size(); ++i) {
    Json target = Json::object();
    const auto labels = Target::of(list->at(i));
    for (const auto& [name, value] : labels->labels()) target[name] = replaced(value, root.path(), "$ROOT");
    targets.push_back(std::move(target));
  }
  return targets;
}

Outcome run(const ConformanceCase& c) {
  const bench::Folder root, storage;
  for (const Json& entry : c.data["tree"]) make(root, entry);
  bench::World world("local.file_match.vec", storage.path());
  const auto& spec = local_file_match::kComponent;
  const auto loaded = bench::load(spec, replaced(c.data["config"].get<std::string>(), "$ROOT", root.path()));
  const bool wants_any_error = c.defect && c.defect->match == "any-error";
  Json got{{"error", nullptr}, {"targets", Json::array()}};
  if (!loaded.plan) {
    if (wants_any_error) return Outcome::passed();
    got["error"] = replaced(loaded.diagnostics.all().at(0).message, root.path(), "$ROOT");
    return verdict(difference(c.data["expect"], got));
  }
  if (wants_any_error) return Outcome::failed("  was not refused\n");
  auto node = spec.start(loaded.plan, world);
  if (!node) return Outcome::failed("  " + node.error().what + "\n");
  (*node)->run();
  world.run_until([&] { return world.publications > 0; });
  world.run_for(30);
  got["targets"] = targets_of(world, root);
  Json expected = c.data["expect"];
  for (size_t i = 0; i < c.data.value("then", Json::array()).size(); ++i) {
    const Json& step = c.data["then"][i];
    for (const Json& entry : step.value("add", Json::array())) make(root, entry);
    for (const Json& path : step.value("remove", Json::array())) fs::remove_all(root / path.get<std::string>());
    world.run_for(step.value("wait_ms", 300));
    got["then"].push_back(targets_of(world, root));
    // A new file that waits for its sync in Alloy may be there already; nothing that was there may be gone.
    if (c.defect && c.defect->match == "superset") {
      Json known = Json::array();
      for (const Json& target : got["then"][i])
        if (std::find(expected["then"][i].begin(), expected["then"][i].end(), target) != expected["then"][i].end()) known.push_back(target);
      got["then"][i] = std::move(known);
    }
  }
  node->reset();
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"loki/file_match"}, run};

}  // namespace invar::file_match
