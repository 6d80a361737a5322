// Nanoseconds per line of what runs on every line. Not part of the build:
//   g++ -std=c++20 -O2 -I. src/text/text_bench.cpp build/src/text/libinvar_text.a build/src/base/libinvar_base.a -lre2 -lsimdjson -lcctz -lcrypto -lcrypt
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "src/text/gotemplate/template.h"
#include "src/text/jmespath.h"
#include "src/text/json.h"
#include "src/text/regex.h"
#include "src/text/time_layout.h"

namespace {

using namespace invar;

double cpu_ns() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Body>
void bench(const char* name, Body body) {
  uint64_t sink = 0;
  double best = 1e30;
  for (int round = 0; round < 5; ++round) {
    constexpr int kTimes = 100'000;
    const double begin = cpu_ns();
    for (int i = 0; i < kTimes; ++i) sink += body();
    best = std::min(best, (cpu_ns() - begin) / kTimes);
  }
  std::printf("%-44s %8.1f ns%s\n", name, best, sink == 1 ? " " : "");
}

void bench_regex(const char* name, std::string_view pattern, std::string_view text) {
  const Regex regex = *Regex::compile(pattern);
  std::vector<std::string_view> groups(static_cast<size_t>(regex.group_count()) + 1);
  const std::string title = std::string(name) + " [" + std::string(regex.engine()) + "]";
  bench((title + " find").c_str(), [&] { return regex.find(text, groups) ? groups[0].size() : 0; });
  bench((title + " matches").c_str(), [&] { return regex.matches(text) ? 1u : 0u; });
}

class OneText final : public GoTemplateScope {
 public:
  bool find(size_t, std::string_view& text) override {
    text = "warning";
    return true;
  }
  void each(const std::function<void(std::string_view, std::string_view)>&) override {}
};

void bench_template(const char* source) {
  const GoTemplate compiled = *GoTemplate::compile("bench", source);
  GoTemplateExecutor executor(SystemClock::instance());
  OneText text;
  std::string out;
  bench(source, [&] {
    out.clear();
    executor.execute(compiled, text, out);
    return out.size();
  });
}

}  // namespace

int main() {
  const std::string access =
      R"(203.0.113.77 - frank [10/Oct/2000:13:55:36 -0700] "GET /api/v1/items?page=3&sort=asc HTTP/1.1" 200 2326 "https://example.com/start" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/115.0")";
  bench_regex("access log, 8 groups",
              R"re(^(?P<ip>\S+) (?P<id>\S+) (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]*" (?P<status>\d+) (?P<size>\d+))re", access);
  bench_regex("klog header", R"re(^(?P<level>[IWEF])(?P<time>\d{4} \d{2}:\d{2}:\d{2}\.\d+)\s+(?P<pid>\d+) (?P<file>[^:]+):(?P<line>\d+)\] (?P<msg>.*)$)re",
              "I1122 01:02:03.123456       1 controller.go:114] Starting the controller with 5 workers and a long message behind it");
  bench_regex("unanchored key=value", R"re(status=(\d+))re", access + " status=200 done");
  bench_regex("lazy run", R"re(^.*? - (.*)$)re", "2024-01-02 03:04:05 INFO main - something happened over there");
  bench_regex("any-case word", "(?i)error", access);
  bench_regex("any-case level", "(?i)\\b(error|warn|info|debug)\\b", access);
  bench_regex("any-case level, RE2's way", "(?i)\\b(error|warn|info|debug|\\pL)\\b$", access);
  bench_regex("word alternatives", "error|fatal|panic", access);
  bench_regex("relabel default", "^(?s:(.*))$", "kube-system/coredns-5d78c9869d-abcde");
  bench_regex("multiline first line", R"re(^\d{4}-\d{2}-\d{2})re", "2024-01-02 03:04:05 INFO main - something happened over there");

  const std::string line =
      R"({"time":"2024-01-02T03:04:05.678901234Z","level":"info","logger":"http","msg":"request finished","status":200,"duration":0.0123,"path":"/api/v1/items","user":{"id":42,"name":"frank"},"tags":["a","b","c"],"trace":"4bf92f3577b34da6a3ce929d0e0e4736"})";
  const std::string padded = line + std::string(json::kPadding, '\n');
  json::Parser parser;
  const jmespath::Query queries[] = {*jmespath::compile("level"), *jmespath::compile("msg"), *jmespath::compile("time"), *jmespath::compile("user.id")};
  jmespath::QuerySet set(queries);
  jmespath::QuerySet::Answer answers[4];
  const std::string_view view = std::string_view(padded).substr(0, line.size());
  bench("json 249 B: parse", [&] { return parser.parse_line(view, json::Tail::kPadded) ? 1u : 0u; });
  bench("json 249 B: parse, 4 paths", [&] {
    parser.parse_line(view, json::Tail::kPadded);
    set.find(parser.root(), answers);
    return answers[0].document.as_string().size();
  });
  bench("json 249 B: parse a copy, 4 paths", [&] {
    parser.parse_line(view);
    set.find(parser.root(), answers);
    return answers[0].document.as_string().size();
  });
  const std::string docker = R"({"log":"10.0.0.1 - - GET /healthz HTTP/1.1 200 ok\n","stream":"stdout","time":"2024-01-02T03:04:05.678901234Z"})" + std::string(json::kPadding, '\n');
  json::Parser::DockerLine out;
  bench("docker line", [&] { return parser.parse_docker(std::string_view(docker).substr(0, docker.size() - json::kPadding), out, json::Tail::kPadded) ? out.log.size() : 0; });

  Instant instant;
  bench("RFC 3339 with nanoseconds", [&] { return parse_rfc3339("2024-01-02T03:04:05.678901234Z", instant) ? static_cast<uint64_t>(instant.nanos) : 0; });
  const TimestampParser nginx("02/Jan/2006:15:04:05 -0700", std::nullopt);
  bench("layout 02/Jan/2006:15:04:05 -0700", [&] { return nginx.parse("10/Oct/2000:13:55:36 -0700", 0, instant) ? 1u : 0u; });
  const TimestampParser zoned("2006-01-02 15:04:05.000", *TimeZone::load("Europe/Warsaw"));
  bench("layout with a zone", [&] { return zoned.parse("2024-01-02 03:04:05.678", 0, instant) ? 1u : 0u; });
  std::string text;
  bench("print RFC 3339", [&] {
    text.clear();
    append_rfc3339_nano(text, 1'700'000'000'123'456'789);
    return text.size();
  });
  for (const char* source : {"{{ .level }}", "{{ ToUpper .Value }}", "{{ .Value | ToLower | TrimSpace }}",
                             "{{ if eq .Value \"E\" }}ERROR{{ else if eq .Value \"W\" }}WARN{{ else }}INFO{{ end }}",
                             "{{ if hasPrefix \"5\" .status }}ERROR{{ else }}INFO{{ end }}", "{{ Replace .Value \"n\" \"_\" -1 }}",
                             "{{ regexReplaceAll \"[a-z]+\" .Value \"<$0>\" }}", "{{ ToUpper .Value 1 }}", "{{ Hash \"salt\" .Value }}"})
    bench_template(source);
}
