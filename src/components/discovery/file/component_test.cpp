#include "src/components/discovery/file/component.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/component_bench.h"

namespace invar::discovery_file {

extern const ComponentSpec kComponent;

namespace {

using bench::write;
using Texts = std::vector<std::string>;

/// A component over files in a folder of its own.
struct Bench {
  bench::Folder folder;
  std::unique_ptr<bench::World> world = std::make_unique<bench::World>("discovery.file.vec", folder.path());
  PlanPtr plan;
  NodePtr node;

  explicit Bench(uint64_t haste = 50) { world->haste = haste; }
  ~Bench() { node.reset(); }

  std::string arguments(std::string_view files, std::string_view more = "") const {
    std::string text = "files = [" + std::string(files) + "]\n" + std::string(more);
    for (size_t at; (at = text.find('@')) != text.npos;) text.replace(at, 1, folder.path());
    return text;
  }
  void start(std::string_view files, std::string_view more = "") {
    plan = bench::load(kComponent, arguments(files, more)).plan;
    REQUIRE(plan);
    auto made = kComponent.start(plan, *world);
    REQUIRE(made.ok());
    node = std::move(*made);
    node->run();
    REQUIRE(world->run_until([&] { return world->publications == 1; }));
  }
  std::string operator/(std::string_view name) const { return folder / name; }

