// api/log_levels: one scenario at each level and in each format, and what it logs. (What waits for the dead endpoint at the end is given up after half a second.)
// api/logs: the kinds of lines that Alloy writes, by who writes them: message, level and keys.
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "src/io/scripted_server.h"
#include "tests/conformance/log_lines.h"
#include "tests/conformance/needs.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_logs {
namespace {

constexpr std::string_view kScenario = R"(logging {
  level  = "$LEVEL"
  format = "$FORMAT"
}

local.file "f" { filename = "v.txt" }

local.file_match "m" {
  path_targets = [{"__path__" = "x.log"}]
}
loki.source.file "f" {
  targets    = local.file_match.m.targets
  forward_to = [loki.process.p.receiver]
}
loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.json { expressions = {"a" = ""} }
}
loki.write "w" {
  endpoint {
    url                 = "http://127.0.0.1:13799/push"
    batch_wait          = "100ms"
    min_backoff_period  = "50ms"
    max_backoff_period  = "60ms"
    max_backoff_retries = 2
    queue_config { drain_timeout = "500ms" }
  }
}
)";

bool has(const LiveAgent& agent, const std::string& words) { return agent.log().find(words) != std::string::npos; }

/// Dead endpoint, a good reload, one of an unknown component, a good one, local.file's file removed, SIGTERM.
std::string scenario_log(const std::string& level, const std::string& format) {
  const std::string text = replaced(replaced(std::string(kScenario), "$LEVEL", level), "$FORMAT", format);
  RecordedSession session(text, {"--stability.level=experimental"}, {{"v.txt", "v"}, {"x.log", "l1\n"}});
  LiveAgent& agent = session.agent();
  if (!agent.ready()) return agent.log();
  wait_until([&] {
    const std::string retries = agent.metric(session.ports().moved("loki_write_batch_retries_total{component_id=\"loki.write.w\",component_path=\"/\",host=\"127.0.0.1:13799\",tenant=\"\"}"));
    return !retries.empty() && std::stod(retries) >= 2;
  });
  agent.ask("/-/reload");
  session.workspace().write("config.alloy", session.config() + "foo.bar \"x\" { }\n");
  agent.ask("/-/reload");
  session.workspace().write("config.alloy", session.config());
  agent.ask("/-/reload");
  std::filesystem::remove(session.directory() / "v.txt");
  wait_until([&] { return has(agent, "failed to read file"); });
  agent.stop();
  return session.back(agent.log());
}

/// They tell of the inside, which is another one here; api/semantics compares those that tell of the world.
bool is_debug(const std::string& line) { return line.find("level=debug") != std::string::npos || line.find("\"level\":\"debug\"") != std::string::npos; }

