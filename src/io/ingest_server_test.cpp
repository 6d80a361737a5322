#include "src/io/ingest_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "src/io/file.h"
#include "src/io/http_client.h"
#include "src/io/loop.h"
#include "src/io/scratch_directory.h"
#include "src/io/scripted_server.h"
#include "src/io/tls_server.h"

using namespace invar;

namespace {

/// A server whose handler answers with what it got, from another thread.
struct Echo {
  explicit Echo(IngestServer::Options options = {}, std::shared_ptr<TlsServer> tls = nullptr)
      : server(std::move(options), [this](IngestRequest request, IngestServer::Respond respond) {
          ++requests;
          std::thread([request = std::move(request), respond = std::move(respond)] {
            if (request.path == "/empty") return respond({.status = 204, .content_type = {}, .body = {}});
            respond({.status = 200, .content_type = "text/plain", .body = request.method + " " + request.path + " " + (request.body.size() < 100 ? request.body : std::to_string(request.body.size()))});
          }).detach();
        }) {
    const auto bound = server.bind("127.0.0.1:0", std::move(tls));
    REQUIRE(bound.ok());
    server.start();
  }
  std::atomic<int> requests{0};
  IngestServer server;
};

Result<HttpResponse> try_asking(const std::string& url, std::string body, HttpClientConfig config = {}) {
  LoopThread thread("client");
  std::promise<Result<HttpResponse>> promise;
  std::unique_ptr<HttpClient> client;
  HttpCall call;
  thread.start();
  call_on(thread.loop(), [&] {
    client = std::make_unique<HttpClient>(thread.loop(), config);
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.body = HttpBody::of(std::move(body));
    call = client->send(std::move(request), [&](Result<HttpResponse> response) { promise.set_value(std::move(response)); });
  });
  auto answer = promise.get_future().get();
  call_on(thread.loop(), [&] {
    call.cancel();
    client.reset();
  });
  thread.stop_and_join();
  return answer;
}

HttpResponse ask(const std::string& url, std::string body, HttpClientConfig config = {}) {
  auto answer = try_asking(url, std::move(body), std::move(config));
  REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().what));
  return *answer;
}

using Identity = TestCertificate;
constexpr const char* kNames = "IP:127.0.0.1";

TlsServerConfig server_config(const Identity& identity) {
  TlsServerConfig config;
  config.cert_pem = identity.cert_pem;
  config.key_pem = Secret(identity.key_pem);
  return config;
}

HttpClientConfig client_config(const Identity& identity) {
  HttpClientConfig config;
  config.tls.ca_pem = identity.cert_pem;
  return config;
}

}  // namespace

TEST_CASE("a body comes whole, and the answer may come from anywhere") {
  Echo echo;
  const std::string url = "http://" + echo.server.address();
  CHECK(ask(url + "/a%20b?c=d", "hello").body == "POST /a b hello");
  const std::string large(3u << 20, 'x');
  CHECK(ask(url + "/l", large).body == "POST /l 3145728");
  CHECK(ask(url + "/empty", "x").status == 204);
}

TEST_CASE("a body beyond the limit is refused with the words given, before it is read") {
  IngestServer::Options options;
  options.body_bytes = 1000;
  options.too_large = [](size_t declared) { return IngestResponse::error(400, "too large: " + std::to_string(declared)); };
  Echo echo(std::move(options));
  const HttpResponse answer = ask("http://" + echo.server.address() + "/", std::string(1001, 'x'));
  CHECK(answer.status == 400);
  CHECK(answer.body == "too large: 1001\n");
  CHECK(echo.requests == 0);
}

