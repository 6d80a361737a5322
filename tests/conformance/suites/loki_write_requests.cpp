// loki.write against a scripted HTTP sink: what it requests, in which order, with which bodies, and its counters.
#include <httplib.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "src/telemetry/wire/loki_push.h"
#include "src/text/time_layout.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"
#include "tests/harness/component_harness.h"

namespace invar::loki_write_requests {
namespace {

using harness::ComponentHarness;

std::string time_text(int64_t ns) {
  if (ns == loki_push::kGoZeroTimeNs) return "0001-01-01T00:00:00Z";
  std::string text;
  append_rfc3339_nano(text, ns);
  return text;
}

/// Answers as the vector's `responses` say, 204 from then on, and keeps what it was asked.
class ScriptedSink {
 public:
  explicit ScriptedSink(const Json& responses) : responses_(responses) {
    const auto answer = [this](const httplib::Request& request, httplib::Response& response) { handle(request, response); };
    server_.Post(".*", answer);
    server_.Get(".*", answer);
    server_.set_keep_alive_timeout(1);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // To stop a server that does not run yet would be forgotten.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~ScriptedSink() {
    server_.stop();
    thread_.join();
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<Json> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  static Json decoded(const std::string& body) {
    Json streams = Json::array();
    const auto plain = loki_push::uncompress(body, 64 << 20);
    if (!plain) return nullptr;
    const auto result = loki_push::decode(
        *plain, [&](std::string_view labels) { streams.push_back({{"labels", labels}, {"entries", Json::array()}}); },
        [&](const loki_push::Entry& e) {
          Json entry{{"ts", time_text(e.time_ns)}, {"line", e.line}};
          for (const Label& l : e.metadata) entry["metadata"][std::string(l.name)] = l.value;
          streams.back()["entries"].push_back(std::move(entry));
        });
    if (!result) return nullptr;
    std::stable_sort(streams.begin(), streams.end(), [](const Json& a, const Json& b) { return a["labels"] < b["labels"]; });
    return streams;
  }

  void handle(const httplib::Request& request, httplib::Response& answer) {
    static const std::set<std::string> kTransport{"host", "content-length", "accept", "accept-encoding", "connection", "remote_addr", "remote_port",
                                                  "local_addr", "local_port"};
    Json headers = Json::object();
    for (const auto& [name, value] : request.headers) {
      std::string lower = name;
      std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
      if (!kTransport.contains(lower)) headers[lower] = value;
    }
    Json script{{"status", 204}};
    {
      const std::lock_guard lock(mutex_);
      if (!responses_.empty()) {
        const size_t last = responses_.size() - 1;
        if (next_ <= last) script = responses_[next_];
        else if (responses_[last].value("body", "") == "repeat") script = responses_[last];
      }
      ++next_;
      requests_.push_back({{"path", request.target}, {"method", request.method}, {"headers", headers}, {"streams", decoded(request.body)},
                           {"status", script["status"]}, {"body", request.body}});
    }
    if (script.contains("delay_ms")) std::this_thread::sleep_for(std::chrono::milliseconds(script["delay_ms"].get<int>()));
    answer.status = script["status"];
    const Json headers_to_send = script.value("headers", Json::object());
    for (const auto& [name, value] : headers_to_send.items()) answer.set_header(name, value.get<std::string>());
  }

  const Json& responses_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  size_t next_ = 0;
  std::vector<Json> requests_;
};

/// What Alloy recorded of a request and ours, made comparable: header names in lower case, the seed's UID as a mark.
Json comparable(const Json& request, bool with_status) {
  Json out{{"path", request["path"]}, {"method", request["method"]}, {"streams", request["streams"]}};
  for (const auto& [name, value] : request["headers"].items()) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
    out["headers"][lower] = lower == "x-agent-id" || lower == "x-alloy-id" ? Json("<uid>") : value;
  }
  if (with_status) out["status"] = request["status"];
  return out;
}

std::vector<Json> comparables(const Json& requests, bool with_status = true) {
  std::vector<Json> all;
  for (const Json& request : requests) all.push_back(comparable(request, with_status));
  return all;
}

/// The families that `expected` names, out of everything that we expose.
std::string same_families(const std::string& expected, const std::string& ours) {
  std::set<std::string> names;
  std::istringstream wanted(expected);
  for (std::string line; std::getline(wanted, line);)
    if (line.starts_with("# TYPE ")) names.insert(line.substr(7, line.find(' ', 7) - 7));
  std::string kept;
  std::istringstream lines(ours);
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.starts_with("# ") ? line.substr(7, line.find(' ', 7) - 7) : line.substr(0, line.find_first_of("{ "));
    if (names.contains(name)) kept += line + "\n";
  }
  return kept;
}

/// Go writes streams in random order, and with the order the compressed size changes: byte counters of requests with several streams are compared as set or not.
std::string without_sizes(const std::string& metrics, const Json& requests) {
  const bool several = std::any_of(requests.begin(), requests.end(), [](const Json& r) { return r["streams"].is_array() && r["streams"].size() > 1; });
  if (!several) return metrics;
  std::string text;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("_bytes_total{") != std::string::npos && !line.ends_with("} 0")) line = line.substr(0, line.rfind(' ')) + " N";
    text += line + "\n";
  }
  return text;
}

