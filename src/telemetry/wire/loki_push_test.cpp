#include "src/telemetry/wire/loki_push.h"

#include <doctest/doctest.h>

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
