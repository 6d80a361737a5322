// api/semantics: one process with endpoints that answer this and that; each step does something, and the recording says which series changed and what was logged.
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/conformance/exposition.h"
#include "tests/conformance/log_lines.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_semantics {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Session : RecordedSession {
  std::set<std::string> retrying;  // destinations that go on trying, where Alloy gave up in an earlier step

  using RecordedSession::RecordedSession;

  /// The bytes of each push are as many as were recorded.
  Json push(int port, const Json& streams) {
    const std::string now = std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
    std::string text;
    for (const Json& stream : streams) {
      std::string labels, values;
      for (const auto& [name, value] : stream["labels"].items()) labels += (labels.empty() ? "" : ", ") + Json(name).dump() + ": " + value.dump();
      for (const Json& line : stream["lines"]) {
        values += (values.empty() ? "[\"" : ", [\"") + stream.value("time", now) + "\", " + line.dump();
        if (stream.contains("metadata")) values += ", {\"mkey\": " + stream["metadata"].dump() + "}";
        values += "]";
      }
      text += (text.empty() ? "" : ", ") + ("{\"stream\": {" + labels + "}, \"values\": [" + values + "]}");
    }
    const RawAnswer answer =
        http_exchange(ports().moved(port), "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}}, "{\"streams\": [" + text + "]}");
    return {answer.status, answer.body};
  }

  Json reload(const std::string& text) {
    workspace().write("config.alloy", text);
    const RawAnswer answer = agent().ask("/-/reload");
    return {answer.status, answer.body};
  }

  void append(const std::string& name, const std::string& text) const { std::ofstream(directory() / name, std::ios::app | std::ios::binary) << text; }
};

Json stream(Json labels, std::vector<std::string> lines) { return {{"labels", std::move(labels)}, {"lines", std::move(lines)}}; }

std::vector<std::string> lines_of_ten(size_t count) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < count; ++i) lines.push_back("line " + std::to_string(10000 + i));
  return lines;
}

std::string without_block(std::string text, const std::string& head) {
  const size_t begin = text.find(head);
  if (begin == std::string::npos) return text;
  return text.erase(begin, text.find("\n}\n", begin) + 3 - begin);
}

/// What a step does; the answer it got, null where there is none.
using Act = std::function<Json(Session&)>;

Act push_to(int port, Json streams) {
  return [port, streams = std::move(streams)](Session& session) { return session.push(port, streams); };
}
Act push_lines(int port, const std::string& a, std::vector<std::string> lines) { return push_to(port, Json::array({stream({{"a", a}}, std::move(lines))})); }

Act on_files(std::function<void(Session&)> change) {
  return [change = std::move(change)](Session& session) { return change(session), Json(); };
}

Act reload_with(const std::string& from, const std::string& to) {
  return [=](Session& session) { return session.reload(replaced(session.config(), from, to)); };
}

