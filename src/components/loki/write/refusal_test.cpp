#include "src/components/loki/write/refusal.h"

#include <doctest/doctest.h>

#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNoon = 1'773'489'600;  // 2026-03-14T12:00:00Z

struct Row {
  std::string labels;
  int64_t time_ns;
  std::string line;
  std::vector<Label> metadata = {};
};

Batch batch_of(const std::vector<Row>& rows) {
  auto fragment = std::make_shared<Fragment>();
  for (const Row& row : rows) {
    auto stream = std::find_if(fragment->streams.begin(), fragment->streams.end(), [&](const auto& s) { return s.labels == row.labels; });
    if (stream == fragment->streams.end()) stream = fragment->streams.insert(stream, {row.labels, {}, 0});
    std::string metadata;
    loki_push::append_metadata(metadata, row.metadata);
    loki_push::append_entry(fragment->bytes, row.time_ns, row.line, metadata);
    fragment->entries.push_back({static_cast<uint32_t>(fragment->bytes.size()), static_cast<uint32_t>(stream - fragment->streams.begin()), 1, 1, 0});
  }
  fragment->stretches.push_back({0, rows.size(), nullptr, 0});
  Batch batch;
  batch.add_whole(fragment);
  return batch;
}

/// The reasons of the entries, one word each; `-` for innocent ones.
std::string verdict_of(const std::vector<Row>& rows, std::string_view body) {
  const Batch batch = batch_of(rows);
  const auto complaints = read_complaints(body);
  if (complaints.empty()) return "unknown";
  const Verdict verdict = judge(batch, complaints);
  std::string text;
  for (const DropReason reason : verdict.guilty) text += (text.empty() ? "" : " ") + (reason == kNotDropped ? "-" : std::string(drop_reason_word(reason)));
  return text + (verdict.must_search ? " search" : "");
}

const std::vector<Row> kRows{{R"({a="1"})", kNoon * kSecond, "first"}, {R"({a="2", b="x"})", (kNoon - 3600) * kSecond + 500, "second"}, {R"({a="1"})", (kNoon + 3600) * kSecond, "third line"}};

}  // namespace

TEST_CASE("too old and too new entries are found by their stream and second") {
  CHECK(verdict_of(kRows, R"(entry for stream '{a="2", b="x"}' has timestamp too old: 2026-03-14T11:00:00Z, oldest acceptable timestamp is: 2026-03-14T12:30:00+01:00)") ==
        "- greater_than_max_sample_age -");
  CHECK(verdict_of(kRows, R"(entry for stream '{a="2", b="x", service_name="unknown_service"}' has timestamp too old: 2026-03-14T11:00:00Z)") ==
        "- greater_than_max_sample_age -");
  CHECK(verdict_of(kRows, R"(entry for stream '{a="1"}' has timestamp too new: 2026-03-14T13:00:00Z)") == "- - too_far_in_future");
  CHECK(verdict_of(kRows, R"(1 errors like: entry for stream '{a="1"}' has timestamp too new: 2026-03-14T13:00:00Z; 1 errors like: max entry size '5' bytes exceeded for stream '{a="2", b="x"}' while adding an entry with length '6' bytes)") ==
        "- line_too_long too_far_in_future");
}

TEST_CASE("of entries in one second only as many are guilty as are said to be: the oldest, or the newest") {
  const std::vector<Row> rows{{R"({a="1"})", kNoon * kSecond + 300, ""}, {R"({a="1"})", kNoon * kSecond + 100, ""}, {R"({a="1"})", kNoon * kSecond + 200, ""}};
  CHECK(verdict_of(rows, R"(2 errors like: entry for stream '{a="1"}' has timestamp too old: 2026-03-14T12:00:00Z, oldest acceptable timestamp is: 2026-03-14T12:00:00Z)") ==
        "- greater_than_max_sample_age greater_than_max_sample_age");
  CHECK(verdict_of(rows, R"(entry for stream '{a="1"}' has timestamp too new: 2026-03-14T12:00:00Z)") == "too_far_in_future - -");
}

