#include <doctest/doctest.h>

#include <filesystem>

#include "src/components/loki/source/file/source_bench.h"

// Alloy's positions.yml, and what happened to the files between Alloy's end and our start.
namespace invar::loki_source_file {
namespace {

struct TakeOver : Bench {
  TakeOver() { std::filesystem::create_directory(at("loki.source.file.vec")); }
  /// Alloy ends here, having read a.log up to `offset`.
  void alloy_ends(uint64_t offset, std::string_view labels = R"({job="j"})") {
    write(at("loki.source.file.vec/positions.yml"),
          "positions:\n  ? path: " + at("a.log") + "\n    labels: '" + std::string(labels) + "'\n  : \"" + std::to_string(offset) + "\"\n");
    wait();
  }
  /// Until files have a later time of birth.
  static void wait() { ::usleep(20000); }
  void rename(std::string_view from, std::string_view to) { std::filesystem::rename(at(from), at(to)); }
};

TEST_CASE("taken over: the position of other labels is not that of a later file") {
  TakeOver b;
  write(b.at("a.log"), "one\ntwo\n");
  b.alloy_ends(4, R"({job="before"})");
  b.start();
  CHECK(b.next(1) == Lines{"two"});
  b.rename("a.log", "a.log.1");
  write(b.at("a.log"), "three\nfour\n");
  CHECK(b.next(2) == Lines{"three", "four"});
}

TEST_CASE("replaced while down: what was not there when it was read is not skipped") {
  Bench b;
  b.arguments = "tail_from_end = true";
  write(b.at("a.log"), "old\n");
  b.start();
  b.quiet();
  append(b.at("a.log"), "one\n");
  CHECK(b.next(1) == Lines{"one"});
  b.stop();
  std::filesystem::remove(b.at("a.log"));
  write(b.at("a.log"), "new\n");
  b.start();
  CHECK(b.next(1) == Lines{"new"});
}

}  // namespace
}  // namespace invar::loki_source_file