const std::map<std::string, Act>& acts() {
  constexpr int kDrops = 13810, kMetrics = 13811;
  const auto old = [] {
    Json one = stream({{"a", "b"}}, {"old"});
    one["time"] = "1577836800000000000";
    return one;
  };
  const auto with_metadata = [](Json one, const char* value) { return one["metadata"] = value, one; };
  static const std::map<std::string, Act> all{
      {"write_ok", push_lines(13801, "b", lines_of_ten(3))},
      {"write_ok_metadata", push_to(13801, Json::array({with_metadata(stream({{"a", "b"}}, lines_of_ten(1)), "mval")}))},
      {"write_ok_tenant", push_to(13801, Json::array({stream({{"a", "b"}, {"__tenant_id__", "other"}}, lines_of_ten(1))}))},
      {"write_429", push_lines(13802, "b", lines_of_ten(2))},
      {"write_429_noretry", push_lines(13803, "b", lines_of_ten(2))},
      {"write_500", push_lines(13804, "b", lines_of_ten(2))},
      {"write_400", push_lines(13805, "b", lines_of_ten(2))},
      {"write_dead", push_lines(13806, "b", lines_of_ten(2))},
      {"write_timeout", push_lines(13807, "b", lines_of_ten(2))},
      {"write_max_streams", push_to(13808, Json::array({stream({{"a", "0"}}, lines_of_ten(1)), stream({{"a", "1"}}, lines_of_ten(1)),
                                                        stream({{"a", "2"}}, lines_of_ten(1)), stream({{"a", "3"}}, lines_of_ten(1))}))},
      {"write_queue_full", push_lines(13809, "b", lines_of_ten(12))},
      {"drop_default", push_lines(kDrops, "b", {"a default 1", "a default 2"})},
      {"drop_custom", push_lines(kDrops, "b", {"custom one"})},
      {"drop_longer", push_lines(kDrops, "b", {std::string(150, 'x')})},
      {"drop_older", push_to(kDrops, Json::array({old()}))},
      {"match_drop_default", push_lines(kDrops, "m1", {"x"})},
      {"match_drop_reason", push_lines(kDrops, "m2", {"x"})},
      {"sampling", push_lines(kDrops, "smp", {"1", "2", "3"})},
      {"limit", push_lines(kDrops, "lim", {"1", "2", "3", "4"})},
      {"limit_by_label",
       push_to(kDrops, Json::array({stream({{"a", "limlab"}, {"k", "k1"}}, {"1", "2", "3"}), stream({{"a", "limlab"}, {"k", "k2"}}, {"1", "2"})}))},
      {"cri", push_lines(kDrops, "cri", {"2024-01-01T00:00:00Z stdout P abcdefgh", "2024-01-01T00:00:00Z stdout P ijklmnop",
                                         "2024-01-01T00:00:00Z stdout P qrstuvwx", "2024-01-01T00:00:00Z stdout F yz123456"})},
      {"json_malformed", push_lines(kDrops, "json", {"{bad"})},
      {"truncate", push_to(kDrops, Json::array({with_metadata(stream({{"a", "b"}, {"long", "abcdef"}}, {std::string(90, 'l')}), "mval")}))},
      {"metrics_1", push_lines(kMetrics, "b", {"v=2.5 s=a"})},
      {"metrics_2", push_lines(kMetrics, "b", {"v=4 s=b"})},
      {"metrics_bad", push_lines(kMetrics, "b", {"v=abc"})},
      {"metrics_label", push_to(kMetrics, Json::array({stream({{"a", "c"}, {"__hidden", "1"}}, {"v=1 s=a"})}))},
      {"metrics_idle", on_files([](Session&) { std::this_thread::sleep_for(3s); })},
      {"relabel", push_to(13812, Json::array({stream({{"a", "b"}}, {"1", "2", "3"}), stream({{"a", "d"}}, {"4"})}))},
      {"secret", push_lines(13813, "b", {"clean", "t ghp_" + std::string(12, 'a') + "B1c2D3e4F5g6H7i8J9k0L1m2"})},
      {"syslog_tcp", on_files([](Session& s) { s.send(SOCK_STREAM, 13831, "<165>1 2026-01-01T00:00:00Z host app 1 ID - hello\n"); })},
      {"syslog_tcp_bad", on_files([](Session& s) { s.send(SOCK_STREAM, 13831, "garbage\n"); })},
      {"syslog_empty", on_files([](Session& s) { s.send(SOCK_DGRAM, 13832, "<165>1 2026-01-01T00:00:00Z host app 1 ID -"); })},
      {"sd_http_fail", on_files([](Session& s) {
         s.endpoint().fail_targets(true);
         const std::string third = "prometheus_sd_http_failures_total{component_id=\"discovery.http.dh\",component_path=\"/\"} 3\n";
         wait_until([&] { return s.agent().ask("/metrics").body.find(third) != std::string::npos; });
         s.endpoint().fail_targets(false);
       })},
      {"file_new", on_files([](Session& s) { s.workspace().write("logs/f1.log", "line1\nline2\nabc"); })},
      {"file_append", on_files([](Session& s) { s.append("logs/f1.log", "\n"); })},
      {"file_second", on_files([](Session& s) { s.workspace().write("logs/f2.log", "first\n"); })},
      {"file_truncate", on_files([](Session& s) { s.workspace().write("logs/f1.log", "new\n"); })},
      {"file_rotate", on_files([](Session& s) {
         s.workspace().write("logs/next", "r1\nr2\n");  // whole when it appears: we may look at once
         fs::rename(s.directory() / "logs/f1.log", s.directory() / "logs/rotated");
         fs::rename(s.directory() / "logs/next", s.directory() / "logs/f1.log");
       })},
      {"file_delete", on_files([](Session& s) { fs::remove(s.directory() / "logs/f2.log"); })},
      {"localfile_change", on_files([](Session& s) { s.workspace().write("val.txt", "2"); })},
      {"reload_unchanged", [](Session& s) { return s.reload(s.config()); }},
      {"reload_process_changed", reload_with("\"my_reason\"", "\"another\"")},
      {"reload_write_changed", reload_with("\"100ms\"", "\"110ms\"")},
      {"reload_relabel_changed", reload_with("regex         = \"d\"", "regex         = \"e\"")},
      {"reload_remove", [](Session& s) { return s.reload(without_block(without_block(without_block(without_block(s.config(), "loki.relabel \"r\""), "loki.source.api \"rel\""), "loki.source.api \"sec\""), "loki.secretfilter \"s\"")); }},
      {"reload_restore", [](Session& s) { return s.reload(s.config()); }},
      {"metrics_counter_add_negative", push_lines(kMetrics, "b", {"v=-1"})},
  };
  return all;
}

