#include "src/lint/pipeline_model.h"

#include <algorithm>

#include "src/text/gotemplate/template.h"
#include "src/text/regex.h"
#include "src/text/selector.h"

namespace invar::lint {
namespace {

constexpr size_t kDeepest = 20;  // of components that feed each other

void add_stages(const ast::Body& body, size_t depth, std::vector<StageUse>& stages) {
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block || block->name.size() != 2 || block->name.front() != "stage") continue;
    stages.push_back({block->name.back(), block, depth});
    if (block->name.back() == "match") add_stages(block->body, depth + 1, stages);
  }
}

/// `{ name = "value" }`: each name, and each text where it is known; false when the object is not written out.
template <class Act>
bool each_field(const RuleContext& context, const ModuleModel& module, const ast::Block& block, std::string_view attribute, Act act) {
  const auto* found = find_attribute(block.body, attribute);
  if (!found) return true;
  const auto* object = found->value->as<ast::ObjectLiteral>();
  if (!object) return false;
  for (const ast::ObjectField& field : object->fields) {
    const Value value = context.value(module, *field.value);
    act(field, value.is(ValueType::kString) ? std::optional(value.as_string()) : std::nullopt);
  }
  return true;
}

void add_groups(const RuleContext& context, const ModuleModel& module, const ast::Block& block, std::string_view attribute, StageNames& names) {
  if (!find_attribute(block.body, attribute)) return;
  const auto text = text_of(context, module, block.body, attribute);
  const auto regex = text ? Regex::compile(*text) : Result<Regex>(Error{"", ""});
  if (!regex) {
    names.open = true;
    return;
  }
  for (const std::string& name : regex->group_names())
    if (!name.empty()) names.extracts.insert(name);
}

/// `values = { label = "source" }`: reads the source, or the label's own name where it is empty.
void add_mapping(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names) {
  names.open |= !each_field(context, module, block, "values", [&](const ast::ObjectField& field, const std::optional<std::string>& source) {
    const bool own = source && source->empty();
    if (source) names.reads.push_back({own ? field.name.name : *source, own ? field.name.span : field.value->span});
    names.labels.push_back({field.name.name, field.name.span});
  });
}

void add_source(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names, bool is_list = false) {
  const auto* attribute = find_attribute(block.body, "source");
  auto text = text_of(context, module, block.body, "source");
  if (!attribute || !text) return;
  while (!text->empty()) {
    const size_t comma = is_list ? std::min(text->find(','), text->size()) : text->size();
    names.reads.push_back({text->substr(0, comma), attribute->value->span});
    text->erase(0, std::min(comma + 1, text->size()));
  }
}

/// Texts of a list that is written out; false when it is not, or one of them is not known.
template <class Act>
bool each_text(const RuleContext& context, const ModuleModel& module, const ast::Block& block, std::string_view attribute, Act act) {
  const auto* found = find_attribute(block.body, attribute);
  if (!found) return true;
  const Value list = context.value(module, *found->value);
  if (!list.is(ValueType::kArray) || list.holds_unknown()) return false;
  for (size_t i = 0; i < list.size(); ++i)
    if (list.at(i).is(ValueType::kString)) act(list.at(i).as_string(), found->value->span);
  return true;
}

bool reads_source(std::string_view stage) {
  for (const std::string_view known : {"json", "logfmt", "regex", "timestamp", "output", "replace", "pattern", "eventlogmessage", "windowsevent", "luhn", "tenant", "geoip", "split_json"})
    if (stage == known) return true;
  return false;
}

void add_template(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names) {
  const auto source = text_of(context, module, block.body, "source");
  const auto* attribute = find_attribute(block.body, "template");
  const auto text = text_of(context, module, block.body, "template");
  const auto compiled = text ? GoTemplate::compile("pipeline_template", *text) : Result<GoTemplate>(Error{"", ""});
  if (compiled)
    for (const std::string& name : compiled->names())
      if (name != "Value" && name != "Entry") names.reads.push_back({name, attribute->value->span});
  if (source) names.extracts.insert(*source);
  else names.open = true;
}

