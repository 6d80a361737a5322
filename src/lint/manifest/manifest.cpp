#include "src/lint/manifest/manifest.h"

#include <algorithm>
#include <utility>

#include "src/base/codes.h"
#include "src/lint/helm/values_reader.h"
#include "src/lint/helm/values_reading.h"
#include "src/lint/manifest/collector_flags.h"
#include "src/lint/snippet_text.h"

namespace invar::lint {
namespace {

using yaml::Placed;
using yaml::text_at;

/// `ConfigMap logs/alloy`.
std::string object_name(const Placed& object) {
  const std::string_view space = text_at(object, {"metadata", "namespace"});
  std::string name(text_at(object, {"kind"}));
  name += ' ';
  if (!space.empty()) (name += space) += '/';
  const std::string_view own = text_at(object, {"metadata", "name"});
  return name += own.empty() ? std::string_view("without a name") : own;
}

bool is_object(const Placed& node) { return !text_at(node, {"apiVersion"}).empty() && !text_at(node, {"kind"}).empty(); }

/// The objects of a stream, those inside a List too.
void collect_objects(const Placed& node, std::vector<const Placed*>& objects, int depth = 0) {
  if (!is_object(node)) return;
  const Placed* items = yaml::find(node, "items");
  if (!items || !items->is_sequence() || !text_at(node, {"kind"}).ends_with("List") || depth > 3) return objects.push_back(&node);
  for (const Placed* item : items->items) collect_objects(item->resolved(), objects, depth + 1);
}

bool is_config_key(std::string_view key) { return key.ends_with(".alloy") || key.ends_with(".river"); }

class ManifestReader {
 public:
  ManifestReader(SourcePtr file, std::shared_ptr<const yaml::Stream> stream, std::vector<const Placed*> objects, const YamlOptions& options)
      : file_(std::move(file)), stream_(std::move(stream)), objects_(std::move(objects)), options_(options), flags_(objects_) {
    options_.kind.reset();
    document_.name = file_->name();
    document_.sources.push_back(file_);
  }

  Document read() {
    for (const Placed* object : objects_) {
      const std::string_view kind = text_at(*object, {"kind"}), api = text_at(*object, {"apiVersion"});
      if (kind == "ConfigMap") read_config_map(*object);
      else if (kind == "Alloy" && api.starts_with("collectors.grafana.com/")) read_resource(*object);
      else if (kind == "HelmRelease") read_helm_release(*object);
      else if ((kind == "Application" || kind == "ApplicationSet") && api.starts_with("argoproj.io/")) read_application(*object);
    }
    return std::move(document_);
  }

 private:
  void read_config_map(const Placed& object) {
    const Placed* data = yaml::find(object, "data");
    if (!data) return;
    std::vector<std::pair<const Placed*, const Placed*>> configs;
    for (const auto& [key, value] : yaml::entries(*data))
      if (key->is_scalar() && is_config_key(key->text) && value->is_scalar()) configs.emplace_back(key, value);
    for (const auto& [key, value] : configs) {
      Snippet snippet = wrap_snippet(mapped_text(*file_, *value), SnippetKind::kConfig, object_name(object) + ", " + key->text);
      snippet.gate = flags_.of_config_map(text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}));
      // Several files may be one config, when they are mounted as a directory.
      snippet.open_references = configs.size() > 1;
      snippet.tells_place = true;
      document_.snippets.push_back(std::move(snippet));
    }
  }

  /// The operator installs the alloy chart with what stands below `spec` as its values.
  void read_resource(const Placed& object) {
    const Placed* spec = yaml::find(object, "spec");
    if (!spec) return;
    const HelmValue values = helm_value(*spec, file_.get());
    const HelmValue* content = values.at({"alloy", "configMap", "content"});
    if (!content || !content->is_text()) return;
    static constexpr KeyFacts kText{.tpl = true, .snippet = SnippetKind::kConfig, .wrapper = "top level"};
    ValuesReading reading{values, newest_release(Chart::kAlloy), Layout::kUnknown, true, "alloy", document_};
    const size_t first = document_.snippets.size();
    add_text(reading, *content, kText, ValuesPath{"spec", "alloy", "configMap", "content"});
    for (size_t i = first; i < document_.snippets.size(); ++i) {
      Snippet& snippet = document_.snippets[i];
      snippet.place = object_name(object) + ", " + snippet.place;
      snippet.tells_place = true;
      snippet.partly_unchecked = !snippet.opaque.empty();
    }
  }

  static ToldChart told_chart(const Placed* name, const Placed* version, const Source& file) {
    ToldChart told;
    if (name && name->is_scalar()) told.name = name->text;
    if (version && version->is_scalar()) told.version = version->text, told.version_span = {&file, version->begin, version->end};
    return told;
  }

  void read_helm_release(const Placed& object) {
    const Placed* given = yaml::find(object, {"spec", "values"});
    if (!given) return;
    const Placed* chart = yaml::find(object, {"spec", "chart", "spec", "chart"});
    HelmValues values;
    values.add(file_, stream_, *given);
    take(read_helm_values(std::move(values), options_, told_chart(chart, yaml::find(object, {"spec", "chart", "spec", "version"}), *file_)), object);
    if (yaml::find(object, {"spec", "valuesFrom"})) document_.notes.push_back(object_name(object) + ": valuesFrom is not read");
  }

