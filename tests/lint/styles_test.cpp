// The same values in other styles of scalars have the same findings, at the places that the bytes have there.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "tests/lint/linted_yaml.h"

namespace invar::lint {
namespace {

const std::vector<std::string> kTexts{
    "stage.nothing { }\n",
    "stage.drop {\n  expression = \"(\"\n}\n",
    "stage.regex {\n  expression = \"(?P<a>\\\\d+)\"\n  sourc = \"x\"\n}\nstage.decolorize { }\n",
    "stage.json {\n  expressions = { a = 'b' }\n}\n",
    "stage.template {\n  source = \"a\"\n  template = \"{{ ToUpper .Value }}\"\n}\n",
    "- json:\n    expressions:\n      a: b\n    drop_malformd: true\n",
    "stage.drop {\n  expression = \"a\"\n}\n\nrule {\n}\n",
};

enum Style { kLiteral, kKeep, kIndented, kDoubleQuoted, kSingleQuoted, kFolded, kStyles };

/// A text as a scalar below a key that is indented by two.
std::string written(const std::string& text, Style style, const std::string& newline) {
  std::string out;
  switch (style) {
    case kLiteral:
    case kKeep:
    case kIndented:
      out = style == kLiteral ? "|" : style == kKeep ? "|+ # kept" : "|6-";
      out += newline;
      for (size_t at = 0; at < text.size();) {
        const size_t end = text.find('\n', at);
        if (end > at) out += std::string(style == kIndented ? 8 : 4, ' ') + text.substr(at, end - at);
        out += newline;
        at = end + 1;
      }
      return out;
    case kFolded:
      out = ">" + newline;
      for (size_t at = 0; at < text.size();) {
        const size_t end = text.find('\n', at);
        if (end > at) out += "    " + text.substr(at, end - at);
        out += newline;
        // Lines that begin with a blank keep their breaks, and so do those beside them.
        const bool kept = (end > at && text[at] == ' ') || (end + 1 < text.size() && text[end + 1] == ' ') || end == at;
        if (!kept && end + 1 < text.size() && text[end + 1] != '\n') out += newline;
        at = end + 1;
      }
      return out;
    case kDoubleQuoted:
      out = "\"";
      for (const char byte : text) out += byte == '\n' ? "\\n" : byte == '"' || byte == '\\' ? std::string("\\") + byte : std::string(1, byte);
      return out + "\"" + newline;
    default:
      out = "'";
      for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'') out += '\'';
        out += text[i];
        if (text[i] == '\n') out += "\n    ";
      }
      return out + "'" + newline;
  }
}

/// A single-quoted scalar loses the blanks at the beginning of lines, and a folded one folds lines: only some texts can be written so.
bool can_be_written(const std::string& text, Style style) {
  if (style == kFolded) return text.find("\n\n") == std::string::npos && text.find("\n- ") == std::string::npos && !text.starts_with("- ");
  return style != kSingleQuoted || text.find('\n') == text.size() - 1;
}

using Said = std::multiset<std::tuple<std::string, std::string, std::string>>;  // code, message, the bytes it is about

Said said(const std::string& values, bool places) {
  Said all;
  for (const Finding& finding : Linted(values).findings) {
    std::string about(finding.span.text());
    // What is written in several lines or with escapes looks different in each style.
    if (!places || about.find_first_of("\n\\\"'") != std::string::npos) about.clear();
    all.insert({std::string(finding.code), finding.message, about});
  }
  return all;
}

TEST_CASE("findings do not depend on how a scalar is written") {
  std::mt19937 random(20261);
  size_t compared = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string& text = kTexts[random() % kTexts.size()];
    const Style style = static_cast<Style>(random() % kStyles);
    if (!can_be_written(text, style)) continue;
    const std::string newline = random() % 2 == 0 || style == kSingleQuoted ? "\n" : "\r\n";
    const std::string before = "podLogsViaLoki:\n  enabled: true\n" + std::string(random() % 3, '\n') + "  # \xc3\xa9t\xc3\xa9\n  extraLogProcessingStages: " + (random() % 4 == 0 ? "&anchor " : "");
    const std::string values = before + written(text, style, newline) + "nodeLogs:\n  enabled: true\n";
    const std::string plain = "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: " + written(text, kLiteral, "\n") + "nodeLogs:\n  enabled: true\n";
    CAPTURE(values);
    CHECK_FALSE(said(plain, true).empty());
    CHECK(said(values, style != kFolded) == said(plain, style != kFolded));
    ++compared;
  }
  CHECK(compared > 200);
}

}  // namespace
}  // namespace invar::lint
