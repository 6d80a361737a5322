#include "src/lint/exposition.h"

#include "src/lint/forms.h"
#include "src/text/number.h"

namespace invar::lint {
namespace {

std::string_view word_at(std::string_view line, size_t& at) {
  at = std::min(line.find_first_not_of(" \t", at), line.size());
  const size_t end = std::min(line.find_first_of(" \t", at), line.size());
  const std::string_view word = line.substr(at, end - at);
  at = end;
  return word;
}

/// Behind the closing brace of the labels that begin at `at`; npos when they do not end.
size_t end_of_labels(std::string_view line, size_t at) {
  bool quoted = false;
  for (; at < line.size(); ++at) {
    if (quoted && line[at] == '\\') ++at;
    else if (line[at] == '"') quoted = !quoted;
    else if (line[at] == '}' && !quoted) return at + 1;
  }
  return std::string_view::npos;
}

std::string sample_error(std::string_view line) {
  size_t at = line.find_first_of(" \t{");
  const std::string_view name = line.substr(0, std::min(at, line.size()));
  if (!name.empty() && !is_plain_name(name, true)) return "invalid metric name";
  if (at == std::string_view::npos) return "expected float as value, got \"\"";
  const size_t brace = line.find_first_not_of(" \t", at);
  if (brace != std::string_view::npos && line[brace] == '{') {
    at = end_of_labels(line, brace);
    if (at == std::string_view::npos) return "unexpected end of label value";
  }
  const std::string_view value = word_at(line, at);
  if (!parse_float(value)) return "expected float as value, got \"" + std::string(value) + "\"";
  const std::string_view time = word_at(line, at);
  if (time.empty()) return {};
  if (!parse_int(time, 10)) return "expected integer as timestamp, got \"" + std::string(time) + "\"";
  const std::string_view rest = word_at(line, at);
  return rest.empty() ? std::string() : "spurious string after timestamp: \"" + std::string(rest) + "\"";
}

}  // namespace

std::string exposition_error(std::string_view text) {
  size_t number = 0;
  while (!text.empty()) {
    ++number;
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, std::min(end, text.size()));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    if (std::string why = sample_error(line); !why.empty()) return "text format parsing error in line " + std::to_string(number) + ": " + why;
    if (end == std::string_view::npos) return "unexpected end of input stream";
  }
  return {};
}

}  // namespace invar::lint
