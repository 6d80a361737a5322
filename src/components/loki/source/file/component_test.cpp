#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "src/components/loki/source/file/source_bench.h"

namespace invar::loki_source_file {
namespace {

TEST_CASE("a file is read to its end and followed") {
  Bench b;
  write(b.at("a.log"), "one\r\n\ntwo");
  b.start();
  CHECK(b.next(2) == Lines{"one", ""});
  CHECK(b.out.entries.empty());
  append(b.at("a.log"), "!\n");
  CHECK(b.next(1) == Lines{"two!"});
  b.stop();
  b.start();
  b.quiet();
  append(b.at("a.log"), "three\n");
  CHECK(b.next(1) == Lines{"three"});
}

TEST_CASE("labels are those of the target and the path; times strictly increase") {
  Bench b;
  write(b.at("a.log"), "1\n2\n3\n");
  b.start(b.target("a.log", "job = \"j\", __meta = \"m\", filename = \"x\""));
  b.world->run_until([&] { return b.out.entries.size() == 3; });
  CHECK(b.out.entries[0].labels == std::map<std::string, std::string>{{"filename", b.at("a.log")}, {"job", "j"}});
  CHECK(b.out.entries[0].time_ns < b.out.entries[1].time_ns);
  CHECK(b.out.entries[1].time_ns < b.out.entries[2].time_ns);
}

TEST_CASE("a resting file costs no open file and is heard when it is written to") {
  Bench b;
  write(b.at("a.log"), "one\n");
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  b.world->run_for(700);  // at rest by now
  bool open = false;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    open |= std::filesystem::read_symlink(entry, gone) == b.at("a.log");
  }
  CHECK_FALSE(open);
  append(b.at("a.log"), "two\n");
  CHECK(b.next(1, 1000) == Lines{"two"});
  b.world->run_for(700);
  std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
  append(b.at("a.log.1"), "late\n");
  write(b.at("a.log"), "new\n");
  CHECK(b.next(2, 1000) == Lines{"late", "new"});
}

TEST_CASE("rotation: every generation in order, however many between two looks") {
  Bench b;
  write(b.at("a.log"), "one\ntail");
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
  write(b.at("a.log"), "mid\n");
  std::filesystem::rename(b.at("a.log.1"), b.at("a.log.2"));
  std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
  write(b.at("a.log"), "new\n");
  CHECK(b.next(4) == Lines{"tail", "mid", "new"});
  append(b.at("a.log.1"), "mid late\n");
  CHECK(b.next(1) == Lines{"mid late"});
}

TEST_CASE("rotation: a file that was empty when it was seen comes before its successors") {
  Bench b;
  write(b.at("a.log"), "one\n");
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  std::filesystem::rename(b.at("a.log"), b.at("a.log.3"));
  write(b.at("a.log"), "");
  b.quiet();
  append(b.at("a.log"), "two\n");
  std::filesystem::rename(b.at("a.log"), b.at("a.log.2"));
  ::usleep(20000);  // until files have a later time of birth
  write(b.at("a.log.1"), "three\n");
  ::usleep(20000);
  write(b.at("a.log"), "four\n");
  CHECK(b.next(3) == Lines{"two", "three", "four"});
  b.quiet();
}

TEST_CASE("rotation that goes on while generations are looked for") {
  constexpr int kGenerations = 400;
  Bench b;
  write(b.at("a.log"), "0\n");
  b.start();
  CHECK(b.next(1) == Lines{"0"});
  std::thread program([&] {  // small pauses of many lengths, so that looks fall into every moment of a rotation
    for (int i = 1; i < kGenerations; ++i) {
      std::filesystem::rename(b.at("a.log"), b.at("a.log." + std::to_string(10'000 + i)));
      write(b.at("a.log"), std::to_string(i) + "\n");
      std::this_thread::sleep_for(std::chrono::microseconds(i * 37 % 500));
    }
  });
  Lines got = b.next(kGenerations - 1, 20'000);
  program.join();
  std::set<std::string> unique(got.begin(), got.end());
  CHECK(got.size() == kGenerations - 1);
  CHECK(unique.size() == kGenerations - 1);
}

TEST_CASE("rotation while paused loses nothing, deleted files included") {
  Bench b;
  write(b.at("a.log"), "0\n");
  b.out.pause = true;
  b.start();
  CHECK(b.next(1) == Lines{"0"});
  Lines expected;
  for (int i = 1; i <= 6; ++i) {
    append(b.at("a.log"), std::to_string(i) + "\n");
    expected.push_back(std::to_string(i));
    b.world->run_for(30);
    std::filesystem::remove(b.at("a.log.2"));
    if (std::filesystem::exists(b.at("a.log.1"))) std::filesystem::rename(b.at("a.log.1"), b.at("a.log.2"));
    std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
    write(b.at("a.log"), "");
    b.world->run_for(30);
  }
  CHECK(b.out.entries.empty());
  b.out.resume();
  CHECK(b.next(6) == expected);
  b.quiet();
}

TEST_CASE("rotated while down: the rest of the old file comes first, and what came between") {
  Bench b;
  write(b.at("a.log"), "one\n");
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  b.stop();
  append(b.at("a.log"), "two\n");
  std::filesystem::rename(b.at("a.log"), b.at("a.log.2"));
  ::usleep(20000);
  write(b.at("a.log.1"), "three\n");
  write(b.at("a.log"), "four\n");
  b.start();
  CHECK(b.next(3) == Lines{"two", "three", "four"});
  b.stop();
  b.start();
  b.quiet();
}

TEST_CASE("truncation and rewriting begin anew") {
  Bench b;
  write(b.at("a.log"), "one\ntwo\n");
  b.start();
  CHECK(b.next(2) == Lines{"one", "two"});
  write(b.at("a.log"), "x\n");
  CHECK(b.next(1) == Lines{"x"});
  write(b.at("a.log"), "y\nlonger than before\n");
  CHECK(b.next(2) == Lines{"y", "longer than before"});
  b.stop();
  write(b.at("a.log"), "other content, much longer than all that was there before\n");
  b.start();
  CHECK(b.next(1) == Lines{"other content, much longer than all that was there before"});
}

TEST_CASE("only settled lines count: a crash sends the others again") {
  Bench b;
  write(b.at("a.log"), "1\n2\n3\n");
  b.start();
  CHECK(b.next(3).size() == 3);
  b.out.hold = true;
  append(b.at("a.log"), "4\n5\n");
  CHECK(b.next(2) == Lines{"4", "5"});
  b.out.settle_held(Settled::kDelivered, 1);  // one row of the run is still open
  b.world->run_for(50);
  b.crash();
  b.out.hold = false;
  b.start();
  CHECK(b.next(2) == Lines{"4", "5"});
  b.world->run_for(50);
  b.crash();
  b.start();
  b.quiet();
}

TEST_CASE("returned lines are sent again, in order") {
  Bench b;
  write(b.at("a.log"), "1\n");
  b.out.hold = true;
  b.start();
  CHECK(b.next(1) == Lines{"1"});
  append(b.at("a.log"), "2\n");
  CHECK(b.next(1) == Lines{"2"});
  append(b.at("a.log"), "3\n");
  CHECK(b.next(1) == Lines{"3"});
  b.out.settle_held(Settled::kDelivered, 1);
  b.out.settle_held(Settled::kReturned, 1);
  b.quiet(50);  // 3 is still out there
  b.out.settle_held(Settled::kReturned, 1);
  CHECK(b.next(2) == Lines{"2", "3"});
  b.out.settle_held(Settled::kReturned);
  b.out.hold = false;
  CHECK(b.next(2) == Lines{"2", "3"});
  b.stop();
  b.start();
  b.quiet();
}

TEST_CASE("of runs that come back only the returned are sent again") {
  Bench b;
  write(b.at("a.log"), "");
  b.out.hold = true;
  b.start();
  for (const char* line : {"1\n", "2\n", "3\n"}) {
    append(b.at("a.log"), line);
    CHECK(b.next(1).size() == 1);
  }
  b.out.settle_held(Settled::kReturned, 1);
  b.out.settle_held(Settled::kDelivered, 1);
  b.out.settle_held(Settled::kReturned, 1);
  b.out.hold = false;
  CHECK(b.next(2) == Lines{"1", "3"});
  append(b.at("a.log"), "4\n");
  CHECK(b.next(1) == Lines{"4"});
  b.stop();
  CHECK(bench::contents(b.at("loki.source.file.vec/positions.yml")).find("\"8\"") != std::string::npos);
}

TEST_CASE("a label flip reads nothing twice; two label sets are two readers") {
  Bench b;
  write(b.at("a.log"), "1\n");
  b.start(b.target("a.log", "v = \"0\""));
  CHECK(b.next(1) == Lines{"1"});
  for (int i = 1; i < 6; ++i) {
    b.node->update(b.plan(b.target("a.log", "v = \"" + std::to_string(i) + "\"")));
    b.quiet();  // the lane has heard of it
    append(b.at("a.log"), std::to_string(i + 1) + "\n");
    b.world->run_until([&] { return !b.out.entries.empty(); });
    CHECK(b.out.entries[0].labels.at("v") == std::to_string(i));
    CHECK(b.next(1) == Lines{std::to_string(i + 1)});
  }
  b.node->update(b.plan(b.target("a.log", "v = \"5\"") + "," + b.target("a.log", "v = \"6\"")));
  CHECK(b.next(6).size() == 6);  // the second reader begins at the beginning
  append(b.at("a.log"), "x\n");
  CHECK(b.next(2) == Lines{"x", "x"});
  b.stop();
  const std::string positions = bench::contents(b.at("loki.source.file.vec/positions.yml"));
  CHECK(positions.find("v=\"4\"") == std::string::npos);
  CHECK(positions.find("v=\"5\"") != std::string::npos);
  b.start(b.target("a.log", "v = \"7\"") + "," + b.target("a.log", "v = \"6\""));
  b.quiet();
}

TEST_CASE("a target that goes is read to where it was, and goes on there when it comes back") {
  Bench b;
  write(b.at("a.log"), "1\n");
  b.start();
  CHECK(b.next(1) == Lines{"1"});
  append(b.at("a.log"), "2\n");
  b.node->update(b.plan(""));
  CHECK(b.next(1) == Lines{"2"});
  append(b.at("a.log"), "3\n");
  b.quiet();
  b.node->update(b.plan(b.target("a.log", "job = \"other\"")));
  CHECK(b.next(1) == Lines{"3"});
}

TEST_CASE("tail_from_end is about files that were there at the start") {
  Bench b;
  b.arguments = "tail_from_end = true";
  write(b.at("a.log"), "old\npart");
  b.start(b.target("a.log") + "," + b.target("b.log"));
  b.quiet();
  append(b.at("a.log"), "ial\n");
  CHECK(b.next(1) == Lines{"partial"});
  write(b.at("b.log"), "first\n");
  CHECK(b.next(1) == Lines{"first"});
}

TEST_CASE("long lines, and lines at every border of the buffer") {
  Bench b;
  Lines expected;
  std::string bytes;
  for (const size_t size : {size_t{10}, LineFeed::kChunk - 12, LineFeed::kChunk - 1, LineFeed::kChunk, LineFeed::kChunk + 1,
                            3 * LineFeed::kChunk, size_t{10} << 20, size_t{3}}) {
    expected.emplace_back(size, static_cast<char>('a' + size % 23));
    bytes += expected.back() + "\n";
  }
  write(b.at("a.log"), bytes + "unterminated");
  b.start();
  const Lines got = b.next(expected.size());
  CHECK((got == expected));
  b.stop();
  CHECK(bench::contents(b.at("loki.source.file.vec/positions.yml")).find("\"" + std::to_string(bytes.size()) + "\"") != std::string::npos);
}

TEST_CASE("a missing file is named, is no fault, and is read once it is there") {
  Bench b;
  b.start(b.target("sub/a.log"));
  b.world->run_for(50);
  CHECK(b.world->health().state == HealthState::kHealthy);
  CHECK(b.world->health().message == "started component; waiting: stat " + b.at("sub/a.log") + ": no such file or directory");
  CHECK(b.world->registry.expose().find("invar_source_file_failing{component_id=\"loki.source.file.vec\",component_path=\"/\",path=\"" +
                                        b.at("sub/a.log") + "\",reason=\"not_found\"} 1") != std::string::npos);
  std::filesystem::create_directory(b.at("sub"));
  write(b.at("sub/a.log"), "one\n");
  CHECK(b.next(1, 3000) == Lines{"one"});
  CHECK(b.world->health().state == HealthState::kHealthy);
  CHECK(b.world->health().message == "started component");
}

TEST_CASE("metrics appear and vanish with the file") {
  Bench b;
  write(b.at("a.log"), "one\ntwo\n");
  b.start();
  CHECK(b.next(2).size() == 2);
  std::string text = b.world->registry.expose();
  CHECK(text.find("loki_source_file_files_active_total{component_id=\"loki.source.file.vec\",component_path=\"/\"} 1\n") != std::string::npos);
  CHECK(text.find("loki_source_file_read_lines_total{component_id=\"loki.source.file.vec\",component_path=\"/\",path=\"" + b.at("a.log") +
                  "\"} 2\n") != std::string::npos);
  CHECK(text.find("loki_source_file_read_bytes_total") != std::string::npos);
  const std::vector<DebugBlock> info = b.node->debug_info();
  REQUIRE(info.size() == 1);
  CHECK(info[0].attributes[1].second.as_string() == "{job=\"j\"}");
  b.node->update(b.plan(""));
  b.world->run_for(60);
  text = b.world->registry.expose();
  CHECK(text.find("loki_source_file_read_lines_total{") == std::string::npos);
  CHECK(text.find("loki_source_file_files_active_total{component_id=\"loki.source.file.vec\",component_path=\"/\"} 0\n") != std::string::npos);
}

TEST_CASE("symbolic links are followed to wherever they lead") {
  Bench b;
  std::filesystem::create_directory(b.at("real"));
  write(b.at("real/0.log"), "one\n");
  std::filesystem::create_symlink(b.at("real/0.log"), b.at("a.log"));
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  b.world->run_for(400);
  append(b.at("real/0.log"), "two\n");
  std::filesystem::rename(b.at("real/0.log"), b.at("real/0.log.20260101-000000"));
  write(b.at("real/0.log"), "three\n");
  CHECK(b.next(2) == Lines{"two", "three"});
  write(b.at("real/1.log"), "four\n");
  std::filesystem::remove(b.at("a.log"));
  std::filesystem::create_symlink(b.at("real/1.log"), b.at("a.log"));
  CHECK(b.next(1) == Lines{"four"});
}

TEST_CASE("a rotated file that is a target of its own is not read twice") {
  Bench b;
  b.arguments = "file_match {\n enabled = true\n sync_period = \"50ms\"\n}";
  write(b.at("a.log"), "one\n");
  b.start("{ __path__ = \"" + b.at("a.log*") + "\" }");
  CHECK(b.next(1) == Lines{"one"});
  for (int i = 0; i < 3; ++i) {
    if (std::filesystem::exists(b.at("a.log.1"))) std::filesystem::rename(b.at("a.log.1"), b.at("a.log.2"));
    std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
    write(b.at("a.log"), "next" + std::to_string(i) + "\n");
    CHECK(b.next(1) == Lines{"next" + std::to_string(i)});
    b.quiet(200);
  }
}

TEST_CASE("Alloy's positions are taken over, its own journal wins afterwards") {
  Bench b;
  write(b.at("a.log"), "one\ntwo\nthree\n");
  std::filesystem::create_directory(b.at("loki.source.file.vec"));
  const std::string yml = "positions:\n  ? path: " + b.at("a.log") + "\n    labels: '{job=\"j\"}'\n  : \"4\"\n";
  write(b.at("loki.source.file.vec/positions.yml"), yml);
  b.start();
  CHECK(b.next(2) == Lines{"two", "three"});
  b.crash();  // before positions.yml was written
  b.start();
  b.quiet();
  b.stop();
  // Alloy ran in between and went further back.
  write(b.at("loki.source.file.vec/positions.yml"), "positions:\n  ? path: " + b.at("a.log") + "\n    labels: '{job=\"j\"}'\n  : \"8\"\n");
  b.start();
  CHECK(b.next(1) == Lines{"three"});
}

TEST_CASE("rotated names") {
  for (const char* name : {"app.log.1", "app.log-20260101", "app-2026-01-01.log", "app.1.log", "app.log.old", "app.log.2026-01-01-00"})
    CHECK_MESSAGE(is_rotated_name("app.log", name), name);
  for (const char* name : {"app.log", "app-error.log", "app.log.1.gz", "app.log.gz", "app.log.tmp", "apps.log", "app.log.", "other.log.1"})
    CHECK_MESSAGE(!is_rotated_name("app.log", name), name);
  CHECK(is_rotated_name("0.log", "0.log.20260101-120000"));
  CHECK_FALSE(is_rotated_name("0.log", "1.log"));
}

}  // namespace
}  // namespace invar::loki_source_file