/// Which component a step looks at, when this build may not have it.
const std::map<std::string, std::string>& needed() {
  static const std::map<std::string, std::string> all{{"secret", "loki.secretfilter.s"},
                                                      {"syslog_tcp", "loki.source.syslog.sys"},
                                                      {"syslog_tcp_bad", "loki.source.syslog.sys"},
                                                      {"syslog_empty", "loki.source.syslog.sys"},
                                                      {"sd_http_fail", "discovery.http.dh"}};
  return all;
}

/// Components that this build has, and that are not busy with what an earlier step began. Nobody pushes to the source of one that is missing.
bool is_here(const std::string& id, const Session& session) {
  if (id == "loki.source.api.sec") return session.has("loki.secretfilter.s");
  return session.has(id) && !session.retrying.contains(id);
}

bool compared(const std::string& series, const Session& session) {
  if (series.find("quantile=\"") != std::string::npos) return false;  // how long something took
  // Left out by the recording itself, but the last two: invar's own, and connections of Go's HTTP client that no dashboard of logs asks for.
  for (const char* prefix :
       {"alloy_component_", "alloy_resources_", "go_", "process_", "prometheus_sd_refresh_duration_", "alloy_config_hash", "invar_", "net_conntrack_"})
    if (series.starts_with(prefix)) return false;
  const std::string name = series.substr(0, series.find('{'));
  // It goes after two seconds, which a busy machine may take for a step; loki/process_metrics look at such series on a clock that stands still.
  if (name == "loki_process_custom_short_idle") return false;
  if (name.ends_with("_bucket") || name.ends_with("_seconds_sum")) return false;
  return is_here(labels_of(series)["component_id"], session);
}

/// A number that a recording and a run share. Times differ, and with them the compressed size of requests.
Json shared(const std::string& series, double value) {
  const std::string name = series.substr(0, series.find('{'));
  if (name.find("timestamp") != std::string::npos) return "a time";
  const bool size = name.starts_with("loki_write_") && (name.ends_with("bytes_total") || name.ends_with("bytes_sum"));
  if (size && value > 0) return "a size";
  return value;
}

using Series = std::map<std::string, std::string>;

Json delta_of(const Series& before, const Series& after, const Session& session) {
  Json delta = Json::object();
  const auto named = [&](const std::string& series) {
    return session.back(series) + (series.ends_with('}') ? "" : "{}");
  };
  for (const auto& [series, value] : after) {
    if (!compared(series, session)) continue;
    const auto was = before.find(series);
    if (was == before.end()) delta[named(series)]["new"] = shared(series, std::stod(value));
    else if (was->second != value) delta[named(series)] = {{"from", shared(series, std::stod(was->second))}, {"to", shared(series, std::stod(value))}};
  }
  for (const auto& [series, value] : before)
    if (compared(series, session) && !after.contains(series)) delta[named(series)]["gone"] = shared(series, std::stod(value));
  return delta;
}

