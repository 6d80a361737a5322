#include "src/io/disk_queue_channel.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "src/io/faulty_disk.h"
#include "src/io/scratch_directory.h"

using namespace invar;

namespace {

/// An owner and a disk on one loop.
struct Fixture {
  ScratchDirectory scratch;
  Loop loop;
  FaultyDisk disk;
  std::unique_ptr<DiskQueueChannel> channel;
  std::vector<std::string> events;
  std::vector<DiskQueue::Record> read;
  uint64_t next = 0;
  uint64_t commit_every_ms = 0;
  uint64_t max_bytes = 1 << 20;

  void start() {
    events.clear();
    channel = std::make_unique<DiskQueueChannel>(
        loop, loop, disk, SystemClock::instance(), DiskQueue::Options{.directory = scratch.path() + "/queue", .max_bytes = max_bytes, .reserved_share = 0},
        CommitPace{.every_ms = commit_every_ms},
        DiskQueueChannel::Events{
            [this](const auto& found, uint64_t sequence) {
              events.push_back("opened " + (found ? std::to_string(found->unread.records) : found.error().reason));
              next = sequence;
            },
            [this](uint64_t sequence) { events.push_back("committed " + std::to_string(sequence)); },
            [this](const Error& error) { events.push_back("refused " + error.reason); },
            [this](auto records) {
              events.push_back("read " + std::to_string(records.size()));
              for (auto& record : records) read.push_back(std::move(record));
            },
            [this](const DiskQueue::Loss& loss, auto) { events.push_back("lost " + std::to_string(loss.tally.records)); },
            [this] { events.push_back("room"); },
        });
    turn();
  }
  ~Fixture() {
    channel.reset();
    turn();
  }
  void turn() {
    for (int i = 0; i < 5; ++i) loop.turn();
  }
  void append(uint64_t sequence, std::string text) {
    DiskQueueChannel::Append record{.sequence = sequence, .entries = 1, .lines = 1, .payload = {.head = std::move(text), .rest = {}, .keeps = {}}};
    channel->append(std::move(record));
  }
  std::vector<std::string> take() {
    turn();
    return std::exchange(events, {});
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("appends of one turn are committed by one sync") {
  Fixture f;
  f.start();
  CHECK(f.take() == Texts{"opened 0"});
  CHECK(f.next == 1);
  for (uint64_t i = 1; i <= 5; ++i) f.append(i, "record");
  CHECK(f.take() == Texts{"committed 5"});
  CHECK(f.disk.syncs == 1);
  f.channel->read(1);
  CHECK(f.take() == Texts{"read 1"});
  f.channel->read(1000);
  CHECK(f.take() == Texts{"read 4"});
  f.channel->read(1000);
  CHECK(f.take() == Texts{"read 0"});
  for (uint64_t i = 1; i <= 4; ++i) f.channel->done(i);
  f.start();
  CHECK(f.take() == Texts{"opened 1"});
  CHECK(f.next == 6);
}

TEST_CASE("what follows a refused append is refused with it, and comes in order when it is appended again") {
  Fixture f;
  f.start();
  f.append(1, "first");
  f.turn();
  f.disk.space_left = 10;
  f.append(2, "second");
  f.append(3, "third");
  CHECK(f.take() == Texts{"opened 0", "committed 1", "refused no_space"});
  f.disk.space_left = UINT64_MAX;
  f.append(2, "second");
  f.append(3, "third");
  CHECK(f.take() == Texts{"committed 3"});
  f.channel->read(1000);
  f.turn();
  CHECK(f.read.size() == 3);
  CHECK(f.read[2].payload == "third");
}

TEST_CASE("a failed sync refuses all that it was for") {
  Fixture f;
  f.start();
  f.disk.fail_syncs = 1;
  f.append(1, "first");
  f.append(2, "second");
  CHECK(f.take() == Texts{"opened 0", "refused io"});
  f.append(1, "first");
  CHECK(f.take() == Texts{"committed 1"});
}

TEST_CASE("room is told once a full queue has some") {
  Fixture f;
  f.max_bytes = 100'000;
  f.start();
  uint64_t sequence = 0;
  do f.append(++sequence, std::string(20'000, 'x'));
  while (f.take().back() != "refused full");
  CHECK(sequence == 5);
  f.channel->read(1);
  f.turn();
  f.channel->done(f.read.front().sequence);
  CHECK(f.take() == Texts{"read 1"});  // its file holds others
  f.channel->drop_oldest();
  f.turn();
  for (const auto& event : {"lost 2", "room"}) CHECK(std::count(f.events.begin(), f.events.end(), event) == 1);
}

TEST_CASE("a mark is made when its keeper says so, and at the latest when nobody keeps it any more") {
  Fixture f;
  f.start();
  f.turn();
  const auto append = [&](uint64_t sequence) {
    f.channel->append({.sequence = sequence,
                       .flags = disk_segment::RecordHeader::kRepeatable,
                       .entries = 1,
                       .lines = 1,
                       .marked_late = true,
                       .payload = {.head = "record", .rest = {}, .keeps = {}}});
  };
  for (uint64_t i = 1; i <= 4; ++i) append(i);
  f.turn();
  CommitMarkPtr first = f.channel->mark_of(1), second = f.channel->mark_of(2), third = f.channel->mark_of(3);
  const auto known_to_the_next = [&] {
    DiskQueue next(f.disk, SystemClock::instance(), {.directory = f.scratch.path() + "/copy", .reserved_share = 0});
    std::filesystem::remove_all(f.scratch.path() + "/copy");
    std::filesystem::copy(f.scratch.path() + "/queue", f.scratch.path() + "/copy");
    REQUIRE(next.open().ok());
    return next.figures().unread.records;
  };
  CHECK(known_to_the_next() == 0);
  CHECK(first->make());
  CHECK(known_to_the_next() == 1);
  second.reset();
  CHECK(known_to_the_next() == 1);
  f.turn();
  CHECK(known_to_the_next() == 2);
  f.disk.fail_writes = 1;
  CHECK_FALSE(third->make());
  CHECK(third->make());
  CHECK(known_to_the_next() == 3);
  CommitMarkPtr fourth = f.channel->mark_of(4);
  f.channel.reset();  // an endpoint that is taken out
  f.turn();
  CHECK(known_to_the_next() == 4);
  CHECK(fourth->make());
}

TEST_CASE("what moves to another queue is done here in the step that marks it there") {
  Fixture f;
  f.start();
  f.append(1, "first");
  f.append(2, "second");
  f.turn();
  f.channel->read(1000);
  f.turn();
  struct Mark final : CommitMark {
    int refusals = 0, made = 0;
    bool make() override { return refusals-- <= 0 && ++made > 0; }
  };
  const auto mark = std::make_shared<Mark>();
  mark->refusals = 2;
  f.channel->done({1}, {mark});
  f.turn();
  f.channel->done(2);  // behind it
  f.turn();
  CHECK(mark->made == 0);
  CHECK(f.channel->figures().held.records == 2);
  f.channel->done({});
  f.turn();
  CHECK(mark->made == 1);
  CHECK(f.channel->figures().held.records == 0);
}

TEST_CASE("commits keep a distance in time") {
  Fixture f;
  f.commit_every_ms = 60'000;
  f.start();
  f.append(1, "first");
  CHECK(f.take() == Texts{"opened 0", "committed 1"});
  f.append(2, "second");
  CHECK(f.take() == Texts{});
  CHECK(f.disk.syncs == 1);
}
