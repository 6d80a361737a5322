// api/requests: single requests to the HTTP API of one process; and the same paths with basic auth, other flags and an empty config.
#include "src/io/scripted_server.h"
#include "src/text/gotemplate/base64.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_requests {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A body stands in the recording as it was, as `<N bytes>` where N is a matter of the machine, or not at all.
Json body_of(const Json& recorded, const std::string& ours) {
  if (recorded.is_string() && !recorded.get<std::string>().starts_with("<")) return ours;
  return recorded;
}

Json header_values(const Json& recorded, const RawAnswer& answer) {
  Json values = Json::object();
  for (const auto& [name, value] : recorded.items()) values[name] = answer.header(name);
  return values;
}

/// How long a body is, and with it how it is framed, depends on the process where it is not recorded.
Json comparable_headers(Json headers, bool body_recorded) {
  if (!body_recorded) headers.erase("Content-Length"), headers.erase("Transfer-Encoding");
  return headers;
}

std::string compare(const Json& status, const Json& headers, const Json& body, const RawAnswer& answer, const RecordedSession& session) {
  const bool body_recorded = body.is_string() && !body.get<std::string>().starts_with("<");
  const Json wanted = comparable_headers(headers, body_recorded);
  return difference(Json{{"status", status}, {"headers", wanted}, {"body", body}},
                    Json{{"status", answer.status}, {"headers", header_values(wanted, answer)}, {"body", body_of(body, session.back(answer.body))}});
}

std::string run_request(const ConformanceCase& c, const RecordedSession& session) {
  const std::string request = c.data["request"];
  const size_t space = request.find(' ');
  Headers sent;
  for (const auto& [name, value] : c.data["request_headers"].items()) sent.emplace_back(name, value.get<std::string>());
  const RawAnswer answer = session.agent().ask(request.substr(space + 1), request.substr(0, space), sent);
  return compare(c.data["status"], c.data["headers"], c.data["body"], answer, session);
}

constexpr std::string_view kLogin = "    basic {\n      username = \"u\"\n      password = \"p\"\n    }\n";

std::string http_block(const std::string& auth, const std::string& tls = {}) { return "http {\n  auth {\n" + std::string(kLogin) + auth + "  }\n" + tls + "}\n"; }

Headers login(const std::string& who) {
  if (who == "none") return {};
  return {{"Authorization", "Basic " + gotemplate::encode_base64(who == "good" ? "u:p" : "u:wrong")}};
}

/// The same paths asked by somebody, nobody and an impostor: `ask` gets the path and the headers.
template <class Ask>
std::string compare_logins(const Json& recorded, const RecordedSession& session, Ask ask) {
  std::string found;
  for (const auto& [name, answer] : recorded.items()) {
    if (!name.starts_with("/")) continue;
    const size_t space = name.find(' ');
    const std::string text = compare(answer[0], answer[1], answer[2], ask(name.substr(0, space), login(name.substr(space + 1))), session);
    if (!text.empty()) found += "  " + name + ":\n" + text;
  }
  return found;
}

std::string run_authenticated(const ConformanceCase& c) {
  const RecordedSession session(http_block("    filter {\n      paths = [\"/metrics\", \"/api\"]\n      authenticate_matching_paths = true\n    }\n"));
  if (!session.agent().ready()) return session.agent().log();
  return compare_logins(c.data, session, [&](const std::string& path, const Headers& sent) { return session.agent().ask(path, "GET", sent); });
}

std::string run_tls(const ConformanceCase& c) {
  const TestCertificate certificate("IP:127.0.0.1");
  const RecordedSession session(
      http_block("", "  tls {\n    cert_pem = " + Json(certificate.cert_pem).dump() + "\n    key_pem = " + Json(certificate.key_pem).dump() + "\n  }\n"));
  if (!session.agent().ready()) return session.agent().log();
  httplib::SSLClient client("127.0.0.1", session.agent().port());
  client.enable_server_certificate_verification(false);
  std::string found = compare_logins(c.data, session, [&](const std::string& path, const Headers& sent) {
    RawAnswer answer;
    const auto got = client.Get(path, httplib::Headers(sent.begin(), sent.end()));
    if (!got) return answer;
    answer.status = got->status;
    answer.body = got->body;
    answer.headers.assign(got->headers.begin(), got->headers.end());
    return answer;
  });
  const RawAnswer plain = session.agent().ask("/-/ready");
  return found + difference(c.data["plain http to tls"], Json{plain.status, plain.body});
}

