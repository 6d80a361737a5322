#include "src/components/loki/source/file/position_journal.h"

#include <doctest/doctest.h>

namespace invar::loki_source_file {
namespace {

Position sample(uint64_t id) {
  return {id, 1, {2049, 77 + id}, Fingerprint::of("hello\nworld\n"), 6, "/var/log/a.log", "{job=\"j\"}", static_cast<int64_t>(id % 2 * 1'700'000'000'000'000'000)};
}

TEST_CASE("the journal gives back what was put in") {
  JournalFrame frame;
  frame.define(sample(1));
  frame.define(sample(300));
  std::string bytes = frame.take();
  frame.move(1, 1'000'000'000'000);
  frame.forget(300);
  frame.note_positions_file(42);
  bytes += frame.take();
  const JournalContents read = read_journal(bytes);
  CHECK(read.frames == 2);
  CHECK(read.skipped_bytes == 0);
  CHECK(read.largest_id == 300);
  CHECK(read.positions_file_hash == 42);
  REQUIRE(read.positions.size() == 1);
  Position expected = sample(1);
  expected.offset = 1'000'000'000'000;
  CHECK(read.positions.at(1) == expected);
}

TEST_CASE("a torn or damaged frame costs only itself") {
  JournalFrame frame;
  frame.define(sample(1));
  const std::string first = frame.take();
  frame.move(1, 100);
  const std::string second = frame.take();
  frame.move(1, 200);
  const std::string third = frame.take();
  for (size_t cut = 0; cut < third.size(); ++cut)
    CHECK(read_journal(first + second + third.substr(0, cut)).positions.at(1).offset == 100);
  for (size_t at = 0; at < second.size(); ++at) {
    std::string damaged = second;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const JournalContents read = read_journal(first + damaged + third);
    CHECK(read.frames == 2);
    CHECK(read.positions.at(1).offset == 200);
    CHECK(read.skipped_bytes == second.size());
  }
  CHECK(read_journal("nonsense").skipped_bytes == 8);
}

TEST_CASE("a fingerprint matches its beginning only") {
  const Fingerprint print = Fingerprint::of("header\none\n");
  CHECK(print.matches("header\none\ntwo\n"));
  CHECK_FALSE(print.matches("header\none"));
  CHECK_FALSE(print.matches("header\ntwo\n"));
  CHECK(Fingerprint{}.matches("anything"));
  CHECK(Fingerprint::of(std::string(5000, 'x')).length == Fingerprint::kMaxLength);
}

}  // namespace
}  // namespace invar::loki_source_file