Json lines_once(const std::vector<std::string>& lines) {
  const LogLines log([](const std::string& line) { return line; });
  // loki.write keeps on disk what Alloy gives up; each says so.
  static constexpr std::array<std::string_view, 4> kOfTheEnd{"no retries left, ", "failed to flush all queues", "its lines go to disk", "lines stay on disk until"};
  auto kept = log.comparable(lines, [](const std::string& line) {
    return !is_debug(line) && std::none_of(kOfTheEnd.begin(), kOfTheEnd.end(), [&](std::string_view words) { return line.find(words) != std::string::npos; });
  });
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

Outcome run_level(const ConformanceCase& c) {
  // levels_logfmt_info
  const size_t first = c.name.find('_'), second = c.name.find('_', first + 1);
  const std::string log = scenario_log(c.name.substr(second + 1), c.name.substr(first + 1, second - first - 1));
  return verdict(difference(lines_once(c.data.get<std::vector<std::string>>()), lines_once(lines_of(log))));
}

/// A kind of line: who writes it, at which level, and what.
using Event = std::array<std::string, 3>;
/// The keys it was seen with.
using Events = std::map<Event, std::set<std::vector<std::string>>>;

/// There is no tracing here, and no gRPC.
bool is_compared(const std::string& key) { return key != "trace_id" && key != "trace_id_unsampled" && key != "grpc"; }

/// Keys and values of a JSON line in their order.
std::vector<std::pair<std::string, std::string>> fields_of(const std::string& line) {
  std::vector<std::pair<std::string, std::string>> fields;
  const auto parsed = nlohmann::ordered_json::parse(line, nullptr, false);
  if (!parsed.is_object()) return fields;
  for (const auto& [key, value] : parsed.items()) fields.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  return fields;
}

/// As the recording groups them: by type of component, service, controller; what a push took is part of its message.
void add_event(Events& events, const std::string& line) {
  static const std::regex kSpent(" [0-9.]+(µs|ms|s|ns)$"), kAddress("failed to listen on .*");
  std::string level, msg, who = "process";
  std::vector<std::string> keys;
  for (const auto& [key, value] : fields_of(line)) {
    if (key == "level") level = value;
    if (key == "msg") msg = std::regex_replace(std::regex_replace(value, kSpent, " <DUR>"), kAddress, "failed to listen on <ADDR>");
    if (key == "controller_id") who = "controller";
    if (key == "service") who = "service:" + value;
    if (key == "component_id") who = value.substr(0, value.rfind('.'));
    if (key != "ts" && key != "level" && key != "msg" && is_compared(key)) keys.push_back(key);
  }
  events[{who, level, msg}].insert(keys);
}

constexpr const char* kDestinations = R"(
loki.write "refused" {
  endpoint {
    url        = "http://127.0.0.1:13790/push?code=400&msg=no"
    batch_wait = "50ms"
  }
}
loki.write "limited" {
  endpoint {
    url               = "http://127.0.0.1:13790/push?code=429&msg=slower"
    batch_wait        = "50ms"
    retry_on_http_429 = false
  }
}
loki.source.api "more" {
  http {
    listen_address = "127.0.0.1"
    listen_port    = 13801
  }
  forward_to = [loki.write.refused.receiver, loki.write.limited.receiver]
}
discovery.http "nobody" {
  url = "http://127.0.0.1:13791/sd"
}
discovery.docker "nobody" {
  host = "tcp://127.0.0.1:13791"
}
loki.process "limits" {
  forward_to = []
  stage.limit {
    rate                = 5
    burst               = 5
    by_label_name       = "a"
    drop                = true
    max_distinct_labels = 10
  }
}
loki.source.docker "d" {
  host       = "tcp://127.0.0.1:13798"
  targets    = [{"__meta_docker_container_id" = "abc123"}]
  forward_to = []
}
local.file "temporary" { filename = "temporary.txt" }
loki.source.file "broken" {
  targets    = [{"__path__" = "bad.gz"}]
  forward_to = []
  decompression {
    enabled = true
    format  = "gz"
  }
}
)";

constexpr const char* kKafka = R"(
loki.source.kafka "k" {
  brokers    = ["127.0.0.1:13799"]
  topics     = ["t"]
  forward_to = []
}
)";