/// A metric reads what it is named after when nothing else is said; one that counts all lines reads nothing.
void add_metrics(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names) {
  for (const ast::Statement& statement : block.body) {
    const ast::Block* metric = statement.block();
    if (!metric || metric->name.front() != "metric") continue;
    const auto* all = find_attribute(metric->body, "match_all");
    if (all) {
      const Value value = context.value(module, *all->value);
      if (!value.is(ValueType::kBool) || value.as_bool()) continue;
    }
    const auto* attribute = find_attribute(metric->body, "source");
    const std::string_view name = attribute ? "source" : "name";
    if (!attribute) attribute = find_attribute(metric->body, "name");
    const auto text = text_of(context, module, metric->body, name);
    if (attribute && text && !text->empty()) names.reads.push_back({*text, attribute->value->span});
  }
}

/// Labels of the text that a selector looks at.
void add_selector(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names) {
  const auto text = text_of(context, module, block.body, "selector");
  const auto selector = text ? Selector::parse(*text) : Result<Selector>(Error{"", ""});
  if (!selector) return void(names.open = true);
  for (const LabelMatcher& matcher : selector->matchers()) names.needs.insert(matcher.name());
}

// Where entries come from, and with which labels.

using Labels = std::optional<std::set<std::string>>;

std::set<std::string> target_labels(const Value& target) {
  std::set<std::string> labels;
  for (const auto& [name, value] : target.members())
    if (!name.starts_with("__")) labels.insert(name);
  return labels;
}

const Reference* reference_at(const NodeModel& node, const Span& span) {
  for (const Reference& reference : node.references)
    if (reference.traversal.first_span().begin == span.begin && reference.traversal.first_span().source == span.source) return &reference;
  return nullptr;
}

/// Labels that rules add to those there are; nullopt when only the data tells.
bool add_rules(const RuleContext& context, const ModuleModel& module, const NodeModel& relabel, std::set<std::string>& labels) {
  for (const ast::Statement& statement : relabel.block->body) {
    if (!statement.block()) continue;
    const ast::Body& rule = statement.block()->body;
    if (find_attribute(rule, "action")) {
      const auto action = text_of(context, module, rule, "action");
      if (!action || *action == "labelmap") return false;
    }
    const auto target = text_of(context, module, rule, "target_label");
    if (find_attribute(rule, "target_label") && (!target || target->find('$') != std::string::npos)) return false;
    if (target && !target->starts_with("__")) labels.insert(*target);
  }
  return true;
}

/// Labels of a list of targets that is written out, or that of a local.file_match, also behind relabel rules.
Labels labels_of_targets(const RuleContext& context, const ModuleModel& module, const ast::Expr& targets, const NodeModel& node, size_t depth = 0) {
  const Value value = context.value(module, targets);
  if (value.is(ValueType::kArray)) {
    std::set<std::string> labels{"filename"};
    for (size_t i = 0; i < value.size(); ++i) {
      if (!value.at(i).is(ValueType::kObject)) return std::nullopt;
      labels.merge(target_labels(value.at(i)));
    }
    return labels;
  }
  const Reference* reference = depth < kDeepest ? reference_at(node, targets.span) : nullptr;
  if (!reference || reference->traversal.span() != targets.span) return std::nullopt;
  const NodeModel& giver = *reference->target;
  const bool relabels = giver.name == "discovery.relabel";
  if (!relabels && giver.name != "local.file_match") return std::nullopt;
  const auto* inner = find_attribute(giver.block->body, relabels ? "targets" : "path_targets");
  auto labels = inner ? labels_of_targets(context, module, *inner->value, giver, depth + 1) : std::nullopt;
  return labels && relabels && !add_rules(context, module, giver, *labels) ? std::nullopt : labels;
}

