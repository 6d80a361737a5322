#include "src/lint/snippet_text.h"

#include <array>
#include <utility>
#include <vector>

namespace invar::lint {
namespace {

using yaml::Style;

SourceMap::Writing writing_of(Style style) {
  switch (style) {
    case Style::kLiteral: return SourceMap::Writing::kBlock;
    case Style::kFolded: return SourceMap::Writing::kFolded;
    case Style::kDoubleQuoted: return SourceMap::Writing::kDoubleQuoted;
    case Style::kSingleQuoted: return SourceMap::Writing::kSingleQuoted;
    case Style::kPlain: break;
  }
  return SourceMap::Writing::kPlain;
}

/// The block that texts of a kind stand in, and attributes it cannot do without.
struct Wrapper {
  SnippetKind kind;
  std::string_view word;   // of --wrap; empty: only the chart has such texts
  std::string_view block;  // `a > b`: nested
};
constexpr std::array kWrappers{
    Wrapper{SnippetKind::kConfig, "config", ""},
    Wrapper{SnippetKind::kStages, "stages", "loki.process"},
    Wrapper{SnippetKind::kDiscoveryRules, "discovery-rules", "discovery.relabel"},
    Wrapper{SnippetKind::kMetricRules, "metric-rules", "prometheus.relabel"},
    Wrapper{SnippetKind::kLogRules, "log-rules", "loki.relabel"},
    Wrapper{SnippetKind::kProfileRules, "profile-rules", "pyroscope.relabel"},
    Wrapper{SnippetKind::kWriteRelabel, "write-relabel", "prometheus.remote_write > endpoint"},
    Wrapper{SnippetKind::kProcessor, "processor", ""},
    Wrapper{SnippetKind::kModule, "module", ""},
};

std::string_view required_of(std::string_view block) {
  static constexpr std::pair<std::string_view, std::string_view> kRequired[] = {
      {"loki.process", "forward_to = []"},           {"loki.relabel", "forward_to = []"},
      {"discovery.relabel", "targets = []"},         {"prometheus.relabel", "forward_to = []"},
      {"pyroscope.relabel", "forward_to = []"},      {"endpoint", "url = \"http://localhost\""},
      {"client", "endpoint = \"localhost:4317\""},
      {"prometheus.operator.podmonitors", "forward_to = []"}, {"prometheus.operator.probes", "forward_to = []"},
      {"prometheus.operator.servicemonitors", "forward_to = []"}, {"prometheus.operator.scrapeconfigs", "forward_to = []"},
      {"loki.source.podlogs", "forward_to = []"},    {"mimir.rules.kubernetes", "address = \"http://localhost\""},
  };
  for (const auto& [name, attributes] : kRequired)
    if (name == block) return attributes;
  return {};
}

std::vector<std::string_view> steps_of(std::string_view path) {
  std::vector<std::string_view> steps;
  while (!path.empty()) {
    const size_t end = std::min(path.find(" > "), path.size());
    steps.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 3, path.size()));
  }
  return steps;
}

std::string_view block_of(SnippetKind kind) {
  for (const Wrapper& wrapper : kWrappers)
    if (wrapper.kind == kind) return wrapper.block;
  return {};
}

/// What stands before and behind a text.
std::pair<std::string, std::string> around(SnippetKind kind, std::string_view wrapper) {
  if (kind == SnippetKind::kExpression) return {"export \"snippet\" {\n  value = ", "\n}\n"};
  std::string before, behind;
  const auto steps = steps_of(wrapper.empty() ? block_of(kind) : wrapper);
  for (size_t i = 0; i < steps.size(); ++i) {
    before += std::string(steps[i]) + (i == 0 ? " \"snippet\" {\n" : " {\n");
    if (const std::string_view required = required_of(steps[i]); !required.empty() && kind != SnippetKind::kBody) before += std::string(required) + "\n";
    behind += "\n}";
  }
  return {before, behind.empty() ? behind : behind + "\n"};
}

}  // namespace

MappedText mapped_text(const Source& file, const yaml::Placed& scalar) {
  MappedText mapped{scalar.text, {}};
  const auto stretches = yaml::stretches(file.text(), scalar);
  // A text without a byte comes from somewhere too.
  if (stretches.empty()) mapped.map.add({.begin = 0, .end = 0, .origin = {&file, scalar.begin, scalar.begin}});
  uint16_t indent = 0;
  if (!stretches.empty() && scalar.style == Style::kLiteral) indent = static_cast<uint16_t>(file.position(stretches.front().from).column - 1);
  for (const yaml::Stretch& stretch : stretches)
    mapped.map.add({.begin = stretch.begin, .end = stretch.end, .origin = {&file, stretch.from, stretch.to}, .verbatim = stretch.verbatim,
                    .writing = writing_of(scalar.style), .indent = indent});
  return mapped;
}

MappedText mapped_text(const Source& file) {
  const auto size = static_cast<uint32_t>(file.text().size());
  MappedText mapped{std::string(file.text()), {}};
  mapped.map.add({.begin = 0, .end = size, .origin = {&file, 0, size}, .verbatim = true});
  return mapped;
}

Snippet wrap_snippet(MappedText text, SnippetKind kind, std::string place, std::string_view wrapper) {
  Snippet snippet{.kind = kind, .place = std::move(place)};
  const auto [before, behind] = around(kind, wrapper);
  const auto size = static_cast<uint32_t>(text.text.size());
  snippet.own_begin = static_cast<uint32_t>(before.size());
  text.map.copy_to(snippet.map, 0, size, snippet.own_begin, size);
  snippet.text.files = {std::make_shared<const Source>(snippet.place, before + text.text + behind)};
  return snippet;
}

std::optional<SnippetKind> wrap_kind(std::string_view word) {
  for (const Wrapper& wrapper : kWrappers)
    if (wrapper.word == word) return wrapper.kind;
  return std::nullopt;
}

std::string wrap_kinds() {
  std::string all;
  for (const Wrapper& wrapper : kWrappers) all += (all.empty() ? "" : ", ") + std::string(wrapper.word);
  return all;
}

}  // namespace invar::lint
