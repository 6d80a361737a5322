#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "src/components/loki/source/file/position_journal.h"
#include "src/components/loki/source/file/rotation.h"
#include "src/components/loki/source/file/source_bench.h"

// What was rotated away around the end of a run: which of the files beside the path are new?
namespace invar::loki_source_file {
namespace {

struct LeftBehind : Bench {
  std::string journal() const { return at("loki.source.file.vec/positions.journal"); }
  /// The journal is written for another file, the last time before the end.
  void touch_journal() { write(journal(), bench::contents(journal())); }
  /// Until files have a later time of birth.
  static void wait() { ::usleep(20000); }
  void rename(std::string_view from, std::string_view to) { std::filesystem::rename(at(from), at(to)); }
  void gzip(std::string_view name) { REQUIRE(std::system(("gzip -f '" + at(name) + "'").c_str()) == 0); }
  /// The component has read `text`, all there is, and is killed.
  void read_and_crash(std::string_view text) {
    write(at("a.log"), text);
    start();
    CHECK(next(1).size() == 1);
    quiet();
    crash();
    wait();
  }
};

constexpr char kLong[] = "one is a line that is long enough to tell a copy of its file from other files that begin alike\n";

TEST_CASE("killed before it saw that files were rotated: being alive does not mean having seen them") {
  LeftBehind b;
  b.read_and_crash(kLong);
  b.rename("a.log", "a.log.3");
  write(b.at("a.log.2"), "two\n");
  LeftBehind::wait();
  write(b.at("a.log.1"), "three\n");
  LeftBehind::wait();
  b.touch_journal();
  LeftBehind::wait();
  write(b.at("a.log"), "four\n");
  SUBCASE("") {}
  SUBCASE("what was read is compressed by now") { b.gzip("a.log.3"); }
  SUBCASE("what was read is deleted by now") { std::filesystem::remove(b.at("a.log.3")); }
  SUBCASE("all was compressed since") {
    for (const char* name : {"a.log.3", "a.log.2", "a.log.1"}) b.gzip(name);
  }
  b.start();
  CHECK(b.next(3) == Lines{"two", "three", "four"});
  b.stop();
  b.start();
  b.quiet();
}

TEST_CASE("copies of what was read are not new") {
  LeftBehind b;
  std::string text(kLong);
  SUBCASE("made while it was read") {
    write(b.at("a.log"), text);
    b.start();
    CHECK(b.next(1).size() == 1);
    std::filesystem::copy_file(b.at("a.log"), b.at("a.log.bak"));
    LeftBehind::wait();
    append(b.at("a.log"), "later\n");
    CHECK(b.next(1).size() == 1);
    b.quiet();
    b.crash();
  }
  SUBCASE("made of the whole, afterwards, with the same time of change") {
    while (text.size() < 2000) text += kLong;
    write(b.at("a.log"), text);
    b.start();
    CHECK(b.next(text.size() / (sizeof(kLong) - 1)).size() > 1);
    b.quiet();
    REQUIRE(std::system(("cp -p '" + b.at("a.log") + "' '" + b.at("a.log.bak") + "'").c_str()) == 0);
    b.crash();
  }
  b.rename("a.log", "a.log.1");
  LeftBehind::wait();
  write(b.at("a.log"), "new\n");
  b.start();
  CHECK(b.next(1) == Lines{"new"});
  b.quiet();
}

TEST_CASE("copies that copytruncate made while it was read are not new") {
  LeftBehind b;
  write(b.at("a.log"), kLong);
  b.start();
  CHECK(b.next(1).size() == 1);
  for (const char* copy : {"a.log.3", "a.log.2", "a.log.1"}) {
    std::filesystem::copy_file(b.at("a.log"), b.at(copy));
    write(b.at("a.log"), "");
    b.quiet();
    append(b.at("a.log"), std::string(copy) + " comes next, and is a line that is long enough to tell a copy\n");
    CHECK(b.next(1).size() == 1);
  }
  b.quiet();
  b.crash();
  SUBCASE("") {}
  SUBCASE("truncated while down") {
    LeftBehind::wait();
    std::filesystem::copy_file(b.at("a.log"), b.at("a.log.0"));
    write(b.at("a.log"), "");
  }
  append(b.at("a.log"), "new\n");
  b.start();
  CHECK(b.next(1) == Lines{"new"});
  b.quiet();
}

TEST_CASE("a rotated file that was there before the path was ever read is not new") {
  LeftBehind b;
  write(b.at("a.log.5"), "old\n");
  LeftBehind::wait();
  b.read_and_crash(kLong);
  b.rename("a.log", "a.log.1");
  LeftBehind::wait();
  append(b.at("a.log.5"), "written to late\n");
  write(b.at("a.log"), "new\n");
  b.start();
  CHECK(b.next(1) == Lines{"new"});
  b.quiet();
}

TEST_CASE("an inode that was used again is a new file") {
  LeftBehind b;
  b.read_and_crash(kLong);
  std::filesystem::remove(b.at("a.log"));
  write(b.at("a.log.1"), "two\n");
  LeftBehind::wait();
  write(b.at("a.log"), "three\n");
  // The file system need not do it: as if it had.
  JournalContents contents = read_journal(bench::contents(b.journal()));
  REQUIRE(contents.positions.size() == 1);
  Position& position = contents.positions.begin()->second;
  REQUIRE(position.birth_ns > 0);
  position.file.ino = stat_path(b.at("a.log.1"))->ino;
  JournalFrame frame;
  frame.define(position);
  write(b.journal(), frame.take());
  b.start();
  CHECK(b.next(2) == Lines{"two", "three"});
}

TEST_CASE("read to its end before the start, and compressed after it: not read again") {
  LeftBehind b;
  b.read_and_crash(kLong);
  b.rename("a.log", "a.log.1");
  write(b.at("a.log"), "two\n");
  b.start();
  CHECK(b.next(1) == Lines{"two"});
  b.rename("a.log.1", "a.log.2");
  b.gzip("a.log.2");
  b.rename("a.log", "a.log.1");
  write(b.at("a.log"), "three\n");
  CHECK(b.next(1) == Lines{"three"});
  b.quiet();
}

TEST_CASE("a short file that was sent, but not settled, and compressed before the kill is sent again, in its place") {
  LeftBehind b;
  write(b.at("a.log"), "one\n");
  b.start();
  CHECK(b.next(1).size() == 1);
  b.out.hold = true;
  b.rename("a.log", "a.log.2");
  write(b.at("a.log"), "two\n");
  CHECK(b.next(1) == Lines{"two"});
  b.rename("a.log", "a.log.1");
  write(b.at("a.log"), "three\n");
  CHECK(b.next(1) == Lines{"three"});
  LeftBehind::wait();
  b.gzip("a.log.1");
  LeftBehind::wait();
  b.quiet();
  b.touch_journal();
  b.crash();
  b.out.hold = false;
  b.start();
  CHECK(b.next(2) == Lines{"two", "three"});
  b.quiet();
}

TEST_CASE("several generations between two looks are for every reader of the path") {
  LeftBehind b;
  const std::string targets = b.target("a.log", "v = \"1\"") + "," + b.target("a.log", "v = \"2\"");
  write(b.at("a.log"), "one\n");
  b.start(targets);
  CHECK(b.next(2) == Lines{"one", "one"});
  bool killed = false;
  SUBCASE("") {}
  SUBCASE("killed") { killed = true; }
  if (killed) b.crash();
  b.rename("a.log", "a.log.3");
  write(b.at("a.log.2"), "two\n");
  LeftBehind::wait();
  write(b.at("a.log.1"), "three\n");
  LeftBehind::wait();
  write(b.at("a.log"), "four\n");
  if (killed) b.start(targets);
  Lines lines = b.next(6);
  std::sort(lines.begin(), lines.end());
  CHECK(lines == Lines{"four", "four", "three", "three", "two", "two"});
  b.quiet();
}

}  // namespace
}  // namespace invar::loki_source_file
