#include "src/lint/report_text.h"

#include <map>

#include "src/base/quote.h"
#include "src/text/json.h"

namespace invar::lint {

std::string place_of(const Span& span) {
  const Position at = span.source->position(span.begin);
  return span.source->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string headline(const Finding& finding) {
  return printable(place_of(finding.span) + ": " + std::string(severity_name(finding.severity)) + " " + std::string(finding.code) + ": " + finding.message);
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t length;
    const char32_t rune = decode_rune(text, length);
    const auto between = [&](char32_t first, char32_t last) { return first <= rune && rune <= last; };
    const bool control = rune < 0x20 || between(0x7f, 0x9f) || between(0x202a, 0x202e) || between(0x2066, 0x2069) || between(0xfffe, 0xffff);
    if (rune == '\n' || rune == '\t' || rune == '\r') out += ' ';
    else append_rune(out, control ? char32_t{0xfffd} : rune);
    text.remove_prefix(length);
  }
  return out;
}

std::string json_quoted(std::string_view text) {
  std::string out;
  json::append_standard_string(out, text);
  return out;
}

std::string counted(size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + " " + std::string(noun);
  if (count == 1 || noun == "more") return text;
  if (noun.ends_with('y')) return text.substr(0, text.size() - 1) + "ies";
  return text + (noun.ends_with('x') ? "es" : "s");
}

bool is_showable(const Fix& fix, const SecretMask& secrets) {
  for (const Edit& edit : fix.edits)
    if (secrets.is_shown_by(edit.text)) return false;
  return true;
}

std::vector<FindingGroup> groups_of(const std::vector<Finding>& findings, bool group) {
  std::vector<FindingGroup> groups;
  std::map<std::pair<std::string_view, std::string_view>, size_t> known;
  for (size_t i = 0; i < findings.size(); ++i) {
    if (group) {
      const auto [found, is_new] = known.emplace(std::pair(findings[i].code, std::string_view(findings[i].message)), groups.size());
      if (!is_new) {
        groups[found->second].members.push_back(i);
        continue;
      }
    }
    groups.push_back({{i}});
  }
  return groups;
}

}  // namespace invar::lint
