#include "src/lint/yaml_documents.h"

#include <memory>

#include "src/base/codes.h"
#include "src/lint/helm/values_reader.h"
#include "src/lint/manifest/manifest.h"
#include "src/lint/snippet_kind.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {
namespace {

/// A chart's template is no YAML before Helm has rendered it: an action stands in the refused line, or on a line of its own before it.
bool is_template(const Source& file, uint32_t offset) {
  const uint32_t refused = file.position(offset).line;
  if (file.line(refused).find("{{") != std::string_view::npos) return true;
  for (uint32_t number = 1; number < refused; ++number) {
    const std::string_view line = file.line(number);
    const size_t begin = line.find_first_not_of(" \t");
    if (begin != std::string_view::npos && line.substr(begin).starts_with("{{")) return true;
  }
  return false;
}

bool has_tab_in_indent(std::string_view line) { return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos; }

YamlReading unreadable(const SourcePtr& file, const yaml::Refusal& refusal) {
  // The lines around the place may be those of a Secret.
  const bool shown = file->text().find("Secret") == std::string_view::npos;
  const SourcePtr source = shown ? file : std::make_shared<const Source>(file->name(), std::string(file->text()), false);
  Finding finding{codes::kUnreadable, FindingSeverity::kError, {source.get(), refusal.offset, refusal.offset}, "not readable as YAML: " + refusal.what, {}, {}};
  if (is_template(*file, refusal.offset)) {
    finding.message = "a Helm template, which is YAML only when it is rendered: " + refusal.what;
    finding.help = "lint the values file, or what comes out: helm template ... | invar lint --k8s -";
  } else if (has_tab_in_indent(file->line(file->position(refusal.offset).line))) {
    finding.help = "YAML is indented with blanks, not with tabs";
  }
  YamlReading reading{YamlOutcome::kUnreadable, file->name() + ": " + finding.message, {}};
  Document document{.name = file->name(), .sources = {source}};
  document.findings.push_back(std::move(finding));
  reading.documents.push_back(std::move(document));
  return reading;
}

}  // namespace

YamlReading read_yaml(const SourcePtr& file, const YamlOptions& options) {
  if (options.kind != YamlKind::kManifests && !options.set.empty()) return read_values({file}, options);
  auto read = yaml::Stream::read(file->text());
  if (const auto* refusal = std::get_if<yaml::Refusal>(&read)) return unreadable(file, *refusal);
  const auto stream = std::make_shared<const yaml::Stream>(std::get<yaml::Stream>(std::move(read)));
  if (options.kind == YamlKind::kManifests || (!options.kind && holds_manifests(*stream))) return read_manifests(file, stream, options);
  HelmValues values;
  // Helm reads the first document only.
  if (!stream->documents().empty()) values.add(file, stream, *stream->documents().front());
  return read_helm_values(std::move(values), options);
}

YamlReading read_values(const std::vector<SourcePtr>& files, const YamlOptions& options) {
  HelmValues values;
  for (const SourcePtr& file : files) {
    auto read = yaml::Stream::read(file->text());
    if (const auto* refusal = std::get_if<yaml::Refusal>(&read)) return unreadable(file, *refusal);
    const auto stream = std::make_shared<const yaml::Stream>(std::get<yaml::Stream>(std::move(read)));
    if (!stream->documents().empty()) values.add(file, stream, *stream->documents().front());
  }
  for (const bool is_string : {false, true})
    for (const SetValue& set : options.set)
      if (set.is_string == is_string)
        if (auto done = values.set(set); !done) return {YamlOutcome::kUnreadable, done.error().what, {}};
  return read_helm_values(std::move(values), options);
}

Document read_snippet(const SourcePtr& file, SnippetKind kind) {
  Document document{.name = file->name(), .sources = {file}};
  Snippet snippet = wrap_snippet(mapped_text(*file), kind, {});
  snippet.open_references = kind != SnippetKind::kModule;  // a piece of something that has more
  if (auto finding = check_kind(snippet, std::string(expected_in(kind)) + " are expected")) document.findings.push_back(std::move(*finding));
  document.snippets.push_back(std::move(snippet));
  return document;
}

}  // namespace invar::lint
