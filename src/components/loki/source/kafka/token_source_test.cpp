#include "src/components/loki/source/kafka/token_source.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <thread>

#include "src/io/scripted_server.h"
#include "tests/component_bench.h"

namespace invar::loki_source_kafka {
namespace {

struct Asked {
  std::map<std::string, std::string> environment;
  std::string scope = "https://ns.servicebus.windows.net/.default";

  Result<TokenSource::Token> get() {
    Loop loop;
    TokenSource source(loop, {{scope}}, [this](const char* name) { return environment[name]; });
    std::optional<Result<TokenSource::Token>> answer;
    source.get([&](Result<TokenSource::Token> token) { answer = std::move(token); });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!answer && std::chrono::steady_clock::now() < end) {
      loop.turn();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(answer);
    return *answer;
  }
};

std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

TEST_CASE("a client's secret, a federated token, a hosted identity: each as its endpoint wants to be asked") {
  ScriptedServer server([](const std::string&) { return ScriptedServer::answer("200 OK", R"({"access_token":"t1","expires_in":"3600","token_type":"Bearer"})"); });
  std::string authority = server.url("/");
  Asked asked{.environment = {{"AZURE_TENANT_ID", "tenant"}, {"AZURE_CLIENT_ID", "id"}, {"AZURE_CLIENT_SECRET", "s&s"}, {"AZURE_AUTHORITY_HOST", authority}}};
  const auto token = asked.get();
  REQUIRE(token);
  CHECK(token->text == "t1");
  CHECK(token->expires_ms - SystemClock::instance().wall_ns() / 1'000'000 > 3'500'000);
  CHECK(server.requests().back().starts_with("POST /tenant/oauth2/v2.0/token HTTP/1.1\r\n"));
  CHECK(body_of(server.requests().back()) ==
        "grant_type=client_credentials&client_id=id&client_secret=s%26s&scope=https%3A%2F%2Fns.servicebus.windows.net%2F.default");

  const bench::Folder folder;
  bench::write(folder / "token", "a.b.c");
  asked.environment.erase("AZURE_CLIENT_SECRET");
  asked.environment["AZURE_FEDERATED_TOKEN_FILE"] = folder / "token";
  REQUIRE(asked.get());
  CHECK(body_of(server.requests().back()) ==
        "grant_type=client_credentials&client_id=id&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c"
        "&scope=https%3A%2F%2Fns.servicebus.windows.net%2F.default");

  asked.environment = {{"IDENTITY_ENDPOINT", server.url("/msi")}, {"IDENTITY_HEADER", "h"}, {"AZURE_CLIENT_ID", "id"}};
  REQUIRE(asked.get());
  const std::string request = server.requests().back();
  CHECK(request.starts_with("GET /msi?api-version=2019-08-01&resource=https%3A%2F%2Fns.servicebus.windows.net&client_id=id HTTP/1.1\r\n"));
  CHECK(request.find("X-IDENTITY-HEADER: h\r\n") != std::string::npos);
}

TEST_CASE("what cannot be had is named, without the secret") {
  ScriptedServer server([](const std::string&) { return ScriptedServer::answer("401 Unauthorized", R"({"error":"invalid_client"})"); });
  Asked asked{.environment = {{"AZURE_TENANT_ID", "tenant"}, {"AZURE_CLIENT_ID", "id"}, {"AZURE_CLIENT_SECRET", "hidden"}, {"AZURE_AUTHORITY_HOST", server.url("/")}}};
  auto token = asked.get();
  REQUIRE(!token);
  CHECK(token.error().what == "the token endpoint answered 401");
  asked.environment.erase("AZURE_CLIENT_SECRET");
  asked.environment["AZURE_FEDERATED_TOKEN_FILE"] = "/no/such/file";
  token = asked.get();
  REQUIRE(!token);
  CHECK(token.error().what.find("/no/such/file") != std::string::npos);
}

}  // namespace
}  // namespace invar::loki_source_kafka