TEST_CASE("limits of lines, labels and metadata") {
  const std::vector<Row> rows{{R"({a="1"})", 1, "12345678", {{"k", "v"}}}, {R"({a="2", b="3"})", 2, "1", {{"k", "0123456789"}, {"l", "m"}}}, {R"({c="4"})", 3, "12"}};
  CHECK(verdict_of(rows, R"(Max entry size '5' bytes exceeded for stream '{a="1"}' while adding an entry with length '8' bytes)") == "line_too_long - -");
  CHECK(verdict_of(rows, R"(entry for stream '{a="2", b="3"}' has 2 label names; limit 1)") == "- max_label_names_per_series -");
  CHECK(verdict_of(rows, R"(stream '{c="4"}' has label name too long: 'c')") == "- - label_name_too_long");
  CHECK(verdict_of(rows, R"(stream '{c="4"}' has label value too long: '4')") == "- - label_value_too_long");
  CHECK(verdict_of(rows, R"(stream '{c="4"}' has duplicate label name: 'c')") == "- - duplicate_label_names");
  CHECK(verdict_of(rows, R"(stream '{a="1"}' includes structured metadata, but this feature is disallowed. Please see `x`)") ==
        "disallowed_structured_metadata disallowed_structured_metadata -");
  CHECK(verdict_of(rows, R"(stream '{a="2", b="3"}' has structured metadata too large: '13' bytes, limit: '5' bytes. Please)") == "- structured_metadata_too_large -");
  CHECK(verdict_of(rows, R"(stream '{a="2", b="3"}' has too many structured metadata labels: '2', limit: '1'. Please)") == "- structured_metadata_too_many -");
  CHECK(verdict_of(rows, R"(missing required labels 'env,team' for user 'fake' for stream '{c="4"}' (policy: ''))") == "- - missing_enforced_labels");
  CHECK(verdict_of(rows, R"(error parsing labels '{c="4"}' with error: 1:2: no)") == "- - invalid_labels");
  CHECK(verdict_of({{"{}", 1, "x"}, {R"({a="1"})", 1, "x"}}, "error at least one label pair is required per stream") == "missing_labels -");
}

TEST_CASE("an ingester names entries by their time, and the stream at the end or behind each") {
  const std::string body =
      "entry with timestamp 2026-03-14 11:00:00.0000005 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: 2026-03-14T11:00:00Z, oldest acceptable timestamp is: "
      "2026-03-14T11:30:00Z',\nuser 'fake', total ignored: 1 out of 1 for stream: {a=\"2\", b=\"x\", service_name=\"y\", __stream_shard__=\"3\"}";
  CHECK(verdict_of(kRows, body) == "- too_far_behind -");
  CHECK(verdict_of(kRows, R"(entry with timestamp 2026-03-14 12:00:00 +0000 UTC ignored, reason: 'entry out of order' for stream: {a="1"},
total ignored: 1 out of 2)") == "out_of_order - -");
  // Only ten are listed; what is older than the oldest acceptable one is among the others.
  const std::vector<Row> rows{{R"({a="1"})", (kNoon - 7200) * kSecond, ""}, {R"({a="1"})", (kNoon - 3600) * kSecond, ""}, {R"({a="1"})", kNoon * kSecond, ""}, {R"({a="2"})", 0, ""}};
  CHECK(verdict_of(rows, R"(entry with timestamp 2026-03-14 10:00:00 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: 2026-03-14T10:00:00Z, oldest acceptable timestamp is: 2026-03-14T11:30:00Z',
user 'fake', total ignored: 2 out of 3 for stream: {a="1"})") == "too_far_behind too_far_behind - -");
}

TEST_CASE("labels hold whatever they like") {
  const std::string labels = R"({a="it's } \"' has timestamp too new: \\", b="; 3 errors like: "})";
  CHECK(verdict_of({{labels, 1, "x"}, {R"({a="1"})", 1, "y"}}, "2 errors like: stream '" + labels + "' has label value too long: 'x'") == "label_value_too_long -");
}

TEST_CASE("texts that name nobody are known as such, or not at all") {
  CHECK(verdict_of(kRows, "entry too far behind") == "unknown");
  CHECK(verdict_of(kRows, "first line\nsecond") == "unknown");
  CHECK(verdict_of(kRows, "") == "unknown");
  CHECK(verdict_of(kRows, "couldn't parse labels: 1:5: parse error: unexpected character") == "- - - search");
  CHECK(verdict_of(kRows, R"(stream '{other="stream"}' has label value too long: 'x')") == "- - - search");
}

TEST_CASE("streams are halved until the one that is meant is alone") {
  Batch batch = batch_of({{"{a=\"1\"}", 1, "1"}, {"{a=\"2\"}", 1, "2"}, {"{a=\"3\"}", 1, "3"}, {"{a=\"1\"}", 2, "4"}});
  const Batch other = separate_streams(batch);
  CHECK(batch.entries == 3);
  CHECK(other.entries == 1);
  Batch alone = other;
  CHECK(separate_streams(alone).entries == 0);
}

}  // namespace invar::loki_write
