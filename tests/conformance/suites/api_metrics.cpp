// api/metrics: every family that Alloy shows, of what this build has: there once the same happens, with its type, help, labels and buckets.
#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "tests/conformance/exposition.h"
#include "tests/conformance/log_lines.h"
#include "tests/conformance/needs.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_metrics {
namespace {

struct Family {
  std::string type, help;
  std::set<std::string> labels, buckets;
};
using Families = std::map<std::string, Family>;

Families families_of(const std::string& exposition) {
  Families families;
  std::string name;
  for (const std::string& line : lines_of(exposition)) {
    if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) {
      const size_t space = line.find(' ', 7);
      name = line.substr(7, space - 7);
      (line[2] == 'H' ? families[name].help : families[name].type) = space == std::string::npos ? "" : line.substr(space + 1);
    } else {
      for (const auto& [label, value] : labels_of(line.substr(0, line.rfind(' ')))) {
        families[name].labels.insert(label);
        if (label == "le") families[name].buckets.insert(value);
      }
    }
  }
  return families;
}

/// What runs without components, and in a cluster of one.
Families families_of_process() {
  const RecordedSession session("", {"--cluster.enabled", "--cluster.name=c1"});
  return families_of(session.agent().ask("/metrics").body);
}

void push(RecordedSession& session, const std::string& labels, const std::vector<std::string>& lines) {
  std::string values;
  for (const std::string& line : lines) values += (values.empty() ? "[\"" : ",[\"") + std::string("1700000000123456789\",") + Json(line).dump() + "]";
  const std::string body = "{\"streams\":[{\"stream\":{" + labels + "},\"values\":[" + values + "]}]}";
  http_exchange(session.ports().moved(13781), "POST", "/loki/api/v1/push", {{"Content-Type", "application/json"}}, body);
}

/// Recorded with a config of components that fail.
constexpr std::string_view kFailing = R"(
loki.source.docker "d" {
  host       = "tcp://127.0.0.1:13798"
  targets    = []
  forward_to = []
}
)";

/// The config of all components, after each of them had something to do.
Families families_of_components(const std::string& config, const std::set<std::string>& wanted) {
  // What this build has not lies between the sources and their destinations: what is there is joined.
  RecordedSession session(replaced(replaced(config, "forward_to     = [loki.secretfilter.sf.receiver,", "forward_to     = [loki.process.all.receiver, loki.secretfilter.sf.receiver,"),
                                   "fwd = [loki.write.wal.receiver]", "fwd = [loki.write.two.receiver, loki.write.wal.receiver]"));
  session.workspace().write("logs/app.log", "first line level=info duration=0.5 status=500\nsecond secret line\n");
  push(session, "\"a\":\"b\"", {"level=warn duration=0.5 status=500", std::string(300, 'x'), "healthz"});
  push(session, "\"src\":\"api\"", {std::string("token ghp") + "_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d"});
  push(session, "\"limited\":\"a\"", std::vector<std::string>(12, "line"));
  push(session, "\"long_label\":\"abcdef\"", {"status=200"});
  Families families;
  wait_until([&] {
    families = families_of(session.agent().ask("/metrics").body);
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) { return families.contains(name); });
  });
  return families;
}

/// `go_goroutines`, or `go_*`: what a passage names between backquotes.
std::vector<std::string> names_in(const std::string& passage) {
  std::vector<std::string> names;
  for (size_t begin = 0; (begin = passage.find('`', begin)) != std::string::npos;) {
    const size_t end = passage.find('`', begin + 1);
    names.push_back(passage.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return names;
}

bool names(const std::vector<std::string>& patterns, const std::string& family) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern.ends_with('*') ? family.starts_with(pattern.substr(0, pattern.size() - 1)) : family == pattern;
  });
}

/// docs/metrics.md says which families are not shown; those that it explains before are.
bool may_be_absent(const ConformanceCase& c) {
  static const std::string text = contents_of(std::filesystem::path(INVAR_SOURCE_DIR) / "docs/metrics.md");
  static const size_t begin = text.find("\nNot shown: ");
  if (begin == std::string::npos) throw std::runtime_error("docs/metrics.md does not say what is not shown");
  static const std::vector<std::string> shown = names_in(text.substr(0, begin)), absent = names_in(text.substr(begin, text.find("\n\n", begin) - begin));
  return names(absent, c.name) && !names(shown, c.name);
}

std::string missing_component(const ConformanceCase& c) {
  const Json& emitters = c.data["components"];
  if (emitters.empty() || std::any_of(emitters.begin(), emitters.end(), [](const Json& name) { return is_built(name.get<std::string>()); })) return {};
  return "component " + emitters.front().get<std::string>();
}

std::string compare(const ConformanceCase& c, const Family& ours) {
  std::set<std::string> labels, buckets;
  for (const Json& label : c.data["labels"]) labels.insert(label.get<std::string>());
  for (const Json& bucket : c.data.value("buckets", Json::array())) buckets.insert(bucket.get<std::string>());
  // What users name is up to them; there are no collections whose quantiles Go's summary could show.
  const std::string group = c.data["group"];
  const bool named_by_config = group.starts_with("user_defined") || group == "go_runtime";
  return difference(Json{{"type", c.data["type"]}, {"help", c.data["help"]}, {"labels", named_by_config ? ours.labels : labels}, {"buckets", buckets}},
                    Json{{"type", ours.type}, {"help", ours.help}, {"labels", ours.labels}, {"buckets", ours.buckets}});
}

/// Names of our own that look like Alloy's.
std::string strangers(const Families& ours, const Json& recorded) {
  std::set<std::string> known;
  for (const Json& family : recorded) known.insert(family["name"].get<std::string>());
  // Alloy's too, but nothing was reclaimed while it was recorded.
  known.insert({"loki_write_wal_writer_last_reclaimed_segment", "loki_write_wal_writer_reclaimed_space"});
  // Of a component that the recorded build had only by name.
  known.insert("loki_source_journal_target_lines_total");
  std::string found;
  for (const auto& [name, family] : ours)
    if (!known.contains(name) && !name.starts_with("invar_")) found += "  " + name + " is none of Alloy's, and does not begin with invar_\n";
  return found;
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  std::set<std::string> wanted;
  for (const ConformanceCase& c : cases)
    if (!may_be_absent(c) && missing_component(c).empty() && c.data["first_seen"] != "clustering") wanted.insert(c.name);
  const Families process = families_of_process(), components = families_of_components(recorded_config(cases.front(), "main.alloy") + std::string(kFailing), wanted);
  std::string of_nobody = strangers(process, cases.front().file["families"]) + strangers(components, cases.front().file["families"]);
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases) {
    const std::string missing = missing_component(c);
    const Families& ours = c.data["first_seen"] == "process_start" || c.data["first_seen"] == "clustering" ? process : components;
    const auto family = ours.find(c.name);
    if (family != ours.end()) outcomes.push_back(verdict(compare(c, family->second) + std::exchange(of_nobody, {})));
    else if (!missing.empty()) outcomes.push_back(Outcome::skipped("needs " + missing));
    else outcomes.push_back(may_be_absent(c) ? Outcome::passed() : Outcome::failed("  not in /metrics\n"));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/metrics"}, .run_file = run};

}  // namespace invar::api_metrics
