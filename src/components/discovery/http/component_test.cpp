#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "src/io/scripted_server.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

using Texts = std::vector<std::string>;

/// An inventory whose answer can be changed, and a component that asks it.
struct Bench {
  std::mutex mutex;
  std::string answer = groups("[]");
  ScriptedServer server{[this](const std::string&) {
    const std::lock_guard lock(mutex);
    return answer;
  }};
  ComponentHarness component{"discovery.http.vec"};
  Bench() { component.haste = 50; }

  static std::string groups(std::string_view body, std::string_view type = "application/json") {
    return ScriptedServer::answer("200 OK", body, "Content-Type: " + std::string(type) + "\r\n");
  }
  void answers(std::string text) {
    const std::lock_guard lock(mutex);
    answer = std::move(text);
  }
  bool start(std::string_view more = "") {
    return component.load("discovery.http \"vec\" {\n url = \"" + server.url("/sd?a=b") + "\"\n" + std::string(more) + "\n}\n", "discovery.http");
  }
  Texts published(std::string_view label = "__address__") const {
    Texts texts;
    if (const Value* targets = component.exports().is(ValueType::kObject) ? component.exports().find("targets") : nullptr)
      for (const Value& value : targets->elements()) texts.emplace_back(Target::of(value)->get(label));
    return texts;
  }
  bool publishes(const Texts& addresses) {
    return component.turn_until([&] { return published() == addresses; }, 8000);
  }
  bool shows(std::string_view series) const { return component.metrics_text().find(std::string(series) + "\n") != std::string::npos; }
  bool logs(std::string_view text) {
    return component.turn_until([&] { return component.log_text().find(text) != std::string::npos; });
  }
};

constexpr std::string_view kOwn = "component_id=\"discovery.http.vec\",component_path=\"/\"";
std::string series(std::string_view name, std::string_view labels, std::string_view value) {
  return std::string(name) + "{" + std::string(kOwn) + std::string(labels) + "} " + std::string(value);
}

}  // namespace

TEST_CASE("targets of the answer, in its order, with the URL they come from") {
  Bench b;
  b.answers(Bench::groups(R"([{"targets": ["a:1", "a:2"], "labels": {"job": "x", "__meta_url": "over"}}, {"targets": ["b:1"]}])"));
  REQUIRE(b.start());
  CHECK(b.publishes({"a:1", "a:2", "b:1"}));
  CHECK(b.published("job") == Texts{"x", "x", ""});
  CHECK(b.published("__meta_url") == Texts(3, b.server.url("/sd?a=b")));
  const std::string request = b.server.requests().front();
  CHECK(request.starts_with("GET /sd?a=b HTTP/1.1\r\n"));
  for (const std::string_view header : {"\r\nAccept: application/json\r\n", "\r\nX-Prometheus-Refresh-Interval-Seconds: 60\r\n", "\r\nUser-Agent: Prometheus/v1."})
    CHECK_MESSAGE(request.find(header) != std::string::npos, request);
  CHECK(b.shows(series("prometheus_sd_http_failures_total", "", "0")));
  CHECK(b.shows(series("prometheus_sd_refresh_failures_total", ",config=\"\",mechanism=\"http\"", "0")));
  CHECK(b.shows(series("prometheus_sd_refresh_duration_seconds_count", ",config=\"\",mechanism=\"http\"", "1")));
  CHECK(b.shows(series("prometheus_sd_refresh_duration_histogram_seconds_count", ",mechanism=\"http\"", "1")));
}

