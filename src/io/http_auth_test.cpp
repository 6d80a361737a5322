#include "src/io/http_auth.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "src/io/file.h"
#include "src/io/http_client.h"
#include "src/io/oauth_token.h"
#include "src/io/scratch_directory.h"
#include "src/io/scripted_server.h"

using namespace invar;

namespace {

Result<HttpResponse> get(Loop& loop, HttpClient& client, const std::string& url) {
  std::optional<Result<HttpResponse>> answer;
  auto call = client.send({.url = url}, [&](Result<HttpResponse> got) {
    answer = std::move(got);
    loop.stop();
  });
  loop.run();
  return std::move(*answer);
}

std::string header_of(const std::string& request, std::string_view name) {
  const size_t at = request.find(std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const size_t begin = at + name.size() + 2;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace

TEST_CASE("basic and bearer credentials, the files among them read for every request") {
  ScriptedServer server([](const std::string&) { return ScriptedServer::answer("200 OK", ""); });
  const ScratchDirectory scratch;
  Loop loop;
  HttpClientConfig config;

  config.auth.basic = {.username = "user", .password = Secret("pass")};
  {
    HttpClient client(loop, config);
    REQUIRE(get(loop, client, server.url()).ok());
    CHECK(header_of(server.requests().back(), "Authorization") == "Basic dXNlcjpwYXNz");
  }
  config.auth = {};
  config.auth.authorization.emplace();
  config.auth.authorization->credentials_file = scratch.path() + "/token";
  HttpClient client(loop, config);
  const auto missing = get(loop, client, server.url());
  CHECK(missing.error().reason == "auth");
  CHECK(missing.error().what ==
        "Get \"" + server.url() + "\": unable to read authorization credentials: unable to read file " +
            scratch.path() + "/token: open " + scratch.path() + "/token: no such file or directory");
  for (const std::string token : {"one", "two"}) {
    REQUIRE(replace_file(scratch.path() + "/token", token + "\n").ok());
    REQUIRE(get(loop, client, server.url()).ok());
    CHECK(header_of(server.requests().back(), "Authorization") == "Bearer " + token);
  }
}

TEST_CASE("an OAuth2 token is fetched once, kept, and fetched again after a 401 or its end") {
  // Read by the servers' threads.
  std::atomic<int> tokens{0};
  std::atomic<bool> short_lived{false}, refused{false};
  ScriptedServer issuer([&](const std::string&) {
    return ScriptedServer::answer("200 OK", R"({"access_token":"t)" + std::to_string(++tokens) +
                                                R"(","token_type":"bearer","expires_in":)" + (short_lived ? "\"10\"" : "3600") + "}");
  });
  ScriptedServer server([&](const std::string&) { return ScriptedServer::answer(refused ? "401 Unauthorized" : "200 OK", ""); });
  Loop loop;
  HttpClientConfig config;
  config.auth.oauth2.emplace();
  config.auth.oauth2->client_id = "id/1";
  config.auth.oauth2->client_secret = Secret("s e");
  config.auth.oauth2->scopes = {"a", "b"};
  config.auth.oauth2->endpoint_params = {{"audience", "x&y"}};
  config.auth.oauth2->token_url = issuer.url("/token");
  HttpClient client(loop, config);

  REQUIRE(get(loop, client, server.url()).ok());
  REQUIRE(get(loop, client, server.url()).ok());
  CHECK(tokens == 1);
  CHECK(header_of(server.requests().back(), "Authorization") == "Bearer t1");
  const std::string asked = issuer.requests()[0];
  CHECK(asked.starts_with("POST /token HTTP/1.1\r\n"));
  CHECK(header_of(asked, "Authorization") == "Basic aWQlMkYxOnMrZQ==");  // id%2F1:s+e
  CHECK(asked.ends_with("\r\n\r\naudience=x%26y&grant_type=client_credentials&scope=a+b"));

  refused = true;
  CHECK(get(loop, client, server.url())->status == 401);
  refused = false;
  short_lived = true;
  REQUIRE(get(loop, client, server.url()).ok());
  CHECK(header_of(server.requests().back(), "Authorization") == "Bearer t2");
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  loop.turn();
  REQUIRE(get(loop, client, server.url()).ok());
  CHECK(header_of(server.requests().back(), "Authorization") == "Bearer t3");
}

TEST_CASE("a token endpoint that takes the secret only in the body is found out; one that refuses is named") {
  std::atomic<bool> refuses{false};  // read by the issuer's thread
  ScriptedServer issuer([&](const std::string& request) {
    const bool in_body = request.ends_with("client_id=id&client_secret=hidden&grant_type=client_credentials");
    return in_body && !refuses ? ScriptedServer::answer("200 OK", R"({"access_token":"t"})")
                               : ScriptedServer::answer("401 Unauthorized", "no");
  });
  ScriptedServer server([](const std::string&) { return ScriptedServer::answer("200 OK", ""); });
  Loop loop;
  HttpClientConfig config;
  config.auth.oauth2.emplace();
  config.auth.oauth2->client_id = "id";
  config.auth.oauth2->client_secret = Secret("hidden");
  config.auth.oauth2->token_url = issuer.url();
  {
    HttpClient client(loop, config);
    REQUIRE(get(loop, client, server.url()).ok());
    CHECK(issuer.requests().size() == 2);
  }
  refuses = true;
  HttpClient client(loop, config);
  const auto refused = get(loop, client, server.url());
  CHECK(refused.error().what == "Get \"" + server.url() + "\": oauth2: cannot fetch token: 401 Unauthorized");
  CHECK(refused.error().reason == "auth");
}

TEST_CASE("token answers") {
  const auto token =
      parse_oauth_token(R"( {"x":[{"a":null},true,1e3,"\n"], "access_token" : "aé😀", "expires_in":12.5 } )");
  REQUIRE(token.ok());
  CHECK(token->access_token.reveal() == "a\xc3\xa9\xf0\x9f\x98\x80");
  CHECK(token->type == "Bearer");
  CHECK(token->expires_in_seconds == 12.5);
  for (const std::string_view bad :
       {"", "{", "{}", "[]", "{\"access_token\":1}", "{\"access_token\":\"a\"", "{\"access_token\":\"a\"}x",
        "{\"access_token\":\"a\",}", "{\"access_token\":\"\\ud800\"}", "{\"access_token\":\"a\\",
        "{\"access_token\":\"a\",\"expires_in\":\"x\"}", "{\"access_token\":\"a\nb\"}"}) {
    INFO(bad);
    CHECK(parse_oauth_token(bad).error().reason == "auth");
  }
  CHECK_FALSE(parse_oauth_token("{\"a\":" + std::string(100'000, '[') + "}").ok());
}
