#include "src/components/loki/write/spill_record.h"

#include <doctest/doctest.h>

namespace invar::loki_write {
namespace {

FragmentPtr fragment_of(std::vector<std::string> texts, std::string labels, std::optional<std::string> tenant = {}) {
  auto fragment = std::make_shared<Fragment>();
  fragment->streams.push_back({"{unused=\"1\"}", {}, 1});
  fragment->streams.push_back({std::move(labels), std::move(tenant), 77});
  for (size_t i = 0; i < texts.size(); ++i) {
    fragment->bytes += texts[i];
    const int64_t created = 1'700'000'000'000'000'000 + static_cast<int64_t>(i) * 1'000'000;
    fragment->entries.push_back({static_cast<uint32_t>(fragment->bytes.size()), 1, static_cast<uint32_t>(10 + i), static_cast<uint32_t>(i + 1), created});
  }
  fragment->stretches.push_back({0, 0, nullptr, 5});
  if (texts.size() > 1) fragment->stretches.push_back({1, 0, nullptr, 6});
  for (size_t s = 0; s < fragment->stretches.size(); ++s)
    for (size_t i = s; i < (s == 0 && texts.size() > 1 ? 1 : texts.size()); ++i) fragment->stretches[s].lines += i + 1;
  return fragment;
}

Result<FragmentPtr> read_back(const DiskQueueChannel::Append& record, uint64_t epoch) {
  std::string payload = record.payload.head;
  for (const std::string_view part : record.payload.rest) payload += part;
  return read_spill_record(std::move(payload), record.label, epoch);
}

}  // namespace

TEST_CASE("a batch comes back from its record as it was: bytes, streams, tenants, lines, accounts") {
  const FragmentPtr one = fragment_of({"aa", "bbb", "c"}, "{a=\"1\"}"), two = fragment_of({"dddd"}, "{a=\"2\"}", "team");
  Batch batch;
  batch.add(one, 1);
  batch.add(one, 2);
  batch.add(two, 0);
  const auto record = spill_record(batch, 42);
  CHECK(record.entries == 3);
  CHECK(record.lines == 6);
  CHECK(record.flags == disk_segment::RecordHeader::kRepeatable);
  const auto read = read_back(record, 42);
  REQUIRE(read.ok());
  const Fragment& fragment = **read;
  CHECK(fragment.bytes.substr(fragment.head) == "bbbcdddd");
  CHECK(fragment.bytes.substr(fragment.begin_of(2)) == "dddd");
  REQUIRE(fragment.streams.size() == 2);
  CHECK(fragment.streams[0].labels == "{a=\"1\"}");
  CHECK(fragment.streams[1].tenant == "team");
  CHECK(fragment.streams[1].hash == 77);
  REQUIRE(fragment.entries.size() == 3);
  CHECK(fragment.entries[1].counted == 12);
  CHECK(fragment.entries[1].source_lines == 3);
  CHECK(fragment.entries[1].created_ns == 1'700'000'000'002'000'000);
  CHECK(fragment.entries[2].stream == 1);
  REQUIRE(fragment.stretches.size() == 2);
  CHECK(fragment.stretches[0].account == 6);
  CHECK(fragment.stretches[0].lines == 5);
  CHECK(fragment.stretches[1].account == 5);
  const FragmentPtr copy = spilled_copy(batch);
  CHECK(copy->bytes == "bbbcdddd");
  CHECK(copy->stretches.size() == 2);
  // Accounts of an earlier process are nobody's.
  const auto later = read_back(record, 43);
  CHECK((*later)->stretches[0].account == 0);
}

TEST_CASE("sources that do not send again make a record that is kept without a commit") {
  const FragmentPtr one = fragment_of({"aa"}, "{a=\"1\"}");
  one->stretches[0].repeatable = false;
  Batch batch;
  batch.add_whole(one);
  CHECK(spill_record(batch, 1).flags == 0);
}

TEST_CASE("what goes together in one record belongs to one keeper of marks") {
  const FragmentPtr one = fragment_of({"aa", "bbb", "c"}, "{a=\"1\"}"), two = fragment_of({"dddd"}, "{a=\"2\"}"), three = fragment_of({"e"}, "{a=\"3\"}");
  one->stretches[0].marks_keeper = two->stretches[0].marks_keeper = &one;
  three->stretches[0].repeatable = false;
  Batch batch;
  batch.tenant = "team";
  for (const FragmentPtr& fragment : {one, two, three}) batch.add_whole(fragment);
  std::vector<std::string> bytes;
  std::vector<bool> late;
  for (const Batch& part : batches_of_records(batch)) {
    CHECK(part.tenant == "team");
    const auto record = spill_record(part, 1);
    bytes.emplace_back();
    for (const std::string_view text : record.payload.rest) bytes.back() += text;
    late.push_back(record.marked_late);
  }
  CHECK(bytes == std::vector<std::string>{"aadddd", "bbbc", "e"});
  CHECK(late == std::vector{true, false, false});
  Batch alone;
  alone.add_whole(two);
  CHECK(batches_of_records(alone).size() == 1);
}

TEST_CASE("whatever the bytes are, a record is a fragment in order or an error") {
  Batch batch;
  batch.add_whole(fragment_of({"aa", "bbb"}, "{a=\"1\"}"));
  const auto record = spill_record(batch, 42);
  std::string whole = record.payload.head;
  for (const std::string_view part : record.payload.rest) whole += part;
  for (size_t cut = 0; cut < whole.size(); ++cut)
    CHECK_FALSE(read_spill_record(whole.substr(0, cut), std::min<size_t>(record.label, cut), 42).ok());
}

}  // namespace invar::loki_write
