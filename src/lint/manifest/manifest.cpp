#include "src/lint/manifest/manifest.h"

#include <algorithm>
#include <map>

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
  ManifestReader(SourcePtr file, std::vector<const Placed*> objects) : file_(std::move(file)), objects_(std::move(objects)), flags_(objects_) {
    document_.name = file_->name();
    document_.sources.push_back(file_);
  }

  Document read() {
    for (const Placed* object : objects_) {
      const std::string_view kind = text_at(*object, {"kind"});
      if (kind == "ConfigMap") read_config_map(*object);
      else if (kind == "Alloy" && text_at(*object, {"apiVersion"}).starts_with("collectors.grafana.com/")) read_resource(*object);
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
      Snippet& snippet = add(*value, object_name(object) + ", " + key->text);
      snippet.gate = flags_.of_config_map(text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}));
      // Several files may be one config, when they are mounted as a directory.
      snippet.open_references = configs.size() > 1;
    }
  }

  void read_resource(const Placed& object) {
    const Placed* alloy = yaml::find(object, {"spec", "alloy"});
    const Placed* content = alloy ? yaml::find(*alloy, {"configMap", "content"}) : nullptr;
    if (!content || !content->is_scalar() || content->is_null()) return;
    add(*content, object_name(object) + ", spec.alloy.configMap.content").gate = CollectorFlags::of_values(*alloy);
  }

  Snippet& add(const Placed& value, std::string place) {
    Snippet snippet = wrap_snippet(mapped_text(*file_, value), SnippetKind::kConfig, std::move(place));
    snippet.tells_place = true;
    return document_.snippets.emplace_back(std::move(snippet));
  }

  SourcePtr file_;
  std::vector<const Placed*> objects_;
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

}  // namespace

bool holds_manifests(const yaml::Stream& stream) {
  return std::any_of(stream.documents().begin(), stream.documents().end(), [](const Placed* document) { return is_object(document->resolved()); });
}

YamlReading read_manifests(const SourcePtr& file, const yaml::Stream& stream, const YamlOptions&) {
  std::vector<const Placed*> objects;
  for (const Placed* document : stream.documents()) collect_objects(document->resolved(), objects);
  Document document = ManifestReader(without_secrets(file, objects), objects).read();
  if (document.snippets.empty()) return {YamlOutcome::kForeign, file->name() + ": no Kubernetes object in it has Alloy text", {}};
  YamlReading reading;
  reading.documents.push_back(std::move(document));
  return reading;
}

}  // namespace invar::lint