double sum_of(const std::string& metrics, const std::string& family) {
  double sum = 0;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(family + "{")) sum += std::stod(line.substr(line.rfind(' ') + 1));
  return sum;
}

struct Run {
  std::vector<Json> requests;
  std::string metrics;
  Json sent;  // entries as streams would hold them
};

/// Every entry that 2xx answers took, in order.
std::vector<Json> delivered(const std::vector<Json>& requests) {
  std::vector<Json> entries;
  for (const Json& request : requests) {
    if (request["status"].get<int>() / 100 != 2 || request["streams"].is_null()) continue;
    for (const Json& stream : request["streams"])
      for (const Json& entry : stream["entries"]) entries.push_back({stream["labels"], entry["ts"], entry["line"]});
  }
  return entries;
}

std::string check_defect(const Defect& defect, const Json& expect, const Run& run) {
  const auto says = [&](std::string_view words) { return defect.how.find(words) != std::string::npos; };
  const auto recorded = comparables(expect["requests"]), ours = comparables(run.requests);
  std::string text;
  if (says("no request arrives") && !ours.empty()) text += "a request arrived\n";
  const size_t prefix = says("the recorded requests come first") ? recorded.size() : says("first request as recorded") ? 1 : 0;
  for (size_t i = 0; i < prefix; ++i)
    text += i < ours.size() ? difference(recorded[i], ours[i]) : "request " + std::to_string(i) + " is missing\n";
  if (says("second request is POST")) {
    if (ours.size() < 2 || ours[1]["method"] != "POST" || ours[1]["path"] != recorded[1]["path"] || run.requests[0]["body"] != run.requests[1]["body"])
      text += "the request was not repeated at the new address\n";
    text += text_difference(expect["metrics_before_shutdown"].get<std::string>(), run.metrics);
  }
  if (says("dropped_entries_total 0") && sum_of(run.metrics, "loki_write_dropped_entries_total") != 0) text += "entries were dropped\n";
  if (says("stream_limited 0") && sum_of(run.metrics, "loki_write_dropped_entries_total") != 0) text += "entries were dropped\n";
  const auto arrived = delivered(run.requests);
  if (says("at most 2 streams"))
    for (const Json& request : run.requests)
      if (request["streams"].size() > 2) text += "a request holds more than 2 streams\n";
  if (says("delivered once") || says("hold exactly") || says("all 4 entries are delivered")) {
    if (arrived.size() != run.sent.size()) text += std::to_string(arrived.size()) + " of " + std::to_string(run.sent.size()) + " entries arrived\n";
  }
  return text;
}

