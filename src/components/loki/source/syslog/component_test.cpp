#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/io/host_names.h"
#include "src/io/http_client.h"
#include "src/io/scripted_server.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

/// A running loki.source.syslog with one listener, and a sender.
struct Case {
  ComponentHarness harness{"loki.source.syslog.vec"};

  bool load(std::string_view listener, std::string_view address = "127.0.0.1:0", std::string_view further = {}) {
    return harness.load("loki.source.syslog \"vec\" {\n listener {\n  address = \"" + std::string(address) + "\"\n" + std::string(listener) + "\n }\n" + std::string(further) +
                        "\n forward_to = [vec.sink.out.receiver]\n}\n");
  }
  std::string address() {
    const auto infos = harness.node()->debug_info();
    REQUIRE_FALSE(infos.empty());
    return infos[0].attributes[1].second.as_string();
  }
  Fd connected(int type = SOCK_STREAM) {
    const std::string place = address();
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(place.substr(place.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Fd fd(::socket(AF_INET, type, 0));
    REQUIRE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    return fd;
  }
  static void send(const Fd& fd, std::string_view bytes) { CHECK(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())); }
  bool lines(size_t count) {
    return harness.turn_until([&] { return harness.sink().received.size() >= count; });
  }
  const std::string& line(size_t index) { return harness.sink().received[index].line; }
  bool closed(const Fd& fd) {
    char byte;
    return harness.turn_until([&] { return ::recv(fd.get(), &byte, 1, MSG_DONTWAIT) == 0; });
  }
  double metric(const std::string& name) {
    const std::string text = harness.metrics_text();
    const size_t at = text.find("\n" + name + "{");
    return at == std::string::npos ? -1 : std::stod(text.substr(text.find("} ", at) + 2));
  }
};

std::string message(int number) { return "<13>1 2024-01-01T00:00:00Z h a - - - line " + std::to_string(number) + "\n"; }

}  // namespace

TEST_CASE("a message is handed on though no other follows, and the connection stays") {
  Case c;
  REQUIRE(c.load("labels = { job = \"s\" }"));
  const Fd sender = c.connected();
  Case::send(sender, message(1));
  REQUIRE(c.lines(1));
  CHECK(c.line(0) == "line 1");
  CHECK(c.harness.sink().received[0].labels == Pairs{{"job", "s"}});
  Case::send(sender, message(2) + message(3) + "<13>1 cut");
  REQUIRE(c.lines(3));
  c.harness.stop();
  CHECK(c.closed(sender));
  // The rest is no message of RFC 5424.
  CHECK(c.harness.sink().received.size() == 3);
  CHECK(c.harness.log_text().find("syslog server shutting down") != std::string::npos);
}

TEST_CASE("while the receiver pauses the connection is not read, and nothing is lost") {
  Case c;
  REQUIRE(c.load(""));
  const Fd sender = c.connected();
  c.harness.sink().full = true;
  std::string all;
  constexpr int kMessages = 200'000;
  for (int i = 0; i < kMessages; ++i) all += message(i);
  std::thread writer([&] {
    for (std::string_view rest = all; !rest.empty();) {
      const ssize_t sent = ::send(sender.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<size_t>(sent));
    }
    ::shutdown(sender.get(), SHUT_WR);
  });
  REQUIRE(c.lines(1));
  for (int i = 0; i < 50; ++i) c.harness.turn();
  const size_t before = c.harness.sink().received.size();
  for (int i = 0; i < 50; ++i) c.harness.turn();
  CHECK(c.harness.sink().received.size() == before);
  CHECK(before <= 1024);
  c.harness.sink().full = false;
  c.harness.sink().paused.resume_all();
  CHECK(c.closed(sender));
  writer.join();
  REQUIRE(c.harness.sink().received.size() == kMessages);
  for (int i = 0; i < kMessages; i += 997) CHECK(c.line(static_cast<size_t>(i)) == "line " + std::to_string(i));
  CHECK(c.metric("loki_source_syslog_entries_total") == kMessages);
  c.harness.stop();
}

