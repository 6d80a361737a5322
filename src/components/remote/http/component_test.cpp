#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>

#include "src/io/scripted_server.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

/// Answers with what was said last.
struct TextServer {
  std::mutex mutex;
  std::string status = "200 OK", text;
  ScriptedServer server{[this](const std::string&) -> std::optional<std::string> {
    const std::lock_guard lock(mutex);
    if (status.empty()) return std::nullopt;
    return ScriptedServer::answer(status, text);
  }};

  explicit TextServer(std::string first) : text(std::move(first)) {}
  void say(std::string new_status, std::string new_text = {}) {
    const std::lock_guard lock(mutex);
    status = std::move(new_status), text = std::move(new_text);
  }
};

std::string config(const std::string& url, std::string_view further = {}) {
  return "remote.http \"vec\" {\n url = \"" + url + "\"\n poll_frequency = \"60ms\"\n poll_timeout = \"50ms\"\n " + std::string(further) + "\n}\n";
}

/// As the API shows it.
std::string content(const ComponentHarness& harness) {
  const Value* value = harness.exports().find("content");
  return value && value->is(ValueType::kCapsule) ? value->as_capsule().text() : std::string();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("remote.http exports the answer without the blanks around it, and what it becomes") {
  TextServer remote(" \n first\ttext \r\n");
  ComponentHarness harness("remote.http.vec");
  REQUIRE(harness.load(config(remote.server.url())));
  CHECK(content(harness) == R"("first\ttext")");
  CHECK(harness.health().state == HealthState::kHealthy);
  CHECK(harness.health().message == "polled endpoint");
  remote.say("200 OK", "second");
  CHECK(harness.turn_until([&] { return content(harness) == R"("second")"; }));
}

TEST_CASE("a poll that fails makes remote.http unhealthy, and the last text stays") {
  TextServer remote("kept");
  ComponentHarness harness("remote.http.vec");
  REQUIRE(harness.load(config(remote.server.url())));
  remote.say("503 Service Unavailable", "not this");
  CHECK(harness.turn_until([&] { return harness.health().message == "polling failed: unexpected status code 503 Service Unavailable"; }));
  CHECK(harness.health().state == HealthState::kUnhealthy);
  CHECK(content(harness) == R"("kept")");
  CHECK(has(harness.log_text(), "level=error msg=\"unexpected status code from response\" component_path=/ component_id=remote.http.vec status=\"503 Service Unavailable\""));
  remote.say("204 No Content");
  CHECK(harness.turn_until([&] { return harness.health().message == "polling failed: unexpected status code 204 No Content"; }));
  remote.say("");  // no answer at all
  CHECK(harness.turn_until([&] { return has(harness.health().message, "polling failed: performing request: Get \"" + remote.server.url() + "\": context deadline exceeded"); }));
  CHECK(content(harness) == R"("kept")");
  remote.say("200 OK", "well again");
  CHECK(harness.turn_until([&] { return harness.health().message == "polled endpoint"; }));
  CHECK(content(harness) == R"("well again")");
}

TEST_CASE("a load is refused when the first answer is none; a reload too, and what runs goes on") {
  TextServer remote("text");
  ComponentHarness harness("remote.http.vec");
  CHECK_FALSE(harness.load(config("http://127.0.0.1:9/x")));
  CHECK(has(harness.error(), "Failed to build component: building component: performing request: Get \"http://127.0.0.1:9/x\": dial tcp 127.0.0.1:9: connect: connection refused"));
  REQUIRE(harness.load(config(remote.server.url())));
  CHECK_FALSE(harness.load(config("http://127.0.0.1:9/y")));
  CHECK(has(harness.error(), "performing request: Get \"http://127.0.0.1:9/y\""));
  remote.say("200 OK", "later");
  CHECK(harness.turn_until([&] { return content(harness) == R"("later")"; }));
}

TEST_CASE("method, headers and body are sent as they are written; a secret text is exported as a secret") {
  TextServer remote("text");
  ComponentHarness harness("remote.http.vec");
  REQUIRE(harness.load(config(remote.server.url("/p?q=1"), R"(
    method    = "PUT"
    headers   = { "X-One" = "1", "User-Agent" = "mine" }
    body      = "asked"
    is_secret = true
    client {
      basic_auth {
        username = "u"
        password = "p"
      }
    })")));
  const std::string request = remote.server.requests().at(0);
  CHECK(request.starts_with("PUT /p?q=1 HTTP/1.1\r\n"));
  CHECK(has(request, "X-One: 1\r\n"));
  CHECK(has(request, "User-Agent: mine\r\n"));
  CHECK(has(request, "Authorization: Basic dTpw\r\n"));
  CHECK(request.ends_with("\r\n\r\nasked"));
  CHECK(content(harness) == "(secret)");
  REQUIRE(harness.load(config(remote.server.url("/p"))));
  CHECK(has(remote.server.requests().back(), "User-Agent: Alloy/v0.0.0 (linux; binary)\r\n"));
  CHECK(content(harness) == R"("text")");
}

TEST_CASE("what remote.http refuses, in Alloy's words") {
  const auto refusal = [](std::string_view body) {
    ComponentHarness harness("remote.http.vec");
    CHECK_FALSE(harness.load("remote.http \"vec\" {\n" + std::string(body) + "\n}\n"));
    return harness.error();
  };
  CHECK(has(refusal("url = \"http://h\"\npoll_frequency = \"0s\""), "poll_frequency must be greater than 0"));
  CHECK(has(refusal("url = \"http://h\"\npoll_timeout = \"0s\""), "poll_timeout must be greater than 0"));
  CHECK(has(refusal("url = \"http://h\"\npoll_timeout = \"1m\""), "poll_timeout must be less than poll_frequency"));
  CHECK(has(refusal("url = \"::\""), "parse \"::\": missing protocol scheme"));
  CHECK(has(refusal("url = \"http://h\"\nmethod = \"A B\""), "net/http: invalid method \"A B\""));
  CHECK(has(refusal("url = \"http://h\"\nclient {\nbearer_token = \"a\"\nbearer_token_file = \"b\"\n}"), "at most one of basic_auth, authorization"));
}