Labels labels_from(const RuleContext& context, const ModuleModel& module, const NodeModel& source, size_t depth);

Labels labels_to(const RuleContext& context, const ModuleModel& module, const NodeModel& node, size_t depth) {
  if (depth > kDeepest || node.referrers.empty() || context.config().around().open()) return std::nullopt;
  std::set<std::string> all;
  for (const NodeModel* feeder : node.referrers) {
    auto labels = labels_from(context, module, *feeder, depth + 1);
    if (!labels) return std::nullopt;
    all.merge(*labels);
  }
  return all;
}

/// What a source that makes its labels itself puts on entries: those it always has, those of `labels`, and those of the rules it is given.
Labels own_labels(const RuleContext& context, const ModuleModel& module, const NodeModel& source, const ast::Body& body, std::set<std::string> labels) {
  const auto* written = find_attribute(body, "labels");
  const Value added = written ? context.value(module, *written->value) : Value::object({});
  if (!added.is(ValueType::kObject)) return std::nullopt;
  labels.merge(target_labels(added));
  const auto* rules = find_attribute(source.block->body, "relabel_rules");
  if (!rules) return labels;
  const Reference* reference = reference_at(source, rules->value->span);
  return reference && add_rules(context, module, *reference->target, labels) ? Labels(labels) : std::nullopt;
}

Labels labels_from_syslog(const RuleContext& context, const ModuleModel& module, const NodeModel& source) {
  std::set<std::string> all;
  for (const ast::Statement& statement : source.block->body) {
    if (!statement.block() || statement.block()->full_name() != "listener") continue;
    auto labels = own_labels(context, module, source, statement.block()->body, {});
    if (!labels) return std::nullopt;
    all.merge(*labels);
  }
  return all;
}

Labels labels_from(const RuleContext& context, const ModuleModel& module, const NodeModel& source, size_t depth) {
  const ast::Body& body = source.block->body;
  if (source.name == "loki.source.file") {
    const auto* targets = find_attribute(body, "targets");
    return targets ? labels_of_targets(context, module, *targets->value, source) : std::nullopt;
  }
  if (source.name == "loki.source.journal") return own_labels(context, module, source, body, {"job"});
  if (source.name == "loki.source.kubernetes_events") return std::set<std::string>{"namespace", "job", "instance"};
  if (source.name == "loki.source.syslog") return labels_from_syslog(context, module, source);
  if (source.name != "loki.process" && source.name != "loki.relabel") return std::nullopt;
  auto labels = labels_to(context, module, source, depth);
  if (source.name == "loki.relabel") return labels && add_rules(context, module, source, *labels) ? labels : std::nullopt;
  for (const StageUse& stage : stages_of(source)) {
    const StageNames names = names_of(context, module, stage);
    if (names.open || !labels) return std::nullopt;
    for (const NamedPlace& label : names.labels) labels->insert(label.name);
  }
  return labels;
}

}  // namespace

std::vector<StageUse> stages_of(const NodeModel& process) {
  std::vector<StageUse> stages;
  add_stages(process.block->body, 0, stages);
  return stages;
}