  /// Addresses, or another label, of what is exported.
  Texts published(std::string_view label = "__address__") const {
    Texts texts;
    for (const Value& value : world->published.find("targets")->elements()) texts.emplace_back(Target::of(value)->get(label));
    return texts;
  }
  bool publishes(const Texts& addresses) {
    return world->run_until([&] { return published() == addresses; }, 8000);
  }
  size_t told(std::string_view what) const {
    return static_cast<size_t>(std::count_if(world->logged.begin(), world->logged.end(), [&](const std::string& line) { return line.find(what) != line.npos; }));
  }
  std::string metrics() const { return world->registry.expose(); }
};

TEST_CASE("targets of all files, in the order of the files, with the path they come from") {
  Bench b;
  write(b / "b.json", R"([{"targets": ["b:1", "b:2"], "labels": {"job": "web"}}, {"targets": ["b:3"]}])");
  write(b / "a.yaml", "- targets: [a:1]\n  labels: {job: db}\n");
  write(b / "c.txt", "not looked at");
  b.start(R"("@/*.json", "@/a.yaml", "@/*.y*ml")");
  CHECK(b.published() == Texts{"b:1", "b:2", "b:3", "a:1"});
  CHECK(b.published("job") == Texts{"web", "web", "", "db"});
  CHECK(b.published("__meta_filepath") == Texts{b / "b.json", b / "b.json", b / "b.json", b / "a.yaml"});
  CHECK(b.metrics().find("prometheus_sd_file_mtime_seconds{component_id=\"discovery.file.vec\",component_path=\"/\",filename=\"" + (b / "a.yaml") + "\"}") !=
        std::string::npos);
  CHECK(b.metrics().find("prometheus_sd_file_scan_duration_seconds_count{component_id=\"discovery.file.vec\",component_path=\"/\"} 1\n") != std::string::npos);
}

TEST_CASE("no files yet are no targets, and no error") {
  Bench b;
  b.start(R"("@/*.json")");
  CHECK(b.published().empty());
  CHECK(b.world->logged.empty());
  write(b / "a.json", R"([{"targets": ["a"]}])");
  CHECK(b.publishes({"a"}));
}

TEST_CASE("changes are noticed: files written, replaced, removed, directories made, links swapped") {
  Bench b;
  write(b / "a.json", R"([{"targets": ["a"]}])");
  b.start(R"("@/a.json", "@/more/*/x.yml", "@/k8s/t.yaml")");
  CHECK(b.published() == Texts{"a"});
  write(b / "next", R"([{"targets": ["b"]}])");
  std::filesystem::rename(b / "next", b / "a.json");
  CHECK(b.publishes({"b"}));
  std::filesystem::create_directories(b / "more/one");
  write(b / "more/one/x.yml", "- targets: [c]\n");
  CHECK(b.publishes({"b", "c"}));
  std::filesystem::remove(b / "a.json");
  CHECK(b.publishes({"c"}));
  CHECK(b.metrics().find("a.json") == std::string::npos);
}

TEST_CASE("a volume of Kubernetes is followed through its swapped link") {
  Bench b;
  for (const std::string version : {"1", "2"}) {
    std::filesystem::create_directory(b / (".." + version));
    write(b / (".." + version + "/t.yaml"), "- targets: [v" + version + "]\n");
  }
  std::filesystem::create_symlink("..1", b / "..data");
  std::filesystem::create_symlink("..data/t.yaml", b / "t.yaml");
  b.start(R"("@/t.yaml")");
  CHECK(b.published() == Texts{"v1"});
  std::filesystem::create_symlink("..2", b / "..data_tmp");
  std::filesystem::rename(b / "..data_tmp", b / "..data");
  CHECK(b.publishes({"v2"}));
}

TEST_CASE("a file that cannot be read keeps the targets it had, and is counted") {
  Bench b;
  write(b / "a.json", R"([{"targets": ["a"]}])");
  write(b / "b.json", R"([{"targets": ["b"]}])");
  b.start(R"("@/*.json")");
  write(b / "a.json", R"([{"targets": ["x"])");
  REQUIRE(b.world->run_until([&] { return b.told("Error reading file") > 0; }));
  CHECK(b.told("level=error msg=\"Error reading file\" path=" + (b / "a.json") + " err=\"unexpected end of JSON input\"") == 1);
  CHECK(b.metrics().find("prometheus_sd_file_read_errors_total{component_id=\"discovery.file.vec\",component_path=\"/\"} 1\n") != std::string::npos);
  CHECK(b.published() == Texts{"a", "b"});
  write(b / "a.json", R"([{"targets": ["x"]}])");
  CHECK(b.publishes({"x", "b"}));
}

TEST_CASE("a file of another kind, and a pattern that is none, are named; others are read") {
  Bench b;
  write(b / "a.json", R"([{"targets": ["a"]}])");
  write(b / "b.toml", "x = 1\n");
  b.start(R"("@/[", "@/b.toml", "@/a.json")");
  CHECK(b.published() == Texts{"a"});
  CHECK(b.told("msg=\"Error expanding glob\" glob=" + (b / "[") + " err=\"syntax error in pattern\"") == 1);
  CHECK(b.told("unhandled file extension \\\".toml\\\"") == 1);
}

TEST_CASE("patterns are Go's: no alternatives, and ** is *") {
  Bench b;
  std::filesystem::create_directories(b / "d/e");
  write(b / "{a,b}.json", R"([{"targets": ["braces"]}])");
  write(b / "a.json", R"([{"targets": ["a"]}])");
  write(b / "d/x.json", R"([{"targets": ["d"]}])");
  write(b / "d/e/x.json", R"([{"targets": ["e"]}])");
  b.start(R"("@/{a,b}.json", "@/**/x.json")");
  CHECK(b.published() == Texts{"braces", "d"});
}

TEST_CASE("what changes often is published every five seconds, the last state always") {
  Bench b(/*haste=*/2);
  write(b / "a.json", R"([{"targets": ["0"]}])");
  b.start(R"("@/a.json")");
  const int64_t began = SystemClock::instance().steady_ns();
  for (int i = 1; i <= 10; ++i) {
    write(b / "a.json", R"([{"targets": [")" + std::to_string(i) + R"("]}])");
    b.world->run_for(50);
  }
  CHECK(b.world->publications == 1);
  CHECK(b.publishes({"10"}));
  CHECK(b.world->publications == 2);
  CHECK(SystemClock::instance().steady_ns() - began > 2'400'000'000);
}

TEST_CASE("without a watch that tells, the refresh interval finds changes; targets of unchanged files stay the same ones") {
  Bench b;
  std::filesystem::create_directory(b / "elsewhere");
  write(b / "elsewhere/a.json", R"([{"targets": ["a"]}])");
  write(b / "b.json", R"([{"targets": ["b"]}])");
  std::filesystem::create_symlink(b / "elsewhere/a.json", b / "a.json");
  b.start(R"("@/*.json")", "refresh_interval = \"200ms\"");
  const void* const before = Target::of(b.world->published.find("targets")->elements()[1])->id();
  write(b / "elsewhere/a.json", R"([{"targets": ["c"]}])");
  CHECK(b.publishes({"c", "b"}));
  CHECK(Target::of(b.world->published.find("targets")->elements()[1])->id() == before);
}

TEST_CASE("new arguments are taken at once; an interval of zero means that only watches tell") {
  Bench b;
  write(b / "a.json", R"([{"targets": ["a"]}])");
  write(b / "b.json", R"([{"targets": ["b"]}])");
  b.start(R"("@/a.json")");
  const auto next = bench::load(kComponent, b.arguments(R"("@/b.json")", "refresh_interval = \"0s\"")).plan;
  REQUIRE(next);
  b.node->update(next);
  CHECK(b.publishes({"b"}));
  write(b / "b.json", R"([{"targets": ["c"]}])");
  CHECK(b.publishes({"c"}));
}

}  // namespace
}  // namespace invar::discovery_file
