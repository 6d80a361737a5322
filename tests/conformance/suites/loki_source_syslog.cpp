// loki/syslog: bytes sent to a running loki.source.syslog, and what comes out behind it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "src/io/file.h"
#include "src/io/host_names.h"
#include "tests/conformance/http_exchange.h"
#include "tests/conformance/recorded_entry.h"

namespace invar::loki_source_syslog_suite {
namespace {

constexpr int64_t kNow = 1'790'000'000'000'000'000;
constexpr std::string_view kLoopback = "127.0.0.1";

/// The names that the machine of the recordings had for itself.
class RecordedNames final : public HostNames {
 public:
  std::string names_of(const std::string& ip) const override { return ip == kLoopback ? "localhost,runsc,vm" : ""; }
};

struct Session {
  FakeClock clock{kNow};
  harness::ComponentHarness rules{"loki.relabel.sys", clock};
  harness::ComponentHarness component{"loki.source.syslog.vec", clock};
  int port = free_port();
  size_t seen = 0;

  bool load(const ConformanceCase& c) {
    component.experimental = true;
    HostNames::replace_current(std::make_shared<const RecordedNames>());
    rules.load("loki.relabel \"sys\" {\n\tforward_to = []\n\trule {\n\t\taction = \"labelmap\"\n\t\tregex = \"__syslog_(.+)\"\n\t\treplacement = \"sl_$1\"\n\t}\n}\n",
               "loki.relabel");
    component.scope().set("loki", Value::object({{"relabel", Value::object({{"sys", rules.exports()}})}}));
    return component.load("loki.source.syslog \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + with_port(c.data["config"], port) + "\n}\n\nvec.sink \"out\" { }\n",
                    "loki.source.syslog");
  }

  void work() {
    component.advance(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  Fd connected(int type) {
    Fd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    ::inet_pton(AF_INET, kLoopback.data(), &address.sin_addr);
    ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    return fd;
  }

  /// Sends, and waits for the end of the connection.
  void send_stream(const std::vector<std::string>& parts) {
    const Fd fd = connected(SOCK_STREAM);
    for (const std::string& part : parts) {
      (void)::send(fd.get(), part.data(), part.size(), MSG_NOSIGNAL);
      for (int i = 0; i < 5; ++i) work();
    }
    ::shutdown(fd.get(), SHUT_WR);
    char byte;
    for (int i = 0; i < 2000 && ::recv(fd.get(), &byte, 1, MSG_DONTWAIT) != 0; ++i) work();
  }

  void send_datagram(const std::string& bytes, size_t expected) {
    const Fd fd = connected(SOCK_DGRAM);
    (void)::send(fd.get(), bytes.data(), bytes.size(), 0);
    for (int i = 0; i < 1000 && component.received().size() < seen + expected; ++i) work();
    for (int i = 0; i < 40; ++i) work();  // nothing else may come
  }

  Json new_entries() {
    Json out = Json::array();
    for (; seen < component.received().size(); ++seen) {
      harness::Entry entry = component.received()[seen];
      // Read times count up from the clock.
      if (entry.time_ns - kNow >= 0 && entry.time_ns - kNow < 1'000'000) entry.time_ns = kNow;
      out.push_back(entry_json(entry));
    }
    return out;
  }
};

/// What is recorded, in its order, in what came; `more`: how many came beside it.
bool holds(const Json& expected, const Json& got, size_t& more) {
  size_t found = 0;
  for (const Json& entry : got) found += found < expected.size() && entry == expected[found];
  more += got.size() - found;
  return found == expected.size();
}

std::string run_steps(const ConformanceCase& c, Session& session) {
  const Json& expect = c.data["expect"];
  size_t more = 0;
  for (size_t i = 0; i < c.data["steps"].size(); ++i) {
    const Json& step = c.data["steps"][i];
    if (!step.contains("net")) {
      if (!step.contains("start")) return "no such step here: " + step.dump();
      continue;
    }
    Json expected = Json::array();
    if (expect["steps"][i].contains("entries"))
      for (const Json& entry : expect["steps"][i]["entries"]) expected.push_back(entry_json(recorded_entry(entry, kNow)));
    const Json& net = step["net"];
    std::vector<std::string> parts;
    if (net.contains("parts_b64"))
      for (const Json& part : net["parts_b64"]) parts.push_back(base64_decoded(part.get<std::string>()));
    else parts.push_back(text_of(net, "data").value_or(""));
    if (net["proto"] == "tcp") session.send_stream(parts);
    else for (const std::string& part : parts) session.send_datagram(part, expected.size());
    const Json got = session.new_entries();
    const bool fits = c.defect ? holds(expected, got, more) : expected == got;
    if (!fits) return "step " + std::to_string(i) + ":\n" + difference(expected, got);
  }
  return c.defect && more == 0 ? "loses what the recording lost" : "";
}

Outcome run(const ConformanceCase& c) {
  Session session;
  const Json& expect = c.data["expect"];
  if (!session.load(c)) return verdict(compare_refusal({{"error", expect["error"]}}, session.component.diagnostics()));
  if (!expect["error"].is_null()) return Outcome::failed("loaded, but expected: " + expect["error"].get<std::string>());
  if (const std::string found = run_steps(c, session); !found.empty()) return Outcome::failed(found);
  if (!c.defect && expect.contains("metrics")) {
    const std::string metrics = expect["metrics"];
    const std::string found = text_difference(metrics, recorded_families(metrics, session.component.metrics_text()));
    if (!found.empty()) return Outcome::failed(found);
  }
  session.component.stop();
  return Outcome::passed();
}

}  // namespace
}  // namespace invar::loki_source_syslog_suite

namespace invar::loki_source_syslog {
extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"loki/syslog"}, .run = loki_source_syslog_suite::run};
}  // namespace invar::loki_source_syslog
