#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "src/components/loki/source/file/source_bench.h"

namespace invar::loki_source_file {
namespace {

using namespace std::string_view_literals;

/// What gzip makes of a file: `<path>.gz` in its place.
void gzip(const std::string& path) { REQUIRE(std::system(("gzip -f '" + path + "'").c_str()) == 0); }

std::string gzipped(const Bench& b, std::string_view text) {
  write(b.at("scratch"), text);
  gzip(b.at("scratch"));
  const std::string packed = bench::contents(b.at("scratch.gz"));
  ::unlink(b.at("scratch.gz").c_str());
  return packed;
}

std::string numbered(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += "line number " + std::to_string(i) + " of a file that is long enough to be told from others\n";
  return text;
}

Lines lines_of(std::string_view text) {
  Lines lines;
  for (size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) lines.emplace_back(text.substr(0, end));
  return lines;
}

constexpr char kGzip[] = "decompression {\n enabled = true\n format = \"gz\"\n}";

TEST_CASE("a packed file is read to its end, which needs no newline, and not again") {
  Bench b;
  b.arguments = kGzip;
  write(b.at("a.log"), gzipped(b, "one\r\ntwo\nthree"));
  b.start();
  CHECK(b.next(3) == Lines{"one", "two", "three"});
  CHECK(b.world->registry.expose().find("loki_source_file_files_active_total{component_id=\"loki.source.file.vec\",component_path=\"/\"} 0\n") !=
        std::string::npos);
  b.quiet(400);
  b.stop();
  CHECK(bench::contents(b.at("loki.source.file.vec/positions.yml")).find("\"14\"") != std::string::npos);
  b.start();
  b.quiet(400);
}

TEST_CASE("a stream appended to a packed file is read on") {
  Bench b;
  b.arguments = kGzip;
  const std::string first = gzipped(b, "one\n"), second = gzipped(b, "two\nthree\n");
  write(b.at("a.log"), first);
  b.start();
  CHECK(b.next(1) == Lines{"one"});
  b.world->run_for(500);  // closed by now
  write(b.at("a.log"), first + second);
  CHECK(b.next(2) == Lines{"two", "three"});
}

TEST_CASE("a packed file that is still being written yields what is whole, and the rest when it is there") {
  Bench b;
  b.arguments = kGzip;
  const std::string text = numbered(1, 20'000), packed = gzipped(b, text);
  write(b.at("a.log"), packed.substr(0, packed.size() / 2));
  b.start();
  Lines got = b.next(5000);
  CHECK(got.size() > 5000);
  CHECK(b.world->health().message == b.at("a.log") + ": unexpected EOF");
  b.world->run_for(300);
  append(b.at("a.log"), packed.substr(packed.size() / 2));
  b.world->run_until([&] { return got.size() + b.out.entries.size() >= 20'000; });
  const Lines rest = b.next(0);
  got.insert(got.end(), rest.begin(), rest.end());
  CHECK((got == lines_of(text)));
  CHECK(b.world->health().state == HealthState::kHealthy);
}

TEST_CASE("a file that is not packed as it should be is named; others are read") {
  Bench b;
  b.arguments = kGzip;
  write(b.at("a.log"), "plain text\n");
  write(b.at("b.log"), gzipped(b, "one\n"));
  b.start(b.target("a.log") + "," + b.target("b.log"));
  CHECK(b.next(1) == Lines{"one"});
  CHECK(b.world->health().message == b.at("a.log") + ": failed to tail the file: gzip: invalid header");
  const auto told = [&] {
    return std::count_if(b.world->logged.begin(), b.world->logged.end(), [](const std::string& line) { return line.find("gzip: invalid header") != line.npos; });
  };
  b.world->run_for(500);
  CHECK(told() == 1);
  write(b.at("a.log"), gzipped(b, "two\n"));
  CHECK(b.next(1, 12'000) == Lines{"two"});
  CHECK(b.world->health().state == HealthState::kHealthy);
}

TEST_CASE("returned lines of a packed file are unpacked again") {
  Bench b;
  b.arguments = kGzip;
  const std::string text = numbered(1, 3000);
  write(b.at("a.log"), gzipped(b, text));
  b.out.hold = true;
  b.start();
  CHECK(b.next(3000).size() == 3000);
  b.out.hold = false;
  b.out.settle_held(Settled::kReturned);
  CHECK((b.next(3000) == lines_of(text)));
  b.quiet();
}

TEST_CASE("packed files wait for the initial delay, and for one another") {
  Bench b;
  b.arguments = "decompression {\n enabled = true\n format = \"gz\"\n initial_delay = \"300ms\"\n}";
  std::string targets;
  constexpr int kFiles = 20;
  for (int i = 0; i < kFiles; ++i) {
    write(b.at("f" + std::to_string(i)), gzipped(b, numbered(1, 2000)));
    targets += b.target("f" + std::to_string(i)) + ",";
  }
  b.start(targets);
  b.quiet(150);
  CHECK(b.next(kFiles * 2000).size() == kFiles * 2000);
  b.quiet();
}

TEST_CASE("long lines, and lines at every border of the buffer, unpacked") {
  Bench b;
  b.arguments = kGzip;
  Lines expected;
  std::string text;
  for (const size_t size : {size_t{10}, LineFeed::kChunk - 12, LineFeed::kChunk, LineFeed::kChunk + 1, 3 * LineFeed::kChunk, size_t{3} << 20, size_t{3}}) {
    expected.emplace_back(size, static_cast<char>('a' + size % 23));
    text += expected.back() + "\n";
  }
  write(b.at("a.log"), gzipped(b, text));
  b.start();
  CHECK((b.next(expected.size()) == expected));
}

TEST_CASE("tail_from_end passes over packed files that were there") {
  Bench b;
  b.arguments = std::string(kGzip) + "\ntail_from_end = true";
  write(b.at("a.log"), gzipped(b, "one\ntwo\n"));
  b.start(b.target("a.log") + "," + b.target("b.log"));
  b.quiet(200);
  write(b.at("b.log"), gzipped(b, "three\n"));
  CHECK(b.next(1) == Lines{"three"});
  b.stop();
  CHECK(bench::contents(b.at("loki.source.file.vec/positions.yml")).find("\"8\"") != std::string::npos);
}

TEST_CASE("rotated and compressed while down: the rest of it comes before its successor") {
  for (const bool two_rotations : {false, true}) {
    Bench b;
    write(b.at("a.log"), numbered(1, 50));
    b.start();
    CHECK(b.next(50).size() == 50);
    b.stop();
    append(b.at("a.log"), numbered(51, 60));
    std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
    gzip(b.at("a.log.1"));
    std::string expected = numbered(51, 60);
    if (two_rotations) {
      std::filesystem::rename(b.at("a.log.1.gz"), b.at("a.log.2.gz"));
      ::usleep(20'000);
      write(b.at("a.log.1"), numbered(61, 70));
      gzip(b.at("a.log.1"));
      expected += numbered(61, 70);
    }
    ::usleep(20'000);
    write(b.at("a.log"), "now\n");
    expected += "now\n";
    b.start();
    CHECK((b.next(lines_of(expected).size()) == lines_of(expected)));
    b.quiet();
    b.stop();
    b.start();
    b.quiet(200);
  }
}

TEST_CASE("compressed as soon as it was rotated away: what was written while the file was at rest is found in there") {
  Bench b;
  write(b.at("a.log"), numbered(1, 50));
  b.start();
  CHECK(b.next(50).size() == 50);
  b.world->run_for(700);  // at rest, closed
  append(b.at("a.log"), numbered(51, 55));
  std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
  gzip(b.at("a.log.1"));
  write(b.at("a.log"), "now\n");
  CHECK((b.next(6) == lines_of(numbered(51, 55) + "now\n")));
  b.quiet();
}

TEST_CASE("generations that are compressed after they were read are not read again") {
  Bench b;
  write(b.at("a.log"), numbered(0, 20));
  b.start();
  CHECK(b.next(21).size() == 21);
  for (int i = 1; i <= 4; ++i) {  // as logrotate with delaycompress
    for (int k = 4; k >= 2; --k)
      if (std::filesystem::exists(b.at("a.log." + std::to_string(k) + ".gz")))
        std::filesystem::rename(b.at("a.log." + std::to_string(k) + ".gz"), b.at("a.log." + std::to_string(k + 1) + ".gz"));
    if (std::filesystem::exists(b.at("a.log.1"))) {
      std::filesystem::rename(b.at("a.log.1"), b.at("a.log.2"));
      gzip(b.at("a.log.2"));
    }
    std::filesystem::rename(b.at("a.log"), b.at("a.log.1"));
    write(b.at("a.log"), numbered(100 * i, 100 * i + 20));
    CHECK((b.next(21) == lines_of(numbered(100 * i, 100 * i + 20))));
    b.quiet(60);
  }
  b.stop();
  b.start();
  b.quiet(200);
}

TEST_CASE("copytruncate: what was written before the copy is taken from there, plain or compressed") {
  for (const bool compressed : {false, true}) {
    Bench b;
    write(b.at("a.log"), numbered(1, 50));
    b.start();
    CHECK(b.next(50).size() == 50);
    b.world->run_for(50);
    append(b.at("a.log"), numbered(51, 60));  // nobody looked since
    std::filesystem::copy_file(b.at("a.log"), b.at("a.log.1"));
    std::filesystem::resize_file(b.at("a.log"), 0);
    if (compressed) gzip(b.at("a.log.1"));
    append(b.at("a.log"), "short\n");
    CHECK((b.next(11) == lines_of(numbered(51, 60) + "short\n")));
    b.quiet();
    std::filesystem::rename(b.at("a.log"), b.at("a.log.2"));
    write(b.at("a.log"), "renamed\n");
    CHECK(b.next(1) == Lines{"renamed"});
    b.quiet();
  }
}

TEST_CASE("copytruncate at any moment: nothing is lost, doubled or garbled") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    std::minstd_rand dice(seed);
    const auto below = [&](unsigned limit) { return static_cast<int>(dice() % limit); };
    Bench b;
    int last = 0;
    const auto more = [&] {
      const int first = last + 1;
      last += 1 + below(30);
      std::string text;
      for (int i = first; i <= last; ++i) text += "line " + std::to_string(i) + "\n";
      append(b.at("a.log"), text);
    };
    more();
    b.start();
    for (int step = 1; step <= 60; ++step) {
      more();
      if (below(2) == 0) b.world->run_for(below(20));
      if (below(6) != 0) continue;
      write(b.at("a.log." + std::to_string(90 + step % 3)), bench::contents(b.at("a.log")));  // over older copies, and the same inodes
      if (below(2) == 0) b.world->run_for(below(15));
      std::filesystem::resize_file(b.at("a.log"), 0);
      b.world->run_for(30 + below(300));
    }
    Lines expected;
    for (int i = 1; i <= last; ++i) expected.push_back("line " + std::to_string(i));
    const Lines got = b.next(expected.size());
    INFO(seed);
    CHECK((got == expected));
  }
}

TEST_CASE("copytruncate while down") {
  Bench b;
  write(b.at("a.log"), numbered(1, 50));
  b.start();
  CHECK(b.next(50).size() == 50);
  b.stop();
  append(b.at("a.log"), numbered(51, 60));
  std::filesystem::copy_file(b.at("a.log"), b.at("a.log.1"));
  std::filesystem::resize_file(b.at("a.log"), 0);
  append(b.at("a.log"), "after\n");
  b.start();
  CHECK((b.next(11) == lines_of(numbered(51, 60) + "after\n")));
  b.stop();
  b.start();
  b.quiet(200);
}

TEST_CASE("names of compressed generations") {
  for (const char* name : {"app.log.1.gz", "app.log-20260101.gz", "app.log.gz", "app-2026-01-01.log.gz"}) CHECK_MESSAGE(packing_of_rotated("app.log", name) == Packing::kGzip, name);
  CHECK(packing_of_rotated("app.log", "app.log.1.bz2") == Packing::kBzip2);
  CHECK(packing_of_rotated("0.log", "0.log.20260101-120000.gz") == Packing::kGzip);
  for (const char* name : {"app.log", "app.log.1", "app-error.log.gz", "app.log.1.zip", "app.log.1.xz", "apps.log.gz"})
    CHECK_MESSAGE(!packing_of_rotated("app.log", name), name);
}

TEST_CASE("compressed and plain generations are in order") {
  Bench b;
  const auto order = [&](const std::string& name) {
    DirectoryListings listings;
    Lines names;
    for (const Neighbour& neighbour : rotated_neighbours({b.folder.path(), name}, listings, 1)) names.push_back(neighbour.path.substr(b.folder.path().size() + 1));
    return names;
  };
  for (const char* name : {"0.log.20260101-090000.gz", "0.log.20260102-090000.gz", "0.log.20260103-090000", "other.log.1"}) write(b.at(name), "x");
  CHECK(order("0.log") == Lines{"0.log.20260101-090000.gz", "0.log.20260102-090000.gz", "0.log.20260103-090000"});
  for (const char* name : {"a.log.3.gz", "a.log.2.gz", "a.log.1"}) {
    write(b.at(name), "x");
    ::usleep(10'000);
  }
  CHECK(order("a.log") == Lines{"a.log.3.gz", "a.log.2.gz", "a.log.1"});
}

TEST_CASE("one listing of a large directory does for all files that are rotated in it at the same time") {
  Bench b;
  for (int i = 0; i < 1000; ++i) write(b.at("a" + std::to_string(i) + ".log"), "");
  const std::string directory = b.folder.path();
  DirectoryListings listings;
  CHECK(listings.names(directory, "a7.", 5000) == std::vector<std::string>{"a7.log"});
  CHECK(listings.count() == 1);
  write(b.at("a7.log.1"), "");
  CHECK(listings.names(directory, "a7.", 5900) == std::vector<std::string>{"a7.log"});
  CHECK(listings.renew(directory, 1, 5900));  // long enough after the first
  CHECK(listings.names(directory, "a7.", 5900) == std::vector<std::string>{"a7.log", "a7.log.1"});
  CHECK_FALSE(listings.renew(directory, 2, 5901));
  CHECK(listings.renew(directory, 1, 5901));
  CHECK(listings.count() == 2);
  CHECK(listings.renew(directory, 2, 5911));
  CHECK(listings.renew(directory, 2, 5911));
  CHECK(listings.count() == 3);
}

}  // namespace
}  // namespace invar::loki_source_file
