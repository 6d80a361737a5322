#include "src/io/path_watch.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "src/io/file.h"
#include "src/io/scratch_directory.h"

namespace invar {
namespace {

struct Watched {
  ScratchDirectory scratch;
  Loop loop;
  int told = 0;

  std::string path(const std::string& name) const { return scratch.path() + "/" + name; }
  void write(const std::string& name, std::string_view text) {
    const auto file = open_file(path(name), OpenMode::kWriteTruncate);
    REQUIRE(file);
    REQUIRE(write_all(file->get(), text));
  }
  /// Turns the loop until it was told `count` times, or time is up.
  bool wait(int count) {
    for (int i = 0; i < 400 && told < count; ++i) {
      loop.turn();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return told >= count;
  }
  /// Lets what is under way arrive, and forgets it.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      loop.turn();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    told = 0;
  }
};

}  // namespace

TEST_CASE("a watched file tells when it is written, replaced, removed, and comes back") {
  Watched w;
  w.write("a", "1");
  const PathWatch watch(w.loop, w.path("a"), 10, [&] { ++w.told; });
  w.write("a", "2");
  CHECK(w.wait(1));
  w.settle();
  w.write("a.tmp", "3");
  std::filesystem::rename(w.path("a.tmp"), w.path("a"));
  CHECK(w.wait(1));
  w.settle();
  std::filesystem::remove(w.path("a"));
  CHECK(w.wait(1));
  w.settle();
  w.write("a", "4");
  CHECK(w.wait(1));
  w.settle();
  w.write("neighbour", "x");
  w.settle();
  w.write("neighbour", "y");
  CHECK_FALSE(w.wait(1));
}

TEST_CASE("a watched directory tells of its files, and of the swap behind a link") {
  Watched w;
  std::filesystem::create_directories(w.path("v/..1"));
  std::filesystem::create_directories(w.path("v/..2"));
  std::filesystem::create_directory_symlink("..1", w.path("v/..data"));
  w.write("v/..1/c", "1");
  w.write("v/..2/c", "2");
  std::filesystem::create_symlink("..data/c", w.path("v/c"));
  const PathWatch directory(w.loop, w.path("v"), 10, [&] { ++w.told; });
  std::filesystem::create_directory_symlink("..2", w.path("v/..tmp"));
  std::filesystem::rename(w.path("v/..tmp"), w.path("v/..data"));
  CHECK(w.wait(1));
  w.settle();
  const PathWatch file(w.loop, w.path("v/c"), 10, [&] { w.told += 100; });
  std::filesystem::create_directory_symlink("..1", w.path("v/..tmp"));
  std::filesystem::rename(w.path("v/..tmp"), w.path("v/..data"));
  CHECK(w.wait(101));
  w.settle();
  w.write("v/new.alloy", "");
  CHECK(w.wait(1));
}

}  // namespace invar
