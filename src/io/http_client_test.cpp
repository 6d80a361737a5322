#include "src/io/http_client.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "src/io/file.h"
#include "src/io/scratch_directory.h"
#include "src/io/scripted_server.h"

using namespace invar;

namespace {

/// A loop and a client, and the wait for one answer.
struct Bench {
  Loop loop;
  std::unique_ptr<HttpClient> client;

  explicit Bench(HttpClientConfig config = {}) : client(std::make_unique<HttpClient>(loop, std::move(config))) {
    ignore_broken_pipes();
  }

  Result<HttpResponse> ask(HttpRequest request) {
    std::optional<Result<HttpResponse>> answer;
    auto call = client->send(std::move(request), [&](Result<HttpResponse> got) {
      answer = std::move(got);
      loop.stop();
    });
    CHECK_FALSE(answer.has_value());
    Timer limit(loop, [&] { loop.stop(); });
    limit.start(10'000);
    loop.run();
    REQUIRE(answer.has_value());
    return std::move(*answer);
  }
  Result<HttpResponse> get(std::string url) { return ask({.url = std::move(url)}); }
};

HttpRequest post(std::string url, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = HttpBody::of(std::move(body));
  return request;
}

ScriptedServer::Script always(std::string answer) {
  return [answer](const std::string&) { return answer; };
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string unused_port() {
  ScriptedServer server(always(""));
  return std::to_string(server.port());
}

}  // namespace

TEST_CASE("an answer comes with status, headers and body; nothing is sent that was not asked for") {
  ScriptedServer server(always(ScriptedServer::answer("429 Slow Down", "later", "Retry-After:  7 \r\n")));
  Bench bench;
  HttpRequest request = post(server.url("/push?x=1"), "hello");
  request.headers = {{"X-Scope-OrgID", "a"}, {"X-Empty", ""}};
  const auto answer = bench.ask(std::move(request));
  REQUIRE(answer.ok());
  CHECK(answer->status == 429);
  CHECK(answer->status_text == "Slow Down");
  CHECK(answer->header("retry-after") == "7");
  CHECK(answer->body == "later");
  CHECK(answer->duration_ns > 0);
  CHECK(server.requests()[0] ==
        "POST /push?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
            "\r\nAccept-Encoding: gzip\r\nX-Scope-OrgID: a\r\nX-Empty:\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_CASE("connections are kept and used again") {
  ScriptedServer server(always(ScriptedServer::answer("204 No Content", "")));
  Bench bench;
  for (int i = 0; i < 5; ++i) CHECK(bench.ask(post(server.url(), std::string(300'000, 'x')))->status == 204);
  CHECK(server.connections() == 1);
  CHECK(server.requests().size() == 5);
  CHECK(server.requests()[4].ends_with(std::string(300'000, 'x')));
}

TEST_CASE("a kept connection that the server has closed meanwhile costs no request") {
  std::atomic<int> count{0};
  ScriptedServer server([&](const std::string&) { return ++count == 2 ? "" : ScriptedServer::answer("200 OK", ""); });
  Bench bench;
  const std::string body(3u << 20, 'x');
  CHECK(bench.ask(post(server.url(), body)).ok());
  CHECK(bench.ask(post(server.url(), body)).ok());
  CHECK(server.connections() == 2);
  CHECK(server.requests()[2].ends_with("\r\n\r\n" + body));
}

TEST_CASE("headers of the client yield to those of the request") {
  ScriptedServer server(always(ScriptedServer::answer("200 OK", "")));
  HttpClientConfig config;
  config.user_agent = "Alloy/v1";
  config.headers.emplace_back("X-A", Secret("client"));
  config.headers.emplace_back("X-B", Secret("client"));
  Bench bench(std::move(config));
  HttpRequest request{.url = server.url()};
  request.headers = {{"x-a", "request"}};
  REQUIRE(bench.ask(std::move(request)).ok());
  const std::string seen = server.requests()[0];
  CHECK(contains(seen, "User-Agent: Alloy/v1\r\n"));
  CHECK(contains(seen, "x-a: request\r\n"));
  CHECK_FALSE(contains(seen, "X-A"));
  CHECK(contains(seen, "X-B: client\r\n"));
}

TEST_CASE("headers that make up the message are not asked for, as with net/http") {
  ScriptedServer server(always(ScriptedServer::answer("200 OK", "")));
  HttpClientConfig config;
  config.headers.emplace_back("Trailer", Secret("X-A"));
  Bench bench(std::move(config));
  HttpRequest request{.method = "POST", .url = server.url()};
  request.headers = {{"host", "elsewhere.example"}, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}, {"X-A", "a"}};
  request.body = HttpBody::of("a longer body");
  REQUIRE(bench.ask(std::move(request)).ok());
  const std::string seen = server.requests()[0];
  CHECK(contains(seen, "Content-Length: 13\r\n"));
  CHECK(contains(seen, "X-A: a\r\n"));
  for (const char* left_out : {"elsewhere", "Content-Length: 3", "Transfer-Encoding", "Trailer"}) CHECK_FALSE_MESSAGE(contains(seen, left_out), left_out);
}

TEST_CASE("header injection is refused") {
  Bench bench;
  HttpRequest request{.url = "http://127.0.0.1:1/"};
  request.headers = {{"X-A", "a\r\nX-B: b"}};
  const auto answer = bench.ask(std::move(request));
  CHECK(answer.error().what == "Get \"http://127.0.0.1:1/\": net/http: invalid header field value for \"X-A\"");
  CHECK(answer.error().reason == "header");
}

TEST_CASE("a redirected POST stays a POST with its body, but for 303; other hosts get no credentials") {
  ScriptedServer other(always(ScriptedServer::answer("200 OK", "there")));
  ScriptedServer server([&](const std::string& request) {
    const std::string path = request.substr(request.find('/'), 4);
    if (path == "/end") return ScriptedServer::answer("200 OK", "here");
    if (path == "/far") return ScriptedServer::answer("302 Found", "gone", "Location: " + other.url("/x") + "\r\n");
    if (path == "/lop") return ScriptedServer::answer("302 Found", "gone", "Location: /lop\r\n");
    return ScriptedServer::answer(path.substr(1) + " Moved", "gone", "Location: /end\r\n");
  });
  HttpClientConfig config;
  config.auth.basic.emplace();
  config.auth.basic->username = "u";
  config.auth.basic->password = Secret("p");
  Bench bench(config);
  for (const std::string_view status : {"301", "302", "307", "308"}) {
    INFO(status);
    const auto answer = bench.ask(post(server.url("/" + std::string(status)), "body"));
    REQUIRE(answer.ok());
    CHECK(answer->status == 200);
    CHECK(answer->body == "here");
    CHECK(answer->final_url == server.url("/end"));
    const std::string seen = server.requests().back();
    CHECK(seen.starts_with("POST /end "));
    CHECK(seen.ends_with("\r\n\r\nbody"));
    CHECK(contains(seen, "Authorization: Basic dTpw\r\n"));
  }
  const std::string large(2u << 20, 'x');
  REQUIRE(bench.ask(post(server.url("/307"), large)).ok());
  CHECK(server.requests().back().ends_with("\r\n\r\n" + large));
  REQUIRE(bench.ask(post(server.url("/303"), "body")).ok());
  CHECK(server.requests().back().starts_with("GET /end "));
  REQUIRE(bench.ask(post(server.url("/far"), "body")).ok());
  CHECK_FALSE(contains(other.requests().back(), "Authorization"));
  const auto endless = bench.ask(post(server.url("/lop"), "body"));
  CHECK(endless.error().reason == "redirects");
  CHECK(endless.error().what == "Post \"" + server.url("/lop") + "\": stopped after 10 redirects");

  config.follow_redirects = false;
  Bench still(config);
  CHECK(still.ask(post(server.url("/302"), "body"))->status == 302);
}

TEST_CASE("failures are named as Go names them") {
  Bench bench;
  const std::string port = unused_port();
  const auto refused = bench.ask(post("http://user:hidden@127.0.0.1:" + port + "/x", ""));
  CHECK(refused.error().what == "Post \"http://user:***@127.0.0.1:" + port + "/x\": dial tcp 127.0.0.1:" + port +
                                    ": connect: connection refused");
  CHECK(refused.error().reason == "refused");

  const auto unknown = bench.get("http://no-such-host.invalid/");
  CHECK(unknown.error().what ==
        "Get \"http://no-such-host.invalid/\": dial tcp: lookup no-such-host.invalid: no such host");
  CHECK(unknown.error().reason == "dns");

  ScriptedServer closing(always(""));
  CHECK(bench.get(closing.url()).error().what == "Get \"" + closing.url() + "\": EOF");
  CHECK(bench.get(closing.url()).error().reason == "reset");

  ScriptedServer cut(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));
  HttpRequest request{.url = cut.url()};
  request.timeout_ms = 200;
  const auto late = bench.ask(std::move(request));
  CHECK(late.error().what == "Get \"" + cut.url() + "\": context deadline exceeded");
  CHECK(late.error().reason == "timeout");

  ScriptedServer babble(always("this is not HTTP\r\n\r\n"));
  CHECK(bench.get(babble.url()).error().what == "Get \"" + babble.url() + "\": net/http: malformed HTTP response");

  CHECK(bench.get("ftp://127.0.0.1/").error().what == "Get \"ftp://127.0.0.1/\": unsupported protocol scheme \"ftp\"");
  CHECK(bench.get("").error().what == "Get \"\": unsupported protocol scheme \"\"");
  CHECK(bench.get("localhost:1/x").error().what == "Get \"localhost:1/x\": unsupported protocol scheme \"localhost\"");
  CHECK(bench.get("http://").error().reason == "url");
}

TEST_CASE("long answers are cut, and very long ones cost the connection only") {
  ScriptedServer server([](const std::string& request) {
    return ScriptedServer::answer("200 OK", std::string(contains(request, "/huge") ? 8u << 20 : 5000, 'x'));
  });
  Bench bench;
  for (const std::string_view path : {"/long", "/huge"}) {
    HttpRequest request{.url = server.url(path)};
    request.body_limit = 1024;
    const auto answer = bench.ask(std::move(request));
    REQUIRE(answer.ok());
    CHECK(answer->status == 200);
    CHECK(answer->body.size() == 1024);
    CHECK(answer->truncated);
  }
  CHECK(bench.get(server.url("/long"))->body.size() == 5000);
}

TEST_CASE("an answer without an end arrives piece by piece, can be paused and cancelled") {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"));
  Bench bench;
  std::string order;
  HttpRequest request{.url = server.url()};
  HttpCall call;
  request.on_head = [&](int status, const std::vector<HttpHeader>&) {
    order += "head " + std::to_string(status) + ";";
  };
  request.on_data = [&](std::string_view piece) {
    order.append(piece).append(";");
    call.pause();
    bench.loop.stop();
  };
  call = bench.client->send(std::move(request), [&](Result<HttpResponse>) { order += "done"; });
  bench.loop.run();
  CHECK(order == "head 200;first;");
  CHECK(call.pending());
  call.resume();
  call.cancel();
  for (int i = 0; i < 5; ++i) bench.loop.turn();
  CHECK(order == "head 200;first;");
}

TEST_CASE("a silent stream times out") {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"));
  Bench bench;
  HttpRequest request{.url = server.url()};
  request.silence_timeout_ms = 100;
  request.on_data = [](std::string_view) {};
  CHECK(bench.ask(std::move(request)).error().reason == "timeout");
}

TEST_CASE("a call may be cancelled and a client destroyed from any callback") {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  SUBCASE("the client in on_data") {
    Bench bench;
    HttpRequest request{.url = server.url()};
    request.on_data = [&](std::string_view) {
      bench.client.reset();
      bench.loop.stop();
    };
    auto call = bench.client->send(std::move(request), [](Result<HttpResponse>) { FAIL("called"); });
    bench.loop.run();
    CHECK_FALSE(call.pending());
  }
  SUBCASE("the client in its callback, with others under way") {
    Bench bench;
    std::vector<HttpCall> calls;
    int answers = 0;
    for (int i = 0; i < 4; ++i) {
      calls.push_back(bench.client->send({.url = server.url()}, [&](Result<HttpResponse>) {
        ++answers;
        bench.client.reset();
        bench.loop.stop();
      }));
    }
    bench.loop.run();
    CHECK(answers == 1);
  }
  SUBCASE("the call in on_head; a new request from on_data") {
    Bench bench;
    HttpCall first;
    HttpCall second;
    HttpRequest request{.url = server.url()};
    request.on_head = [&](int, const std::vector<HttpHeader>&) {
      first.cancel();
      second = bench.client->send({.url = server.url()}, [&](Result<HttpResponse> answer) {
        CHECK(answer->body == "hello");
        bench.loop.stop();
      });
    };
    first = bench.client->send(std::move(request), [](Result<HttpResponse>) { FAIL("called"); });
    bench.loop.run();
    CHECK_FALSE(first.pending());
    CHECK_FALSE(second.pending());
  }
  SUBCASE("a lost handle cancels, a detached one does not") {
    Bench bench;
    int answers = 0;
    {
      auto lost = bench.client->send({.url = server.url()}, [&](Result<HttpResponse>) { FAIL("called"); });
    }
    bench.client->send({.url = server.url()}, [&](Result<HttpResponse>) { ++answers, bench.loop.stop(); }).detach();
    bench.loop.run();
    CHECK(answers == 1);
  }
}

TEST_CASE("gzip answers are unpacked") {
  // "hello" packed by gzip -n
  const char packed[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";
  ScriptedServer server(
      always(ScriptedServer::answer("200 OK", {packed, sizeof packed - 1}, "Content-Encoding: gzip\r\n")));
  Bench bench;
  CHECK(bench.get(server.url())->body == "hello");
}

TEST_CASE("TLS: authorities, names and client certificates") {
  const TestCertificate certificate("DNS:loki.example,IP:127.0.0.1");
  const TestCertificate stranger("IP:127.0.0.1");
  const auto answer = always(ScriptedServer::answer("200 OK", "safe"));
  ScriptedServer server(answer, &certificate);
  HttpClientConfig config;

  SUBCASE("an unknown authority is refused") {
    Bench bench(config);
    const auto got = bench.get(server.url());
    CHECK(got.error().reason == "tls");
    CHECK(got.error().what ==
          "Get \"" + server.url() +
              "\": tls: failed to verify certificate: x509: certificate signed by unknown authority");
    config.tls.ca_pem = stranger.cert_pem;
    CHECK(Bench(config).get(server.url()).error().reason == "tls");
  }
  SUBCASE("unless nobody wants to know") {
    config.tls.insecure_skip_verify = true;
    CHECK(Bench(config).get(server.url())->body == "safe");
    config.tls.server_name = "whatever.example";
    CHECK(Bench(config).get(server.url())->body == "safe");
    CHECK(server.server_name() == "whatever.example");
  }
  SUBCASE("an authority given as text or file") {
    config.tls.ca_pem = certificate.cert_pem;
    CHECK(Bench(config).get(server.url())->body == "safe");
    const ScratchDirectory scratch;
    config.tls.ca_pem.clear();
    config.tls.ca_file = scratch.path() + "/ca.pem";
    Bench bench(config);
    CHECK(bench.get(server.url()).error().reason == "tls");
    REQUIRE(replace_file(config.tls.ca_file, certificate.cert_pem).ok());
    CHECK(bench.get(server.url())->body == "safe");
  }
  SUBCASE("the environment's authorities") {
    const ScratchDirectory scratch;
    REQUIRE(replace_file(scratch.path() + "/any-name", certificate.cert_pem).ok());
    ::setenv("SSL_CERT_DIR", scratch.path().c_str(), 1);
    CHECK(Bench(config).get(server.url())->body == "safe");
    ::unsetenv("SSL_CERT_DIR");
    ::setenv("SSL_CERT_FILE", (scratch.path() + "/any-name").c_str(), 1);
    CHECK(Bench(config).get(server.url())->body == "safe");
    ::unsetenv("SSL_CERT_FILE");
  }
  SUBCASE("server_name is what is sent and verified") {
    config.tls.ca_pem = certificate.cert_pem;
    config.tls.server_name = "loki.example";
    CHECK(Bench(config).get(server.url())->body == "safe");
    CHECK(server.server_name() == "loki.example");
    CHECK(contains(server.requests().back(), "Host: 127.0.0.1:"));
    config.tls.server_name = "mimir.example";
    const auto got = Bench(config).get(server.url());
    CHECK(got.error().what.ends_with("tls: failed to verify certificate: x509: certificate is valid for another name"));
    config.tls.server_name = "127.0.0.1";
    CHECK(Bench(config).get(server.url())->body == "safe");
  }
  SUBCASE("a host name that the certificate does not have") {
    config.tls.ca_pem = certificate.cert_pem;
    const auto got = Bench(config).get("https://localhost:" + std::to_string(server.port()) + "/");
    CHECK(got.error().reason == "tls");
  }
  SUBCASE("client certificates") {
    ScriptedServer asking(answer, &certificate, true);
    config.tls.ca_pem = certificate.cert_pem;
    CHECK_FALSE(Bench(config).get(asking.url()).ok());
    config.tls.cert_pem = certificate.cert_pem;
    config.tls.key_pem = Secret(certificate.key_pem);
    CHECK(Bench(config).get(asking.url())->body == "safe");
    const ScratchDirectory scratch;
    REQUIRE(replace_file(scratch.path() + "/c", certificate.cert_pem).ok());
    REQUIRE(replace_file(scratch.path() + "/k", certificate.key_pem).ok());
    config.tls.cert_pem.clear();
    config.tls.key_pem = Secret();
    config.tls.cert_file = scratch.path() + "/c";
    config.tls.key_file = scratch.path() + "/k";
    CHECK(Bench(config).get(asking.url())->body == "safe");
  }
}

TEST_CASE("a proxy gets whole URLs, tunnels TLS, and its own headers only with CONNECT") {
  ScriptedServer proxy([](const std::string& request) {
    return request.starts_with("CONNECT") ? ScriptedServer::answer("403 Forbidden", "")
                                          : ScriptedServer::answer("200 OK", "by proxy");
  });
  HttpClientConfig config;
  config.proxy.url = "http://who:secret@127.0.0.1:" + std::to_string(proxy.port());
  config.proxy.connect_headers.emplace_back("X-Tunnel", Secret("t"));
  Bench bench(config);
  CHECK(bench.get("http://loki.invalid/push")->body == "by proxy");
  CHECK(proxy.requests()[0].starts_with("GET http://loki.invalid/push HTTP/1.1\r\n"));
  CHECK(contains(proxy.requests()[0], "Proxy-Authorization: Basic d2hvOnNlY3JldA==\r\n"));
  CHECK_FALSE(contains(proxy.requests()[0], "X-Tunnel"));

  HttpRequest request{.url = "https://loki.invalid/push"};
  request.headers = {{"X-Own", "o"}};
  const auto refused = bench.ask(std::move(request));
  CHECK(refused.error().what == "Get \"https://loki.invalid/push\": proxyconnect tcp: the proxy answered 403");
  CHECK(refused.error().reason == "proxy");
  CHECK(proxy.requests()[1].starts_with("CONNECT loki.invalid:443 HTTP/1.1\r\n"));
  CHECK(contains(proxy.requests()[1], "X-Tunnel: t\r\n"));
  CHECK_FALSE(contains(proxy.requests()[1], "X-Own"));

  const std::string port = unused_port();
  config.proxy.url = "http://who:secret@127.0.0.1:" + port;
  const auto dead = Bench(config).get("http://loki.invalid/");
  CHECK(dead.error().what ==
        "Get \"http://loki.invalid/\": proxyconnect tcp: dial tcp 127.0.0.1:" + port + ": connect: connection refused");
}

TEST_CASE("requests go through a Unix socket, whatever host their URLs name, and past proxies") {
  const ScratchDirectory folder;
  const std::string path = folder.path() + "/engine.sock";
  Bench bench({.proxy = {.url = "http://127.0.0.1:9"}, .unix_socket = path});
  const auto missing = bench.get("http://nowhere.invalid/x");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().what == "Get \"http://nowhere.invalid/x\": dial unix " + path + ": connect: no such file or directory");
  CHECK(missing.error().reason == "not_found");
  {
    ScriptedServer server(always(ScriptedServer::answer("200 OK", "pong")), path);
    const auto answer = bench.get("http://nowhere.invalid/_ping?a=1");
    REQUIRE(answer.ok());
    CHECK(answer->body == "pong");
    CHECK(server.requests()[0].starts_with("GET /_ping?a=1 HTTP/1.1\r\nHost: nowhere.invalid\r\n"));
  }
  const auto refused = bench.get("http://nowhere.invalid/y");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().what == "Get \"http://nowhere.invalid/y\": dial unix " + path + ": connect: connection refused");
  CHECK(refused.error().reason == "refused");
}