StageNames names_of(const RuleContext& context, const ModuleModel& module, const StageUse& stage) {
  StageNames names;
  const ast::Block& block = *stage.block;
  const auto extract_keys = [&](std::string_view attribute) {
    // Without names the stage is refused, which is said elsewhere.
    const bool told = each_field(context, module, block, attribute, [&](const ast::ObjectField& field, const auto&) { names.extracts.insert(field.name.name); });
    names.open |= !told || names.extracts.empty() || find_attribute(block.body, "regex") != nullptr;
  };
  const auto drop_labels = [&](std::string_view attribute) {
    names.open |= !each_text(context, module, block, attribute, [&](const std::string& label, Span) { names.drops.insert(label); });
  };
  if (reads_source(stage.name)) add_source(context, module, block, names);
  if (stage.name == "drop") add_source(context, module, block, names, true);
  if (stage.name == "json") {
    extract_keys("expressions");
  } else if (stage.name == "logfmt") {
    extract_keys("mapping");
  } else if (stage.name == "regex" || stage.name == "replace") {
    add_groups(context, module, block, "expression", names);
  } else if (stage.name == "cri") {
    names.extracts = {"stream", "flags", "content", "time"};
    names.labels.push_back({"stream", {}});
  } else if (stage.name == "docker") {
    names.extracts = {"stream", "output", "timestamp"};
    names.labels.push_back({"stream", {}});
  } else if (stage.name == "labels" || stage.name == "structured_metadata") {
    add_mapping(context, module, block, names);
    // What stands in metadata may come from labels that were there.
    if (stage.name == "structured_metadata") names.labels.clear(), names.open |= find_attribute(block.body, "regex") != nullptr;
    if (const auto from = text_of(context, module, block.body, "source_type"); from && *from == "structured_metadata") names.reads.clear();
  } else if (stage.name == "static_labels") {
    names.open |= !each_field(context, module, block, "values", [&](const ast::ObjectField& field, const auto&) { names.labels.push_back({field.name.name, field.name.span}); });
  } else if (stage.name == "label_drop") {
    drop_labels("values");
  } else if (stage.name == "pack") {
    drop_labels("labels");
    names.needs = names.drops;
  } else if (stage.name == "label_keep") {
    names.keeps_few = true;
  } else if (stage.name == "template") {
    add_template(context, module, block, names);
  } else if (stage.name == "metrics") {
    add_metrics(context, module, block, names);
  } else if (stage.name == "match") {
    add_selector(context, module, block, names);
  } else if (stage.name == "tenant" || stage.name == "limit") {
    for (const char* attribute : {"label", "by_label_name"})
      if (const auto label = text_of(context, module, block.body, attribute)) names.needs.insert(*label);
  } else if (stage.name == "pattern" || stage.name == "eventlogmessage" || stage.name == "windowsevent" || stage.name == "geoip" || stage.name == "split_json" ||
             stage.name == "truncate") {
    names.open = true;
  }
  return names;
}

bool matches_every_line(std::string_view expression) {
  for (const std::string_view all : {".*", "", "^.*$", "(.*)", "^", "$", "^.*", ".*$", "(?s).*", "^(.*)$", ".*?", "(?s)^.*$"})
    if (expression == all) return true;
  return false;
}

bool drops_every_line(const RuleContext& context, const ModuleModel& module, const StageUse& stage) {
  if (stage.name != "drop") return false;
  bool matches = false;
  for (const ast::Statement& statement : stage.block->body) {
    const auto* attribute = statement.attribute();
    if (!attribute || attribute->name.name == "drop_counter_reason" || attribute->name.name == "separator") continue;
    if (attribute->name.name != "expression") return false;
    const auto text = text_of(context, module, stage.block->body, "expression");
    matches = text && matches_every_line(*text) && !text->empty();
  }
  return matches;
}

std::optional<std::set<std::string>> labels_into(const RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  return labels_to(context, module, node, 0);
}

std::vector<const ast::Expr*> elements_of(const ast::Expr& expression) {
  std::vector<const ast::Expr*> elements;
  if (const auto* list = expression.as<ast::ArrayLiteral>())
    for (const ast::ExprPtr& element : list->elements) elements.push_back(element.get());
  return elements;
}

std::optional<std::string> text_of(const RuleContext& context, const ModuleModel& module, const ast::Body& body, std::string_view attribute) {
  const auto* found = find_attribute(body, attribute);
  if (!found) return std::nullopt;
  const Value value = context.value(module, *found->value);
  return value.is(ValueType::kString) ? std::optional(value.as_string()) : std::nullopt;
}

}  // namespace invar::lint
