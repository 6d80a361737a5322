#include "src/io/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "src/io/inotify.h"
#include "src/io/process_stats.h"
#include "src/io/scratch_directory.h"

using namespace invar;

TEST_CASE("errors read as Go's and carry a reason word") {
  const auto missing = open_file("/nowhere/at/all");
  CHECK(missing.error().what == "open /nowhere/at/all: no such file or directory");
  CHECK(missing.error().reason == "not_found");
  CHECK(errno_text(EACCES) == "permission denied");
  CHECK(errno_text(EADDRINUSE) == "address already in use");
  CHECK(errno_text(EINVAL) == "invalid argument");
  CHECK(errno_text(ENOSPC) == "no space left on device");
  CHECK(errno_text(ERFKILL) == "operation not possible due to RF-kill");
  CHECK(errno_text(9999) == "errno 9999");
}

TEST_CASE("a file is replaced as a whole, with its permissions, and no temporary one stays") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/positions";
  REQUIRE(replace_file(path, "one").ok());
  REQUIRE(replace_file(path, "two", 0640).ok());
  CHECK(*read_file(path) == "two");
  CHECK((stat_path(path)->mode & 0777) == 0640);
  CHECK(list_directory(scratch.path())->size() == 1);
  CHECK(replace_file(scratch.path() + "/no/such", "x").error().reason == "not_found");
  CHECK(read_file(path, 2).error().reason == "too_large");
}

TEST_CASE("a journal grows at its end; what a full disk left half is cut away") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/journal";
  {
    auto journal = Journal::open(path);
    REQUIRE(journal.ok());
    REQUIRE(journal->append("first\n").ok());
    REQUIRE(journal->sync().ok());
  }
  auto journal = Journal::open(path);
  CHECK(journal->size() == 6);
  REQUIRE(journal->append("second\n").ok());
  CHECK(*read_file(path) == "first\nsecond\n");
  REQUIRE(journal->truncate(6).ok());
  CHECK(*read_file(path) == "first\n");

  auto full = Journal::open("/dev/full");
  REQUIRE(full.ok());
  const auto refused = full->append("x");
  CHECK(refused.error().reason == "no_space");
  CHECK(refused.error().what.starts_with("write /dev/full: no space left on device"));
}

TEST_CASE("directories are made and listed") {
  const ScratchDirectory scratch;
  REQUIRE(make_directories(scratch.path() + "/a/b/c").ok());
  REQUIRE(make_directories(scratch.path() + "/a/b/c").ok());
  REQUIRE(make_directories(scratch.path() + "/a/b/d/").ok());
  REQUIRE(replace_file(scratch.path() + "/a/file", "").ok());
  REQUIRE(::symlink("file", (scratch.path() + "/a/link").c_str()) == 0);
  const auto entries = list_directory(scratch.path() + "/a");
  REQUIRE(entries->size() == 3);
  CHECK((*entries)[0].name == "b");
  CHECK((*entries)[0].is_directory);
  CHECK_FALSE((*entries)[1].is_link);
  CHECK((*entries)[2].is_link);
  CHECK(make_directories(scratch.path() + "/a/file").error().reason == "not_a_directory");
  CHECK(make_directories(scratch.path() + "/a/file/x").error().what.ends_with("/a/file/x: not a directory"));
  REQUIRE(remove_file(scratch.path() + "/a/file").ok());
  REQUIRE(remove_file(scratch.path() + "/a/file").ok());
}

TEST_CASE("reads at an offset, stat of what is open") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/file";
  REQUIRE(replace_file(path, "0123456789").ok());
  auto fd = open_file(path);
  char piece[4];
  CHECK(*read_at(fd->get(), piece, 8) == 2);
  CHECK(std::string_view(piece, 2) == "89");
  CHECK(*read_at(fd->get(), piece, 10) == 0);
  const auto about = stat_fd(fd->get());
  CHECK(about->size == 10);
  CHECK(about->is_regular());
  CHECK(about->links == 1);
  CHECK(about->ino == stat_path(path)->ino);
  REQUIRE(remove_file(path).ok());
  CHECK(stat_fd(fd->get())->links == 0);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(open_file(path).ok());  // does not wait for a writer
}

