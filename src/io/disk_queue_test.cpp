#include "src/io/disk_queue.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "src/io/faulty_disk.h"
#include "src/io/scratch_directory.h"

using namespace invar;

namespace {

struct Fixture {
  ScratchDirectory scratch;
  FakeClock clock;
  FaultyDisk disk;
  std::unique_ptr<DiskQueue> queue;
  DiskQueue::Options options{.directory = scratch.path() + "/queue"};

  /// As a process that starts; the one before is killed.
  Result<void> start() {
    queue = std::make_unique<DiskQueue>(disk, clock, options);
    return queue->open();
  }
  Result<void> append(std::string_view text, bool held = false, uint8_t flags = 0, bool marked_late = false) {
    const std::string_view parts[] = {text.substr(0, text.size() / 2), text.substr(text.size() / 2)};
    return queue->append({queue->next_sequence(), flags, 0, 1, 2, held, parts, marked_late});
  }
  void put(std::string_view text) {
    REQUIRE(append(text).ok());
    REQUIRE(queue->commit().ok());
  }
  std::vector<std::string> read_all(bool finish = false) {
    std::vector<std::string> texts;
    while (auto record = queue->read()) {
      texts.push_back(record->payload);
      if (finish) queue->done(record->sequence);
    }
    return texts;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    if (std::filesystem::exists(options.directory))
      for (const auto& entry : std::filesystem::directory_iterator(options.directory)) names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string bytes(const std::string& file) const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void overwrite(const std::string& file, const std::string& bytes) const { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a queue on disk gives records back in order, and leaves nothing behind") {
  Fixture f;
  REQUIRE(f.start().ok());
  CHECK(f.files().empty());
  CHECK_FALSE(f.queue->read().has_value());
  REQUIRE(f.append("one").ok());
  CHECK_FALSE(f.queue->read().has_value());  // not committed
  REQUIRE(f.queue->commit().ok());
  f.put("two");
  f.put("");
  CHECK(f.queue->figures().unread == DiskQueue::Tally{3, 3, 6});
  CHECK(f.read_all() == Texts{"one", "two", ""});
  CHECK(f.queue->figures().unread.records == 0);
  CHECK(f.queue->figures().held.records == 3);
  for (const uint64_t sequence : {1, 2, 3}) f.queue->done(sequence);
  CHECK(f.queue->figures().held.records == 0);
  CHECK(f.queue->figures().bytes == 0);
  CHECK(f.files().empty());
  f.put("again");
  CHECK(f.read_all(true) == Texts{"again"});
  CHECK(f.files().empty());
}

TEST_CASE("after a kill what was not done is read again, what was done is not") {
  Fixture f;
  REQUIRE(f.start().ok());
  for (int i = 0; i < 10; ++i) f.put("record " + std::to_string(i));
  for (int i = 0; i < 4; ++i) f.queue->done(f.queue->read()->sequence);
  (void)f.queue->read();
  REQUIRE(f.start().ok());
  CHECK(f.queue->figures().unread.records == 6);
  CHECK(f.queue->next_sequence() == 11);
  f.put("new");
  CHECK(f.read_all(true) == Texts{"record 4", "record 5", "record 6", "record 7", "record 8", "record 9", "new"});
  CHECK(f.files().empty());
  CHECK(f.queue->damage().errors == 0);
}

TEST_CASE("records that were not committed count only when nobody sends them again") {
  Fixture f;
  REQUIRE(f.start().ok());
  f.put("safe");
  REQUIRE(f.append("its source sends it again", false, disk_segment::RecordHeader::kRepeatable).ok());
  REQUIRE(f.append("nobody does").ok());
  SUBCASE("after a kill") {
    REQUIRE(f.start().ok());
    CHECK(f.queue->damage().repeated.records == 1);
    f.put("new");
    REQUIRE(f.start().ok());  // and still so after another one
    CHECK(f.queue->damage().repeated.records == 0);
    CHECK(f.read_all() == Texts{"safe", "nobody does", "new"});
  }
  SUBCASE("after the machine was started again all that is whole counts") {
    f.disk.boot = "another";
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"safe", "its source sends it again", "nobody does"});
  }
}

TEST_CASE("a record that is marked late is read at once, and counts for the next process once it is marked") {
  Fixture f;
  f.options.segment_bytes = 1200;
  REQUIRE(f.start().ok());
  const auto put = [&](std::string_view text) { REQUIRE(f.append(text, false, disk_segment::RecordHeader::kRepeatable, true).ok()); };
  const std::string large(700, 'x');
  for (const std::string_view text : {std::string_view("one"), std::string_view(large), std::string_view("three"), std::string_view("four")}) put(text);
  REQUIRE(f.queue->mark(4).ok());  // of what is not committed it says nothing
  REQUIRE(f.queue->commit().ok());
  CHECK(f.files().size() == 1);
  SUBCASE("none") {
    CHECK(f.read_all() == Texts{"one", large, "three", "four"});
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{});
    CHECK(f.queue->damage().repeated.records == 4);
  }
  SUBCASE("some, and others of the next file") {
    put(large);
    put("six");
    REQUIRE(f.queue->commit().ok());
    CHECK(f.files().size() == 2);
    SUBCASE("not all of the first") {
      REQUIRE(f.queue->mark(2).ok());
      REQUIRE(f.start().ok());
      CHECK(f.read_all() == Texts{large});
    }
    SUBCASE("of both, in any order") {
      for (const uint64_t sequence : {5, 3, 1}) REQUIRE(f.queue->mark(sequence).ok());
      REQUIRE(f.start().ok());
      CHECK(f.read_all() == Texts{"one", "three", large});
    }
    SUBCASE("all") {
      REQUIRE(f.queue->mark_all().ok());
      REQUIRE(f.start().ok());
      CHECK(f.read_all() == Texts{"one", large, "three", "four", large, "six"});
    }
    SUBCASE("after the machine was started again all that is whole counts") {
      f.disk.boot = "another";
      REQUIRE(f.start().ok());
      CHECK(f.read_all().size() == 6);
    }
  }
  SUBCASE("one behind them that is marked with its commit says nothing of them") {
    f.put("its source forgets it");
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"its source forgets it"});
  }
  SUBCASE("one that is done stays so when it is marked") {
    f.queue->done(f.queue->read()->sequence);
    REQUIRE(f.queue->mark_all().ok());
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{large, "three", "four"});
  }
  SUBCASE("one that was thrown away beside one in work stays so too") {
    (void)f.queue->read();
    CHECK(f.queue->drop_oldest().tally.records == 3);
    REQUIRE(f.queue->mark_all().ok());
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"one"});
  }
  SUBCASE("what somebody else removed needs no mark, and holds up nobody") {
    for (int i = 0; i < 2; ++i) put(large);
    REQUIRE(f.queue->commit().ok());
    REQUIRE(f.files().size() == 3);
    f.queue->done(f.queue->read()->sequence);  // closes those that are not in use
    std::filesystem::remove(f.files()[1]);
    CHECK(f.queue->mark_all().ok());
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{large, "three", "four", large});
  }
  SUBCASE("what is done before is done, and its file may be gone") {
    while (const auto record = f.queue->read()) f.queue->done(record->sequence);
    CHECK(f.files().empty());
    REQUIRE(f.queue->mark(4).ok());
    CHECK(f.files().empty());
  }
}

