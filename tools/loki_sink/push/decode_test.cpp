#include "tools/loki_sink/push/decode.h"

#include <doctest/doctest.h>
#include <snappy.h>

#include <vector>

namespace invar::loki_sink {
namespace {

class Recorder final : public PushVisitor {
 public:
  std::vector<std::string> seen;
  void stream(std::string_view labels) override { seen.push_back("stream " + std::string(labels)); }
  void entry(int64_t nanoseconds, std::string_view line) override {
    seen.push_back(std::to_string(nanoseconds) + " " + std::string(line));
  }
  void metadata(std::string_view name, std::string_view value) override {
    seen.push_back(std::string(name) + "=" + std::string(value));
  }
};

// One length-delimited field, written out by hand: tag, length (below 128), bytes.
std::string field(int number, std::string_view bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + std::string(bytes);
}

const std::string kTime = "\x08\x02\x10\x03";  // 2 s and 3 ns

}  // namespace

TEST_CASE("a protobuf push is visited in order, metadata behind its entry") {
  const std::string metadata = field(3, field(1, "pod") + field(2, "p-1"));
  const std::string entry = metadata + field(1, kTime) + field(2, "first");
  const std::string plain = field(1, field(1, R"({a="b"})") + field(2, entry) + field(2, field(1, kTime) + field(2, "")));
  std::string block;
  snappy::Compress(plain.data(), plain.size(), &block);
  PushDecoder decoder;
  Recorder recorder;
  const auto request = decoder.uncompress(block);
  REQUIRE(request);
  CHECK(decoder.read_protobuf(*request, recorder));
  CHECK(recorder.seen == std::vector<std::string>{R"(stream {a="b"})", "2000000003 first", "pod=p-1", "2000000003 "});
}

TEST_CASE("a JSON push is visited in order") {
  PushDecoder decoder;
  Recorder recorder;
  CHECK(decoder.read_json(R"({"streams":[{"stream":{"a":"b"},"values":[["7","x\n"],["8","y",{"k":"v"}]]}]})", recorder));
  CHECK(recorder.seen == std::vector<std::string>{R"(stream {"a":"b"})", "7 x\n", "8 y", "k=v"});
}

TEST_CASE("broken requests are refused, not guessed") {
  PushDecoder decoder;
  Recorder recorder;
  CHECK_FALSE(decoder.uncompress("\xff\xff\xff\xff\xff"));
  CHECK_FALSE(decoder.uncompress("\x05xx"));
  CHECK_FALSE(decoder.read_protobuf("\x0a\x7fshort", recorder));
  for (const std::string_view request : {"", "{}", "[]", R"({"streams":[{}]})", R"({"streams":[{"stream":{},"values":[["x","y"]]}]})",
                                         R"({"streams":[{"stream":{},"values":[["1"]]}]})"}) {
    INFO(request);
    CHECK_FALSE(decoder.read_json(request, recorder));
  }
}

}  // namespace invar::loki_sink
