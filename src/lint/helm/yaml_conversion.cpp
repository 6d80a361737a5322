#include "src/lint/helm/yaml_conversion.h"

#include <algorithm>
#include <array>
#include <span>

#include "src/base/codes.h"
#include "src/lint/helm/chart_release.h"
#include "src/lint/helm/mapped_writer.h"
#include "src/text/nearest_name.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {
namespace {

using yaml::Placed;

enum class Shape : uint8_t { kText, kBool, kNumber, kBytes, kTexts, kTextOrTexts, kMap };

/// A field of a stage or rule; Alloy calls it the same.
struct Field {
  std::string_view name;
  Shape shape = Shape::kText;
};

/// How the whole of a stage is written.
enum class StageForm : uint8_t { kFields, kValues, kValueList, kMatch, kMetrics };

struct Stage {
  std::string_view name;
  StageForm form;
  std::span<const Field> fields;
};

using enum Shape;
constexpr Field kJson[] = {{"expressions", kMap}, {"source"}, {"drop_malformed", kBool}};
constexpr Field kLogfmt[] = {{"mapping", kMap}, {"source"}};
constexpr Field kRegex[] = {{"expression"}, {"source"}};
constexpr Field kReplace[] = {{"expression"}, {"source"}, {"replace"}};
constexpr Field kTimestamp[] = {{"source"}, {"format"}, {"fallback_formats", kTexts}, {"location"}, {"action_on_failure"}};
constexpr Field kOutput[] = {{"source"}};
constexpr Field kTemplate[] = {{"source"}, {"template"}};
constexpr Field kTenant[] = {{"label"}, {"source"}, {"value"}};
constexpr Field kDrop[] = {{"drop_counter_reason"}, {"source", kTextOrTexts}, {"value"}, {"separator"}, {"expression"}, {"older_than"}, {"longer_than", kBytes}};
constexpr Field kSampling[] = {{"rate", kNumber}, {"drop_counter_reason"}};
constexpr Field kLimit[] = {{"rate", kNumber}, {"burst", kNumber}, {"drop", kBool}, {"by_label_name"}, {"max_distinct_labels", kNumber}};
constexpr Field kMultiline[] = {{"firstline"}, {"max_lines", kNumber}, {"max_wait_time"}};
constexpr Field kPack[] = {{"labels", kTexts}, {"ingest_timestamp", kBool}};
constexpr Field kEventLogMessage[] = {{"source"}, {"drop_invalid_labels", kBool}, {"overwrite_existing", kBool}};
constexpr Field kGeoIp[] = {{"db"}, {"source"}, {"db_type"}};
constexpr Field kCri[] = {{"max_partial_lines", kNumber}, {"max_partial_line_size", kBytes}, {"max_partial_line_size_truncate", kBool}};
constexpr Field kMatch[] = {{"selector"}, {"pipeline_name"}, {"action"}, {"drop_counter_reason"}};
constexpr Field kMetric[] = {{"description"}, {"source"}, {"prefix"}, {"max_idle_duration"}};
constexpr Field kCounter[] = {{"value"}, {"action"}, {"match_all", kBool}, {"count_entry_bytes", kBool}};
constexpr Field kGauge[] = {{"value"}, {"action"}};
constexpr Field kHistogram[] = {{"value"}, {"buckets", kTexts}};
constexpr Field kRule[] = {{"source_labels", kTexts}, {"separator"}, {"regex"}, {"modulus", kNumber}, {"target_label"}, {"replacement"}, {"action"}};

/// Promtail's stages, as far as Alloy has them (grafana/alloy: converter/internal/promtailconvert).
constexpr std::array kStages{
    Stage{"cri", StageForm::kFields, kCri},
    Stage{"decolorize", StageForm::kFields, {}},
    Stage{"docker", StageForm::kFields, {}},
    Stage{"drop", StageForm::kFields, kDrop},
    Stage{"eventlogmessage", StageForm::kFields, kEventLogMessage},
    Stage{"geoip", StageForm::kFields, kGeoIp},
    Stage{"json", StageForm::kFields, kJson},
    Stage{"labelallow", StageForm::kValueList, {}},
    Stage{"labeldrop", StageForm::kValueList, {}},
    Stage{"labels", StageForm::kValues, {}},
    Stage{"limit", StageForm::kFields, kLimit},
    Stage{"logfmt", StageForm::kFields, kLogfmt},
    Stage{"match", StageForm::kMatch, kMatch},
    Stage{"metrics", StageForm::kMetrics, {}},
    Stage{"multiline", StageForm::kFields, kMultiline},
    Stage{"output", StageForm::kFields, kOutput},
    Stage{"pack", StageForm::kFields, kPack},
    Stage{"regex", StageForm::kFields, kRegex},
    Stage{"replace", StageForm::kFields, kReplace},
    Stage{"sampling", StageForm::kFields, kSampling},
    Stage{"static_labels", StageForm::kValues, {}},
    Stage{"structured_metadata", StageForm::kValues, {}},
    Stage{"template", StageForm::kFields, kTemplate},
    Stage{"tenant", StageForm::kFields, kTenant},
    Stage{"timestamp", StageForm::kFields, kTimestamp},
};

const Stage* find_stage(std::string_view name) {
  for (const Stage& stage : kStages)
    if (stage.name == name) return &stage;
  return nullptr;
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  for (const Field& field : fields)
    if (field.name == name) return &field;
  return nullptr;
}

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos; }