TEST_CASE("of records without a mark of their own, as versions before wrote them, the segment's header says which count") {
  Fixture f;
  const auto head = disk_segment::encode(disk_segment::SegmentHeader{1, disk_segment::hash(f.disk.boot)});
  std::string bytes(head.data(), head.size());
  auto add = [&, sequence = uint64_t{0}](std::string_view payload, uint8_t flags) mutable {
    const auto header = disk_segment::encode({.flags = flags, .payload = static_cast<uint32_t>(payload.size()), .entries = 1, .lines = 1, .sequence = ++sequence,
                                              .payload_hash = disk_segment::hash(payload)});
    bytes.append(header.data(), header.size()).append(payload);
  };
  add("its source was told", disk_segment::RecordHeader::kRepeatable);
  const auto committed = disk_segment::encode_committed(bytes.size());
  bytes.replace(disk_segment::kCommittedAt, committed.size(), committed.data(), committed.size());
  add("its source sends it again", disk_segment::RecordHeader::kRepeatable);
  add("nobody does", 0);
  std::filesystem::create_directories(f.options.directory);
  f.overwrite(f.options.directory + "/0000000000000001.seg", bytes);
  SUBCASE("of the same boot") {
    REQUIRE(f.start().ok());
    CHECK(f.queue->damage().repeated.records == 1);
    REQUIRE(f.start().ok());  // and still so after a kill
    CHECK(f.read_all() == Texts{"its source was told", "nobody does"});
  }
  SUBCASE("of another one") {
    f.disk.boot = "another";
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"its source was told", "its source sends it again", "nobody does"});
  }
}