TEST_CASE("after delivery: connections are read on only as lines are delivered") {
  Case c;
  c.harness.delivery().settings.answer_after = AnswerAfter::kDelivery;
  REQUIRE(c.load(""));
  const Fd sender = c.connected();
  c.harness.sink().hold = true;
  constexpr int kMessages = 60'000;
  std::string all;
  for (int i = 0; i < kMessages; ++i) all += message(i);
  std::thread writer([&] {
    for (std::string_view rest = all; !rest.empty();) {
      const ssize_t sent = ::send(sender.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<size_t>(sent));
    }
    ::shutdown(sender.get(), SHUT_WR);
  });
  REQUIRE(c.lines(1000));
  size_t before = 0;
  while (c.harness.sink().received.size() != before) {
    before = c.harness.sink().received.size();
    for (int i = 0; i < 200; ++i) c.harness.turn();
  }
  CHECK(before <= 64 * 512);
  CHECK(before < kMessages);
  CHECK(c.harness.turn_until([&] {
    c.harness.sink().settle_held(Settled::kDelivered);
    return c.harness.sink().received.size() == kMessages;
  }));
  writer.join();
  c.harness.sink().hold = false;
  c.harness.sink().settle_held(Settled::kDelivered);
  CHECK(c.line(kMessages - 1) == "line " + std::to_string(kMessages - 1));
  c.harness.stop();
}

TEST_CASE("new labels and rules take effect on a connection that stays; another format closes it") {
  Case c;
  REQUIRE(c.load("labels = { a = \"1\" }"));
  const std::string address = c.address();
  const Fd sender = c.connected();
  Case::send(sender, message(1));
  REQUIRE(c.lines(1));
  REQUIRE(c.load("labels = { a = \"2\" }", "127.0.0.1:0"));
  CHECK(c.address() == address);
  Case::send(sender, message(2));
  REQUIRE(c.lines(2));
  CHECK(c.harness.sink().received[1].labels == Pairs{{"a", "2"}});
  // What has come by then is still read as it was meant.
  Case::send(sender, message(3));
  REQUIRE(c.load("syslog_format = \"rfc3164\"", "127.0.0.1:0"));
  CHECK(c.closed(sender));
  REQUIRE(c.lines(3));
  CHECK(c.address() == address);
  const Fd next = c.connected();
  Case::send(next, "<34>Oct 11 22:14:15 h su: new\n");
  REQUIRE(c.lines(4));
  CHECK(c.line(3) == "new");
  c.harness.stop();
}

TEST_CASE("a datagram socket stays when its listener changes") {
  Case c;
  REQUIRE(c.load("protocol = \"udp\""));
  const std::string address = c.address();
  const Fd sender = c.connected(SOCK_DGRAM);
  Case::send(sender, message(1));
  REQUIRE(c.load("protocol = \"udp\"\n syslog_format = \"rfc3164\"", "127.0.0.1:0"));
  REQUIRE(c.lines(1));
  CHECK(c.address() == address);
  Case::send(sender, "<34>Oct 11 22:14:15 h su: new");
  REQUIRE(c.lines(2));
  CHECK(c.line(1) == "new");
  REQUIRE(c.load("protocol = \"tcp\"", "127.0.0.1:0"));
  CHECK(c.harness.log_text().find("msg=\"syslog server shutting down\"") != std::string::npos);
  c.harness.stop();
}

TEST_CASE("a silent connection is closed, with what it has sent") {
  Case c;
  REQUIRE(c.load("idle_timeout = \"1ms\""));
  const Fd sender = c.connected();
  Case::send(sender, "<13>1 - h a - - - cut");
  CHECK(c.closed(sender));
  REQUIRE(c.lines(1));
  CHECK(c.line(0) == "cut");
  c.harness.stop();
}

