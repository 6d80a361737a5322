#include <doctest/doctest.h>
#include <unistd.h>

#include <map>

#include "src/base/quote.h"
#include "src/components/loki/shared/positions_file.h"
#include "src/components/loki/source/docker/recorded_engine.h"
#include "tests/component_bench.h"

namespace invar::loki_source_docker {

extern const ComponentSpec kComponent;

namespace {

using Lines = std::vector<std::string>;
using Labels = std::map<std::string, std::string>;

constexpr int64_t kBase = 1'700'000'000;  // 2023-11-14T22:13:20Z

/// `2023-11-14T22:13:20.000000001Z`: so many seconds, and nanoseconds, behind the base.
std::string time_of(int64_t seconds, int64_t ns = 1) {
  std::string text;
  append_rfc3339_nano(text, (kBase + seconds) * 1'000'000'000 + ns);
  return text;
}

/// A component over a folder of its own; start() and end() as often as wanted: positions stay.
struct Bench {
  bench::Folder folder;
  bench::Receiver out;
  std::unique_ptr<bench::World> world;
  NodePtr node;
  RecordedEngine engine;
  std::string arguments;
  std::vector<ast::FilePtr> files;

  Bench() = default;
  explicit Bench(std::string_view socket) : engine(folder / socket) {}
  ~Bench() {
    if (node) end();
  }
  std::string positions() const { return folder / "loki.source.docker.vec/positions.yml"; }
  std::string lines_file() const { return folder / "loki.source.docker.vec/positions.lines.yml"; }

  PlanPtr plan(std::string_view targets, std::string_view rules = {}) {
    const std::string body = "host = " + invar::quoted(engine.host()) + "\ntargets = " + std::string(targets) + "\n" + arguments;
    auto loaded = bench::load_source(kComponent, body, out, rules);
    files.push_back(std::move(loaded.file));
    const std::string why = loaded.diagnostics.empty() ? "" : loaded.diagnostics.all()[0].message;
    INFO(why);
    REQUIRE(loaded.plan);
    return loaded.plan;
  }
  static std::string target(const std::string& id) { return "[{\"__meta_docker_container_id\" = \"" + id + "\"}]"; }
  void start(std::string_view targets, std::string_view rules = {}) {
    world = std::make_unique<bench::World>("loki.source.docker.vec", folder.path());
    world->haste = 20;
    auto started = kComponent.start(plan(targets, rules), *world);
    REQUIRE_MESSAGE(started, (started ? std::string() : started.error().what));
    node = std::move(*started);
    node->run();
  }
  void reload(std::string_view targets, std::string_view rules = {}) {
    const PlanPtr planned = plan(targets, rules);
    world->lanes().transaction([&] { node->update(planned); });
  }
  void stop() {
    bool drained = false;
    node->drain([&] { drained = true; });
    CHECK(world->run_until([&] { return drained; }));
    end();
  }
  /// kill -9: nothing more is written.
  void crash() {
    const auto seconds = bench::contents(positions()), lines = bench::contents(lines_file());
    end();
    for (const auto& [path, text] : {std::pair{positions(), seconds}, {lines_file(), lines}})
      if (text.empty()) ::unlink(path.c_str());
      else bench::write(path, text);
  }
  void end() {
    node.reset();
    out.settle_held(Settled::kReturned);
    world->turn(20);
    world.reset();
    out.entries.clear();
  }
  Lines next(size_t count) {
    world->run_until([&] { return out.entries.size() >= count; }, 10'000);
    world->run_for(50);
    Lines lines = out.lines();
    out.entries.clear();
    return lines;
  }
  void quiet(int64_t ms = 200) {
    world->run_for(ms);
    CHECK(out.lines() == Lines{});
  }
  bool logged(std::string_view part) {
    return world->run_until([&] { return world->has_logged(part); }, 10'000);
  }
  double metric(std::string_view name) const {
    const std::string text = world->registry.expose();
    const std::string sample = std::string(name) + "{component_id=\"loki.source.docker.vec\",component_path=\"/\"}";
    const size_t at = text.find("\n" + sample + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + sample.size() + 2));
  }
  /// What Alloy would find.
  std::map<std::string, std::string> saved() const {
    std::map<std::string, std::string> found;
    const auto read = read_positions_file(bench::contents(positions()));
    if (read)
      for (const auto& [key, value] : *read) found[key.path.str() + key.labels.str()] = value;
    return found;
  }
  bool saves(const std::map<std::string, std::string>& expected) {
    return world->run_until([&] { return saved() == expected; });
  }
};

constexpr std::string_view kEntries = "loki_source_docker_target_entries_total", kErrors = "loki_source_docker_target_parsing_errors_total";

Lines numbered(int first, int count) {
  Lines lines;
  for (int i = first; i < first + count; ++i) lines.push_back("m" + std::to_string(i));
  return lines;
}

}  // namespace

TEST_CASE("lines of both streams, at the engine's times, with what rules make of the target's labels") {
  Bench b("engine.sock");
  b.engine.run("abc");
  b.engine.say("abc", time_of(0, 5), "to stdout\n");
  b.engine.say("abc", time_of(0, 6), "to stderr\r\n", 2);
  b.engine.say("abc", time_of(0, 7), "\n");
  b.arguments = "labels = { cluster = \"c\", env = \"own\" }";
  b.start(R"([{"__meta_docker_container_id" = "abc", "__meta_docker_container_name" = "/web", "env" = "target"}])", R"(
    rule {
      source_labels = ["__meta_docker_container_name"]
      regex = "/([a-z]+)$"
      target_label = "container"
    }
    rule {
      source_labels = ["__meta_docker_container_log_stream"]
      target_label = "stream"
    })");
  CHECK(b.next(2) == Lines{"to stdout", "to stderr"});
  b.engine.say("abc", time_of(1), "while it runs\n", 2);
  b.world->run_until([&] { return !b.out.entries.empty(); });
  REQUIRE(b.out.entries.size() == 1);
  CHECK(b.out.entries[0].line == "while it runs");
  CHECK(b.out.entries[0].time_ns == (kBase + 1) * 1'000'000'000 + 1);
  CHECK(b.out.entries[0].labels == Labels{{"cluster", "c"}, {"container", "web"}, {"env", "own"}, {"stream", "stderr"}});
  CHECK(b.metric(kEntries) == 3);
  CHECK(b.metric(kErrors) == 0);
  CHECK(b.engine.last("/logs") == "GET /v1.51/containers/abc/logs?follow=1&since=0&stderr=1&stdout=1&timestamps=1");
  const auto info = b.node->debug_info();
  REQUIRE(info.size() == 1);
  CHECK(info[0].name == "targets_info");
  CHECK(info[0].attributes[0].second.as_string() == "abc");
  CHECK(info[0].attributes[1].second.as_string() == "");
  CHECK(info[0].attributes[2].second.as_string() == R"({__meta_docker_container_id="abc", __meta_docker_container_name="/web", cluster="c", env="own"})");
  CHECK(info[0].attributes[3].second.as_bool());
  CHECK(b.world->run_until([&] { return b.node->debug_info()[0].attributes[4].second.as_string() == std::to_string(kBase + 1); }));
}

TEST_CASE("the position moves when lines are settled, to the line; Alloy finds its second") {
  Bench b;
  b.engine.run("abc");
  for (int i = 0; i < 6; ++i) b.engine.say("abc", time_of(0, i), "m" + std::to_string(i) + "\n");
  b.out.hold = true;
  b.start(Bench::target("abc"));
  CHECK(b.next(6) == numbered(0, 6));
  b.world->run_for(1200);
  CHECK(b.saved().empty());
  b.crash();
  b.out.hold = false;
  b.start(Bench::target("abc"));
  CHECK(b.next(6) == numbered(0, 6));
  CHECK(b.saves({{"cursor-abc{__meta_docker_container_id=\"abc\"}", std::to_string(kBase)}}));
  b.stop();
  // All of it lies in one second, which Alloy reads again.
  b.start(Bench::target("abc"));
  b.quiet();
  b.engine.say("abc", time_of(0, 6), "m6\n");
  CHECK(b.next(1) == numbered(6, 1));
  CHECK(b.world->run_until([&] { return bench::contents(b.lines_file()).find(" 7 ") != std::string::npos; }));
  b.crash();
  b.start(Bench::target("abc"));
  b.engine.say("abc", time_of(0, 6), "the same time\n");
  CHECK(b.next(1) == Lines{"the same time"});
}

TEST_CASE("what Alloy left is gone on from: its second is read again, nothing is lost") {
  Bench b;
  b.engine.run("abc");
  for (int i = 0; i < 6; ++i) b.engine.say("abc", time_of(i / 2, i), "m" + std::to_string(i) + "\n");
  std::filesystem::create_directories(b.folder / "loki.source.docker.vec");
  bench::write(b.positions(), write_positions_file({{{"cursor-abc", "{__meta_docker_container_id=\"abc\"}"}, std::to_string(kBase + 1)}}));
  b.start(Bench::target("abc"));
  CHECK(b.next(4) == numbered(2, 4));
  CHECK(b.saves({{"cursor-abc{__meta_docker_container_id=\"abc\"}", std::to_string(kBase + 2)}}));
  b.stop();
  // Alloy has gone on in the meantime: its position is later than ours.
  for (int i = 6; i < 10; ++i) b.engine.say("abc", time_of(i, i), "m" + std::to_string(i) + "\n");
  bench::write(b.positions(), write_positions_file({{{"cursor-abc", "{__meta_docker_container_id=\"abc\"}"}, std::to_string(kBase + 8)}}));
  b.start(Bench::target("abc"));
  CHECK(b.next(2) == numbered(8, 2));
}

TEST_CASE("a positions file that makes no sense refuses the start") {
  Bench b;
  std::filesystem::create_directories(b.folder / "loki.source.docker.vec");
  bench::write(b.positions(), "{ nothing");
  b.world = std::make_unique<bench::World>("loki.source.docker.vec", b.folder.path());
  const auto started = kComponent.start(b.plan("[]"), *b.world);
  REQUIRE_FALSE(started);
  CHECK(started.error().what.starts_with("invalid yaml positions file [" + b.positions() + "]: "));
}

TEST_CASE("lines given back are sent again, those behind them that were taken are not") {
  Bench b;
  b.engine.run("abc");
  b.out.hold = true;
  b.start(Bench::target("abc"));
  for (int i = 0; i < 3; ++i) {
    b.engine.say("abc", time_of(i), "m" + std::to_string(i) + "\n");
    CHECK(b.next(1) == numbered(i, 1));
  }
  REQUIRE(b.out.held.size() == 3);
  b.out.settle_held(Settled::kDelivered, 1);
  b.out.settle_held(Settled::kReturned, 1);
  b.quiet(50);
  b.out.settle_held(Settled::kDelivered, 1);
  CHECK(b.next(1) == numbered(1, 1));
  CHECK(b.metric(kEntries) == 3);
  b.world->run_for(1100);
  CHECK(b.saved().begin()->second == std::to_string(kBase));
  b.out.settle_held(Settled::kDelivered);
  CHECK(b.saves({{"cursor-abc{__meta_docker_container_id=\"abc\"}", std::to_string(kBase + 2)}}));
}

TEST_CASE("a connection that breaks is made again, and the log goes on to the line, also in the middle of one") {
  Bench b;
  b.engine.run("abc");
  for (int i = 0; i < 4; ++i) b.engine.say("abc", time_of(0, i), "m" + std::to_string(i) + "\n");
  const std::string full(16384, 'x');
  b.engine.say("abc", time_of(0, 9), full);
  b.start(Bench::target("abc"));
  CHECK(b.next(4) == numbered(0, 4));
  b.engine.cut();
  CHECK(b.logged("level=warn msg=\"could not transfer logs\" component=tailer container=docker/abc written="));
  b.engine.say("abc", time_of(0, 9), "y\n");
  b.engine.say("abc", time_of(1), "m4\n");
  CHECK(b.next(2) == Lines{full + "y", "m4"});
}

TEST_CASE("a container that ends is read to its end, and on when it runs again, also unseen") {
  Bench b;
  b.engine.run("abc");
  b.engine.say("abc", time_of(0, 1), "first run\n");
  b.engine.say("abc", time_of(0, 2), "no line break");
  b.start(Bench::target("abc"));
  CHECK(b.next(1) == Lines{"first run"});
  b.engine.end("abc", time_of(1));
  CHECK(b.next(1) == Lines{"no line break"});
  CHECK(b.logged("level=info msg=\"finished transferring logs\" component=tailer container=docker/abc written=85 container=abc"));
  // It has run and ended between two looks.
  b.engine.say("abc", time_of(2), "second run\n");
  b.engine.end("abc", time_of(3));
  CHECK(b.next(1) == Lines{"second run"});
  b.stop();
  b.start(Bench::target("abc"));
  b.quiet();
  b.engine.run("abc");
  b.engine.say("abc", time_of(4), "third run\n");
  CHECK(b.next(1) == Lines{"third run"});
}

TEST_CASE("a container that is gone is forgotten once its lines are settled") {
  Bench b;
  b.engine.run("abc");
  b.engine.run("other");
  b.engine.say("abc", time_of(0), "a\n");
  b.engine.say("other", time_of(0), "o\n");
  b.start(R"([{"__meta_docker_container_id" = "abc"}, {"__meta_docker_container_id" = "other"}])");
  CHECK(b.next(2).size() == 2);
  const std::string left = "cursor-other{__meta_docker_container_id=\"other\"}";
  CHECK(b.saves({{"cursor-abc{__meta_docker_container_id=\"abc\"}", std::to_string(kBase)}, {left, std::to_string(kBase)}}));
  b.engine.remove("abc");
  CHECK(b.logged("level=info msg=\"container no longer exists, stopping tailer\" component=tailer container=docker/abc id=abc"));
  CHECK(b.saves({{left, std::to_string(kBase)}}));
}

TEST_CASE("a target that goes and comes back, or has other labels, goes on where it was") {
  Bench b;
  b.engine.run("abc");
  b.engine.say("abc", time_of(0), "m0\n");
  b.out.hold = true;
  b.start(Bench::target("abc"));
  CHECK(b.next(1) == numbered(0, 1));
  b.reload("[]");
  b.quiet(50);
  b.reload(R"([{"__meta_docker_container_id" = "abc", "env" = "new"}])");
  b.engine.say("abc", time_of(1), "m1\n");
  b.world->run_until([&] { return !b.out.entries.empty(); });
  REQUIRE(b.out.entries.size() == 1);
  CHECK(b.out.entries[0].line == "m1");
  CHECK(b.out.entries[0].labels == Labels{{"env", "new"}});
  b.out.hold = false;
  b.out.settle_held(Settled::kDelivered);
  CHECK(b.saves({{"cursor-abc{__meta_docker_container_id=\"abc\", env=\"new\"}", std::to_string(kBase + 1)}}));
  b.reload(R"([{"__meta_docker_container_id" = "abc", "env" = "other"}])");
  b.engine.say("abc", time_of(2), "m2\n");
  b.world->run_until([&] { return b.out.entries.size() > 1; });
  REQUIRE(b.out.entries.size() == 2);
  CHECK(b.out.entries[1].labels == Labels{{"env", "other"}});
  CHECK(b.engine.count("/logs?") == 2);
}

TEST_CASE("of several targets of one container one is read: the one that Alloy reads") {
  Bench b;
  b.engine.run("foo");
  b.engine.say("foo", time_of(0), "once\n");
  // Alloy's own test has these ports, and the first one wins.
  b.start(R"([{"__meta_docker_container_id" = "foo", "__meta_docker_port_private" = "8081"}, {"__meta_docker_container_id" = "foo", "__meta_docker_port_private" = "8080"}, {"no" = "id"}])");
  CHECK(b.next(1) == Lines{"once"});
  const auto info = b.node->debug_info();
  REQUIRE(info.size() == 1);
  CHECK(info[0].attributes[2].second.as_string() == R"({__meta_docker_container_id="foo", __meta_docker_port_private="8080"})");
}

TEST_CASE("a terminal's output has no frames") {
  Bench b;
  b.engine.run("abc", /*tty=*/true);
  b.engine.say("abc", time_of(0), "\x1b[1mbold\x1b[0m\r\n");
  b.engine.say("abc", time_of(1), "second\r\n");
  b.start(Bench::target("abc"));
  CHECK(b.next(2) == Lines{"\x1b[1mbold\x1b[0m", "second"});
}

TEST_CASE("what is no log, and what the engine says of a log, ends the stream, which begins again") {
  Bench b;
  b.engine.run("abc");
  b.engine.say("abc", time_of(0), "m0\n");
  b.engine.say_raw("abc", std::string("\x07\0\0\0\0\0\0\x01x", 9));
  b.engine.say("abc", time_of(1), "lost behind it\n");
  b.start(Bench::target("abc"));
  CHECK(b.next(1) == numbered(0, 1));
  CHECK(b.logged("err=\"unrecognized stream: 7\""));
  b.engine.forget("abc", 2);
  CHECK(b.next(1) == Lines{"lost behind it"});
}

TEST_CASE("lines without a time are counted and left out") {
  Bench b;
  b.engine.run("abc");
  b.engine.say_raw("abc", std::string("\x01\0\0\0\0\0\0\x05none\n", 13));
  b.engine.say_raw("abc", std::string("\x01\0\0\0\0\0\0\x09no time\n", 16) + "\n");
  b.engine.say("abc", time_of(0), "kept\n");
  b.start(Bench::target("abc"));
  CHECK(b.next(1) == Lines{"kept"});
  CHECK(b.metric(kErrors) == 3);
  CHECK(b.logged("level=error msg=\"could not extract timestamp, skipping line\" component=tailer container=docker/abc err=\"could not find timestamp in bytes\""));
  CHECK(b.logged("err=\"could not parse timestamp: parsing time \\\"no\\\" as \\\"2006-01-02T15:04:05.999999999Z07:00\\\": cannot parse \\\"no\\\" as \\\"2006\\\"\""));
}

TEST_CASE("an engine that is not there, or refuses, is named and asked again") {
  Bench b("engine.sock");
  b.engine.run("abc");
  b.engine.say("abc", time_of(0), "m0\n");
  b.engine.refuse_logs(501, "configured logging driver does not support reading");
  b.start(Bench::target("abc"));
  CHECK(b.logged("level=error msg=\"could not fetch logs for container\" component=tailer container=docker/abc container=abc "
                 "err=\"Error response from daemon: configured logging driver does not support reading\""));
  // Empty while it asks again.
  const auto shown = [&] { return b.node->debug_info()[0].attributes[1].second.as_string() == "Error response from daemon: configured logging driver does not support reading"; };
  CHECK(b.world->run_until(shown));
  b.engine.refuse_logs(0, "");
  CHECK(b.next(1) == numbered(0, 1));
}

TEST_CASE("containers are held up by their destinations, and not more is read than can be held") {
  Bench b;
  b.engine.run("abc");
  const std::string big(10'000, 'x');
  constexpr int kLines = 4000;  // 40 MB
  for (int i = 0; i < kLines; ++i) b.engine.say("abc", time_of(i), std::to_string(i) + big + "\n");
  b.out.pause = true;
  b.out.hold = true;
  b.start(Bench::target("abc"));
  CHECK(b.world->run_until([&] { return !b.out.entries.empty(); }, 10'000));
  b.world->run_for(300);
  const size_t first = b.out.entries.size();
  CHECK(first < 100);
  b.out.resume();
  b.world->run_for(1500);
  CHECK(b.out.entries.size() * big.size() <= (17u << 20));
  b.out.hold = false;
  b.out.settle_held(Settled::kDelivered);
  CHECK(b.world->run_until([&] { return b.out.entries.size() == kLines; }, 20'000));
  for (int i = 0; i < kLines; ++i) REQUIRE(b.out.entries[static_cast<size_t>(i)].line.starts_with(std::to_string(i) + "x"));
}

TEST_CASE("kills at any moment: no line is lost, and with settled positions none is sent twice") {
  Bench b;
  b.engine.run("abc");
  std::map<std::string, int> seen;
  int said = 0;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 37; ++i, ++said) b.engine.say("abc", time_of(said / 50, said), "m" + std::to_string(said) + "\n", 1 + said % 2);
    b.out.hold = round % 3 == 1;
    b.start(Bench::target("abc"));
    b.world->run_for(round % 4 == 3 ? 1300 : 60);
    if (!b.out.hold)
      for (const std::string& line : b.out.lines()) ++seen[line];
    round % 2 == 0 || b.out.hold ? b.crash() : b.stop();
  }
  b.out.hold = false;
  b.start(Bench::target("abc"));
  b.world->run_for(300);
  for (const std::string& line : b.out.lines()) ++seen[line];
  b.stop();
  for (int i = 0; i < said; ++i) REQUIRE_MESSAGE(seen.contains("m" + std::to_string(i)), "m" << i);
  b.start(Bench::target("abc"));
  b.quiet();
}

}  // namespace invar::loki_source_docker
