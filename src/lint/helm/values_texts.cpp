#include <algorithm>

#include "src/lint/config_model.h"
#include "src/lint/helm/mapped_writer.h"
#include "src/lint/helm/tpl.h"
#include "src/lint/helm/tpl_scope.h"
#include "src/lint/helm/values_references.h"
#include "src/lint/helm/yaml_conversion.h"
#include "src/lint/helm/yaml_edit.h"
#include "src/lint/manifest/collector_flags.h"
#include "src/lint/snippet_kind.h"
#include "src/parser/parse.h"

namespace invar::lint {
namespace {

using yaml::Placed;
using Range = std::pair<uint32_t, uint32_t>;

// Where a template of Alloy's own stands in a text.

const ast::Expr* template_at(const ast::Body& body, uint32_t offset) {
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block || offset < statement.span.begin || statement.span.end <= offset) continue;
    if (block->full_name() != "stage.template") return template_at(block->body, offset);
    const ast::Attribute* attribute = find_attribute(block->body, "template");
    if (attribute && attribute->value->as<ast::Literal>() && attribute->value->span.begin < offset && offset < attribute->value->span.end) return attribute->value.get();
  }
  return nullptr;
}

std::optional<Range> template_in_alloy(const std::string& text, SnippetKind kind, uint32_t offset) {
  const Source source("", text);
  const Snippet snippet = wrap_snippet(mapped_text(source), kind, {});
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(snippet.text.files.front(), diagnostics);
  if (!file || snippet.map.empty()) return std::nullopt;
  const uint32_t before = snippet.own_begin;
  const ast::Expr* literal = template_at(file->body, offset + before);
  return literal ? std::optional(Range{literal->span.begin + 1 - before, literal->span.end - 1 - before}) : std::nullopt;
}

std::optional<Range> template_in_yaml(const std::string& text, const Placed& node, uint32_t offset) {
  for (const Placed* item : node.items)
    if (auto found = template_in_yaml(text, item->resolved(), offset)) return found;
  const Placed* stage = yaml::find(node, "template");
  const Placed* value = stage ? yaml::find(*stage, "template") : nullptr;
  if (!value || !value->is_scalar() || offset < value->begin || value->end <= offset) return std::nullopt;
  const auto stretches = yaml::stretches(text, *value);
  return stretches.empty() ? std::nullopt : std::optional(Range{stretches.front().from, stretches.back().to});
}

FindStageTemplate stage_template_finder(const std::string& text, SnippetKind kind) {
  return [&text, kind](uint32_t offset) -> std::optional<Range> {
    if (kind != SnippetKind::kStages && kind != SnippetKind::kConfig) return std::nullopt;
    if (auto found = template_in_alloy(text, kind, offset)) return found;
    const auto read = yaml::Stream::read(text);
    const auto* stream = std::get_if<yaml::Stream>(&read);
    return stream && !stream->documents().empty() ? template_in_yaml(text, stream->documents().front()->resolved(), offset) : std::nullopt;
  };
}

/// The block that a wrapper of the tables names: `prometheus.remote_write > endpoint body`; empty when it names none.
std::string block_of(std::string_view wrapper) {
  wrapper = wrapper.substr(0, wrapper.find(" | "));
  if (wrapper.ends_with(" body")) wrapper.remove_suffix(std::string_view(" body").size());
  std::string block(wrapper);
  // otelcol.exporter.otlp|otlphttp > client
  if (const size_t bar = block.find('|'); bar != std::string::npos) block.erase(bar, std::min(block.find(' ', bar), block.size()) - bar);
  return block.find('.') == std::string::npos || block.find(',') != std::string::npos ? std::string() : block;
}

/// Wrapper of texts that nothing is put around: those of objects of their own.
constexpr std::string_view kWholeConfig = "whole config";

/// One text on its way into a document.
class TextReader {
 public:
  TextReader(ValuesReading& reading, const HelmValue& value, const KeyFacts& facts, const ValuesPath& path, std::string_view component)
      : reading_(reading), value_(value), facts_(facts), path_(path), kind_(*facts.snippet), component_(component) {}

  void read_structure(const Placed& key) {
    const MappedText file = mapped_text(*value_.source);
    const ForeignYaml foreign = read_foreign_yaml(file, *value_.node, kind_);
    auto edit = foreign.alloy ? replace_collection(*value_.source, key, *value_.node, as_written(foreign.alloy->text)) : std::nullopt;
    report_foreign(foreign, value_.span(), fix_of(std::move(edit)));
  }