TEST_CASE("a held record that is done while the cursor stands in front of it is not read") {
  Fixture f;
  REQUIRE(f.start().ok());
  REQUIRE(f.append("first").ok());
  REQUIRE(f.append("held", true).ok());
  const uint64_t held = f.queue->next_sequence() - 1;
  REQUIRE(f.append("last").ok());
  REQUIRE(f.queue->commit().ok());
  const auto first = f.queue->read();  // reads ahead
  REQUIRE(first.has_value());
  CHECK(first->payload == "first");
  f.queue->done(held);
  CHECK(f.read_all() == Texts{"last"});
  CHECK(f.queue->figures().unread.records == 0);
}

TEST_CASE("held records are worked on already, and come back after a kill") {
  Fixture f;
  REQUIRE(f.start().ok());
  REQUIRE(f.append("held", true).ok());
  REQUIRE(f.append("other").ok());
  REQUIRE(f.queue->commit().ok());
  CHECK(f.read_all() == Texts{"other"});
  SUBCASE("done") {
    f.queue->done(1);
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"other"});
  }
  SUBCASE("killed before") {
    REQUIRE(f.start().ok());
    CHECK(f.read_all() == Texts{"held", "other"});
  }
}

TEST_CASE("a torn write at the end is cut off wherever it was torn") {
  Fixture f;
  REQUIRE(f.start().ok());
  f.put("first record");
  const std::string before = f.bytes(f.files().front());
  REQUIRE(f.append("second record").ok());
  const std::string file = f.files().front(), whole = f.bytes(file);
  for (size_t size = before.size(); size < whole.size(); ++size) {
    f.overwrite(file, whole.substr(0, size));
    REQUIRE(f.start().ok());
    CHECK(f.queue->damage().torn_bytes == size - before.size());
    CHECK(f.queue->damage().corrupt.records == 0);
    CHECK(f.read_all() == Texts{"first record"});
  }
}

TEST_CASE("any flipped bit is found: at most the record it is in is lost, and the order of the others stays") {
  Fixture f;
  REQUIRE(f.start().ok());
  bool late = false;
  SUBCASE("of records that are marked with their commit") {}
  SUBCASE("of records that are marked by themselves") { late = true; }
  for (const char* text : {"aaaaaaaa", "bbbbbbbb", "cccccccc"}) REQUIRE(f.append(text, false, disk_segment::RecordHeader::kRepeatable, late).ok());
  REQUIRE(f.queue->commit().ok());
  REQUIRE(f.queue->mark_all().ok());
  const std::string file = f.files().front(), whole = f.bytes(file);
  for (size_t bit = 0; bit < whole.size() * 8; bit += 3) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    f.overwrite(file, damaged);
    REQUIRE(f.start().ok());
    const Texts texts = f.read_all(true);
    CAPTURE(bit);
    CHECK(texts.size() >= 2);
    CHECK(std::is_sorted(texts.begin(), texts.end()));
    for (const std::string& text : texts) CHECK((text == "aaaaaaaa" || text == "bbbbbbbb" || text == "cccccccc"));
    const DiskQueue::Damage& damage = f.queue->damage();
    if (texts.size() == 2) CHECK(damage.corrupt.records + (damage.skipped_bytes > 0 || damage.torn_bytes > 0) == 1);
    CHECK(f.files().empty());
  }
}