namespace {

struct Seen {
  int watch;
  uint32_t changes;
  uint32_t cookie;
  std::string name;
};

}  // namespace

TEST_CASE("inotify tells of growth, creation, renaming and deletion") {
  const ScratchDirectory scratch;
  const std::string file = scratch.path() + "/log";
  REQUIRE(replace_file(file, "").ok());
  Loop loop;
  std::vector<Seen> seen;
  auto opened = Inotify::open(
      loop, {[&](const FileEvent& e) { seen.push_back({e.watch, e.changes, e.cookie, std::string(e.name)}); }, {}});
  REQUIRE(opened.ok());
  Inotify& inotify = **opened;
  const int directory = *inotify.watch(scratch.path(), file_change::kEntries);
  const int log = *inotify.watch(file, file_change::kContent);
  auto journal = Journal::open(file);
  REQUIRE(journal->append("x").ok());
  loop.turn();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].watch == log);
  CHECK(seen[0].changes == file_change::kModified);
  seen.clear();

  REQUIRE(::rename(file.c_str(), (file + ".1").c_str()) == 0);
  loop.turn();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].changes == file_change::kMovedFrom);
  CHECK(seen[0].name == "log");
  CHECK(seen[1].changes == file_change::kMovedTo);
  CHECK(seen[1].name == "log.1");
  CHECK(seen[0].cookie == seen[1].cookie);
  CHECK(seen[2].changes == file_change::kSelfMoved);
  seen.clear();

  inotify.unwatch(directory);
  REQUIRE(remove_file(file + ".1").ok());
  loop.turn();
  uint32_t of_log = 0;
  for (const Seen& event : seen)
    if (event.watch == log) of_log |= event.changes;
  CHECK(of_log == file_change::kAttributes);  // the last link went; the inode lives on while it is open
  CHECK(inotify.watch("/no/such/file", file_change::kContent).error().reason == "not_found");
}

TEST_CASE("lost inotify events are reported") {
  const ScratchDirectory scratch;
  const auto limit = read_file("/proc/sys/fs/inotify/max_queued_events");
  if (!limit || std::stoul(*limit) > 200'000) return;
  Loop loop;
  size_t events = 0;
  size_t overflows = 0;
  auto inotify = Inotify::open(loop, {[&](const FileEvent&) { ++events; }, [&] { ++overflows; }});
  REQUIRE((*inotify)->watch(scratch.path(), file_change::kEntries).ok());
  const std::string a = scratch.path() + "/a";
  const std::string b = scratch.path() + "/b";
  REQUIRE(replace_file(a, "").ok());
  for (size_t i = 0; i < std::stoul(*limit); ++i)
    REQUIRE(::rename((i % 2 ? b : a).c_str(), (i % 2 ? a : b).c_str()) == 0);
  for (int i = 0; i < 100 && overflows == 0; ++i) loop.turn();
  CHECK(overflows == 1);
  CHECK(events > 0);
}

TEST_CASE("inotify may be destroyed by its own callback") {
  const ScratchDirectory scratch;
  Loop loop;
  std::unique_ptr<Inotify> inotify;
  inotify = std::move(*Inotify::open(loop, {[&](const FileEvent&) { inotify.reset(); }, {}}));
  REQUIRE(inotify->watch(scratch.path(), file_change::kEntries).ok());
  REQUIRE(replace_file(scratch.path() + "/x", "").ok());
  loop.turn();
  CHECK(inotify == nullptr);
}

TEST_CASE("the process knows itself") {
  const ProcessStats stats = read_process_stats();
  CHECK(stats.resident_bytes > 1u << 20);
  CHECK(stats.resident_anonymous_bytes > 0);
  CHECK(stats.virtual_bytes >= stats.resident_bytes);
  CHECK(stats.start_time_seconds > 1.6e9);
  CHECK(stats.open_fds >= 3);
  CHECK(stats.threads >= 1);
  CHECK(raise_open_file_limit() >= stats.max_fds);
  CHECK(read_process_stats().max_fds == raise_open_file_limit());
  CHECK(usable_cpus() >= 1);
  CHECK(usable_cpus() <= static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF)));
}