std::string compare_with(const Json& expect, const Run& run, bool any_order) {
  auto recorded = comparables(expect["requests"]), ours = comparables(run.requests);
  if (any_order) std::sort(recorded.begin(), recorded.end()), std::sort(ours.begin(), ours.end());
  return difference(Json(recorded), Json(ours)) + text_difference(without_sizes(expect["metrics_before_shutdown"], expect["requests"]), without_sizes(run.metrics, expect["requests"]));
}

std::vector<harness::Entry> entry_of(const Json& entry) {
  harness::Entry e;
  e.line = text_of(entry, "line").value_or("");
  for (const auto& [name, value] : entry["labels"].items()) e.labels.emplace_back(name, value.get<std::string>());
  const Json metadata = entry.value("metadata", Json::object());
  for (const auto& [name, value] : metadata.items()) e.metadata.emplace_back(name, value.get<std::string>());
  Instant time{};
  parse_rfc3339(entry["ts"].get<std::string>(), time);
  e.time_ns = time.unix_nanos();
  return {e};
}

Outcome run(const ConformanceCase& c) {
  const Json responses = c.data.value("responses", Json::array());
  ScriptedSink sink(responses);
  std::string dead_host;
  {
    ScriptedSink closed(responses);
    dead_host = closed.host();
  }
  std::string config = c.data["config"];
  config = replaced(std::move(config), "$URL", "http://" + sink.host());
  config = replaced(std::move(config), "$DEAD", "http://" + dead_host);
  ComponentHarness harness("loki.write.vec");
  harness.experimental = config.find("queue_config") != std::string::npos;
  const bool loaded = harness.load("loki.write \"vec\" {\n" + config + "\n}\n");
  const Json& expect = c.data["expect"];
  if (!expect["error"].is_null()) {
    if (loaded) return Outcome::failed("loaded, but Alloy says: " + expect["error"].get<std::string>());
    return verdict(text_difference(expect["error"].get<std::string>(), harness.error()));
  }
  if (!loaded) return Outcome::failed("refused: " + harness.error());

  Run result;
  size_t backlog = 0;
  for (const Json& entry : c.data["entries"]) {
    if (entry.contains("delay_ms")) {
      const int64_t until = SystemClock::instance().steady_ns() + entry["delay_ms"].get<int64_t>() * 1'000'000;
      harness.turn_until([&] { return SystemClock::instance().steady_ns() > until; });
    }
    if (harness.send(entry_of(entry)) == Flow::kPause) {
      ++backlog;
      harness.turn_until([&] { return harness.source().resumed >= backlog; });
    }
    harness.turn();
    result.sent.push_back(entry);
  }
  const auto read_metrics = [&] {
    std::string text = replaced(harness.metrics_text(), sink.host(), "$HOST");
    return same_families(expect["metrics_before_shutdown"], replaced(std::move(text), dead_host, "$DEADHOST"));
  };
  size_t before_shutdown = 0;
  for (const Json& request : expect["requests"]) before_shutdown += !request.value("during_shutdown", false);
  const std::string wanted = expect["metrics_before_shutdown"];
  const int wait_ms = std::max(c.data.value("wait_ms", 0), 300) + 700;
  harness.turn_until([&] { return !c.defect && sink.requests().size() >= before_shutdown && read_metrics() == wanted; }, wait_ms);
  result.metrics = read_metrics();
  // What waits for a destination that stays away is not drained.
  harness.stop(c.defect ? 200 : 2000);
  result.requests = sink.requests();
  if (c.defect && c.defect->match == "superset") {
    Json all = expect;
    return verdict(delivered(result.requests).size() >= delivered(expect["requests"]).size() ? "" : "fewer entries arrived than Alloy delivered\n");
  }
  if (c.defect) return verdict(check_defect(*c.defect, expect, result));
  std::string first = compare_with(expect, result, c.data.value("nondeterministic", false));
  if (first.empty()) return Outcome::passed();
  const Json variants = c.data.value("variants", Json::array());
  for (const Json& variant : variants)
    if (compare_with(variant, result, true).empty()) return Outcome::passed();
  return Outcome::failed(first);
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"loki/loki_write"}, run};

}  // namespace invar::loki_write_requests
