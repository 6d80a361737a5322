#include "bench/generator/lines.h"

#include <doctest/doctest.h>

namespace invar::bench {
namespace {

std::string records(uint32_t file, int count, bool live = false) {
  std::vector<Pod> pods = make_pods(10, 1);
  LineWriter writer(pods[file], 1, live);
  std::string text;
  for (int i = 0; i < count; i++) writer.append_record(text, 1'700'000'000'123'456'789);
  return text;
}

}  // namespace

TEST_CASE("a stamp is written in every layout") {
  const Stamp stamp(1'700'000'000'123'456'789);
  std::string text;
  stamp.append_rfc3339(text), text += '|', stamp.append_nginx(text), text += '|', stamp.append_klog(text), text += '|';
  stamp.append_java(text), text += '|', stamp.append_suffix(text);
  CHECK(text == "2023-11-14T22:13:20.123456789Z|14/Nov/2023:22:13:20 +0000|1114 22:13:20.123456|2023-11-14 22:13:20.123|"
                "20231114-221320.123");
}

TEST_CASE("every line is CRI and carries the next token of its file; every 20th is a probe") {
  for (uint32_t file = 0; file < 10; file++) {
    const std::string text = records(file, 3000);
    uint64_t seq = 0;
    for (size_t at = 0; at < text.size(); seq++) {
      const size_t end = text.find('\n', at);
      const std::string_view line(text.data() + at, end - at);
      at = end + 1;
      INFO(line.substr(0, 300));
      REQUIRE(line.size() > 40);
      REQUIRE((line.substr(30, 5) == " stdo" || line.substr(30, 5) == " stde"));
      REQUIRE((line.substr(37, 3) == " F " || line.substr(37, 3) == " P "));
      const std::string token = "~[" + std::to_string(file) + "." + std::to_string(seq) + ".0000000000000000]";
      REQUIRE(line.find(token) != std::string_view::npos);
      REQUIRE((line.find("GET /healthz") != std::string_view::npos) == (seq % 20 == 7));
    }
    CHECK(seq >= 3000);
  }
}

TEST_CASE("the same seed writes the same bytes; live lines carry the clock") {
  CHECK(records(0, 100) == records(0, 100));
  CHECK(records(0, 1, true).find("~[0.0.1700000000123456]") != std::string::npos);
}

TEST_CASE("the mix has partial lines and stack traces") {
  CHECK(records(0, 40'000).find(" P {\"ts\"") != std::string::npos);
  CHECK(records(9, 1000).find("\tat com.acme") != std::string::npos);
}

}  // namespace invar::bench