std::optional<bool> as_bool(std::string_view text) {
  for (const std::string_view word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
    if (text == word) return true;
  for (const std::string_view word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
    if (text == word) return false;
  return std::nullopt;
}

/// Ends a conversion that has no counterpart in Alloy. Stays in this file.
struct NotConvertible {};

class Converter {
 public:
  explicit Converter(const MappedText& yaml) : yaml_(yaml), out_(yaml.text, yaml.map) {}

  std::vector<Finding>& findings() { return findings_; }
  MappedText done() { return out_.done(); }

  void stages(const Placed& list) {
    for (const Placed* item : list.items) stage(item->resolved());
  }

  void rules(const Placed& list, std::string_view block) {
    for (const Placed* item : list.items) {
      const Placed& rule = item->resolved();
      if (!rule.is_mapping()) throw NotConvertible{};
      open(block, rule);
      fields(rule, kRule, block);
      close();
    }
  }

 private:
  void line(std::string_view text) {
    out_.add(std::string(depth_ * 2, ' '));
    out_.add(text);
  }
  /// `name {`, which stands for a key or the beginning of a map.
  void open(std::string_view name, const Placed& place) {
    line("");
    out_.add(name, place.begin, std::max(place.begin, std::min(place.end, static_cast<uint32_t>(place.begin + name.size()))));
    out_.add(" {\n");
    ++depth_;
  }
  void close() {
    --depth_;
    line("}\n");
  }

  void stage(const Placed& item) {
    const auto entries = yaml::entries(item);
    if (entries.size() != 1 || !entries[0].first->is_scalar()) throw NotConvertible{};
    const auto& [key, config] = entries[0];
    const Stage* stage = find_stage(key->text);
    if (!stage) {
      unknown(*key, "Promtail and Alloy have no stage " + key->text, stage_names());
      throw NotConvertible{};
    }
    if (written_++ > 0) out_.add("\n");
    open("stage." + key->text, *key);
    switch (stage->form) {
      case StageForm::kFields: fields(*config, stage->fields, key->text); break;
      case StageForm::kValues: values(*config); break;
      case StageForm::kValueList: value_list("values", *config); break;
      case StageForm::kMatch: match(*config); break;
      case StageForm::kMetrics: metrics(*config); break;
    }
    close();
  }

  void fields(const Placed& config, std::span<const Field> known, std::string_view owner, std::initializer_list<std::string_view> others = {}) {
    if (config.is_null()) return;
    if (!config.is_mapping()) throw NotConvertible{};
    for (const auto& [key, value] : yaml::entries(config)) {
      if (!key->is_scalar()) throw NotConvertible{};
      const Field* field = find_field(known, key->text);
      if (field) attribute(*key, *value, field->shape);
      else if (std::find(others.begin(), others.end(), key->text) == others.end()) unknown_field(*key, *value, known, owner);
    }
  }

  void unknown_field(const Placed& key, const Placed& value, std::span<const Field> known, std::string_view owner) {
    std::vector<std::string_view> names;
    for (const Field& field : known) names.push_back(field.name);
    unknown(key, key.text + " is no field of " + std::string(owner), names);
    std::string comment = "// " + key.text + (value.is_scalar() ? ": " + value.text : std::string()) + " (no field of " + std::string(owner) + ")";
    std::replace(comment.begin(), comment.end(), '\n', ' ');
    line(comment + "\n");
  }

  void unknown(const Placed& key, std::string message, const std::vector<std::string_view>& known) {
    const auto span = yaml_.map.origin(key.begin, key.end);
    if (!span) return;
    const auto nearest = nearest_name(key.text, known);
    std::string help;
    if (nearest) help = "did you mean " + std::string(nearest->name) + "?";
    else
      for (const std::string_view name : known) help += (help.empty() ? "it has " : ", ") + std::string(name);
    findings_.push_back({codes::kName, FindingSeverity::kError, *span, std::move(message), std::move(help), std::nullopt});
  }

  static std::vector<std::string_view> stage_names() {
    std::vector<std::string_view> names;
    for (const Stage& stage : kStages) names.push_back(stage.name);
    return names;
  }

  void attribute(const Placed& key, const Placed& value, Shape shape) {
    if (value.is_null()) return;
    line("");
    out_.add(key.text, key.begin, key.end);
    out_.add(" = ");
    expression(value, shape);
    out_.add("\n");
  }

  void expression(const Placed& value, Shape shape) {
    if (shape == kMap) return map(value);
    if (shape == kTexts || (shape == kTextOrTexts && value.is_sequence())) return list(value, shape == kTextOrTexts);
    if (!value.is_scalar()) throw NotConvertible{};
    if (shape == kBool) {
      const auto boolean = as_bool(value.text);
      if (!boolean) throw NotConvertible{};
      return out_.add(*boolean ? "true" : "false", value.begin, value.end);
    }
    if (shape == kNumber) {
      if (!is_number(value.text)) throw NotConvertible{};
      return out_.add(value.text, value.begin, value.end);
    }
    if (shape == kBytes) return bytes(value);
    out_.add_literal(value);
  }

  /// Promtail takes 8kb, Alloy only 8KB.
  void bytes(const Placed& value) {
    std::string text = value.text;
    for (char& byte : text) byte = static_cast<char>(byte >= 'a' && byte <= 'z' && byte != 'i' ? byte - 'a' + 'A' : byte);
    out_.add("\"");
    out_.add(text, value.begin, value.end);
    out_.add(is_number(text) ? "B\"" : "\"");
  }

  void list(const Placed& value, bool joined) {
    if (!value.is_sequence()) throw NotConvertible{};
    if (joined) return joined_list(value);
    out_.add("[");
    for (size_t i = 0; i < value.items.size(); ++i) {
      const Placed& item = value.items[i]->resolved();
      if (!item.is_scalar()) throw NotConvertible{};
      if (i > 0) out_.add(", ");
      out_.add_literal(item);
    }
    out_.add("]");
  }

  /// stage.drop takes several sources as one text.
  void joined_list(const Placed& value) {
    out_.add("\"");
    for (size_t i = 0; i < value.items.size(); ++i) {
      const Placed& item = value.items[i]->resolved();
      if (!item.is_scalar() || item.text.find_first_of("\"\\\n") != std::string::npos) throw NotConvertible{};
      if (i > 0) out_.add(",");
      out_.add(item.text, item.begin, item.end);
    }
    out_.add("\"");
  }

  static bool is_plain_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
  }

  void map(const Placed& value) {
    if (!value.is_mapping()) throw NotConvertible{};
    out_.add("{\n");
    ++depth_;
    for (const auto& [key, item] : yaml::entries(value)) {
      if (!key->is_scalar() || !item->is_scalar()) throw NotConvertible{};
      line("");
      if (is_plain_name(key->text)) out_.add(key->text, key->begin, key->end);
      else out_.add_literal(*key);
      out_.add(" = ");
      if (item->is_null()) out_.add("\"\"", item->begin, item->end);
      else out_.add_literal(*item);
      out_.add(",\n");
    }
    --depth_;
    line("}");
  }

  void values(const Placed& config) {
    line("values = ");
    map(config);
    out_.add("\n");
  }

  void value_list(std::string_view name, const Placed& config) {
    line(std::string(name) + " = ");
    list(config, false);
    out_.add("\n");
  }

  void match(const Placed& config) {
    fields(config, kMatch, "match", {"stages"});
    const Placed* nested = yaml::find(config, "stages");
    if (!nested) return;
    if (!nested->is_sequence()) throw NotConvertible{};
    stages(*nested);
  }

  void metrics(const Placed& config) {
    if (!config.is_mapping()) throw NotConvertible{};
    for (const auto& [name, metric] : yaml::entries(config)) {
      if (!name->is_scalar() || !metric->is_mapping()) throw NotConvertible{};
      std::string type(yaml::text_at(*metric, {"type"}));
      std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const bool known = type == "counter" || type == "gauge" || type == "histogram";
      if (!known) throw NotConvertible{};
      open("metric." + type, *name);
      line("name = ");
      out_.add_literal(*name);
      out_.add("\n");
      fields(*metric, kMetric, "a metric", {"type", "config"});
      const std::span<const Field> own = type == "counter" ? std::span<const Field>(kCounter) : type == "gauge" ? std::span<const Field>(kGauge) : kHistogram;
      if (const Placed* inner = yaml::find(*metric, "config")) metric_config(*inner, own, type);
      close();
    }
  }

  void metric_config(const Placed& config, std::span<const Field> known, const std::string& type) {
    const Placed* buckets = yaml::find(config, "buckets");
    fields(config, known.first(type == "histogram" ? 1 : known.size()), type, {"buckets"});
    if (!buckets) return;
    if (!buckets->is_sequence() || type != "histogram") throw NotConvertible{};
    line("buckets = [");
    for (size_t i = 0; i < buckets->items.size(); ++i) {
      const Placed& item = buckets->items[i]->resolved();
      if (!item.is_scalar() || !is_number(item.text)) throw NotConvertible{};
      if (i > 0) out_.add(", ");
      out_.add(item.text, item.begin, item.end);
    }
    out_.add("]\n");
  }

  const MappedText& yaml_;
  MappedWriter out_;
  std::vector<Finding> findings_;
  size_t depth_ = 0;
  size_t written_ = 0;
};

/// The list itself, also below the key that it has in a whole config.
const Placed* list_in(const Placed& root) {
  if (root.is_sequence()) return &root;
  for (const std::string_view key : {"pipeline_stages", "relabel_configs", "metric_relabel_configs", "write_relabel_configs"})
    if (const Placed* list = yaml::find(root, key); list && list->is_sequence()) return list;
  return nullptr;
}

ForeignYaml::Language language_of(const Placed& list) {
  for (const Placed* item : list.items) {
    const auto entries = yaml::entries(item->resolved());
    for (const auto& [key, value] : entries) {
      if (!key->is_scalar()) continue;
      const bool is_config = value->is_mapping() || value->is_sequence() || value->is_null();
      if (entries.size() == 1 && is_config && find_stage(key->text)) return ForeignYaml::Language::kPromtail;
      if (find_field(kRule, key->text)) return ForeignYaml::Language::kPrometheus;
      if (entries.size() == 1 && value->is_mapping()) return ForeignYaml::Language::kPromtail;  // a stage of an unknown name
    }
  }
  return ForeignYaml::Language::kOther;
}

bool takes_rules(SnippetKind kind) {
  using enum SnippetKind;
  return kind == kDiscoveryRules || kind == kMetricRules || kind == kLogRules || kind == kProfileRules || kind == kWriteRelabel;
}

/// Whether a text can only be YAML: a list begins with a dash, a map with a key and a colon, and neither does Alloy text.
bool looks_like_yaml(std::string_view text) {
  while (!text.empty()) {
    const size_t newline = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(std::min(newline + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.empty() || line.starts_with('#') || line.starts_with("---")) continue;
    if (line.starts_with("- ") || line == "-" || line == "-\r") return true;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || (colon + 1 < line.size() && line[colon + 1] != ' ' && line[colon + 1] != '\r')) return false;
    return line.substr(0, colon).find_first_of(" \t\"={(/") == std::string_view::npos;
  }
  return false;
}

}  // namespace