  void read_application(const Placed& object) {
    const Placed* spec = yaml::find(object, "spec");
    if (const Placed* inner = spec ? yaml::find(*spec, {"template", "spec"}) : nullptr) spec = inner;
    if (!spec) return;
    if (const Placed* source = yaml::find(*spec, "source")) read_application_source(object, *source);
    if (const Placed* sources = yaml::find(*spec, "sources"))
      for (const Placed* source : sources->items) read_application_source(object, source->resolved());
  }

  /// valuesObject hides values; parameters are --set.
  void read_application_source(const Placed& object, const Placed& source) {
    const Placed* helm = yaml::find(source, "helm");
    if (!helm) return;
    if (yaml::find(*helm, "valueFiles")) document_.notes.push_back(object_name(object) + ": valueFiles are not read");
    const ToldChart told = told_chart(yaml::find(source, "chart"), yaml::find(source, "targetRevision"), *file_);
    const Placed* given = yaml::find(*helm, "valuesObject");
    const Placed* text = yaml::find(*helm, "values");
    if (given) {
      HelmValues values;
      values.add(file_, stream_, *given);
      take(read_helm_values(std::move(values), options_, told), object);
    } else if (text && text->is_scalar()) {
      read_values_text(object, *text, told);
    }
  }

  void read_values_text(const Placed& object, const Placed& text, const ToldChart& told) {
    const MappedText mapped = mapped_text(*file_, text);
    const SourcePtr inner = std::make_shared<const Source>(file_->name(), mapped.text);
    auto read = yaml::Stream::read(inner->text());
    if (const auto* refusal = std::get_if<yaml::Refusal>(&read)) {
      const auto at = mapped.map.origin(refusal->offset, refusal->offset);
      document_.findings.push_back({codes::kUnreadable, FindingSeverity::kError, at.value_or(Span{file_.get(), text.begin, text.end}),
                                    object_name(object) + ": its values are not readable as YAML: " + refusal->what, {}, std::nullopt});
      return;
    }
    const auto stream = std::make_shared<const yaml::Stream>(std::get<yaml::Stream>(std::move(read)));
    HelmValues values;
    if (!stream->documents().empty()) values.add(inner, stream, *stream->documents().front());
    YamlReading reading = read_helm_values(std::move(values), options_, told);
    for (Document& document : reading.documents) relocate(document, *inner, mapped.map);
    take(std::move(reading), object);
  }

  void take(YamlReading reading, const Placed& object) {
    for (Document& document : reading.documents) {
      for (Snippet& snippet : document.snippets) document_.snippets.push_back(std::move(snippet));
      for (Finding& finding : document.findings) document_.findings.push_back(std::move(finding));
      for (std::string& note : document.notes) document_.notes.push_back(object_name(object) + ": " + note);
      for (SourcePtr& source : document.sources)
        if (source != file_) document_.sources.push_back(std::move(source));
    }
  }

  SourcePtr file_;
  std::shared_ptr<const yaml::Stream> stream_;
  std::vector<const Placed*> objects_;
  YamlOptions options_;
  CollectorFlags flags_;
  Document document_;
};

void blank(std::string& text, const Placed& node) {
  for (const Placed* item : node.items) blank(text, item->resolved());
  if (!node.is_scalar()) return;
  for (size_t i = node.begin; i < node.end; ++i)
    if (text[i] != '\n' && text[i] != '\r') text[i] = '*';
}

/// The same bytes at the same places, but for the values of Secrets.
SourcePtr without_secrets(const SourcePtr& file, const std::vector<const Placed*>& objects) {
  std::string text;
  for (const Placed* object : objects) {
    if (text_at(*object, {"kind"}) != "Secret") continue;
    if (text.empty()) text = file->text();
    for (const std::string_view field : {"data", "stringData"})
      if (const Placed* values = yaml::find(*object, field))
        for (const auto& [key, value] : yaml::entries(*values)) blank(text, *value);
  }
  return text.empty() ? file : std::make_shared<const Source>(file->name(), std::move(text));
}

/// Fixes would write what was blanked.
void without_fixes(Document& document) {
  for (Finding& finding : document.findings) finding.fix.reset();
  for (Snippet& snippet : document.snippets) snippet.map = snippet.map.without_edits();
}

}  // namespace

bool holds_manifests(const yaml::Stream& stream) {
  return std::any_of(stream.documents().begin(), stream.documents().end(), [](const Placed* document) { return is_object(document->resolved()); });
}

YamlReading read_manifests(const SourcePtr& file, const std::shared_ptr<const yaml::Stream>& stream, const YamlOptions& options) {
  std::vector<const Placed*> objects;
  for (const Placed* document : stream->documents()) collect_objects(document->resolved(), objects);
  const SourcePtr shown = without_secrets(file, objects);
  Document document = ManifestReader(shown, stream, objects, options).read();
  if (document.snippets.empty() && document.findings.empty() && document.notes.empty()) return {YamlOutcome::kForeign, file->name() + ": no Kubernetes object in it has Alloy text", {}};
  if (shown != file) without_fixes(document);
  YamlReading reading;
  reading.documents.push_back(std::move(document));
  return reading;
}

}  // namespace invar::lint