TEST_CASE("a file that is garbage, empty or foreign stops nothing") {
  Fixture f;
  REQUIRE(f.start().ok());
  f.put("good");
  f.overwrite(f.options.directory + "/00000000000000aa.seg", std::string(5000, 'x'));
  f.overwrite(f.options.directory + "/00000000000000ab.seg", "");
  f.overwrite(f.options.directory + "/readme.txt", "not ours");
  REQUIRE(f.start().ok());
  f.put("more");
  CHECK(f.read_all(true) == Texts{"good", "more"});
  CHECK(f.files() == Texts{f.options.directory + "/readme.txt"});
}

TEST_CASE("the queue is bounded in bytes; dropping the oldest makes room") {
  Fixture f;
  f.options.max_bytes = 100'000;
  f.options.segment_bytes = 10'000;
  REQUIRE(f.start().ok());
  int written = 0;
  const auto text = [](int i) { return std::to_string(1000 + i) + std::string(996, '.'); };
  while (f.append(text(written)).ok()) {
    REQUIRE(f.queue->commit().ok());
    ++written;
  }
  CHECK(f.append("x" + std::string(5000, 'x')).error().reason == "full");
  CHECK(f.queue->figures().bytes <= 100'000);
  CHECK(written > 80);
  const uint64_t in_work = f.queue->read()->sequence;
  const DiskQueue::Tally gone = f.queue->drop_oldest().tally;
  CHECK(gone.records > 5);
  f.put(text(written));
  // The file with a record in work stays; the next one went.
  const Texts rest = f.read_all();
  CHECK(std::is_sorted(rest.begin(), rest.end()));
  CHECK(rest.size() + gone.records + 1 == static_cast<size_t>(written) + 1);
  f.queue->done(in_work);
  REQUIRE(f.start().ok());
  CHECK(f.read_all() == rest);
}

TEST_CASE("what was dropped while its file had a record in work does not come back") {
  Fixture f;
  REQUIRE(f.start().ok());
  for (const char* text : {"in work", "dropped", "dropped too"}) f.put(text);
  (void)f.queue->read();
  CHECK(f.queue->drop_oldest().tally.records == 2);
  CHECK_FALSE(f.queue->read().has_value());
  REQUIRE(f.start().ok());
  CHECK(f.read_all() == Texts{"in work"});
}

TEST_CASE("records that are too old go") {
  Fixture f;
  f.options.max_age_ms = 60'000;
  f.options.segment_bytes = 1;
  REQUIRE(f.start().ok());
  f.put("old");
  f.clock.advance(50'000'000'000);
  f.put("young");
  CHECK(f.queue->expire().tally.records == 0);
  f.clock.advance(20'000'000'000);
  CHECK(f.queue->expire().tally == DiskQueue::Tally{1, 1, 2});
  CHECK(f.read_all() == Texts{"young"});
}

TEST_CASE("records age by a clock that does not jump; what an earlier process wrote is as old as it is at the start") {
  Fixture f;
  f.options.max_age_ms = 60'000;
  f.options.segment_bytes = 1;
  constexpr int64_t kYear = int64_t{365} * 24 * 3600 * 1'000'000'000;
  REQUIRE(f.start().ok());
  f.put("first");
  f.clock.set_wall(f.clock.wall_ns() + kYear);
  CHECK(f.queue->expire().tally.records == 0);
  f.put("of the future");
  f.clock.set_wall(f.clock.wall_ns() - kYear);
  CHECK(f.queue->expire().tally.records == 0);
  f.clock.advance(50'000'000'000);
  REQUIRE(f.start().ok());
  CHECK(f.queue->expire().tally.records == 0);
  f.clock.advance(11'000'000'000);
  CHECK(f.queue->expire().tally.records == 1);
  CHECK(f.read_all() == Texts{"of the future"});
}

TEST_CASE("a full disk refuses an append, takes nothing away, and goes on when there is space again") {
  Fixture f;
  REQUIRE(f.start().ok());
  f.put("before");
  f.disk.space_left = 40;  // torn in the middle of the record's header
  CHECK(f.append("refused").error().reason == "no_space");
  CHECK(f.read_all() == Texts{"before"});
  f.disk.space_left = UINT64_MAX;
  f.put("after");
  CHECK(f.read_all() == Texts{"after"});
  REQUIRE(f.start().ok());
  CHECK(f.read_all() == Texts{"before", "after"});
  CHECK(f.queue->damage().skipped_bytes == 0);
}

TEST_CASE("the last part of a file system is left to others") {
  Fixture f;
  f.disk.free_space = DiskFiles::Space{.available = 60'000, .total = 1'000'000};
  REQUIRE(f.start().ok());
  f.put("fits");
  f.clock.advance(1'000'000'000);  // it does not look at every record
  CHECK(f.append(std::string(20'000, 'x')).error().reason == "no_space");
  f.disk.free_space = DiskFiles::Space{.available = 100'000, .total = 1'000'000};
  f.put("fits too");
}

TEST_CASE("after a failed sync nothing since the last good one counts, and it can be appended again") {
  Fixture f;
  REQUIRE(f.start().ok());
  f.put("one");
  REQUIRE(f.append("two").ok());
  REQUIRE(f.append("three", true).ok());
  f.disk.fail_syncs = 1;
  CHECK(f.queue->commit().error().reason == "io");
  CHECK(f.queue->next_sequence() == 2);
  CHECK(f.queue->figures().held.records == 0);
  f.put("two");
  f.put("three");
  CHECK(f.read_all() == Texts{"one", "two", "three"});
  REQUIRE(f.start().ok());
  CHECK(f.read_all() == Texts{"one", "two", "three"});
}

TEST_CASE("a commit that fails half way keeps what was committed") {
  Fixture f;
  f.options.segment_bytes = 1;
  REQUIRE(f.start().ok());
  for (const char* text : {"one", "two", "three"}) REQUIRE(f.append(text).ok());
  f.disk.fail_syncs = 1;
  f.disk.good_syncs_before = 1;
  CHECK_FALSE(f.queue->commit().ok());
  CHECK(f.queue->committed_sequence() == 1);
  CHECK(f.queue->next_sequence() == 2);
  f.put("two");
  CHECK(f.read_all() == Texts{"one", "two"});
}

TEST_CASE("a disk that cannot be read loses what cannot be read, and no more") {
  Fixture f;
  f.options.segment_bytes = 1;
  REQUIRE(f.start().ok());
  for (const char* text : {"one", "two", "three"}) f.put(text);
  f.disk.fail_reads = 1;
  CHECK(f.read_all() == Texts{"two", "three"});
  CHECK(f.queue->damage().corrupt == DiskQueue::Tally{1, 1, 2});
  CHECK(f.queue->damage().errors > 0);
}

TEST_CASE("a directory that cannot be made refuses appends only") {
  Fixture f;
  f.overwrite(f.scratch.path() + "/file", "");
  f.options.directory = f.scratch.path() + "/file/queue";
  (void)f.start().ok();
  CHECK_FALSE(f.append("x").ok());
  CHECK(f.queue->commit().ok());
}

TEST_CASE("records larger than any buffer come back whole") {
  Fixture f;
  REQUIRE(f.start().ok());
  const Texts texts{std::string(300'000, 'a'), std::string(10, 'b'), std::string(9'000'000, 'c'), std::string(127 * 1024, 'd')};
  for (const std::string& text : texts) f.put(text);
  REQUIRE(f.start().ok());
  CHECK(f.read_all(true) == texts);
  CHECK(f.files().empty());
}

TEST_CASE("labels say whose the records were that went unread") {
  Fixture f;
  REQUIRE(f.start().ok());
  const std::string_view parts[] = {"label", "payload"};
  for (int i = 0; i < 3; ++i) REQUIRE(f.queue->append({f.queue->next_sequence(), 0, 5, 1, 1, false, parts}).ok());
  REQUIRE(f.queue->commit().ok());
  const auto read = f.queue->read();
  CHECK(read->label_text() == "label");
  CHECK(read->content() == "payload");
  CHECK(f.queue->drop_oldest().labels == Texts{"label", "label"});
}

TEST_CASE("a file that is full but not committed is not left behind") {
  Fixture f;
  f.options.segment_bytes = 300;
  REQUIRE(f.start().ok());
  f.put("first");
  REQUIRE(f.append("second").ok());
  REQUIRE(f.append("third, which begins another file").ok());
  CHECK(f.files().size() == 2);
  CHECK(f.read_all() == Texts{"first"});
  REQUIRE(f.queue->commit().ok());
  CHECK(f.read_all() == Texts{"second", "third, which begins another file"});
}
