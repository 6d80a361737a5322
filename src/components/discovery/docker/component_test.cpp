#include <doctest/doctest.h>

#include <mutex>

#include "src/io/scratch_directory.h"
#include "src/io/scripted_server.h"
#include "tests/harness/component_harness.h"

using namespace invar;
using namespace invar::harness;

namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kContainers = R"([{"Id": "c1", "Names": ["/web"], "Ports": [{"PrivatePort": 80, "Type": "tcp"}],
  "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "n1", "IPAddress": "172.17.0.2"}}}}])";

std::string json(std::string_view status, std::string_view body) { return ScriptedServer::answer(status, body, "Content-Type: application/json\r\n"); }

/// An engine whose answers can be changed, and a component that asks it.
struct Bench {
  ScratchDirectory folder;
  std::mutex mutex;
  std::string containers = json("200 OK", kContainers), networks = json("200 OK", R"([{"Id": "n1", "Name": "bridge"}])");
  ComponentHarness component{"discovery.docker.vec"};
  Bench() { component.haste = 50; }

  ScriptedServer::Script script() {
    return [this](const std::string& request) {
      const std::lock_guard lock(mutex);
      if (request.find(" /_ping ") != std::string::npos) return ScriptedServer::answer("200 OK", "", "Api-Version: 1.44\r\n");
      return request.find("/networks") != std::string::npos ? networks : containers;
    };
  }
  void answers(std::string& which, std::string text) {
    const std::lock_guard lock(mutex);
    which = std::move(text);
  }
  std::string socket() const { return folder.path() + "/docker.sock"; }
  bool load(const std::string& host, std::string_view more = "") {
    return component.load("discovery.docker \"vec\" {\n host = \"" + host + "\"\n" + std::string(more) + "\n}\n", "discovery.docker");
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
  bool logs(std::string_view text) {
    return component.turn_until([&] { return component.log_text().find("level=error msg=\"Unable to refresh target groups\" component_path=/ component_id=discovery.docker.vec err=\"" + std::string(text) + "\"") != std::string::npos; });
  }
};

}  // namespace

TEST_CASE("containers of an engine behind a Unix socket, in the version of its API, by filters") {
  Bench b;
  ScriptedServer engine(b.script(), b.socket());
  REQUIRE(b.load("unix://" + b.socket(), "filter {\n name = \"status\"\n values = [\"running\", \"a&b\"]\n}\nfilter {\n name = \"label\"\n values = [\"x=y\"]\n}\nfilter {\n name = \"none\"\n values = []\n}"));
  CHECK(b.publishes({"172.17.0.2:80"}));
  CHECK(b.published("__meta_docker_network_name") == Texts{"bridge"});
  const auto requests = engine.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].starts_with("GET /v1.44/containers/json?filters=%7B%22label%22%3A%7B%22x%3Dy%22%3Atrue%7D%2C%22status%22%3A%7B%22a%5Cu0026b%22%3Atrue%2C%22running%22%3Atrue%7D%7D HTTP/1.1\r\n"));
  CHECK(requests[1].find("\r\nHost: api.moby.localhost\r\n") != std::string::npos);
  CHECK(requests[2].starts_with("GET /v1.44/networks HTTP/1.1\r\n"));
  const std::string metrics = b.component.metrics_text();
  constexpr std::string_view kOwn = "{component_id=\"discovery.docker.vec\",component_path=\"/\",config=\"\",mechanism=\"docker\"} ";
  CHECK(metrics.find("prometheus_sd_refresh_failures_total" + std::string(kOwn) + "0\n") != std::string::npos);
  CHECK(metrics.find("prometheus_sd_refresh_duration_seconds_count" + std::string(kOwn) + "1\n") != std::string::npos);
}

TEST_CASE("it is asked again; what fails is told and counted, and keeps the targets") {
  Bench b;
  ScriptedServer engine(b.script());
  REQUIRE(b.load("tcp://127.0.0.1:" + std::to_string(engine.port()), "refresh_interval = \"100ms\"\nport = 9"));
  REQUIRE(b.publishes({"172.17.0.2:80"}));
  b.answers(b.containers, json("400 Bad Request", R"({"message": "invalid filter 'x'"})"));
  CHECK(b.logs("error while listing containers: Error response from daemon: invalid filter 'x'"));
  b.answers(b.containers, json("200 OK", "{}"));
  CHECK(b.logs("error while listing containers: the engine's answer is no list of containers"));
  b.answers(b.containers, json("200 OK", "[]"));
  b.answers(b.networks, ScriptedServer::answer("500 Internal Server Error", "broken\n"));
  CHECK(b.logs("error while computing network labels: Error response from daemon: broken"));
  CHECK(b.published() == Texts{"172.17.0.2:80"});
  b.answers(b.networks, json("200 OK", "[]"));
  CHECK(b.publishes({}));
}

TEST_CASE("an engine that is not there") {
  Bench b;
  std::string port;
  {
    ScriptedServer engine(b.script());
    port = std::to_string(engine.port());
  }
  REQUIRE(b.load("tcp://127.0.0.1:" + port));
  CHECK(b.logs("error while listing containers: Cannot connect to the Docker daemon at tcp://127.0.0.1:" + port + ". Is the docker daemon running?"));
  REQUIRE(b.load("unix://" + b.socket()));
  CHECK(b.logs("error while listing containers: failed to connect to the docker API at unix://" + b.socket() + "; check if the path is correct and if the daemon is running: dial unix " + b.socket() +
               ": connect: no such file or directory"));
  CHECK(b.component.health().state != HealthState::kUnhealthy);
}

TEST_CASE("arguments are refused as by Alloy") {
  Bench b;
  struct Case {
    std::string host, more, error;
  };
  for (const Case& c : {Case{"", "", "host attribute must not be empty"}, Case{"http://d:x", "", "parsing host attribute: parse \"http://d:x\": invalid port \":x\" after host"},
                        Case{"unix:///d", "refresh_interval = \"0s\"", "refresh_interval must be greater than 0"}, Case{"nowhere", "", "error setting up docker client: unable to parse docker host `nowhere`"},
                        Case{"unix:///d", "bearer_token = \"a\"\nbearer_token_file = \"b\"", "at most one of basic_auth, authorization, oauth2, bearer_token & bearer_token_file must be configured"}}) {
    CAPTURE(c.error);
    CHECK_FALSE(b.load(c.host, c.more));
    CHECK_MESSAGE(b.component.error().find(c.error) != std::string::npos, b.component.error());
  }
}

TEST_CASE("the arguments of the client are for http, not for tcp") {
  Bench b;
  ScriptedServer engine(b.script());
  REQUIRE(b.load(engine.url(""), "bearer_token = \"secret\""));
  REQUIRE(b.publishes({"172.17.0.2:80"}));
  CHECK(engine.requests().back().find("\r\nAuthorization: Bearer secret\r\n") != std::string::npos);
  const size_t before = engine.requests().size();
  REQUIRE(b.load("tcp://127.0.0.1:" + std::to_string(engine.port()), "bearer_token = \"secret\""));
  REQUIRE(b.component.turn_until([&] { return engine.requests().size() == before + 3; }));
  CHECK(engine.requests().back().find("Authorization") == std::string::npos);
}
