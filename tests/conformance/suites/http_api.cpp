// syntax/http_api: the facts of one live session of the HTTP API. The recording does not hold its config: this one has the same components.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <regex>
#include <set>

#include "tests/conformance/exposition.h"
#include "tests/conformance/log_lines.h"
#include "tests/conformance/recorded_session.h"

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
  int status_before_start = 0;

  explicit Session(bool live_debugging = false) {
    if (live_debugging) config = replaced(config, "enabled = false", "enabled = true");
    workspace.write("val.txt", "value one");
    status_before_start = http_exchange(port, "GET", "/-/ready").status;
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

std::string push(const Json& fact, const Session& session) {
  const RawAnswer answer = http_exchange(session.api_port, "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}},
                                         "{\"streams\": [{\"stream\": {\"job\": \"t\"}, \"values\": [[\"1700000000123456789\", \"line\", {\"meta\": \"m\"}]]}]}");
  return difference(fact, Json(answer.status));
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

/// The series of the process and of the controllers, without values and without what tells of the build. There is no label store here.
std::string compare_series(const Json& fact, const Session& session) {
  const auto comparable_series = [](const std::string& series) {
    const std::string name = series.substr(0, series.find('{'));
    return name == "alloy_build_info" || name == "alloy_config_hash" ? name : series;
  };
  std::set<std::string> expected, got;
  for (const Json& line : fact)
    if (const std::string text = line; !text.starts_with("alloy_labelstore_")) expected.insert(comparable_series(text.substr(0, text.rfind(' '))));
  for (const auto& [series, value] : series_of(session.agent->ask("/metrics").body))
    if (series.starts_with("alloy_") && series.find("_bucket{") == std::string::npos) got.insert(comparable_series(series));
  return difference(Json(expected), Json(got));
}

/// Everything that the recorded session has in its log at info and above: a push, reloads, one that cannot be read, one that is refused, a file that goes, the end.
std::string whole_log() {
  Session session;
  const auto reload = [&](const std::string& text) {
    session.workspace.write("config.alloy", text);
    session.agent->ask("/-/reload");
  };
  push(Json(204), session);
  wait_until([&] { return session.agent->log().find("received log entry") != std::string::npos; });
  reload(session.config + "local.file \"bad\" {\n  filename = true\n}\n");
  reload(session.config + "x");
  reload(session.config);
  std::filesystem::remove(session.workspace.path() / "val.txt");
  wait_until([&] { return session.agent->log().find("failed to read file") != std::string::npos; });
  session.agent->stop();
  return session.agent->log();
}

/// Messages at info and above.
std::string compare_log(const ConformanceCase& c) {
  std::set<std::string> missing;
  const LogLines log([](const std::string& line) { return line; });
  const std::string ours = whole_log();
  for (const std::string& line : log.comparable(c.data.get<std::vector<std::string>>(), [](const std::string& line) { return line.find("level=debug") == std::string::npos; })) {
    const size_t begin = line.find(" msg=") + 5, end = line[begin] == '"' ? line.find('"', begin + 1) + 1 : line.find(' ', begin);
    const std::string message = line.substr(begin, end - begin), plain = message.substr(message[0] == '"', message.find_first_of("\\\"", 1) - 1);
    if (ours.find(" msg=" + message) == std::string::npos && (!c.defect || c.defect->how.find(plain) == std::string::npos)) missing.insert("  not logged: " + message + "\n");
  }
  std::string found;
  for (const std::string& text : missing) found += text;
  return found;
}

/// What lies below the storage path of a process that has nothing to keep.
std::string compare_storage(const Json& fact, const Session& session) {
  std::vector<std::string> tree{"data"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(session.workspace.path() / "data"))
    tree.push_back(std::filesystem::relative(entry.path(), session.workspace.path()));
  std::sort(tree.begin(), tree.end());
  return difference(fact, Json(tree));
}

/// The members of the seed and their form.
std::string compare_seed(const Json& fact, const Session& session) {
  static const std::regex kUid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), kTime("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]+)?Z"), kVersion("v[0-9.]+");
  std::string text = contents_of(session.workspace.path() / "data/alloy_seed.json"), recorded = fact;
  for (std::string* seed : {&text, &recorded})
    *seed = std::regex_replace(std::regex_replace(std::regex_replace(*seed, kUid, "<uuid>"), kTime, "<TIME>"), kVersion, "<VERSION>");
  return text_difference(recorded, text);
}

std::string run_termination(const Json& fact) {
  Session session;
  const auto begin = std::chrono::steady_clock::now();
  const int code = session.agent->stop();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return difference(Json{{"exit", fact["exit"]}, {"soon", true}}, Json{{"exit", code}, {"soon", seconds < 15}});
}

/// A block of a rejected config is never evaluated.
std::string run_rejected_block(const Json& fact) {
  const Workspace workspace;
  for (const auto& [name, text] : fact["files"].items()) workspace.write(name, text);
  const LiveAgent agent(workspace, fact["config_1"]);
  if (!agent.ready()) return agent.log();
  workspace.write("config.alloy", fact["config_2_rejected"]);
  const int status = agent.ask("/-/reload").status;
  workspace.write("val.txt", "two.txt");
  std::string content;
  wait_until([&] {
    const Json detail = Json::parse(agent.ask("/api/v0/web/components/local.file.dst").body, nullptr, false);
    content = detail.is_object() ? detail["exports"][0]["value"]["value"].get<std::string>() : std::string();
    return content == "\"TWO\"";
  });
  return difference(Json{400, "\"TWO\""}, Json{status, content});
}

/// Requests of streams by name; what they answer is the whole text of an answer.
std::string compare_streams(const Json& fact) {
  const Session session(true);
  const auto ask = [&](const std::string& path) { return session.agent->ask("/api/v0/web/" + path, "GET", {}, "", 1.7); };
  const auto begins = [&](const std::string& path, int status, const std::string& begin) {
    const RawAnswer answer = ask(path);
    return difference(Json{{path, {status, begin}}}, Json{{path, {answer.status, answer.body.substr(0, begin.size())}}});
  };
  const std::string recorded = fact["graph:badwindow"];
  const std::string complaint = recorded.substr(recorded.find("Invalid window"), recorded.find("\n[") + 1 - recorded.find("Invalid window"));
  return begins("graph?window=1", 200, "[]|;|") + begins("graph/mod.inst?window=1", 200, "[]|;|") + begins("graph?window=x", 400, complaint) +
         begins("graph/nope", 500, "module not found\n") + begins("debug/nope", 500, "component not found\n") +
         begins("debug/loki.process.p", 500, "this build of invar has no live debugging of components\n");
}

std::string run_fact(const ConformanceCase& c, const Session& session) {
  const std::string& name = c.name;
  if (c.defect && c.defect->match == "any-error") {
    const RawAnswer answer = session.agent->ask(name == "graphql_playground" ? "/graphql/playground" : "/graphql", name == "graphql_playground" ? "GET" : "POST");
    return difference(Json(404), Json(answer.status));
  }
  if (name == "ready_sequence") return difference(Json{0, {200, "Alloy is ready.\n"}}, Json{session.status_before_start, {session.agent->ask("/-/ready").status, session.agent->ask("/-/ready").body}});
  if (name == "sigterm") return run_termination(c.data);
  if (name == "log") return compare_log(c);
  if (name == "metrics_alloy_sample") return compare_series(c.data, session);
  if (name == "storage_tree") return compare_storage(c.data, session);
  if (name == "alloy_seed.json") return compare_seed(c.data, session);
  if (name == "reload_leak") return run_rejected_block(c.data);
  if (name == "streams") return compare_streams(c.data);
  if (name == "pprof_index") return difference(Json(c.data["status"]), Json(session.agent->ask("/debug/pprof/").status));
  if (name == "reload") return compare_reloads(c.data, session);
  if (name == "support_bundle") return compare_bundle(c.data, session);
  if (name == "metrics_catalog") return compare_families(c.data, session);
  if (name.starts_with("push_")) return push(c.data, session);
  if (name == "metrics_status") {
    const RawAnswer metrics = session.agent->ask("/metrics");
    return difference(c.data, Json{{"status", metrics.status}, {"content_type", metrics.header("Content-Type")}});
  }
  return compare_request(c.data, session);
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  std::vector<Outcome> outcomes;
  const auto session = program_exists() ? std::make_unique<Session>() : nullptr;
  for (const ConformanceCase& c : cases) {
    if (!session) outcomes.push_back(Outcome::skipped("needs the invar program: build the target invar"));
    else if (!session->agent->ready()) outcomes.push_back(Outcome::failed(session->agent->log()));
    else outcomes.push_back(verdict(run_fact(c, *session)));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"syntax/http_api"}, .run_file = run};

}  // namespace invar::http_api
