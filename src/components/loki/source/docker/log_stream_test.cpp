#include "src/components/loki/source/docker/log_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace invar::loki_source_docker {
namespace {

std::string frame(int stream, const std::string& bytes) {
  std::string head{static_cast<char>(stream), 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(bytes.size() >> shift & 0xff);
  return head + bytes;
}

struct Reading {
  std::vector<std::string> lines;
  std::vector<std::string> more_may_come;
  int timeless = 0;
  std::string error;
  uint64_t written = 0;
};

/// In pieces of so many bytes.
Reading read(const std::string& bytes, size_t piece, bool tty = false) {
  Reading reading;
  LogStream stream(tty, {[&](StdStream from, std::string_view line, bool ended) {
                           (ended ? reading.lines : reading.more_may_come).push_back((from == StdStream::kStderr ? "2:" : "") + std::string(line));
                         },
                         [&] { ++reading.timeless; }});
  for (size_t at = 0; at < bytes.size(); at += piece)
    if (const auto added = stream.add(std::string_view(bytes).substr(at, piece)); !added) {
      reading.error = added.error().what;
      break;
    }
  stream.finish();
  reading.written = stream.written();
  return reading;
}

constexpr std::string_view kTime = "2023-12-09T12:00:00.000000000Z ", kLater = "2023-12-09T12:00:00.000000001Z ";

std::string at(std::string_view time, const std::string& text) { return std::string(time) + text; }

void each_piece(const std::string& bytes, const std::vector<std::string>& lines, int timeless = 0) {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{64}, bytes.size()}) {
    CAPTURE(piece);
    const Reading reading = read(bytes, piece);
    CHECK(reading.lines == lines);
    CHECK(reading.timeless == timeless);
    CHECK(reading.error == "");
  }
}

TEST_CASE("frames of both streams become lines, whatever pieces they come in") {
  each_piece(frame(1, "t one\n") + frame(2, "t two\n") + frame(0, "t three\nt four\n") + frame(1, ""), {"t one", "2:t two", "t three", "t four"});
  CHECK(read(frame(1, "t one\n") + frame(2, "t two\n"), 3).written == 12);
}

TEST_CASE("a line in several messages keeps the first one's time") {
  const std::string full(LineAssembler::kFullMessage, 'a');
  const std::string whole = at(kTime, full);
  each_piece(frame(1, whole) + frame(2, at(kTime, "between\n")) + frame(1, at(kTime, full)) + frame(1, at(kTime, "end\n")), {"2:" + at(kTime, "between"), whole + full + "end"});
  // Engines that give each piece a time of its own, or none.
  each_piece(frame(1, whole) + frame(1, at(kLater, "end\n")), {whole + "end"});
  each_piece(frame(1, whole) + frame(1, "end\n"), {whole + "end"}, 1);
  each_piece(frame(1, whole) + frame(1, "end of it\nt next\n"), {whole + "end of it", "t next"}, 1);
  // Smaller pieces are continued when they have the same time.
  each_piece(frame(1, at(kTime, "small ")) + frame(1, at(kTime, "pieces\n")), {at(kTime, "small pieces")});
  each_piece(frame(1, at(kTime, "cut an")) + frame(1, "ywhere\n"), {at(kTime, "cut anywhere")});
}

TEST_CASE("a last line without a line break ends where the next run of the container begins") {
  each_piece(frame(1, at(kTime, "the end")) + frame(1, at(kLater, "begins again\n")), {at(kTime, "the end"), at(kLater, "begins again")});
  each_piece(frame(1, at(kTime, "the end")), {at(kTime, "the end")});
}

TEST_CASE("at the end of a log: what can go on is told apart, what is not whole is left out") {
  const std::string full = at(kTime, std::string(LineAssembler::kFullMessage, 'a'));
  CHECK(read(frame(1, full), 1000).more_may_come == std::vector<std::string>{full});
  CHECK(read("t terminal", 4, /*tty=*/true).more_may_come == std::vector<std::string>{"t terminal"});
  const Reading cut = read(frame(1, "t one\n") + frame(1, "t two\n").substr(0, 12), 5);
  CHECK(cut.lines == std::vector<std::string>{"t one"});
  CHECK(cut.more_may_come.empty());
}

TEST_CASE("a terminal's bytes are lines") {
  CHECK(read("t one\r\nt two\r\n", 3, /*tty=*/true).lines == std::vector<std::string>{"t one\r", "t two\r"});
}

TEST_CASE("what is no log") {
  CHECK(read(frame(1, "t one\n") + frame(4, "x"), 2).error == "unrecognized stream: 4");
  CHECK(read("HTTP/1.1 200 OK\r\n", 100).error == "unrecognized stream: 72");
  const Reading said = read(frame(1, "t one\n") + frame(3, "the driver failed"), 4);
  CHECK(said.error == "error from daemon in stream: the driver failed");
  CHECK(said.lines == std::vector<std::string>{"t one"});
  CHECK(read(frame(3, ""), 1).error == "error from daemon in stream: ");
}

TEST_CASE("very long lines are cut in several, each with the time") {
  const std::string text(LineAssembler::kMostBytes, 'x');
  std::string bytes = frame(1, at(kTime, text.substr(0, 40'000)));
  for (size_t from = 40'000; from < text.size() + 40'000; from += 40'000) bytes += frame(1, at(kTime, std::string(40'000, 'x')));
  bytes += frame(1, at(kTime, "end\n"));
  const Reading reading = read(bytes, 65536);
  REQUIRE(reading.lines.size() == 2);
  CHECK(reading.lines[0].size() == LineAssembler::kMostBytes);
  CHECK(reading.lines[1].starts_with(kTime));
  CHECK(reading.lines[1].ends_with("xend"));
}

}  // namespace
}  // namespace invar::loki_source_docker
