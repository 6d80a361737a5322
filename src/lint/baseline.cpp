#include "src/lint/baseline.h"

#include <set>

#include "src/base/codes.h"
#include "src/lint/fingerprint.h"
#include "src/lint/report_text.h"
#include "src/text/json.h"

namespace invar::lint {
namespace {

Error refused(std::string what) { return Error{"this is no baseline of lint: " + std::move(what), "baseline"}; }

std::string text_member(const json::Value& object, std::string_view key) {
  json::Value value;
  return object.member(key, value) && value.kind() == json::Kind::kString ? std::string(value.as_string()) : std::string();
}

double number_member(const json::Value& object, std::string_view key) {
  json::Value value;
  return object.member(key, value) && value.kind() == json::Kind::kNumber ? value.as_number() : 0;
}

}  // namespace

Result<Baseline> Baseline::parse(std::string_view text) {
  json::Parser parser;
  if (!parser.parse_any(text)) return refused("it is no JSON");
  const json::Value root = parser.root();
  json::Value findings;
  if (root.kind() != json::Kind::kObject || number_member(root, "version") != 1) return refused("\"version\" is not 1");
  if (!root.member("findings", findings) || findings.kind() != json::Kind::kArray) return refused("it has no list of \"findings\"");
  Baseline baseline;
  for (json::Elements elements(findings); elements.next();) {
    const json::Value& element = elements.value();
    if (element.kind() != json::Kind::kObject) return refused("an element of \"findings\" is no object");
    Key key{text_member(element, "file"), text_member(element, "fingerprint")};
    const double count = number_member(element, "count");
    if (key.file.empty() || key.fingerprint.empty() || count < 1 || count > 1e6) return refused("a finding lacks \"file\", \"fingerprint\" or \"count\"");
    baseline.entries_[std::move(key)] = {text_member(element, "code"), text_member(element, "message"), static_cast<size_t>(count)};
  }
  return baseline;
}

Baseline Baseline::of(const Report& report, const NameOf& name_of) {
  Baseline baseline;
  for (const Finding& finding : report.findings) {
    if (finding.code == codes::kUnreadable) continue;
    Entry& entry = baseline.entries_[{name_of(finding.span.source->name()), lint::fingerprint(finding, report.secrets)}];
    entry.code = finding.code;
    entry.message = finding.message;
    ++entry.count;
  }
  return baseline;
}

std::string Baseline::text() const {
  std::string lines;
  for (const auto& [key, entry] : entries_)
    lines += std::string(lines.empty() ? "\n" : ",\n") + "    {\"file\": " + json_quoted(key.file) + ", \"code\": " + json_quoted(entry.code) + ", \"fingerprint\": " +
             json_quoted(key.fingerprint) + ", \"count\": " + std::to_string(entry.count) + ", \"message\": " + json_quoted(entry.message) + "}";
  return "{\n  \"version\": 1,\n  \"findings\": [" + lines + (lines.empty() ? "" : "\n  ") + "]\n}\n";
}

size_t Baseline::size() const {
  size_t count = 0;
  for (const auto& [key, entry] : entries_) count += entry.count;
  return count;
}

void Baseline::apply(Report& report, const NameOf& name_of, const std::function<bool(const std::string& name)>& is_gone) const {
  std::map<Key, size_t> left;
  for (const auto& [key, entry] : entries_) left[key] = entry.count;
  std::erase_if(report.findings, [&](const Finding& finding) {
    const auto found = left.find({name_of(finding.span.source->name()), lint::fingerprint(finding, report.secrets)});
    if (found == left.end() || found->second == 0) return false;
    --found->second;
    ++report.summary.in_baseline;
    return true;
  });
  std::set<std::string> looked_at;
  for (const std::string& file : report.summary.files) looked_at.insert(name_of(file));
  for (const auto& [key, count] : left)
    if (count > 0 && (looked_at.contains(key.file) || is_gone(key.file))) report.summary.stale += count;
}

}  // namespace invar::lint
