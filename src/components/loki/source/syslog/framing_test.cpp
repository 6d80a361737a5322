#include "src/components/loki/source/syslog/framing.h"

#include <doctest/doctest.h>

#include <vector>

using namespace invar::loki_source_syslog;

namespace {

/// Everything that comes of bytes which arrive in pieces of `step`; errors as `!why`.
template <class Frames>
std::vector<std::string> all(Frames frames, std::string_view bytes, size_t step = SIZE_MAX) {
  std::vector<std::string> out;
  std::string rest;
  const auto feed = [&](Framing::End end) {
    while (true) {
      const Frame frame = frames.next(rest, end);
      if (frame.kind == Frame::Kind::kMore && frame.used == 0) break;
      if (frame.kind == Frame::Kind::kMessage) out.emplace_back(frame.text);
      else if (frame.kind != Frame::Kind::kMore) out.push_back("!" + frame.why);
      rest.erase(0, frame.used);
    }
  };
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    rest += piece;
    feed(Framing::End::kOpen);
  }
  feed(Framing::End::kClosed);
  CHECK(rest.empty());
  return out;
}

using Texts = std::vector<std::string>;
const Framing kStream(8192, true), kDatagram(8192, false);

}  // namespace

TEST_CASE("lines, with what goes on in further lines; in pieces of any size") {
  for (const size_t step : {size_t{1}, size_t{3}, size_t{1000}}) {
    CHECK(all(kStream, "<1>a\n<2>b\n  more\n\n<3>c\nrest", step) == Texts{"<1>a", "<2>b\n  more\n", "<3>c", "rest"});
    CHECK(all(kStream, "4 <1>a6 <2>b\nc\n4 <3>d", step) == Texts{"<1>a", "<2>b\nc", "<3>d"});
  }
}

TEST_CASE("a message does not wait for the next one for ever") {
  Framing framing(8192, true);
  CHECK(framing.next("<1>a\n", Framing::End::kOpen).kind == Frame::Kind::kMore);
  const Frame quiet = framing.next("<1>a\n", Framing::End::kQuiet);
  CHECK(quiet.text == "<1>a");
  CHECK(quiet.used == 5);
  CHECK(framing.next("<2>b", Framing::End::kQuiet).kind == Frame::Kind::kMore);
  CHECK(framing.next("<2>b\n<", Framing::End::kOpen).text == "<2>b");
}

TEST_CASE("what cannot be read is skipped up to where a message begins") {
  CHECK(all(kStream, "not syslog\n<1>a\n") == Texts{"!invalid or unsupported framing. first byte: 'n'", "<1>a"});
  CHECK(all(kStream, "\n\n<1>a\n") == Texts{"<1>a"});
  CHECK(all(kStream, "4 <1>a<2>b\n4 <3>c") == Texts{"<1>a", "!found ILLEGAL(<), expecting a MSGLEN", "<2>b", "<3>c"});
  CHECK(all(kStream, "2 <1>a4 <2>b") == Texts{"<1", "!found ILLEGAL(>), expecting a MSGLEN", "<2>b"});
  CHECK(all(kStream, "9000 " + std::string(9000, 'x') + "4 <2>b") == Texts{"!message length (9000) exceeds maximum length (8192)", "<2>b"});
  CHECK(all(kStream, "99999999999999999999 <1>a\n4 <2>b") == Texts{"!invalid message length", "<1>a", "<2>b"});
  CHECK(all(kStream, "12 no\n<1>a\n") == Texts{"!found ILLEGAL(n) after \"n\", expecting a SYSLOGMSG containing 12 octets", "<1>a"});
  CHECK(all(kStream, "20 <1>a") == Texts{"!found EOF after \"<1>a\", expecting a SYSLOGMSG containing 20 octets"});
  CHECK(all(kStream, "4 <1>a\n") == Texts{"<1>a", "!found EOF, expecting a MSGLEN"});
}

TEST_CASE("an error ends a datagram") {
  CHECK(all(kDatagram, "not syslog\n<1>a\n") == Texts{"!invalid or unsupported framing. first byte: 'n'"});
  CHECK(all(kDatagram, "4 <1>a<2>b\n4 <3>c") == Texts{"<1>a", "!found ILLEGAL(<), expecting a MSGLEN"});
  CHECK(all(kDatagram, "<1>a\n<2>b") == Texts{"<1>a", "<2>b"});
}

TEST_CASE("raw lines; an announced length ends the stream when it is wrong") {
  for (const size_t step : {size_t{1}, size_t{1000}}) {
    CHECK(all(RawFraming('\n'), "any text\n\n3 a\nb<13>x", step) == Texts{"any text\n", "\n", "a\nb", "<13>x"});
    CHECK(all(RawFraming('\0'), std::string_view("a\nb\0c", 5), step) == Texts{std::string("a\nb\0", 4), "c"});
  }
  CHECK(all(RawFraming('\n'), "2024-01-01 x\ny\n") ==
        Texts{"!failed to read octet length header: failed to parse octet length from \"2024-01-01\": strconv.Atoi: parsing \"2024-01-01\": invalid syntax"});
  CHECK(all(RawFraming('\n'), "5 abc") == Texts{"!cannot read message: unexpected EOF (length: 5)"});
}
