#include "src/lint/report.h"

#include <algorithm>
#include <array>

#include "src/text/json.h"

namespace invar::lint {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  json::append_standard_string(out, text);
  return out;
}

std::string place(const Finding& finding) {
  const Position at = finding.span.source->position(finding.span.begin);
  return finding.span.source->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string head(const Finding& finding) {
  return place(finding) + ": " + std::string(severity_name(finding.severity)) + " " + std::string(finding.code) + ": " + finding.message;
}

/// What the frame shows of a secret: its place, not its text.
std::string shown_line(const Finding& finding, uint32_t number) {
  std::string line(finding.span.source->line(number));
  std::replace(line.begin(), line.end(), '\t', ' ');
  if (finding.code != "INV170") return line;
  const uint32_t column = finding.span.source->position(finding.span.begin).column - 1;
  for (size_t i = column; i < line.size() && i < column + (finding.span.end - finding.span.begin); ++i) line[i] = '*';
  return line;
}

std::string pretty(const Finding& finding) {
  const Source& source = *finding.span.source;
  const Position at = source.position(finding.span.begin);
  const std::string line = shown_line(finding, at.line), number = std::to_string(at.line);
  const size_t rest = line.size() >= at.column ? line.size() - at.column + 1 : 1;
  const size_t width = std::clamp<size_t>(finding.span.end - finding.span.begin, 1, rest);
  std::string text = head(finding) + "\n" + number + " | " + line + "\n";
  text += std::string(number.size(), ' ') + " | " + std::string(at.column - 1, ' ') + std::string(width, '^') + "\n";
  if (!finding.help.empty()) text += std::string(number.size(), ' ') + " = help: " + finding.help + "\n";
  return text + "\n";
}

std::string position_json(const Finding& finding, uint32_t offset) {
  const Position at = finding.span.source->position(offset);
  return "{\"line\":" + std::to_string(at.line) + ",\"col\":" + std::to_string(at.column) + "}";
}

std::string finding_json(const Finding& finding) {
  std::string text = "{\"code\":" + json_string(finding.code) + ",\"severity\":" + json_string(severity_name(finding.severity)) +
                     ",\"message\":" + json_string(finding.message) + ",\"file\":" + json_string(finding.span.source->name()) +
                     ",\"start\":" + position_json(finding, finding.span.begin) + ",\"end\":" + position_json(finding, finding.span.end);
  if (!finding.help.empty()) text += ",\"help\":" + json_string(finding.help);
  return text + "}";
}

std::array<size_t, 3> counts(const std::vector<Finding>& findings) {
  std::array<size_t, 3> count{};
  for (const Finding& finding : findings) ++count[static_cast<size_t>(finding.severity)];
  return count;
}

}  // namespace

std::string report(const std::vector<Finding>& findings, ReportFormat format) {
  std::string text;
  if (format == ReportFormat::kJson) {
    for (const Finding& finding : findings) text += (text.empty() ? "" : ",") + finding_json(finding);
    const auto [infos, warnings, errors] = counts(findings);
    return "{\"version\":1,\"findings\":[" + text + "],\"summary\":{\"errors\":" + std::to_string(errors) + ",\"warnings\":" + std::to_string(warnings) +
           ",\"infos\":" + std::to_string(infos) + "}}\n";
  }
  for (const Finding& finding : findings) text += format == ReportFormat::kPretty ? pretty(finding) : head(finding) + "\n";
  return text;
}

std::string tally(const std::vector<Finding>& findings) {
  const auto [infos, warnings, errors] = counts(findings);
  std::string text;
  const auto add = [&](size_t count, std::string_view noun) {
    if (count == 0) return;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
  };
  add(errors, "error");
  add(warnings, "warning");
  add(infos, "hint");
  return text.empty() ? "nothing found" : text;
}

}  // namespace invar::lint
