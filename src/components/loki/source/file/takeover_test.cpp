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
  void copy_and_truncate() {
    std::filesystem::copy_file(at("a.log"), at("a.log.1"));
    write(at("a.log"), "");
  }
};

TEST_CASE("taken over: rotated since, the position is the old file's") {
  TakeOver b;
  write(b.at("a.log.1"), "long before this, and longer than what was read\n");
  TakeOver::wait();
  write(b.at("a.log"), "one\ntwo\n");
  b.alloy_ends(4);
  b.rename("a.log.1", "a.log.3");
  b.rename("a.log", "a.log.2");
  write(b.at("a.log.1"), "3: in between\n");
  TakeOver::wait();
  SUBCASE("the new file is longer") { write(b.at("a.log"), "4: longer than what Alloy has read\n"); }
  SUBCASE("the new file has a line's end at the position") { write(b.at("a.log"), "4: \n\n"); }
  SUBCASE("the new file is shorter") { write(b.at("a.log"), "4\n"); }
  SUBCASE("what is there at the start is to be skipped, but not what comes behind a position") {
    b.arguments = "tail_from_end = true";
    write(b.at("a.log"), "4\n");
  }
  const std::string text = bench::contents(b.at("a.log"));
  b.start();
  const Lines lines = b.next(3);
  REQUIRE(lines.size() >= 3);
  CHECK(lines[0] == "two");
  CHECK(lines[1] == "3: in between");
  CHECK(text.starts_with(lines[2] + "\n"));
  b.stop();
  b.start();
  b.quiet();
}

TEST_CASE("taken over: copied and truncated since") {
  TakeOver b;
  write(b.at("a.log"), "one\ntwo\n");
  b.alloy_ends(4);
  b.copy_and_truncate();
  SUBCASE("") { append(b.at("a.log"), "3\n"); }
  SUBCASE("") { append(b.at("a.log"), "3 is longer than before\n"); }
  const std::string text = bench::contents(b.at("a.log"));
  b.start();
  const Lines lines = b.next(2);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "two");
  CHECK(lines[1] + "\n" == text);
}

TEST_CASE("taken over: the old file is gone") {
  TakeOver b;
  b.arguments = "tail_from_end = true";
  write(b.at("a.log"), "one\ntwo\n");
  b.alloy_ends(8);
  std::filesystem::remove(b.at("a.log"));
  SUBCASE("") { write(b.at("a.log"), "3\n"); }
  SUBCASE("a position is where a line begins") { write(b.at("a.log"), "3 is longer than before\n"); }
  const std::string text = bench::contents(b.at("a.log"));
  b.start();
  CHECK(b.next(1) == Lines{text.substr(0, text.size() - 1)});
}

TEST_CASE("taken over: a file that was restored after its position goes on there") {
  TakeOver b;
  b.alloy_ends(4);
  write(b.at("a.log"), "one\ntwo\n");
  b.start();
  CHECK(b.next(1) == Lines{"two"});
}

TEST_CASE("taken over: UTF-16, where a line's end has two bytes") {
  TakeOver b;
  b.arguments = "encoding = \"UTF-16\"";
  write(b.at("a.log"), std::string("\xff\xfe\x31\0\x0a\0\x32\0\x0a\0", 10));
  b.alloy_ends(6);
  b.start();
  CHECK(b.next(1) == Lines{"2"});
}

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
