#include "tests/conformance/recorded_entry.h"

#include <sstream>

#include "src/base/quote.h"
#include "src/text/duration.h"
#include "src/text/time_layout.h"
#include "tests/conformance/texts.h"

namespace invar {
namespace {

Json printable(const std::string& text) { return is_valid_utf8(text) ? text : invar::quoted(text); }

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json out = Json::object();
  for (const auto& [name, value] : pairs) out[printable(name).get<std::string>()] = printable(value);
  return out;
}

std::vector<std::pair<std::string, std::string>> recorded_pairs(const Json& entry, const char* key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (const auto at = entry.find(key); at != entry.end() && at->is_object())
    for (const auto& [name, value] : at->items()) pairs.emplace_back(name, value.get<std::string>());
  return pairs;
}

}  // namespace

Json entry_json(const harness::Entry& entry) {
  std::string time;
  append_rfc3339_nano(time, entry.time_ns);
  Json out{{"labels", pairs_json(entry.labels)}, {"ts", time}, {"line", printable(entry.line)}};
  if (!entry.metadata.empty()) out["metadata"] = pairs_json(entry.metadata);
  return out;
}

int64_t recorded_time(const std::string& text, int64_t now_ns) {
  if (text.starts_with("now")) {
    if (text.size() == 3) return now_ns;
    const auto offset = parse_duration(std::string_view(text).substr(3));
    return now_ns + (offset ? *offset : 0);
  }
  Instant instant;
  TimeLayout("2006-01-02T15:04:05.999999999Z07:00").parse(text, TimeZone(), instant);
  return instant.unix_nanos();
}

harness::Entry recorded_entry(const Json& entry, int64_t now_ns) {
  return {.line = text_of(entry, "line").value_or(""),
          .labels = recorded_pairs(entry, "labels"),
          .metadata = recorded_pairs(entry, "metadata"),
          .time_ns = recorded_time(entry.value("ts", "now"), now_ns)};
}

Json diagnostics_json(const Diagnostics& diagnostics) {
  Json out = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    Json one{{"severity", diagnostic.severity == Severity::kError ? "error" : "warning"}, {"message", mended(diagnostic.message)}};
    if (diagnostic.span.known()) {
      const Position first = diagnostic.span.source->position(diagnostic.span.begin);
      const Position last = diagnostic.span.source->position(diagnostic.span.end > diagnostic.span.begin ? diagnostic.span.end - 1 : diagnostic.span.begin);
      one["start"] = {first.line, first.column};
      one["end"] = {last.line, last.column};
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string joined_messages(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += (out.empty() ? "" : "\n") + diagnostic.message;
  return out;
}

std::string mended(std::string_view text) {
  std::string out;
  for (size_t at = 0, length = 0; at < text.size(); at += length) append_rune(out, decode_rune(text.substr(at), length));
  return out;
}

std::string compare_refusal(const Json& expect, const Diagnostics& diagnostics, std::string (*shown)(const std::string&)) {
  Json expected{{"error", expect["error"]}}, got{{"error", mended(joined_messages(diagnostics))}};
  if (expect.contains("diagnostics")) {
    expected["diagnostics"] = expect["diagnostics"];
    got["diagnostics"] = diagnostics_json(diagnostics);
  }
  if (!shown) return difference(expected, got);
  for (Json* side : {&expected, &got}) {
    (*side)["error"] = shown((*side)["error"]);
    if (side->contains("diagnostics"))
      for (Json& one : (*side)["diagnostics"]) one["message"] = shown(one["message"]);
  }
  return difference(expected, got);
}

std::string with_port(std::string text, int port) { return replaced(std::move(text), "$PORT1", std::to_string(port)); }

std::string recorded_families(const std::string& expected, const std::string& exposed) {
  std::string out;
  std::istringstream lines(exposed);
  bool wanted = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) wanted = expected.find(line.substr(0, line.find(' ', 7) + 1)) != std::string::npos;
    if (wanted) out += line + "\n";
  }
  return out;
}

}  // namespace invar