TEST_CASE("it is asked again; what fails is told and counted, and keeps the targets") {
  Bench b;
  b.answers(Bench::groups(R"([{"targets": ["a"]}])"));
  REQUIRE(b.start("refresh_interval = \"100ms\""));
  REQUIRE(b.publishes({"a"}));
  struct Failure {
    std::string answer, told;
  };
  const Failure failures[] = {
      {ScriptedServer::answer("503 Service Unavailable", ""), "err=\"server returned HTTP status 503 Service Unavailable\""},
      {Bench::groups("[]", "text/html; charset=utf-8"), "err=\"unsupported content type \\\"text/html; charset=utf-8\\\"\""},
      {Bench::groups("[]", "application/json; charset=latin1"), "err=\"unsupported content type \\\"application/json; charset=latin1\\\"\""},
      {Bench::groups("[null]"), "err=\"nil target group item found\""},
      {Bench::groups("[{"), "err=\"unexpected end of JSON input\""},
      {"", "err=\"Get \\\"" + b.server.url("/sd?a=b") + "\\\": EOF\""},
  };
  for (const Failure& failure : failures) {
    b.answers(failure.answer);
    CHECK_MESSAGE(b.logs("level=error msg=\"Unable to refresh target groups\" component_path=/ component_id=discovery.http.vec " + failure.told), failure.told);
  }
  CHECK(b.published() == Texts{"a"});
  CHECK_FALSE(b.shows(series("prometheus_sd_http_failures_total", "", "0")));
  CHECK_FALSE(b.shows(series("prometheus_sd_refresh_failures_total", ",config=\"\",mechanism=\"http\"", "0")));
  b.answers(Bench::groups(R"([{"targets": ["b"]}])", "Application/JSON; charset=\"utf-8\""));
  CHECK(b.publishes({"b"}));
}

TEST_CASE("an answer that does not come ends with the interval, and the next one counts") {
  std::atomic<int> asked = 0;
  ScriptedServer silent([&](const std::string&) -> std::optional<std::string> {
    if (++asked == 1) return std::nullopt;
    return Bench::groups(R"([{"targets": ["late"]}])");
  });
  Bench b;
  REQUIRE(b.component.load("discovery.http \"vec\" {\n url = \"" + silent.url() + "\"\n refresh_interval = \"200ms\"\n}\n", "discovery.http"));
  CHECK(b.logs("context deadline exceeded"));
  CHECK(b.publishes({"late"}));
}

TEST_CASE("new arguments ask at once, and what was asked before is forgotten") {
  std::atomic<int> asked = 0;
  ScriptedServer silent([&](const std::string&) -> std::optional<std::string> { return ++asked, std::nullopt; });
  Bench b;
  b.answers(Bench::groups(R"([{"targets": ["a"]}])"));
  REQUIRE(b.component.load("discovery.http \"vec\" {\n url = \"" + silent.url() + "\"\n}\n", "discovery.http"));
  REQUIRE(b.component.turn_until([&] { return asked == 1; }));
  REQUIRE(b.start("refresh_interval = \"0s\"\nbearer_token = \"secret\""));
  CHECK(b.publishes({"a"}));
  CHECK(b.server.requests().front().find("\r\nAuthorization: Bearer secret\r\n") != std::string::npos);
  CHECK(b.component.log_text().find("level=error") == std::string::npos);
  b.component.turn_until([] { return false; }, 50);
  CHECK(b.server.requests().size() == 1);
}

TEST_CASE("the URL is asked and shown as Go writes it") {
  Bench b;
  b.answers(Bench::groups(R"([{"targets": ["a"]}])"));
  REQUIRE(b.component.load("discovery.http \"vec\" {\n url = \"" + b.server.url("/\u00e4 b") + "\"\n}\n", "discovery.http"));
  CHECK(b.publishes({"a"}));
  CHECK(b.published("__meta_url") == Texts{b.server.url("/%C3%A4%20b")});
  CHECK(b.server.requests().front().starts_with("GET /%C3%A4%20b HTTP/1.1\r\n"));
}

TEST_CASE("a URL that is none is refused; one that nobody speaks fails as in Alloy") {
  Bench b;
  CHECK_FALSE(b.component.load("discovery.http \"vec\" {\n url = \"http://h:x\"\n}\n", "discovery.http"));
  REQUIRE(b.component.load("discovery.http \"vec\" {\n url = \"inventory:80/x\"\n}\n", "discovery.http"));
  CHECK(b.logs("err=\"Get \\\"inventory:80/x\\\": unsupported protocol scheme \\\"inventory\\\"\""));
}
