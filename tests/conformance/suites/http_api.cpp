// syntax/http_api: the facts of one live session of the HTTP API. The recording does not hold its config: this one has the same components.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/conformance/live_agent.h"
#include "tests/conformance/suite.h"

namespace invar::http_api {
namespace {

std::string config_text(int api_port) {
  std::string text = R"(logging {
  level = "debug"
}

livedebugging {
  enabled = false
}
local.file "cfg" {
  filename = "val.txt"
}

discovery.relabel "d" {
  targets = [{"__address__" = "a:1", "job" = "x"}]
  rule {
    target_label = "t"
    replacement  = "v"
  }
}

declare "mod" {
  local.file "inner" {
    filename = "val.txt"
  }
  export "out" {
    value = local.file.inner.content
  }
}
mod "inst" { }

import.string "imp" {
  content = "declare \"m\" {\n  local.file \"deep\" {\n    filename = \"val.txt\"\n  }\n  export \"o\" {\n    value = local.file.deep.content\n  }\n}\n"
}
imp.m "i" { }

foreach "fe" {
  collection = ["one", 2]
  var        = "each"
  template {
    local.file "f" {
      filename = "val.txt"
    }
  }
}

loki.source.api "in" {
  http {
    listen_address = "127.0.0.1"
    listen_port    = $APIPORT
  }
  forward_to = [loki.process.p.receiver]
}
loki.process "p" {
  forward_to = [loki.echo.e.receiver]
  stage.static_labels {
    values = {"added" = "yes"}
  }
}
loki.echo "e" { }
)";
  text.replace(text.find("$APIPORT"), 8, std::to_string(api_port));
  for (auto lines = std::count(text.begin(), text.end(), '\n'); lines < 64; ++lines) text += "\n";
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
  return text;
}

/// Times differ, and so does the order of lists made from Go's maps.
Json comparable(Json value) {
  if (value.is_object()) {
    value.erase("updatedTime");
    for (auto& [key, member] : value.items()) member = comparable(member);
  }
  if (!value.is_array()) return value;
  for (Json& element : value) element = comparable(element);
  const auto by_id = [](const Json& a, const Json& b) { return a["localID"] < b["localID"]; };
  if (!value.empty() && value[0].is_object() && value[0].contains("localID")) std::sort(value.begin(), value.end(), by_id);
  return value;
}

struct Session {
  Workspace workspace;
  int port = free_port(), api_port = free_port();
  std::string config = config_text(api_port);
  std::unique_ptr<LiveAgent> agent;

  Session() {
    workspace.write("val.txt", "value one");
    agent = std::make_unique<LiveAgent>(workspace, config, std::vector<std::string>{"--stability.level=experimental"}, port);
  }
  std::string placed(std::string text) const {
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    text = replaced(replaced(std::move(text), "$APIPORT", std::to_string(api_port)), "$PORT", std::to_string(port));
    return replaced(std::move(text), "\"name\":\"vm\"", "\"name\":\"" + std::string(host) + "\"");
  }
};

std::string compare_request(const Json& fact, const Session& session) {
  const std::string request = fact["request"];
  const size_t space = request.find(' ');
  const RawAnswer answer = session.agent->ask(request.substr(space + 1), request.substr(0, space));
  Json expected{{"status", fact["status"]}}, got{{"status", answer.status}};
  if (fact.contains("content_type") && fact["content_type"].is_string()) {
    expected["content_type"] = fact["content_type"];
    got["content_type"] = answer.header("Content-Type");
  }
  const std::string body = fact.value("body", "");
  const bool is_json = fact.contains("json") || body.starts_with("{\"");
  if (is_json) {
    expected["json"] = comparable(Json::parse(session.placed(fact.contains("json") ? fact["json"].dump() : body)));
    const Json parsed = Json::parse(answer.body, nullptr, false);
    got["json"] = parsed.is_discarded() ? Json(answer.body) : comparable(parsed);
  } else {
    expected["body"] = body;
    got["body"] = answer.body;
  }
  return difference(expected, got);
}