void push(RecordedSession& session, int port, const std::string& body) {
  http_exchange(session.ports().moved(port), "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}}, body);
}

void add_lines(Events& events, const RecordedSession& session) {
  for (const std::string& line : lines_of(session.agent().log())) add_event(events, line);
}

/// Everything that the recorded sessions did and this build can do, in JSON at level debug.
Events observed(const ConformanceCase& c) {
  Events events;
  const std::string config = replaced(recorded_config(c, "main.alloy"), "format   = \"logfmt\"", "format   = \"json\"") + kDestinations + (is_built("loki.source.kafka") ? kKafka : "");
  {
    RecordedSession session(config, {"--stability.level=experimental"}, {{"temporary.txt", ""}, {"bad.gz", "\x1f\x8b"}});
    LiveAgent& agent = session.agent();
    const std::string line = "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1700000000123456789\",\"first line level=info\"]]}]}";
    session.workspace().write("logs/app.log", "first line\n");
    push(session, 13781, line);
    push(session, 13781, "{bad");
    push(session, 13801, line);
    session.send(SOCK_STREAM, 13782, "garbage\n");
    session.send(SOCK_DGRAM, 13783, "garbage");
    session.send(SOCK_DGRAM, 13784, "{");
    agent.ask("/-/reload");
    std::filesystem::remove(session.directory() / "temporary.txt");
    wait_until([&] { return has(agent, "open temporary.txt: no such file"); });
    session.workspace().write("config.alloy", "x {");
    agent.ask("/-/reload");
    agent.signal(SIGHUP, "failed to reload config");
    session.workspace().write("config.alloy", session.config() + "\nloki.process \"x\" {\n forward_to = []\n stage.regex { expression = \"(\" }\n}\n");
    agent.ask("/-/reload");
    session.workspace().write("temporary.txt", "");
    session.workspace().write("config.alloy", session.config());
    agent.signal(SIGHUP, "config reloaded");
    wait_until([&] { return has(agent, "received log entry") && has(agent, "dropping batch due to rate limiting") && has(agent, "failed to parse request") && has(agent, "error initializing syslog stream") &&
             has(agent, "error parsing syslog stream") && has(agent, "error while reading gelf message") && has(agent, "start tailing file") && has(agent, "error inspecting Docker container") &&
             (!is_built("loki.source.kafka") || has(agent, "failed to create kafka client"));
    });
    agent.stop();
    add_lines(events, session);
  }
  const TestCertificate certificate("IP:127.0.0.1");
  RecordedSession session("logging {\n  format = \"json\"\n}\nhttp {\n  auth {\n    basic {\n      username = \"u\"\n      password = \"p\"\n    }\n  }\n}\n");
  session.agent().ask("/metrics");
  const std::string address = "--server.http.listen-addr=127.0.0.1:" + std::to_string(session.agent().port());
  ProgramRun second{.line = {"run", address, "--storage.path=other", "config.alloy"}, .directory = session.directory(), .environment = {}, .input = {}, .stop_when = {}};
  for (const std::string& line : lines_of(run_program(second).error)) add_event(events, line);
  session.workspace().write("config.alloy", "logging {\n  format = \"json\"\n}\nhttp {\n  tls {\n    cert_pem = " + Json(certificate.cert_pem).dump() + "\n    key_pem = " +
                                                Json(certificate.key_pem).dump() + "\n  }\n}\n");
  session.agent().signal(SIGHUP, "config reloaded");
  session.agent().stop();
  add_lines(events, session);
  return events;
}

/// Lines at level debug tell of Alloy's inside: those that are written here too have its keys, the others have no place here.
Outcome run_event(const ConformanceCase& c) {
  const std::string who = c.data["component"];
  const bool is_component = who.find('.') != std::string::npos;
  if (is_component && !is_built(who)) return Outcome::skipped("needs component " + who);
  static const Events ours = observed(c);
  const auto event = ours.find({who, c.data["level"], c.data["msg"]});
  if (event == ours.end()) return c.defect || c.data["level"] == "debug" ? Outcome::passed() : Outcome::failed("  not logged\n");
  std::set<std::vector<std::string>> known;
  for (const Json& keys : c.data["keys"]) {
    std::vector<std::string> names;
    for (const Json& key : keys)
      if (is_compared(key)) names.push_back(key);
    known.insert(names);
  }
  for (const auto& keys : event->second)
    if (!known.contains(keys)) return Outcome::failed("  other keys:\n" + difference(c.data["keys"], Json(keys)));
  return Outcome::passed();
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  return c.suite == "api/logs" ? run_event(c) : run_level(c);
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/log_levels", "api/logs"}, .run = run};

}  // namespace invar::api_logs