  void read() {
    if (first_byte(value_.node->text) == value_.node->text.size()) return;  // charts leave out what is empty
    MappedText text = mapped_text(*value_.source, *value_.node);
    TplText evaluated{std::move(text), {}, {}};
    if (facts_.tpl) evaluated = apply(std::move(evaluated.text));
    for (Finding& finding : evaluated.findings) reading_.document.findings.push_back(std::move(finding));
    if (const auto foreign = read_foreign_yaml(evaluated.text, kind_)) return add_foreign(*foreign, evaluated);
    add(std::move(evaluated.text), evaluated.opaque);
  }

 private:
  TplText apply(MappedText text) const {
    TplScope data(reading_, scope());
    const std::string copy = text.text;
    return apply_tpl(std::move(text), data, stage_template_finder(copy, kind_));
  }

  /// What a text sees as `.Values`: a feature of chart 2 and later its own, everything else all of them.
  std::string_view scope() const {
    const bool is_feature = reading_.release.layout() != Layout::kFirst && reading_.release.layout() != Layout::kUnknown && kind_ != SnippetKind::kConfig;
    return is_feature ? path_.first() : std::string_view();
  }

  std::string expected() const { return "the chart inserts " + std::string(expected_in(kind_)) + " (" + path_.text() + ")"; }

  void add_foreign(const ForeignYaml& foreign, const TplText& evaluated) {
    const auto span = evaluated.text.map.origin(first_byte(evaluated.text.text), static_cast<uint32_t>(evaluated.text.text.size()));
    report_foreign(foreign, span.value_or(value_.span()), foreign.alloy && !evaluated.substituted ? conversion(foreign.alloy->text) : std::nullopt);
  }

  void report_foreign(const ForeignYaml& foreign, Span span, std::optional<Fix> fix) {
    using enum ForeignYaml::Language;
    const std::string language = foreign.language == kPromtail ? "Promtail YAML" : foreign.language == kPrometheus ? "Prometheus YAML" : "YAML";
    static constexpr std::string_view kShown = "invar lint --unsafe-fixes --diff shows the conversion";
    const bool told = fix && kind_ == SnippetKind::kStages;
    std::string message = language + " where the chart inserts " + std::string(expected_in(kind_));
    message += told ? "; " + std::string(kShown) : " (" + path_.text() + ")";
    const std::string help = !fix ? std::string() : told ? "Alloy reads no YAML: the collector does not load" : std::string(kShown);
    reading_.report("INV204", FindingSeverity::kError, span, std::move(message), help, std::move(fix));
    for (const Finding& finding : foreign.findings) reading_.document.findings.push_back(finding);
    if (foreign.alloy) return add(*foreign.alloy, {});
    Snippet unchecked{.kind = kind_, .place = path_.text(), .partly_unchecked = true};
    unchecked.text.files = {std::make_shared<const Source>(unchecked.place, std::string())};
    reading_.document.snippets.push_back(std::move(unchecked));
  }

  static uint32_t first_byte(const std::string& text) { return static_cast<uint32_t>(std::min(text.find_first_not_of(" \t\r\n"), text.size())); }

  std::optional<Fix> conversion(const std::string& alloy) const {
    return fix_of(replace_scalar(*value_.source, *value_.node, as_written(alloy)));
  }

  /// Text for Alloy as the values have to have it.
  std::string as_written(const std::string& alloy) const { return facts_.tpl ? escape_for_tpl(alloy) : alloy; }

  static std::optional<Fix> fix_of(std::optional<Edit> edit) {
    return edit ? std::optional(Fix{"write it as Alloy blocks", false, {std::move(*edit)}}) : std::nullopt;
  }

  void add(MappedText text, const std::vector<Range>& opaque) {
    std::string block = kind_ == SnippetKind::kBody ? std::string(component_) : block_of(facts_.wrapper);
    if (kind_ == SnippetKind::kBody && block.empty()) return;
    Snippet snippet = wrap_snippet(std::move(text), kind_, path_.text(), block);
    const uint32_t before = snippet.own_begin;
    const Source* source = snippet.text.files.front().get();
    for (const auto& [begin, end] : opaque) snippet.opaque.push_back({source, begin + before, end + before});
    const bool is_whole = reading_.release.chart() == Chart::kAlloy || facts_.wrapper == kWholeConfig;
    snippet.open_references = !is_whole;
    snippet.gate = gate();
    if (!is_whole) snippet.beside = rendered_components(reading_);
    if (auto finding = check_kind(snippet, expected())) reading_.document.findings.push_back(std::move(*finding));
    if (!is_whole) check_snippet_references(reading_, snippet, reading_.collector_of(path_, &facts_));
    reading_.document.snippets.push_back(std::move(snippet));
  }

  std::optional<FeatureGate> gate() const {
    const HelmValue* values = reading_.release.chart() == Chart::kAlloy ? &reading_.values : nullptr;
    if (const auto collector = reading_.collector_of(path_, &facts_); !values && collector) values = reading_.collector(*collector);
    const HelmValue* alloy = values ? values->get("alloy") : nullptr;
    return alloy ? gate_of_values(*alloy) : std::nullopt;
  }