std::optional<ForeignYaml> read_foreign_yaml(const MappedText& text, SnippetKind kind) {
  if (!looks_like_yaml(text.text)) return std::nullopt;
  const auto read = yaml::Stream::read(text.text);
  const auto* stream = std::get_if<yaml::Stream>(&read);
  if (!stream || stream->documents().empty()) return std::nullopt;
  const Placed& root = stream->documents().front()->resolved();
  return root.is_scalar() ? std::nullopt : std::optional(read_foreign_yaml(text, root, kind));
}

ForeignYaml read_foreign_yaml(const MappedText& yaml, const Placed& root, SnippetKind kind) {
  ForeignYaml foreign;
  const Placed* list = list_in(root);
  if (!list) return foreign;
  foreign.language = language_of(*list);
  Converter converter(yaml);
  try {
    if (foreign.language == ForeignYaml::Language::kPromtail && kind == SnippetKind::kStages) converter.stages(*list);
    else if (foreign.language == ForeignYaml::Language::kPrometheus && takes_rules(kind)) converter.rules(*list, kind == SnippetKind::kWriteRelabel ? "write_relabel_config" : "rule");
    else throw NotConvertible{};
    foreign.alloy = converter.done();
  } catch (const NotConvertible&) {
  }
  foreign.findings = std::move(converter.findings());
  return foreign;
}

}  // namespace invar::lint