Json recorded_delta(const Json& step, const Session& session) {
  Json delta = Json::object();
  for (const auto& [series, change] : step["delta"].items()) {
    if (!compared(series, session)) continue;
    for (const auto& [what, value] : change.items()) delta[series][what] = shared(series, value.get<double>());
  }
  return delta;
}

/// All but the controller's, the echo's and the stages' own.
std::vector<std::string> comparable_lines(const std::vector<std::string>& lines, const Session& session) {
  const LogLines log([&](const std::string& line) { return session.back(line); });
  std::vector<std::string> kept = log.comparable(lines, [&](const std::string& line) {
    const std::string component = log_value(line, "component_id");
    return is_here(component, session) && line.find(" controller_id=") == std::string::npos && !component.starts_with("loki.echo.") &&
           !component.starts_with("loki.process.");
  });
  // The kernel tells of two writes as one when nobody looked between them.
  const auto told_twice = [](const std::string& a, const std::string& b) { return a == b && a.find("got fsnotify event") != std::string::npos; };
  kept.erase(std::unique(kept.begin(), kept.end(), told_twice), kept.end());
  return kept;
}

struct Seen {
  Json answer, delta;
  std::vector<std::string> lines;
};

/// The part of what was seen that a listed defect leaves to be compared, and of what was recorded.
void allow(const ConformanceCase& c, Seen& expected, Seen& got, const Series& after) {
  if (!c.defect) return;
  const auto component = [&](const std::string& series) { return labels_of(series)["component_id"].starts_with("loki.write."); };
  const auto sum = [&](const Json& delta, const std::string& name) {
    double total = 0;
    for (const auto& [series, change] : delta.items())
      if (series.starts_with(name + "{") && component(series)) total += change.contains("new") ? change["new"].get<double>() : 0;
    return total;
  };
  if (c.name == "metrics_counter_add_negative") {
    expected = {{204, ""}, {{"v_sum", "6.5"}}, {}};
    const auto found = after.find("own_prefix_v_sum{a=\"b\",component_id=\"loki.process.mets\",component_path=\"/\"}");
    got = {got.answer, {{"v_sum", found == after.end() ? "gone" : found->second}}, {}};
    return;
  }
  if (c.name.starts_with("file_")) {
    // Alloy's figures of bytes are up to ten seconds old.
    static const std::map<std::string, std::pair<const char*, const char*>> kBytes{
        {"file_new", {"12", "15"}}, {"file_append", {"16", "16"}}, {"file_truncate", {"4", "4"}}, {"file_rotate", {"6", "6"}}};
    const auto is_figure = [](const std::string& series) { return series.find("_read_bytes_total{") != std::string::npos || series.find("_file_bytes_total{") != std::string::npos; };
    for (Json* delta : {&expected.delta, &got.delta}) std::erase_if(delta->get_ref<Json::object_t&>(), [&](const auto& entry) { return is_figure(entry.first); });
    for (const auto& [series, value] : after)
      if (is_figure(series) && series.find("f1.log") != std::string::npos) got.delta[series.substr(0, series.find('{'))] = value;
    expected.delta["loki_source_file_read_bytes_total"] = kBytes.at(c.name).first;
    expected.delta["loki_source_file_file_bytes_total"] = kBytes.at(c.name).second;
    return;
  }
  if (c.name == "reload_process_changed") {
    for (Json* delta : {&expected.delta, &got.delta})
      std::erase_if(delta->get_ref<Json::object_t&>(), [](const auto& entry) { return entry.first.starts_with("loki_process_custom_") || entry.first.starts_with("own_prefix_"); });
    const bool kept = after.contains("loki_process_custom_all{a=\"b\",component_id=\"loki.process.mets\",component_path=\"/\"}");
    expected.delta["series of unchanged stages"] = "kept";
    got.delta["series of unchanged stages"] = kept ? "kept" : "gone";
    return;
  }
  // loki.write gives nothing up: it sends as recorded, and goes on.
  Json want, have;
  const double sent = sum(got.delta, "loki_write_sent_entries_total"), dropped = sum(got.delta, "loki_write_dropped_entries_total");
  if (c.name == "write_max_streams") {
    want = {{"sent", 4}, {"dropped", 0}};
    have = {{"sent", sent}, {"dropped", dropped}};
  } else if (c.name == "write_queue_full") {
    // All 12 once there is a spill; until then at least Alloy's, and the others are counted.
    want = {{"sent", std::max(sent, 6.0)}, {"sent or counted", 12}};
    have = {{"sent", sent}, {"sent or counted", sent + dropped}};
  } else {

    const double attempts = sum(expected.delta, "loki_write_batch_retries_total");
    const auto at_least = [&](const std::string& name) { return std::min(attempts, sum(got.delta, name)); };
    want = {{"attempts", attempts}, {"retries", attempts}, {"dropped", 0}, {"sent", 0}};
    have = {{"attempts", at_least("loki_write_request_duration_seconds_count")}, {"retries", at_least("loki_write_batch_retries_total")},
            {"dropped", dropped}, {"sent", sent}};
  }
  for (Json* delta : {&expected.delta, &got.delta})
    std::erase_if(delta->get_ref<Json::object_t&>(), [&](const auto& entry) { return component(entry.first); });
  expected.delta["loki.write"] = want;
  got.delta["loki.write"] = have;
  std::erase_if(expected.lines, [](const std::string& line) { return line.find("no retries left") != std::string::npos || line.find("batch add err") != std::string::npos; });
  // Each kind of line once: how often it comes is a matter of time.
  for (auto* lines : {&expected.lines, &got.lines}) lines->erase(std::unique(lines->begin(), lines->end()), lines->end());
  std::erase_if(got.lines, [&](const std::string& line) { return line.find("loki.write.") != std::string::npos && !std::binary_search(expected.lines.begin(), expected.lines.end(), line); });
}

