#include "src/components/loki/source/gelf/message.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include "src/components/loki/source/gelf/chunks.h"

using namespace invar::loki_source_gelf;

namespace {

/// The line of a message, or why there is none.
std::string line_of(std::string_view bytes) {
  MessageReader reader;
  Message message;
  std::string out;
  switch (reader.read(bytes, message, out)) {
    case MessageReader::Outcome::kBad: return out;
    case MessageReader::Outcome::kNothing: return "nothing";
    case MessageReader::Outcome::kMessage: break;
  }
  out.clear();
  reader.append_line(message, out);
  return out;
}

std::string compressed(std::string_view text, int window) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string gzipped(std::string_view text) { return compressed(text, 15 + 16); }

std::string chunk(std::string_view id, int index, int count, std::string_view bytes) {
  std::string out = "\x1e\x0f" + std::string(id);
  out += static_cast<char>(index);
  out += static_cast<char>(count);
  return out.append(bytes);
}

}  // namespace

TEST_CASE("a line has the fields of the message in Alloy's order") {
  CHECK(line_of(R"({"_b":1.5,"level":5,"version":"1.1","host":"h","short_message":"<a>","timestamp":1231231123.25,"_a":{"z":1,"b":[null,true,"x"]},"other":1})") ==
        R"({"version":"1.1","host":"h","short_message":"\u003ca\u003e","timestamp":1231231123.25,"level":5,"_a":{"b":[null,true,"x"],"z":1},"_b":1.5})");
  CHECK(line_of(R"({"full_message":"f","facility":"x","level":0})") ==
        R"({"version":"","host":"","short_message":"","full_message":"f","timestamp":0,"facility":"x"})");
  CHECK(line_of(R"({"host":"a","host":"b","":1})") == R"({"version":"","host":"b","short_message":"","timestamp":0})");
  CHECK(line_of("{} and more") == R"({"version":"","host":"","short_message":"","timestamp":0})");
  CHECK(line_of("{\"_t\":1e-7,\"_u\":1e21}") == R"({"version":"","host":"","short_message":"","timestamp":0,"_t":1e-7,"_u":1e+21})");
}

TEST_CASE("what is no message is refused in Alloy's words") {
  CHECK(line_of("") == "json.Unmarshal: EOF");
  CHECK(line_of(" \n") == "json.Unmarshal: EOF");
  CHECK(line_of("{\"host\":\"h") == "json.Unmarshal: unexpected EOF");
  CHECK(line_of("{\"host\":\"h\\") == "json.Unmarshal: unexpected EOF");
  CHECK(line_of("{\"host\":tr") == "json.Unmarshal: unexpected EOF");
  CHECK(line_of("garbage") == "json.Unmarshal: invalid character 'g' looking for beginning of value");
  CHECK(line_of("{\"a\":tr x") == "json.Unmarshal: invalid character ' ' in literal true (expecting 'u')");
  CHECK(line_of("{\"a\":]}") == "json.Unmarshal: invalid character ']' looking for beginning of value");
  CHECK(line_of("[1]") == "json.Unmarshal: json: cannot unmarshal array into Go value of type map[string]interface {}");
  CHECK(line_of("\"x\"") == "json.Unmarshal: json: cannot unmarshal string into Go value of type map[string]interface {}");
  CHECK(line_of("1 ") == "json.Unmarshal: json: cannot unmarshal number into Go value of type map[string]interface {}");
  CHECK(line_of("null") == "nothing");
  CHECK(line_of(R"({"level":"5"})") == "json.Unmarshal: invalid type for field level");
  CHECK(line_of(R"({"host":null})") == "json.Unmarshal: invalid type for field host");
}

TEST_CASE("compressed messages") {
  const std::string text = R"({"host":"h"})", line = line_of(text);
  CHECK(line_of(gzipped(text)) == line);
  CHECK(line_of(compressed(text, 15)) == line);
  const std::string gzip = gzipped(text);
  // A message that is whole counts, whatever follows.
  CHECK(line_of(gzip.substr(0, gzip.size() - 8)) == line);
  CHECK(line_of(gzip + "more") == line);
  CHECK(line_of(gzip.substr(0, 14)) == "json.Unmarshal: unexpected EOF");
  CHECK(line_of("\x1f\x8b") == "NewReader: unexpected EOF");
  CHECK(line_of(std::string("\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00", 10)) == "NewReader: gzip: invalid header");
  CHECK(line_of(gzipped("")) == "json.Unmarshal: EOF");
  CHECK(line_of(gzipped(std::string(20 << 20, ' '))) == "json.Unmarshal: message too large");
}

TEST_CASE("levels and times") {
  CHECK(level_word(0) == "emergency");
  CHECK(level_word(7) == "debug");
  CHECK(level_word(8).empty());
  CHECK(level_word(-1).empty());
  Message message;
  CHECK_FALSE(time_of(message));
  message.timestamp = 1231231123.5;
  CHECK(time_of(message) == 1231231123'500'000'000);
  message.timestamp = 1e300;
  CHECK_FALSE(time_of(message));
}

TEST_CASE("chunks come in any order, twice, and mixed with others'") {
  Chunks chunks;
  std::string message, why;
  using enum Chunks::Outcome;
  CHECK(chunks.take(chunk("aaaaaaaa", 1, 3, "two"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("bbbbbbbb", 0, 2, "x"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("aaaaaaaa", 1, 3, "again"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("aaaaaaaa", 2, 4, "other count"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("aaaaaaaa", 3, 3, "no such"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("aaaaaaaa", 2, 3, "three"), 0, message, why) == kMore);
  CHECK(chunks.take(chunk("aaaaaaaa", 0, 3, "one"), 5000, message, why) == kWhole);
  CHECK(message == "onetwothree");
  CHECK(chunks.forget_expired(5000) == 0);
  CHECK(chunks.forget_expired(5001) == 1);
  CHECK(chunks.empty());
  CHECK(chunks.take(chunk("aaaaaaaa", 0, 1, ""), 0, message, why) == kBad);
  CHECK(why == "chunked message size must be greather than 12");
  CHECK(chunks.take(chunk("aaaaaaaa", 0, 129, "x"), 0, message, why) == kBad);
  CHECK(why == "message must not be split into more than 128 chunks");
  CHECK(chunks.take(chunk("aaaaaaaa", 0, 0, "x"), 0, message, why) == kMore);
  CHECK(chunks.empty());
  for (int i = 0; i < 3000; ++i) {
    std::string id = std::to_string(i);
    id.resize(8);
    chunks.take(chunk(id, 0, 2, "x"), 0, message, why);
  }
  CHECK(chunks.forget_expired(0) == 3000 - 1024);
}
