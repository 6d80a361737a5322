#include "src/io/admin_server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "src/io/file.h"
#include "src/io/http_client.h"
#include "src/io/http_framing.h"
#include "src/io/loop.h"
#include "src/io/process_stats.h"

using namespace invar;

namespace {

/// A raw connection to a server on 127.0.0.1.
class Peer {
 public:
  explicit Peer(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  /// What arrives until `until` is in it, the peer closes, or five seconds have passed.
  std::string receive(std::string_view until = "\x01") {
    while (received_.find(until) == std::string::npos) {
      pollfd waiting{fd_.get(), POLLIN, 0};
      char piece[65536];
      if (::poll(&waiting, 1, 5000) <= 0) return received_ + "<silence>";
      const ssize_t got = ::recv(fd_.get(), piece, sizeof piece, 0);
      if (got <= 0) {
        closed_ = true;
        break;
      }
      received_.append(piece, static_cast<size_t>(got));
    }
    return std::exchange(received_, {});
  }
  bool closed() const { return closed_; }

 private:
  Fd fd_;
  std::string received_;
  bool closed_ = false;
};

std::string without_date(std::string answer) {
  const size_t begin = answer.find("Date: ");
  if (begin != std::string::npos) answer.erase(begin, answer.find("\r\n", begin) + 2 - begin);
  return answer;
}

std::string ask(uint16_t port, std::string_view request) {
  Peer peer(port);
  peer.send(request);
  return without_date(peer.receive());
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

AdminResponse echo(const AdminRequest& request) {
  return plain_text(
      200, request.method + " " + request.path + " [" + request.query("q").value_or("-") + "] " + request.body);
}

}  // namespace

TEST_CASE("routes: exact before prefix, long before short, a method before any") {
  AdminServer server;
  const auto says = [](std::string text) { return [text](const AdminRequest&) { return plain_text(200, text); }; };
  server.route_prefix("", "/", says("root"));
  server.route_prefix("", "/api/", says("api"));
  server.route("", "/api/exact", says("exact"));
  server.route("POST", "/api/exact", says("posted"));
  server.route("GET", "/only", says("only"));
  REQUIRE(server.listen("127.0.0.1:0").ok());
  CHECK(server.address() == "127.0.0.1:" + std::to_string(server.port()));
  const auto body = [&](std::string_view line) {
    const std::string answer =
        ask(server.port(), std::string(line) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };
  CHECK(body("GET /api/exact") == "exact");
  CHECK(body("POST /api/exact?x=1") == "posted");
  CHECK(body("GET /api/%65xact") == "exact");
  CHECK(body("DELETE /api/exact/") == "api");
  CHECK(body("GET /only") == "only");
  CHECK(body("PUT /only") == "root");
  CHECK(body("HEAD /only") == "");
  CHECK(body("PURGE /api/exact") == "exact");
  server.route("", "/api/exact", says("replaced"));
  CHECK(body("GET /api/exact") == "replaced");
}

TEST_CASE("answers carry what the handler said, a date and a length; nothing found is Go's 404") {
  AdminServer server;
  server.route("", "/echo", echo);
  server.route("", "/empty", [](const AdminRequest&) { return AdminResponse{.status = 204}; });
  server.route("", "/throws", [](const AdminRequest&) -> AdminResponse { throw std::runtime_error("secret"); });
  REQUIRE(server.listen("127.0.0.1:0").ok());
  const uint16_t port = server.port();
  CHECK(ask(port, "POST /echo?a=1&q=%20x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody") ==
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\nContent-Type: text/plain; "
        "charset=utf-8\r\n\r\nPOST /echo [ x] body");
  CHECK(ask(port, "GET /nowhere HTTP/1.0\r\n\r\n") ==
        "HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\nContent-Type: text/plain; "
        "charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\r\n404 page not found\n");
  CHECK(ask(port, "GET /empty HTTP/1.0\r\n\r\n") == "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  const std::string failed = ask(port, "GET /throws HTTP/1.0\r\n\r\n");
  CHECK(failed.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(failed, "secret"));
  Peer peer(port);
  peer.send("GET /empty HTTP/1.0\r\n\r\n");
  CHECK(contains(peer.receive(), "\r\nDate: "));
}

TEST_CASE("connections are kept; requests may come in pieces, in chunks or all at once") {
  AdminServer server;
  server.route("", "/echo", echo);
  REQUIRE(server.listen("127.0.0.1:0").ok());
  Peer peer(server.port());
  const std::string once = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nTrailer: "
      "t\r\n\r\n";
  for (const std::string& request : {once, chunked}) {
    for (const char c : request) peer.send({&c, 1});
    CHECK(peer.receive("] abc").ends_with("POST /echo [-] abc"));
  }
  peer.send(once + chunked + once);
  std::string all;
  while (all.size() < 3 || static_cast<int>(std::count(all.begin(), all.end(), ']')) < 3) all += peer.receive("] abc");
  CHECK_FALSE(peer.closed());
  peer.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(peer.receive("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("abc");
  const std::string answer = peer.receive("] abc");
  CHECK(answer.starts_with("HTTP/1.1 200 OK"));
  CHECK(answer.ends_with("] abc"));
}

TEST_CASE("what goes beyond the limits is refused, and costs no memory") {
  AdminServer server({.header_bytes = 4096, .body_bytes = 100'000});
  server.route("", "/echo", echo);
  REQUIRE(server.listen("127.0.0.1:0").ok());
  [[maybe_unused]] const uint64_t before = read_process_stats().resident_anonymous_bytes;
  struct Row {
    std::string_view because;
    std::string request;
    std::string_view status;
  };
  const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  for (const Row& row : {
           Row{"a header line without an end", "GET / HTTP/1.1\r\nX: " + std::string(32u << 20, 'x'),
               "431 Request Header Fields Too Large"},
           Row{"too many header lines", "GET / HTTP/1.1\r\n" + std::string(1u << 20, 'x'), "431 "},
           Row{"a body said to be large", post + "Content-Length: 100001\r\n\r\n", "413 Request Entity Too Large"},
           Row{"a length beyond numbers", post + "Content-Length: 99999999999999999999\r\n\r\n", "413 "},
           Row{"a chunk said to be large", post + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", "413 "},
           Row{"many chunks",
               post + "Transfer-Encoding: chunked\r\n\r\nc350\r\n" + std::string(50'000, 'x') + "\r\nc350\r\n" +
                   std::string(50'000, 'x') + "\r\n1\r\n",
               "413 "},
           Row{"a packed body", post + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
               "415 Unsupported Media Type"},
           Row{"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400 Bad Request"},
           Row{"length and chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", "400 "},
           Row{"another transfer encoding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented"},
           Row{"a signed length", post + "Content-Length: +3\r\n\r\nabc", "400 "},
           Row{"a bare line feed", "GET / HTTP/1.1\nHost: x\r\n\r\n", "400 "},
           Row{"a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "400 "},
           Row{"a folded line", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "400 "},
           Row{"no request line", "\r\n\r\n", "400 "},
           Row{"a zero byte", std::string("GET /\0 HTTP/1.1\r\n\r\n", 20), "400 "},
           Row{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 HTTP Version Not Supported"},
           Row{"a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11), "400 "},
       }) {
    INFO(row.because);
    Peer peer(server.port());
    peer.send(row.request);
    const std::string answer = peer.receive();
    CHECK(contains(answer.substr(0, 60), std::string("HTTP/1.1 ") + std::string(row.status)));
    CHECK(peer.closed());
  }
#ifndef __SANITIZE_ADDRESS__  // keeps freed memory on purpose
  CHECK(read_process_stats().resident_anonymous_bytes < before + (24u << 20));
#endif
  CHECK(ask(server.port(), "GET /echo HTTP/1.0\r\n\r\n").ends_with("GET /echo [-] "));
}

TEST_CASE("silent and slow peers hold up nobody and are sent away in the end") {
  AdminServer server({.threads = 2, .connections = 40, .request_ms = 300, .idle_ms = 200});
  server.route("", "/echo", echo);
  REQUIRE(server.listen("127.0.0.1:0").ok());
  std::vector<std::unique_ptr<Peer>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<Peer>(server.port()));
    if (i % 2) slow.back()->send("GET /echo HTTP/1.1\r\nHo");
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK(ask(server.port(), "GET /echo HTTP/1.0\r\n\r\n").ends_with("GET /echo [-] "));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(200));
  CHECK(slow.back()->receive() == "");
  CHECK(slow.back()->closed());
  Peer idle(server.port());
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.receive("[-] ");
  CHECK(idle.receive() == "");
}

TEST_CASE("handlers run side by side, and a filter may answer for them") {
  AdminServer server({.threads = 4});
  std::atomic<int> inside{0};
  server.route("", "/meet", [&](const AdminRequest&) {
    ++inside;
    for (int i = 0; i < 500 && inside < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return plain_text(200, std::to_string(inside));
  });
  server.set_filter([](const AdminRequest& request) -> std::optional<AdminResponse> {
    if (request.header("authorization") == "yes") return std::nullopt;
    AdminResponse refused;
    refused.status = 401;
    refused.headers = {{"Www-Authenticate", "Basic realm=\"Restricted\""}};
    return refused;
  });
  REQUIRE(server.listen("127.0.0.1:0").ok());
  CHECK(ask(server.port(), "GET /meet HTTP/1.0\r\n\r\n") ==
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWww-Authenticate: Basic realm=\"Restricted\"\r\n\r\n");
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 4; ++i) {
    peers.push_back(std::make_unique<Peer>(server.port()));
    peers.back()->send("GET /meet HTTP/1.0\r\nAuthorization: yes\r\n\r\n");
  }
  for (auto& peer : peers) CHECK(peer->receive().ends_with("\r\n\r\n4"));
}

TEST_CASE("gzip and chunks, if asked for") {
  AdminServer server;
  const std::string text(200'000, 'm');
  server.route("", "/metrics", [&](const AdminRequest&) {
    AdminResponse response = plain_text(200, text);
    response.headers[0].value = "text/plain; version=0.0.4";
    response.packed = AdminResponse::Packed::kGzip;
    response.chunked = true;
    return response;
  });
  server.route("", "/plain", [&](const AdminRequest&) { return plain_text(200, text); });
  REQUIRE(server.listen("127.0.0.1:0").ok());
  Loop loop;
  HttpClient client(loop);
  const auto get = [&](std::string path, std::string accept) {
    HttpResponse response;
    HttpRequest request{.url = "http://" + server.address() + path};
    if (accept != "gzip") request.headers = {{"Accept-Encoding", accept}};
    auto call = client.send(std::move(request), [&](Result<HttpResponse> got) {
      REQUIRE(got.ok());
      response = *got;
      loop.stop();
    });
    loop.run();
    CHECK(response.body == text);
    return response;
  };
  const HttpResponse packed = get("/metrics", "gzip");
  CHECK(packed.header("Content-Encoding") == "gzip");
  CHECK(packed.header("Transfer-Encoding") == "chunked");
  CHECK(packed.header("Content-Type") == "text/plain; version=0.0.4");
  CHECK(packed.header("Content-Length") == "");
  CHECK(get("/metrics", "gzip;q=0, br").header("Content-Encoding") == "");
  CHECK(get("/metrics", "deflate").header("Content-Encoding") == "");
  CHECK(get("/plain", "gzip").header("Content-Encoding") == "");
  CHECK(get("/plain", "gzip").header("Content-Length") == "200000");
}

TEST_CASE("streams have threads of their own, a limit, and end when the client leaves or the server stops") {
  AdminServer server({.threads = 1, .streams = 2});
  std::atomic<int> open{0};
  struct Counted {
    std::atomic<int>& open;
    explicit Counted(std::atomic<int>& open) : open(open) { ++open; }
    ~Counted() { --open; }
  };
  server.route("", "/stream", [&](const AdminRequest&) {
    AdminResponse response;
    auto counted = std::make_shared<Counted>(open);
    response.stream = [counted, count = std::make_shared<int>(0)](std::string& out) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      if ((*count)++ % 2 == 0) out = "tick ";
      return true;
    };
    return response;
  });
  server.route("", "/brief", [](const AdminRequest&) {
    AdminResponse response;
    response.stream = [](std::string& out) {
      out = "all";
      return false;
    };
    return response;
  });
  server.route("", "/echo", echo);
  REQUIRE(server.listen("127.0.0.1:0").ok());
  const std::string request = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
  auto first = std::make_unique<Peer>(server.port());
  Peer second(server.port());
  first->send(request);
  second.send(request);
  CHECK(contains(first->receive("tick"), "Transfer-Encoding: chunked\r\n\r\n5\r\ntick"));
  CHECK(contains(second.receive("tick"), "tick"));
  CHECK(ask(server.port(), "GET /stream HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 503 "));
  CHECK(ask(server.port(), "GET /echo HTTP/1.0\r\n\r\n").ends_with("GET /echo [-] "));
  first.reset();
  for (int i = 0; i < 300 && open > 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(open == 1);
  CHECK(ask(server.port(), "GET /brief HTTP/1.0\r\n\r\n").ends_with("\r\n\r\nall"));
  Peer brief(server.port());
  brief.send("GET /brief HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(brief.receive("0\r\n\r\n").ends_with("3\r\nall\r\n0\r\n\r\n"));
  server.stop();
  CHECK(open == 0);
  second.receive();
  CHECK(second.closed());
}

TEST_CASE("a handler may wait for a loop whose thread stops the server") {
  AdminServer server;
  Loop main;
  std::atomic<bool> entered{false};
  std::string said;
  server.route("", "/reload", [&](const AdminRequest&) {
    entered = true;
    call_on(main, [&] { said = "reloaded"; });
    return plain_text(200, said);
  });
  REQUIRE(server.listen("127.0.0.1:0").ok());
  Peer peer(server.port());
  peer.send("GET /reload HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!entered) std::this_thread::yield();
  server.stop([&] { main.turn(); });
  const std::string answer = peer.receive();
  CHECK(answer.ends_with("\r\n\r\nreloaded"));
  CHECK(peer.closed());
}

TEST_CASE("addresses that cannot be listened on are named as Go names them") {
  AdminServer first;
  REQUIRE(first.listen("127.0.0.1:0").ok());
  AdminServer second;
  const auto used = second.listen("127.0.0.1:" + std::to_string(first.port()));
  CHECK(used.error().what == "listen tcp 127.0.0.1:" + std::to_string(first.port()) + ": bind: address already in use");
  CHECK(used.error().reason == "address_in_use");
  CHECK(second.listen("127.0.0.1").error().what == "listen tcp: address 127.0.0.1: missing port in address");
  CHECK(second.listen("::1:80").error().what == "listen tcp: address ::1:80: too many colons in address");
  CHECK(second.listen("no-such-host.invalid:80").error().what ==
        "listen tcp: lookup no-such-host.invalid: no such host");
  CHECK(second.listen("192.0.2.1:80").error().what == "listen tcp 192.0.2.1:80: bind: cannot assign requested address");
  REQUIRE(second.listen(":0").ok());
  CHECK((second.address().starts_with("[::]:") || second.address().starts_with("0.0.0.0:")));
  CHECK(ask(second.port(), "GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 404 "));
}

TEST_CASE("chunks come out the same in pieces") {
  const std::string wire = "5\r\nhello\r\nA;ext=1\r\n0123456789\r\n0\r\nX: y\r\n\r\nrest";
  ChunkedBody whole(100);
  std::string_view rest = wire;
  CHECK(whole.take(rest) == ChunkedBody::State::kComplete);
  CHECK(whole.body() == "hello0123456789");
  CHECK(rest == "rest");
  for (const std::string_view bad :
       {"x\r\n", "\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\rX", "0\r\n\rX", "-1\r\n", "5\rX"}) {
    ChunkedBody body(100);
    std::string_view bytes = bad;
    CHECK(body.take(bytes) == ChunkedBody::State::kRefused);
  }
}
