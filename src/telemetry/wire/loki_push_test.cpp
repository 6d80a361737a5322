#include "src/telemetry/wire/loki_push.h"

#include <doctest/doctest.h>

#include <protozero/pbf_writer.hpp>

namespace invar::loki_push {
namespace {

std::string stream_of(std::string_view labels, const std::string& entries) {
  std::string out(stream_head_size(labels, entries.size()), '\0');
  CHECK(put_stream_head(out.data(), labels, entries.size()) == out.data() + out.size());
  return out + entries;
}

}  // namespace

TEST_CASE("what is encoded is what decodes") {
  const Label pairs[] = {{"trace", "t"}, {"empty", ""}};
  std::string wire, entries;
  append_metadata(wire, pairs);
  append_entry(entries, 1773480413'589793000, "one", wire);
  append_entry(entries, -1, "", "");
  append_entry(entries, 0, std::string(300, 'x'), "");
  std::string body = stream_of("{a=\"1\"}", entries) + stream_of("{}", "");
  std::vector<std::string> seen;
  const auto result = decode(
      body, [&](std::string_view labels) { seen.emplace_back(labels); },
      [&](const Entry& e) {
        std::string text = std::to_string(e.time_ns) + " " + std::string(e.line.substr(0, 3));
        for (const Label& l : e.metadata) text += " " + std::string(l.name) + "=" + std::string(l.value);
        seen.push_back(text);
      });
  CHECK(result.ok());
  CHECK(seen == std::vector<std::string>{"{a=\"1\"}", "1773480413589793000 one trace=t empty=", "-1 ", "0 xxx", "{}"});
}

TEST_CASE("cut and wild bytes are refused") {
  std::string entries;
  append_entry(entries, 5, "line", "");
  const std::string body = stream_of("{a=\"1\"}", entries);
  for (size_t cut = 1; cut < body.size(); ++cut)
    CHECK_FALSE(decode(std::string_view(body).substr(0, cut), [](auto) {}, [](const auto&) {}).ok());
  CHECK_FALSE(uncompress("\xff\xff\xff\xff\xff\xff", 1 << 20).ok());
  CHECK_FALSE(uncompress(std::string("\xff\xff\xff\x7f") + "abc", 1 << 20).ok());
}

TEST_CASE("times are those of protobuf's Timestamp; what 64 bits do not hold is the nearest") {
  const auto time_of = [](int64_t seconds, int32_t nanos) {
    std::string time;
    protozero::pbf_writer writer(time);
    writer.add_int64(1, seconds);
    writer.add_int32(2, nanos);
    std::string field;
    protozero::pbf_writer(field).add_message(2, [&] {
      std::string entry;
      protozero::pbf_writer(entry).add_message(1, time);
      return entry;
    }());
    const auto entry = decode_entry(field);
    return entry ? std::to_string(entry->time_ns) : entry.error().what;
  };
  CHECK(time_of(1, 5) == "1000000005");
  CHECK(time_of(-62135596800, 0) == std::to_string(kGoZeroTimeNs));
  CHECK(time_of(253402300799, 0) == std::to_string(INT64_MAX));
  CHECK(time_of(-62135596800, 1) == std::to_string(INT64_MIN));
  CHECK(time_of(1, 1000000000) == "timestamp: &types.Timestamp{Seconds: 1,\nNanos: 1000000000,\n}: nanos not in range [0, 1e9)");
  CHECK(time_of(253402300800, 0) == "timestamp: &types.Timestamp{Seconds: 253402300800,\nNanos: 0,\n} after 10000-01-01");
  CHECK(time_of(-62135596801, 0) == "timestamp: &types.Timestamp{Seconds: -62135596801,\nNanos: 0,\n} before 0001-01-01");
  const auto without = decode_entry(std::string_view("\x12\x00", 2));
  REQUIRE(without);
  CHECK(without->time_ns == kGoZeroTimeNs);
}

TEST_CASE("a known field of another type is refused by name") {
  const auto refusal = [](std::string_view body) { return decode(body, [](auto) {}, [](const auto&) {}).error().what; };
  CHECK(refusal("\x08\x05") == "proto: wrong wireType = 0 for field Streams");
  CHECK(refusal("\x0a\x02\x08\x05") == "proto: wrong wireType = 0 for field Labels");
  CHECK(refusal("\x0a\x04\x12\x02\x10\x05") == "proto: wrong wireType = 0 for field Line");
}

TEST_CASE("compressed bodies uncompress to themselves, small and large") {
  std::string body;
  for (int i = 0; body.size() < 100'000; ++i) {
    body += "line " + std::to_string(i * 7919 % 1013) + " level=info msg=\"request done\"\n";
    if (i % 7 != 0 && body.size() > 40'000) continue;
    const auto plain = uncompress(compress(body), 1 << 20);
    REQUIRE(plain.ok());
    CHECK(*plain == body);
  }
  for (size_t size = 0; size < 64; ++size) {
    const std::string text(size, 'a');
    const std::string_view whole = text, pieces[] = {whole.substr(0, size / 3), {}, whole.substr(size / 3, 1), whole.substr(std::min(size / 3 + 1, size))};
    CHECK(Compression(std::span(pieces).first(size > 0 ? 4 : 2)).finish() == compress(whole));
    const auto plain = uncompress(compress(whole), 1 << 20);
    REQUIRE(plain.ok());
    CHECK(plain->size() == size);
  }
}

}  // namespace invar::loki_push