TEST_CASE("an address in use is said once, in health too, and taken when it is free") {
  Case first, second;
  REQUIRE(first.load(""));
  const std::string address = first.address();
  REQUIRE(second.load("", address));
  CHECK(second.harness.health().state == HealthState::kUnhealthy);
  const std::string text = "error setting up syslog target: listen tcp " + address + ": bind: address already in use";
  CHECK(second.harness.log_text().find("failed to create syslog listener with provided config") != std::string::npos);
  CHECK(second.harness.log_text().find(text) != std::string::npos);
  CHECK(second.harness.node()->debug_info().empty());
  first.harness.stop();
  CHECK(second.harness.turn_until([&] { return second.harness.health().state == HealthState::kHealthy; }, 10'000));
  CHECK(second.address() == address);
  second.harness.stop();
}

TEST_CASE("datagrams of several senders and sizes") {
  Case c;
  REQUIRE(c.load("protocol = \"udp\"\n max_message_length = 60"));
  const Fd one = c.connected(SOCK_DGRAM), other = c.connected(SOCK_DGRAM);
  for (int i = 0; i < 100; ++i) Case::send(i % 2 ? one : other, message(i));
  REQUIRE(c.lines(100));
  Case::send(one, "<13>1 2024-01-01T00:00:00Z h a - - - " + std::string(100, 'x'));
  REQUIRE(c.lines(101));
  CHECK(c.line(100) == std::string(23, 'x'));
  Case::send(one, "bad");
  CHECK(c.harness.turn_until([&] { return c.metric("invar_source_syslog_framing_errors_total") == 1; }));
  CHECK(c.metric("loki_source_syslog_parsing_errors_total") == 0);
  c.harness.stop();
}

TEST_CASE("TLS: messages of who has a certificate, and of nobody else") {
  const TestCertificate ours("IP:127.0.0.1"), theirs("IP:127.0.0.1");
  Case c;
  const auto pem = [](const std::string& name, const std::string& text) { return name + " = " + invar::quoted(text) + "\n"; };
  REQUIRE(c.load("tls_config {\n" + pem("cert_pem", ours.cert_pem) + pem("key_pem", ours.key_pem) + pem("ca_pem", theirs.cert_pem) + "}"));
  HttpClientConfig config;
  config.tls.ca_pem = ours.cert_pem;
  // A client of another protocol will do: its lines are no syslog, and skipped; then comes its body.
  const auto post = [&](const std::function<bool()>& done) {
    HttpClient client(c.harness.main_loop(), config);
    HttpRequest request;
    request.method = "POST";
    request.url = "https://" + c.address() + "/";
    request.body = HttpBody::of(message(1) + message(2));
    bool failed = false;
    HttpCall call = client.send(std::move(request), [&](Result<HttpResponse> response) { failed = !response.ok(); });
    CHECK(c.harness.turn_until([&] { return failed || done(); }));
    call.cancel();
    return failed;
  };
  CHECK(post([] { return false; }));
  CHECK(c.harness.sink().received.empty());
  config.tls.cert_pem = theirs.cert_pem;
  config.tls.key_pem = Secret(theirs.key_pem);
  CHECK_FALSE(post([&] { return c.harness.sink().received.size() == 2; }));
  CHECK(c.line(1) == "line 2");
  CHECK(c.harness.log_text().find("tls=true") != std::string::npos);
  c.harness.stop();
}

TEST_CASE("TLS without a certificate is no listener") {
  Case c;
  const TestCertificate theirs("IP:127.0.0.1");
  REQUIRE(c.load("tls_config {\n ca_pem = " + invar::quoted(theirs.cert_pem) + "\n}"));
  CHECK(c.harness.health().message == "failed to create syslog listener: error setting up syslog target: certificate and key must be configured");
  c.harness.stop();
}

TEST_CASE("experimental formats need the experimental level") {
  Case c;
  CHECK_FALSE(c.load("syslog_format = \"raw\""));
  CHECK(c.harness.error() == "Failed to build component: building component: \"raw\" syslog format is available only at experimental stability level");
  CHECK_FALSE(c.load("syslog_format = \"rfc3164\"\n rfc3164_cisco_components {\n enable_all = true\n }"));
  CHECK(c.harness.error() == "Failed to build component: building component: rfc3164_cisco_components block is available only at experimental stability level");
}

TEST_CASE("datagrams wait for the name of their sender") {
  struct Slow final : HostNames {
    std::string names_of(const std::string&) const override {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      return "sender.example.";
    }
  };
  HostNames::replace_current(std::make_shared<const Slow>());
  ComponentHarness rules("loki.relabel.r");
  REQUIRE(rules.load("loki.relabel \"r\" {\n forward_to = []\n rule {\n action = \"labelmap\"\n regex = \"__syslog_connection_(hostname)\"\n }\n}\n"));
  Case c;
  c.harness.scope().set("rules", rules.exports());
  REQUIRE(c.load("protocol = \"udp\"\n udp_queue_size = 2", "127.0.0.1:0", "relabel_rules = rules.rules"));
  const Fd sender = c.connected(SOCK_DGRAM);
  for (int i = 0; i < 10; ++i) Case::send(sender, message(i));
  REQUIRE(c.lines(10));
  for (size_t i = 0; i < 10; ++i) {
    CHECK(c.line(i) == "line " + std::to_string(i));
    CHECK(c.harness.sink().received[i].labels == Pairs{{"hostname", "sender.example."}});
  }
  c.harness.stop();
  rules.stop();
  HostNames::replace_current(nullptr);
}
