#include "tools/loki_sink/tally/tally.h"

#include <doctest/doctest.h>

namespace invar::loki_sink {
namespace {

constexpr int64_t kNow = 5'000'000;

std::string token(int file, int seq, int64_t written = 0) {
  return "text ~[" + std::to_string(file) + "." + std::to_string(seq) + "." + std::to_string(written) + "] text";
}

}  // namespace

TEST_CASE("labels are read as they are sent") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(read_labels(R"({a="x", b="y \"z\"\n\u00e9\xff"})") == Pairs{{"a", "x"}, {"b", "y \"z\"\n\xc3\xa9\xff"}});
  CHECK(read_labels(R"({"a":"x","b":"y"})") == Pairs{{"a", "x"}, {"b", "y"}});
  CHECK(read_labels(R"({my.label="1"})") == Pairs{{"my.label", "1"}});
  for (const std::string_view broken : {"", "{", "{}", "{a", "{a=", "{a=\"", "{a=\"\\", "{a=\"\\u1"}) {
    INFO(broken);
    CHECK(read_labels(broken).empty());
  }
}

TEST_CASE("lines and bytes are counted by stream and by label") {
  Tally tally;
  tally.enter(R"({app="a", ns="n"})");
  tally.entry("four", kNow);
  tally.enter(R"({app="b", ns="n"})");
  tally.entry("sixsix", kNow);
  tally.metadata_pair();
  tally.enter(R"({app="a", ns="n"})");
  tally.entry("", kNow);
  CHECK(tally.lines() == 3);
  CHECK(tally.bytes() == 10);
  CHECK(tally.metadata_pairs() == 1);
  REQUIRE(tally.streams().size() == 2);
  CHECK(tally.streams()[0].lines == 2);
  CHECK(tally.by_label()["ns"]["n"].lines == 3);
  CHECK(tally.by_label()["app"]["b"].bytes == 6);
}

TEST_CASE("lost, double and late lines are found by their tokens") {
  Probes probes;
  for (const int seq : {0, 1, 4, 3, 4}) probes.scan(token(2, seq), 0, kNow);
  const ProbeCheck check = probes.check({{2, 7}}, false);
  CHECK(check.expected == 7);
  CHECK(check.unique == 4);
  CHECK(check.lost == 3);
  CHECK(check.duplicates == 1);
  CHECK(check.out_of_order == 1);
  REQUIRE(check.gaps.size() == 2);
  CHECK(check.gaps[0].first == 2);
  CHECK(check.gaps[0].last == 2);
  CHECK(check.gaps[1].first == 5);
  CHECK(check.gaps[1].last == 6);
}

TEST_CASE("order counts inside a stream only") {
  Probes probes;
  probes.scan(token(0, 5), 1, kNow);
  probes.scan(token(0, 3), 2, kNow);
  CHECK(probes.out_of_order() == 0);
  probes.scan(token(0, 4), 1, kNow);
  CHECK(probes.out_of_order() == 1);
}

TEST_CASE("probes that had to be dropped are expected to be missing") {
  Probes probes;
  for (int seq = 0; seq < 20; seq++)
    if (seq != 7) probes.scan(token(0, seq), 0, kNow);
  CHECK(probes.check({{0, 20}}, true).lost == 0);
  CHECK(probes.check({{0, 20}}, false).lost == 1);
  probes.scan(token(0, 7), 0, kNow);
  CHECK(probes.check({{0, 20}}, true).wrongly_kept == 1);
}

TEST_CASE("several tokens in a line, broken ones and latencies") {
  Probes probes;
  probes.scan(token(0, 0, kNow - 3000) + token(0, 1, kNow - 9000), 0, kNow);
  CHECK(probes.unique() == 2);
  CHECK(probes.latency_max() == 9);
  CHECK(probes.latency(0.5) == 9);
  CHECK(probes.latency(0.1) == 3);
  for (const std::string_view broken : {"~[", "~[1", "~[1.2", "~[1.2.", "~[1.2.3", "~[.2.3]", "~[1.2.x]", "~[99999999.1.1]"}) probes.scan(broken, 0, kNow);
  CHECK(probes.bad_tokens() == 8);
  probes.scan("~ ~~ home~", 0, kNow);
  CHECK(probes.bad_tokens() == 8);
  CHECK(probes.check({{9, 2}}, false).lost == 2);
}

}  // namespace invar::loki_sink
