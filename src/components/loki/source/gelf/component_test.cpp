#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "src/io/file.h"
#include "src/io/listener.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

/// A port that is free, as far as one can know.
std::string free_address() {
  const auto fd = open_datagram_socket("127.0.0.1:0");
  return local_address(fd->get()).first;
}

struct Case {
  ComponentHarness harness{"loki.source.gelf.vec"};
  std::string address = free_address();

  bool load(std::string_view further = {}) {
    return harness.load("loki.source.gelf \"vec\" {\n listen_address = \"" + address + "\"\n" + std::string(further) + "\n forward_to = [vec.sink.out.receiver]\n}\n");
  }
  Fd sender() const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Fd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    REQUIRE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    return fd;
  }
  void send(std::string_view bytes) const { CHECK(::send(sender().get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())); }
  bool lines(size_t count) {
    return harness.turn_until([&] { return harness.sink().received.size() >= count; });
  }
  const Entry& entry(size_t index) { return harness.sink().received[index]; }
  double metric(const std::string& name) {
    const std::string text = harness.metrics_text();
    const size_t at = text.find("\n" + name + "{");
    return at == std::string::npos ? -1 : std::stod(text.substr(text.find("} ", at) + 2));
  }
};

std::string message(const std::string& text) { return R"({"version":"1.1","host":"example.org","short_message":")" + text + R"(","timestamp":1231231123,"level":5})"; }
std::string line(const std::string& text) { return message(text); }

}  // namespace

TEST_CASE("datagrams become lines; larger ones than Alloy reads as well") {
  Case c;
  REQUIRE(c.load());
  c.send(message("one"));
  REQUIRE(c.lines(1));
  CHECK(c.entry(0).line == line("one"));
  CHECK(c.entry(0).labels.empty());
  CHECK(c.entry(0).time_ns != 1231231123'000'000'000);
  const std::string large(20'000, 'x');
  c.send(message(large));
  REQUIRE(c.lines(2));
  CHECK(c.entry(1).line == line(large));
  c.send("bad");
  CHECK(c.harness.turn_until([&] { return c.metric("loki_source_gelf_target_parsing_errors_total") == 1; }));
  CHECK(c.metric("loki_source_gelf_target_entries_total") == 2);
  CHECK(c.harness.log_text().find("msg=\"error while reading gelf message\"") != std::string::npos);
  CHECK(c.harness.log_text().find("err=\"json.Unmarshal: invalid character 'b' looking for beginning of value\"") != std::string::npos);
  c.harness.stop();
  CHECK(c.harness.log_text().find("msg=\"GELF UDP listener shutdown\"") != std::string::npos);
}

TEST_CASE("labels come from rules, and times from senders when they are wanted") {
  ComponentHarness rules("loki.relabel.r");
  REQUIRE(rules.load("loki.relabel \"r\" {\n forward_to = []\n rule {\n action = \"labelmap\"\n regex = \"__gelf_message_(.+)\"\n }\n"
                     " rule {\n action = \"drop\"\n source_labels = [\"host\"]\n regex = \"gone\"\n }\n}\n"));
  Case c;
  c.harness.scope().set("rules", rules.exports());
  REQUIRE(c.load("use_incoming_timestamp = true\n relabel_rules = rules.rules"));
  c.send(message("one"));
  REQUIRE(c.lines(1));
  CHECK(c.entry(0).labels == Pairs{{"host", "example.org"}, {"level", "notice"}, {"version", "1.1"}});
  CHECK(c.entry(0).time_ns == 1231231123'000'000'000);
  c.send(R"({"host":"gone"})");
  REQUIRE(c.lines(2));
  CHECK(c.entry(1).labels.empty());
  CHECK(c.entry(1).time_ns != 0);
  c.harness.stop();
  rules.stop();
}

TEST_CASE("a message in chunks, and one that never becomes whole") {
  Case c;
  REQUIRE(c.load());
  const std::string text = message("in chunks");
  const auto chunk = [](const std::string& id, int index, const std::string& bytes) { return "\x1e\x0f" + id + static_cast<char>(index) + '\x02' + bytes; };
  c.send(chunk("12345678", 1, text.substr(20)));
  c.send(chunk("never000", 1, text));
  c.send(chunk("12345678", 0, text.substr(0, 20)));
  REQUIRE(c.lines(1));
  CHECK(c.entry(0).line == text);
  CHECK(c.harness.turn_until([&] { return c.metric("invar_source_gelf_incomplete_messages_total") == 1; }, 10'000));
  c.harness.stop();
}

TEST_CASE("an address in use refuses the load; another one is taken up, and the one before is free") {
  Case first, second;
  REQUIRE(first.load());
  second.address = first.address;
  CHECK_FALSE(second.load());
  CHECK(second.harness.error().find("ListenUDP: listen udp " + first.address + ": bind: address already in use") != std::string::npos);
  const std::string before = first.address;
  Case other;
  REQUIRE(other.load());
  first.address = other.address;
  CHECK_FALSE(first.load());
  first.address = free_address();
  REQUIRE(first.load());
  first.send(message("moved"));
  REQUIRE(first.lines(1));
  CHECK(open_datagram_socket(before));
  first.harness.stop();
  other.harness.stop();
}

TEST_CASE("while the receiver pauses nothing is read; then everything is") {
  Case c;
  REQUIRE(c.load());
  c.harness.sink().full = true;
  for (int i = 0; i < 200; ++i) c.send(message(std::to_string(i)));
  REQUIRE(c.lines(1));
  for (int i = 0; i < 50; ++i) c.harness.turn();
  CHECK(c.harness.sink().received.size() <= 16);
  c.harness.sink().full = false;
  c.harness.sink().paused.resume_all();
  REQUIRE(c.lines(200));
  for (int i = 0; i < 200; ++i) CHECK(c.entry(static_cast<size_t>(i)).line == line(std::to_string(i)));
  c.harness.stop();
}
