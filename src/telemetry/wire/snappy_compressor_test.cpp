#include "src/telemetry/wire/snappy_compressor.h"

#include <doctest/doctest.h>
#include <snappy.h>

#include <random>
#include <vector>

#include "src/telemetry/wire/loki_push.h"

namespace invar {
namespace {

std::string compressed(std::string_view text) { return SnappyCompression(std::span(&text, 1)).finish(); }

/// Whatever libsnappy says: the text that comes out again.
std::string restored(const std::string& block) {
  std::string text;
  REQUIRE(snappy::Uncompress(block.data(), block.size(), &text));
  return text;
}

/// Entries as requests hold them.
std::string log_entries(size_t bytes) {
  std::string text;
  for (uint64_t i = 0; text.size() < bytes; ++i) {
    const std::string line = "2026-03-14T09:26:53." + std::to_string(100000000 + i * 7919 % 899999999) + "Z stdout F {\"level\":\"info\",\"msg\":\"order placed\",\"order\":" +
                             std::to_string(i * 6007 % 99991) + ",\"user\":\"u" + std::to_string(i * 31 % 977) + "\",\"ms\":" + std::to_string(i * i % 853) + "}";
    loki_push::append_entry(text, static_cast<int64_t>(1'773'480'413'000'000'000 + i * 50'017), line, {});
  }
  text.resize(bytes);
  return text;
}

}  // namespace

TEST_CASE("every size around the bounds of windows, literals and matches comes back") {
  std::mt19937 random(7);
  std::string noise(200'000, '\0'), text = log_entries(200'000);
  for (char& c : noise) c = static_cast<char>(random());
  std::vector<size_t> sizes;
  for (size_t i = 0; i < 200; ++i) sizes.push_back(i);
  for (const size_t bound : {255, 256, 257, 4096, 65535, 65536, 65537, 131072, 199'999})
    for (size_t i = 0; i < 20; ++i) sizes.push_back(bound - 10 + i > 200'000 ? 200'000 : bound - 10 + i);
  for (const size_t size : sizes) {
    for (const std::string& source : {noise, text, std::string(200'000, 'a')}) {
      const std::string_view part = std::string_view(source).substr(0, size);
      const std::string block = compressed(part);
      CHECK(restored(block) == part);
      CHECK(block.size() <= 32 + size + size / 6);
    }
  }
}

TEST_CASE("random mixtures of repeats and noise come back, in whatever pieces they stand") {
  std::mt19937 random(11);
  ForkJoin forks("test", 2);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    const size_t size = random() % 150'000;
    while (text.size() < size) {
      if (random() % 3 == 0 || text.empty()) {
        for (size_t n = random() % 40 + 1; n-- > 0;) text.push_back(static_cast<char>(random() % (round % 5 == 0 ? 2 : 250)));
      } else {
        const size_t from = random() % text.size(), n = random() % 300 + 1;
        for (size_t i = 0; i < n; ++i) text.push_back(text[from + i]);
      }
    }
    std::vector<std::string_view> pieces;
    for (std::string_view rest = text; !rest.empty();) {
      const size_t n = std::min<size_t>(rest.size(), random() % 4 == 0 ? random() % 100'000 : random() % 200);
      pieces.push_back(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    const std::string block = SnappyCompression(pieces).finish();
    CHECK(restored(block) == text);
    CHECK(block == compressed(text));
    CHECK(block == SnappyCompression(pieces, &forks).finish());
  }
}

TEST_CASE("logs become about as small as with libsnappy") {
  const std::string text = log_entries(1'000'000);
  std::string theirs;
  snappy::Compress(text.data(), text.size(), &theirs);
  CHECK(compressed(text).size() <= theirs.size() * 102 / 100);
}

}  // namespace invar