Json ids_of(const LiveAgent& agent) {
  std::vector<std::string> ids;
  for (const Json& component : Json::parse(agent.ask("/api/v0/web/components").body)) ids.push_back(component["localID"]);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string compare_reloads(const Json& fact, const Session& session) {
  Json expected = Json::object(), got = Json::object();
  const auto reload = [&](const std::string& key, const std::string& text, const std::string& method = "GET") {
    session.workspace.write("config.alloy", text);
    const RawAnswer answer = session.agent->ask("/-/reload", method);
    got[key] = {answer.status, answer.body};
    expected[key] = fact[key];
    if (!fact.contains(key + "_components")) return;
    got[key + "_components"] = ids_of(*session.agent);
    expected[key + "_components"] = fact[key + "_components"];
  };
  const std::string& config = session.config;
  reload("get_ok", config);
  reload("post_ok", config, "POST");
  reload("put", config, "PUT");
  reload("unknown_component", config + "foo.bar \"x\" {}\n");
  reload("eval_error", config + "local.file \"new\" {\n  filename = \"val.txt\"\n}\nlocal.file \"bad\" {\n  filename = true\n}\n");
  // All or nothing: what was refused leaves no trace.
  got["ids after a refusal"] = ids_of(*session.agent);
  expected["ids after a refusal"] = fact["unknown_component_components"];
  got["healthy after a refusal"] = session.agent->ask("/-/healthy").status;
  expected["healthy after a refusal"] = 200;
  std::string missing = config;
  missing.replace(missing.find("\"val.txt\""), 9, "\"missing.txt\"");
  reload("arg_to_missing_file", missing);
  reload("remove_component", replaced(replaced(config, "loki.echo \"e\" { }\n", ""), "[loki.echo.e.receiver]", "[]"));
  reload("restore", config);
  return difference(expected, got);
}

/// The names in a zip's directory.
Json names_in(const std::string& zip) {
  std::vector<std::string> names;
  static const std::string kEntry = "PK\x01\x02";
  const auto number = [&](size_t at, int bytes) {
    size_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(zip[at + static_cast<size_t>(i)]);
    return value;
  };
  for (size_t at = 0; (at = zip.find(kEntry, at)) != std::string::npos && at + 46 <= zip.size(); at += 46)
    names.push_back(zip.substr(at + 46, number(at + 28, 2)));
  std::sort(names.begin(), names.end());
  return names;
}

std::string compare_bundle(const Json& fact, const Session& session) {
  const RawAnswer answer = session.agent->ask("/-/support?duration=1");
  std::vector<std::string> files = fact["files"];
  std::sort(files.begin(), files.end());
  Json got{{"status", answer.status}, {"files", names_in(answer.body)}};
  // Whether something was logged meanwhile is a matter of chance.
  const auto log = std::find(got["files"].begin(), got["files"].end(), "alloy-support-bundle/alloy-logs.txt");
  if (log != got["files"].end()) got["files"].erase(static_cast<size_t>(log - got["files"].begin()));
  for (const auto& [name, value] : fact["headers"].items()) got["headers"][name] = answer.header(name);
  return difference(Json{{"status", fact["status"]}, {"files", files}, {"headers", fact["headers"]}}, got);
}

Outcome push(const Json& fact, const Session& session) {
  const RawAnswer answer = http_exchange(session.api_port, "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}},
                                         "{\"streams\": [{\"stream\": {\"job\": \"t\"}, \"values\": [[\"1700000000123456789\", \"line\", {\"meta\": \"m\"}]]}]}");
  return verdict(difference(fact, Json(answer.status)));
}

/// Families by type and labels' names; those of other components and of linked libraries are not looked for.
std::string compare_families(const Json& fact, const Session& session) {
  const std::string metrics = session.agent->ask("/metrics").body;
  std::string missing;
  for (const auto& [name, family] : fact.items()) {
    const bool ours = (name.starts_with("alloy_") && !name.starts_with("alloy_labelstore")) || name.starts_with("loki_source") || name.starts_with("local_");
    if (!ours) continue;
    const std::string head = "# HELP " + name + " " + family["help"].get<std::string>() + "\n# TYPE " + name + " " + family["type"].get<std::string>() + "\n";
    if (metrics.find(head) == std::string::npos) missing += "  not there: " + head;
  }
  return missing;
}

Outcome run_fact(const ConformanceCase& c, const Session& session) {
  const std::string& name = c.name;
  if (name == "ready_sequence" || name == "sigterm" || name == "log" || name == "metrics_alloy_sample" || name == "storage_tree" || name == "alloy_seed.json")
    return Outcome::skipped("tests/e2e and other suites look at starts, ends, logs and storage");
  if (name.starts_with("graphql")) return Outcome::skipped("GraphQL is not built here: the flags are refused at start");
  if (name == "streams") return Outcome::skipped("needs live debugging");
  if (name == "reload_leak") return Outcome::skipped("tests/e2e/reload_test.py: blocks of a refused config are never evaluated");
  if (name == "pprof_index") return verdict(difference(Json(c.data["status"]), Json(session.agent->ask("/debug/pprof/").status)));
  if (name == "reload") return verdict(compare_reloads(c.data, session));
  if (name == "support_bundle") return verdict(compare_bundle(c.data, session));
  if (name == "metrics_catalog") return verdict(compare_families(c.data, session));
  if (name.starts_with("push_")) return push(c.data, session);
  if (name == "metrics_status")
    return verdict(difference(c.data, Json{{"status", session.agent->ask("/metrics").status}, {"content_type", session.agent->ask("/metrics").header("Content-Type")}}));
  return verdict(compare_request(c.data, session));
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  std::vector<Outcome> outcomes;
  const auto session = program_exists() ? std::make_unique<Session>() : nullptr;
  for (const ConformanceCase& c : cases) {
    if (!session) outcomes.push_back(Outcome::skipped("needs the invar program: build the target invar"));
    else if (!session->agent->ready()) outcomes.push_back(Outcome::failed(session->agent->log()));
    else outcomes.push_back(run_fact(c, *session));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"syntax/http_api"}, .run_file = run};

}  // namespace invar::http_api