  ValuesReading& reading_;
  const HelmValue& value_;
  const KeyFacts& facts_;
  const ValuesPath& path_;
  const SnippetKind kind_;
  const std::string_view component_;
};

// OTTL.

/// The signal and the context that statements are for: by the names of the keys above them.
std::pair<std::string_view, std::string> signal_of(const ValuesPath& path) {
  const std::string context(path.last());
  static constexpr std::pair<std::string_view, std::string_view> kContexts[] = {{"metric", "metric"}, {"datapoint", "metric"}, {"span", "trace"},
                                                                                {"spanevent", "trace"}, {"log", "log"}, {"log_record", "log"}};
  for (const auto& [name, signal] : kContexts)
    if (name == context) return {signal, context};
  for (const std::string& step : path.steps()) {
    if (step == "metrics" || step == "spanMetrics") return {"metric", context};
    if (step == "traces") return {"trace", context};
  }
  return {"log", context};
}

}  // namespace

void add_text(ValuesReading& reading, const HelmValue& value, const KeyFacts& facts, const ValuesPath& path, std::string_view component) {
  TextReader(reading, value, facts, path, component).read();
}

void add_structure(ValuesReading& reading, const HelmValue::Entry& entry, const KeyFacts& facts, const ValuesPath& path) {
  TextReader(reading, entry.value, facts, path, {}).read_structure(*entry.key);
}

void add_statements(ValuesReading& reading, const HelmValue& list, const KeyFacts& facts, const ValuesPath& path) {
  if (!list.is_list() || list.items.empty()) return;
  const bool is_filter = facts.wrapper.find("processor.filter") != std::string_view::npos;
  const auto [signal, context] = signal_of(path);
  MappedWriter writer(list.source->text(), mapped_text(*list.source).map);
  const std::string block = is_filter ? std::string(signal == "log" ? "logs" : signal == "trace" ? "traces" : "metrics") : std::string(signal) + "_statements";
  writer.add("otelcol.processor." + std::string(is_filter ? "filter" : "transform") + " \"snippet\" {\n  error_mode = \"ignore\"\n  " + block + " {\n");
  if (is_filter) writer.add("    " + context + " = [\n");
  else writer.add("    context = \"" + context + "\"\n    statements = [\n");
  for (const HelmValue& item : list.items) {
    if (!item.is_text()) continue;
    writer.add("      ");
    writer.add_literal(*item.node);
    writer.add(",\n");
  }
  writer.add("    ]\n  }\n  output { }\n}\n");
  MappedText text = writer.done();
  Snippet snippet{.kind = SnippetKind::kStatements, .place = path.text(), .map = std::move(text.map), .open_references = true};
  snippet.text.files = {std::make_shared<const Source>(snippet.place, std::move(text.text))};
  reading.document.snippets.push_back(std::move(snippet));
}

namespace {

/// Everything in the objects goes through tpl.
void check_template_texts(ValuesReading& reading, const HelmValue& value) {
  for (const HelmValue::Entry& entry : value.entries) check_template_texts(reading, entry.value);
  for (const HelmValue& item : value.items) check_template_texts(reading, item);
  if (!value.is_text() || value.text().find("{{") == std::string_view::npos) return;
  TplScope data(reading, {});
  for (Finding& finding : apply_tpl(mapped_text(*value.source, *value.node), data, {}).findings) reading.document.findings.push_back(std::move(finding));
}

}  // namespace

void add_objects(ValuesReading& reading, const HelmValue& list, const ValuesPath& path) {
  static constexpr KeyFacts kText{.tpl = true, .snippet = SnippetKind::kConfig, .wrapper = kWholeConfig};
  for (size_t i = 0; i < list.items.size(); ++i) {
    const HelmValue& object = list.items[i];
    const ValuesPath below = path.below("[" + std::to_string(i) + "]");
    const HelmValue* kind = object.get("kind");
    const HelmValue* content = object.at({"spec", "alloy", "configMap", "content"});
    const bool is_alloy = kind && kind->text() == "Alloy" && content && content->is_text();
    if (is_alloy) add_text(reading, *content, kText, below.below("spec").below("alloy").below("configMap").below("content"));
    const HelmValue* data = kind && kind->text() == "ConfigMap" ? object.get("data") : nullptr;
    std::vector<const HelmValue*> done{is_alloy ? content : nullptr};
    if (data)
      for (const HelmValue::Entry& entry : data->entries)
        if (entry.key->text.ends_with(".alloy") && entry.value.is_text()) {
          add_text(reading, entry.value, kText, below.below("data").below(entry.key->text));
          done.push_back(&entry.value);
        }
    if (done.size() == 1 && !is_alloy) check_template_texts(reading, object);
  }
}

}  // namespace invar::lint
