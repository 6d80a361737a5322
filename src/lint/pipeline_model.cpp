#include "src/lint/pipeline_model.h"

#include <algorithm>

#include "src/text/regex.h"

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
    names.labels.insert(field.name.name);
  });
}

void add_source(const RuleContext& context, const ModuleModel& module, const ast::Block& block, StageNames& names) {
  const auto* attribute = find_attribute(block.body, "source");
  const auto text = text_of(context, module, block.body, "source");
  if (attribute && text && !text->empty()) names.reads.push_back({*text, attribute->value->span});
}

bool reads_source(std::string_view stage) {
  for (const std::string_view known : {"json", "logfmt", "regex", "timestamp", "output", "replace", "pattern", "eventlogmessage", "windowsevent", "luhn"})
    if (stage == known) return true;
  return false;
}

std::set<std::string> target_labels(const Value& target) {
  std::set<std::string> labels;
  for (const auto& [name, value] : target.members())
    if (!name.starts_with("__")) labels.insert(name);
  return labels;
}

using Labels = std::optional<std::set<std::string>>;

/// Labels of a list of targets that is written out, or that of a local.file_match.
Labels labels_of_targets(const RuleContext& context, const ModuleModel& module, const ast::Expr& targets, const NodeModel& node) {
  const Value value = context.value(module, targets);
  if (value.is(ValueType::kArray)) {
    std::set<std::string> labels{"filename"};
    for (size_t i = 0; i < value.size(); ++i) {
      if (!value.at(i).is(ValueType::kObject)) return std::nullopt;
      labels.merge(target_labels(value.at(i)));
    }
    return labels;
  }
  for (const Reference& reference : node.references)
    if (reference.target->name == "local.file_match" && reference.traversal.first_span().begin == targets.span.begin)
      if (const auto* paths = find_attribute(reference.target->block->body, "path_targets"))
        return labels_of_targets(context, module, *paths->value, *reference.target);
  return std::nullopt;
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

Labels labels_from(const RuleContext& context, const ModuleModel& module, const NodeModel& source, size_t depth) {
  if (source.name == "loki.source.file") {
    const auto* targets = find_attribute(source.block->body, "targets");
    return targets ? labels_of_targets(context, module, *targets->value, source) : std::nullopt;
  }
  if (source.name != "loki.process") return std::nullopt;
  auto labels = labels_to(context, module, source, depth);
  for (const StageUse& stage : stages_of(source)) {
    StageNames names = names_of(context, module, stage);
    if (names.open || !labels) return std::nullopt;
    labels->merge(names.labels);
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
    names.open |= !told || names.extracts.empty();
  };
  if (reads_source(stage.name)) add_source(context, module, block, names);
  if (stage.name == "json") {
    extract_keys("expressions");
    names.open |= find_attribute(block.body, "regex") != nullptr;
  } else if (stage.name == "logfmt") {
    extract_keys("mapping");
    names.open |= find_attribute(block.body, "regex") != nullptr;
  } else if (stage.name == "regex" || stage.name == "replace") {
    add_groups(context, module, block, "expression", names);
  } else if (stage.name == "cri" || stage.name == "docker") {
    for (const char* name : {"stream", "flags", "timestamp", "time", "content", "output"}) names.extracts.insert(name);
  } else if (stage.name == "labels" || stage.name == "structured_metadata") {
    add_mapping(context, module, block, names);
    if (stage.name == "structured_metadata") names.labels.clear();
  } else if (stage.name == "static_labels") {
    names.open |= !each_field(context, module, block, "values", [&](const ast::ObjectField& field, const auto&) { names.labels.insert(field.name.name); });
  } else if (stage.name == "template") {
    if (const auto source = text_of(context, module, block.body, "source")) names.extracts.insert(*source);
    else names.open = true;
  } else if (stage.name == "pattern" || stage.name == "eventlogmessage" || stage.name == "windowsevent" || stage.name == "geoip" ||
             stage.name == "split_json") {
    names.open = true;
  }
  return names;
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