std::string run_step(const ConformanceCase& c, Session& session) {
  const LiveAgent& agent = session.agent();
  const Series before = series_of(agent.ask("/metrics").body);
  const size_t logged = agent.log().size();
  const auto act = acts().find(c.name);
  if (act == acts().end()) return "  a step that this suite does not know\n";
  const Json answer = act->second(session);
  std::string found;
  wait_until([&] {
    const Series after = series_of(agent.ask("/metrics").body);
    Seen got{answer, delta_of(before, after, session), comparable_lines(lines_of(agent.log().substr(logged)), session)};
    Seen expected{Json(), recorded_delta(c.data, session), comparable_lines(c.data["log"].get<std::vector<std::string>>(), session)};
    if (c.data["answer"].is_string() && c.data["answer"] != "None" && !answer.is_null())
      expected.answer = Json::parse(replaced(c.data["answer"].get<std::string>(), "'", "\""));
    allow(c, expected, got, after);
    found = difference(Json{{"answer", expected.answer}, {"delta", expected.delta}, {"log", expected.lines}},
                       Json{{"answer", got.answer}, {"delta", got.delta}, {"log", got.lines}});
    return found.empty() || c.name == "metrics_idle";
  });
  static const std::map<std::string, std::string> kRetrying{
      {"write_429", "loki.write.c429"}, {"write_500", "loki.write.c500"}, {"write_dead", "loki.write.dead"}, {"write_timeout", "loki.write.slow"}};
  if (const auto busy = kRetrying.find(c.name); busy != kRetrying.end()) session.retrying.insert(busy->second);
  return found;
}

/// Lanes begin their part of components when the process is ready already: until then metrics come in.
void wait_for_all_series(const LiveAgent& agent) {
  size_t known = 0;
  wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const size_t before = known;
    known = series_of(agent.ask("/metrics").body).size();
    return known == before;
  });
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  Session session(recorded_config(cases.front(), "semantics.alloy"));
  if (!session.agent().ready()) return std::vector(cases.size(), Outcome::failed(session.agent().log()));
  wait_for_all_series(session.agent());
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases) {
    const auto need = needed().find(c.name);
    const std::string missing = need == needed().end() ? std::string() : session.here().why_missing(need->second);
    outcomes.push_back(missing.empty() ? verdict(run_step(c, session)) : Outcome::skipped("needs " + missing));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/semantics"}, .run_file = run};

}  // namespace invar::api_semantics