/// What sources answer that senders push to; the pushes were not recorded with them.
std::string run_sources(const ConformanceCase& c, RecordedSession& session) {
  const auto push = [&](const std::string& body) {
    const RawAnswer answer = http_exchange(session.ports().moved(13781), "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}}, body);
    return Json{answer.status, answer.body};
  };
  static const std::map<std::string, std::string> kPushes{
      {"push", R"({"streams": [{"stream": {"a": "b"}, "values": [["1700000000123456789", "line"]]}]})"},
      {"push_limited", R"({"streams": [{"stream": {"limited": "a"}, "values": [["1700000000123456789", "line"]]}]})"},
      {"push_limited2", R"({"streams": [{"stream": {"limit_all": "yes"}, "values": [["1700000000123456789", "line"]]}]})"},
      {"push_meta", R"({"streams": [{"stream": {"a": "b"}, "values": [["1700000000123456789", "line", {"k": "v"}]]}]})"},
      {"push_bad", "{bad"},
  };
  static const std::map<std::string, std::string> kOthers{{"heroku", "loki.source.heroku.hk"}, {"gcp", "loki.source.gcplog.gcp"}, {"fh", "loki.source.awsfirehose.fh"},
                                                          {"faro", "faro.receiver.faro"},     {"otlp", "otelcol.receiver.otlp.o"}, {"hec", "otelcol.receiver.splunkhec.hec"}};
  std::string found;
  for (const auto& [name, answer] : c.data.items()) {
    if (const auto body = kPushes.find(name); body != kPushes.end()) found += difference(Json{{name, answer}}, Json{{name, push(body->second)}});
    else if (const auto other = kOthers.find(name.substr(0, name.find('_'))); other == kOthers.end() || session.has(other->second)) found += "  " + name + " is not asked for\n";
  }
  return found;
}

/// Refused: an error that says so.
std::string run_refused(const ConformanceCase& c, const RecordedSession& session) {
  const std::string request = c.data["request"];
  const RawAnswer answer = session.agent().ask(request.substr(request.find(' ') + 1));
  return answer.status >= 400 && !answer.body.empty() ? "" : "  no clean error: " + std::to_string(answer.status) + "\n";
}

/// Text, where protobuf was preferred and text allowed.
std::string run_text_only(const ConformanceCase& c, const RecordedSession& session) {
  const RawAnswer answer = session.agent().ask("/metrics", "GET", {{"Accept", c.data["request_headers"]["Accept"].get<std::string>()}});
  return difference(Json{200, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"}, Json{answer.status, answer.header("Content-Type")});
}

std::string run_flags(const ConformanceCase& c) {
  const RecordedSession session("", {"--server.http.ui-path-prefix=/ui", "--server.http.enable-pprof=false", "--server.http.disable-support-bundle"});
  if (!session.agent().ready()) return session.agent().log();
  Json got;
  for (const auto& [path, status] : c.data.items()) got[path] = session.agent().ask(path).status;
  return difference(c.data, got);
}

std::string run_empty(const ConformanceCase& c) {
  const RecordedSession session("");
  if (!session.agent().ready()) return session.agent().log();
  const auto plain = [&](const char* path) {
    const RawAnswer answer = session.agent().ask(path);
    return Json{answer.status, session.back(answer.body)};
  };
  Json expected = c.data, got{{"ready", plain("/-/ready")}, {"healthy", plain("/-/healthy")}, {"components", plain("/api/v0/web/components")}, {"peers", plain("/api/v0/web/peers")}};
  const auto status_and_body = [](const std::string& raw) {
    return Json{std::stoi(raw.substr(9, 3)), raw.substr(raw.find("\r\n\r\n") + 4)};
  };
  expected["debug_disabled"] = status_and_body(expected["debug_disabled"]);
  got["debug_disabled"] = plain("/api/v0/web/debug/x");
  // It streams without end: three times what was recorded.
  const RawAnswer graph = session.agent().ask("/api/v0/web/graph?window=1", "GET", {}, "", 3.5);
  expected["graph_disabled"] = "[]|;|[]|;|[]|;|";
  got["graph_disabled"] = graph.body.substr(0, 15);
  return difference(expected, got);
}

std::string run_cluster(const ConformanceCase& c) {
  const RecordedSession session("", {"--cluster.enabled", "--cluster.node-name=n1", "--cluster.name=c1"});
  if (!session.agent().ready()) return session.agent().log();
  const RawAnswer peers = session.agent().ask("/api/v0/web/peers"), ckit = session.agent().ask("/api/v1/ckit/transport/stream");
  return difference(c.data, Json{{"peers", {peers.status, session.back(peers.body)}}, {"ckit", {ckit.status, ckit.body}}});
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  RecordedSession session(recorded_config(cases.front(), "main.alloy"));
  if (!session.agent().ready()) return std::vector(cases.size(), Outcome::failed(session.agent().log()));
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases) {
    if (c.defect) outcomes.push_back(verdict(c.defect->match == "any-error" ? run_refused(c, session) : run_text_only(c, session)));
    else if (c.name == "http_tls_auth") outcomes.push_back(verdict(run_tls(c)));
    else if (c.name == "source_http_answers") outcomes.push_back(verdict(run_sources(c, session)));
    else if (c.name == "http_auth_filter") outcomes.push_back(verdict(run_authenticated(c)));
    else if (c.name == "flags") outcomes.push_back(verdict(run_flags(c)));
    else if (c.name == "empty_config") outcomes.push_back(verdict(run_empty(c)));
    else if (c.name == "cluster") outcomes.push_back(verdict(run_cluster(c)));
    else if (c.data.contains("request")) outcomes.push_back(verdict(run_request(c, session)));
    else outcomes.push_back(Outcome::failed("  a part that this suite does not know\n"));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/requests"}, .run_file = run};

}  // namespace invar::api_requests
