#include "tests/conformance/log_lines.h"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>
#include <string_view>

namespace invar {
namespace {

bool is_of_alloy_alone(const std::string& line) {
  static constexpr std::array<std::string_view, 8> kParts{"boringcrypto enabled", "github.com/KimMachineGun", "service=cluster",    "\"service\":\"cluster\"",
                                                          "TLS handshake error",  "addr=memory",              "\"addr\":{},", "flag has no effect"};
  if (std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return line.find(part) != std::string::npos; })) return true;
  static constexpr std::array<std::string_view, 7> kServices{"otel", "labelstore", "ui", "cluster", "http", "remotecfg", "livedebugging"};
  if (line.find("node exited without error") == std::string::npos) return false;
  return std::find(kServices.begin(), kServices.end(), log_value(line, "node")) != kServices.end();
}

}  // namespace

std::string log_value(const std::string& line, const std::string& key) {
  if (const size_t at = line.find("\"" + key + "\":\""); line.starts_with("{") && at != std::string::npos) {
    const size_t begin = at + key.size() + 4;
    return line.substr(begin, line.find('"', begin) - begin);
  }
  const size_t at = line.find(" " + key + "=");
  if (at == std::string::npos) return {};
  const size_t begin = at + key.size() + 2;
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string LogLines::comparable(const std::string& ours) const {
  static const std::regex kTime("^ts=[^ ]*|\"ts\":\"[^\"]*\""), kTrace("[ ,]\"?trace_id(_unsampled)?\"?[=:]\"?(<TRACE_ID>|[0-9a-f]+)\"?"),
      kDuration("duration(=|\":)[^ ,}]*"), kSpent("\\) [0-9.]+(µs|ms|s|ns)\""), kGrpc(" grpc=[^ ]*"), kListening("(server listening on addresses.* http=127\\.0\\.0\\.1:)([0-9]+)");
  std::string line = back_(ours);
  line = std::regex_replace(line, kTime, "ts=<TS>");
  line = std::regex_replace(line, kTrace, "");
  line = std::regex_replace(line, kDuration, "duration$1<DUR>");
  line = std::regex_replace(line, kSpent, ") <DUR>\"");
  line = std::regex_replace(line, kGrpc, "");
  return std::regex_replace(line, kListening, "$1<EPHEMERAL>");
}

std::vector<std::string> LogLines::comparable(const std::vector<std::string>& lines, const std::function<bool(const std::string&)>& wanted) const {
  std::vector<std::string> kept;
  for (const std::string& line : lines)
    if (!line.empty() && !is_of_alloy_alone(line) && (!wanted || wanted(line))) kept.push_back(comparable(line));
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace invar