TEST_CASE("closing waits for requests that are being served") {
  std::promise<IngestServer::Respond> held;
  IngestServer server({}, [&](IngestRequest, IngestServer::Respond respond) { held.set_value(std::move(respond)); });
  REQUIRE(server.bind("127.0.0.1:0", nullptr).ok());
  server.start();
  std::future<HttpResponse> answer = std::async(std::launch::async, [url = "http://" + server.address() + "/"] { return ask(url, "x"); });
  auto respond = held.get_future().get();
  std::promise<void> closed;
  server.close([&] { closed.set_value(); });
  std::future<void> done = closed.get_future();
  CHECK(done.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  respond({.status = 200, .content_type = {}, .body = "late"});
  CHECK(answer.get().body == "late");
  CHECK(done.wait_for(std::chrono::seconds(5)) == std::future_status::ready);
}

TEST_CASE("TLS: large bodies both ways, many requests on one connection") {
  const Identity identity(kNames);
  auto tls = TlsServer::make(server_config(identity));
  REQUIRE(tls.ok());
  Echo echo({}, *tls);
  const std::string url = "https://" + echo.server.address();
  const std::string large(2u << 20, 'y');
  CHECK(ask(url + "/l", large, client_config(identity)).body == "POST /l 2097152");
  CHECK(ask(url + "/empty", "x", client_config(identity)).status == 204);
  CHECK_FALSE(try_asking(url, "x").ok());  // it does not know who signed
  const HttpResponse plain = ask("http://" + echo.server.address() + "/", "x");
  CHECK(plain.status == 400);
  CHECK(plain.body == "Client sent an HTTP request to an HTTPS server.\n");
}

TEST_CASE("TLS: who needs a client certificate gets one, or refuses") {
  const Identity ours(kNames), theirs(kNames), strangers(kNames);
  TlsServerConfig config = server_config(ours);
  config.client_ca_pem = theirs.cert_pem;
  config.client_auth = TlsServerConfig::ClientAuth::kRequireAndVerify;
  auto tls = TlsServer::make(config);
  REQUIRE(tls.ok());
  Echo echo({}, *tls);
  const std::string url = "https://" + echo.server.address() + "/empty";
  HttpClientConfig client = client_config(ours);
  CHECK_FALSE(try_asking(url, "x", client).ok());
  client.tls.cert_pem = strangers.cert_pem;
  client.tls.key_pem = Secret(strangers.key_pem);
  CHECK_FALSE(try_asking(url, "x", client).ok());
  client.tls.cert_pem = theirs.cert_pem;
  client.tls.key_pem = Secret(theirs.key_pem);
  CHECK(ask(url, "x", client).status == 204);
}

TEST_CASE("TLS: a new certificate file is taken up, half a pair is not") {
  const ScratchDirectory scratch;
  const std::string cert = scratch.path() + "/cert", key = scratch.path() + "/key";
  const auto write = [](const std::string& path, const std::string& text) {
    auto file = open_file(path, OpenMode::kWriteTruncate);
    REQUIRE(file.ok());
    REQUIRE(write_all(file->get(), text).ok());
  };
  const Identity old(kNames), fresh(kNames);
  write(cert, old.cert_pem);
  write(key, old.key_pem);
  TlsServerConfig config;
  config.cert_file = cert;
  config.key_file = key;
  auto tls = TlsServer::make(config);
  REQUIRE(tls.ok());
  Echo echo({}, *tls);
  const std::string url = "https://" + echo.server.address() + "/empty";
  CHECK(ask(url, "x", client_config(old)).status == 204);
  write(cert, fresh.cert_pem);
  CHECK(ask(url, "x", client_config(old)).status == 204);
  write(key, fresh.key_pem);
  CHECK(ask(url, "x", client_config(fresh)).status == 204);
}

TEST_CASE("TLS: what cannot work is refused, with the name of the file") {
  const Identity identity(kNames), other(kNames);
  struct Row {
    std::string_view cert_file, cert, key, error;
  };
  const Row rows[] = {
      {"/absent", "", identity.key_pem, "failed to read cert_file: open /absent: no such file or directory"},
      {"", "no PEM", identity.key_pem, "tls: failed to find any PEM data in certificate input"},
      {"", identity.cert_pem, "no PEM", "tls: failed to find any PEM data in key input"},
      {"", identity.cert_pem, other.key_pem, "tls: private key does not match public key"},
  };
  for (const Row& row : rows) {
    TlsServerConfig config;
    config.cert_file = row.cert_file;
    config.cert_pem = row.cert;
    config.key_pem = Secret(std::string(row.key));
    const auto made = TlsServer::make(config);
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().what == row.error);
  }
}
