#include <charconv>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/io/zip_archive.h"
#include "src/runtime/admin_routes.h"
#include "src/runtime/build_info.h"
#include "src/runtime/component_json.h"

namespace invar {
namespace {

constexpr int64_t kLongestSeconds = 30;  // Go's usual write timeout
constexpr auto kRest = std::chrono::milliseconds(200);
constexpr auto kStep = std::chrono::milliseconds(50);
constexpr std::string_view kFolder = "alloy-support-bundle/";

/// An integer as Go's strconv.Atoi reads it; else its complaint.
std::string read_duration(const std::string& text, int64_t& seconds) {
  const std::string quoted_text = invar::quoted(text);
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) return "strconv.Atoi: parsing " + quoted_text + ": value out of range";
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return "strconv.Atoi: parsing " + quoted_text + ": invalid syntax";
  return {};
}

std::string metadata_yaml() {
  std::string uptime = "0";
  if (const auto text = read_file("/proc/uptime")) uptime = text->substr(0, text->find_first_of(". "));
  return "build_version: " + std::string(kVersion) + "\nos: linux\narchitecture: " + std::string(kMachine) + "\nuptime: " + uptime + "\n";
}

/// The variables Alloy puts in.
std::string environment_text() {
  std::string out;
  for (const char* name : {"AUTOMEMLIMIT", "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "HOSTNAME", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy",
                           "NO_PROXY", "no_proxy", "PPROF_BLOCK_PROFILING_RATE", "PPROF_MUTEX_PROFILING_PERCENT"}) {
    const char* value = std::getenv(name);
    if (!out.empty()) out += "\n";
    out.append(name).append("=").append(value ? value : "");
  }
  return out;
}

/// A profile without samples, for tools that expect one: its table of strings, and one kind of sample.
std::string empty_profile() {
  static constexpr std::string_view kProfile{"\x0a\x04\x08\x01\x10\x02\x32\x00\x32\x07samples\x32\x05" "count", 24};
  return gzip_of(kProfile);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

struct Shown {
  std::string components;
  std::vector<std::pair<std::string, std::string>> sources;
};

Shown look_at_main(const AdminState& state) {
  Shown shown;
  with_root(state, [&](const Module& root) {
    shown.components = components_json(root);
    shown.sources = state.sources();
    return AdminResponse();
  });
  return shown;
}

/// What is logged from its making to its end.
class LogCapture {
 public:
  explicit LogCapture(const AdminState& state) : output_(state.log_output) {
    output_->set_copy(Logger::Output::Copy::kBundle, [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      if (text_.size() < kMost) text_ += line;
    });
  }
  ~LogCapture() { output_->set_copy(Logger::Output::Copy::kBundle, nullptr); }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  static constexpr size_t kMost = 16u << 20;
  std::shared_ptr<Logger::Output> output_;
  std::mutex mutex_;
  std::string text_;
};

}  // namespace

AdminResponse support_bundle(const AdminState& state, const AdminRequest& request) {
  if (!state.support_bundle)
    return plain_text(403, "support bundle generation is disabled; it can be re-enabled by removing the --server.http.disable-support-bundle flag");
  int64_t seconds = kLongestSeconds;
  if (const auto duration = request.query("duration")) {
    if (const std::string wrong = read_duration(*duration, seconds); !wrong.empty())
      return plain_error(400, "duration value (in seconds) should be a positive integer: " + wrong);
    if (seconds < 1) return plain_error(400, "duration value (in seconds) should be larger than 1");
    if (seconds > kLongestSeconds) return plain_error(400, "duration value exceeds the server's write timeout");
  }
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds) - kRest;
  LogCapture logs(state);
  ZipArchive zip;
  const auto add = [&zip](std::string_view name, std::string_view content) { zip.add(std::string(kFolder) + std::string(name), content); };
  add("alloy-metadata.yaml", metadata_yaml());
  add("alloy-runtime-flags.txt", joined(state.runtime_flags));
  add("alloy-environment.txt", environment_text());
  add("alloy-peers.json", peers_json(state.cluster));
  add("alloy-metrics-sample-start.txt", state.metrics->expose());
  while (std::chrono::steady_clock::now() < until && state.ready->load()) std::this_thread::sleep_for(kStep);
  add("alloy-metrics-sample-end.txt", state.metrics->expose());
  const Shown shown = look_at_main(state);
  add("alloy-components.json", shown.components);
  for (const auto& [name, text] : shown.sources) add("sources/" + name, text);
  for (const char* profile : {"cpu", "heap", "goroutine", "mutex", "block"}) add("pprof/" + std::string(profile) + ".pprof", empty_profile());
  if (const std::string text = logs.text(); !text.empty()) add("alloy-logs.txt", text);
  AdminResponse response;
  response.headers = {{"Content-Disposition", "attachment; filename=\"alloy-support-bundle.zip\""}, {"Content-Type", "application/zip"}};
  response.body = zip.finish();
  return response;
}

}  // namespace invar
