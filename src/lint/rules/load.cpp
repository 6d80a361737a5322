#include "src/base/codes.h"
#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/lint/load_check.h"
#include "src/lint/rule.h"
#include "src/lint/validation.h"
#include "src/lint/value_check.h"
#include "src/parser/parse.h"
#include "src/text/nearest_name.h"

namespace invar::rules_load {
using namespace lint;
namespace {

/// Of a text that has to be one of a few words.
std::string nearest_word(const AttributeFacts& attribute) {
  const auto words = attribute.row->type->words;
  if (words.empty() || !attribute.value.is(ValueType::kString) || attribute.value.is_unknown()) return {};
  const auto nearest = nearest_name(attribute.value.as_string(), {words.begin(), words.end()});
  return nearest ? "did you mean " + quoted(nearest->name) + "?" : std::string();
}

/// What is wrong with a component by its arguments alone.
class ArgumentCheck {
 public:
  explicit ArgumentCheck(RuleContext& context) : context_(context) {}

  void check(const BlockFacts& block, size_t depth = 0) {
    for (const AttributeFacts& attribute : block.attributes()) check_attribute(attribute, depth);
    // Inner blocks before outer ones, as Alloy reads them: what an outer one says of the same place only follows.
    for (const auto& inner : block.inner()) this->check(*inner, depth + 1);
    for (const LoadCheck* check : load_checks_of(block.schema().name))
      if (!context_.gate().check(check->allowed_at, {}) || check->allowed_at == Stability::kGenerallyAvailable)
        if (auto refusal = check->refusal(block)) report_refusal(*check, block, std::move(*refusal));
  }
  bool found_any() const { return found_any_; }
  /// Something inside an inner block shows only at run time: what a component says of its defaults means nothing then.
  bool unknown_inside() const { return unknown_inside_; }

 private:
  /// One finding at most.
  void check_attribute(const AttributeFacts& attribute, size_t depth) {
    const ast::Attribute& written = *attribute.written;
    if (const auto& failure = attribute.failure) {
      const bool placed = failure->diagnostic && failure->diagnostic->span.source == written.name.span.source;
      const std::string message = failure->diagnostic ? failure->diagnostic->message : failure->text;
      return report(message.find("does not exist") != std::string::npos ? codes::kReference : codes::kFunction,
                    placed ? failure->diagnostic->span : written.value->span, message);
    }
    unknown_inside_ = unknown_inside_ || (depth > 0 && attribute.value.holds_unknown());
    if (!attribute.row || !attribute.row->type) return;
    std::string why = refusal(attribute.value, *attribute.row->type);
    if (!why.empty()) report(refusal_code(why, codes::kType), written.value->span, std::move(why), nearest_word(attribute));
  }

  void report_refusal(const LoadCheck& check, const BlockFacts& block, std::string message) {
    const std::string_view code = refusal_code(message, check.code);
    if (check.severity == FindingSeverity::kError) return report(code, check.place(block), std::move(message));
    context_.report({code, check.severity, check.place(block), std::move(message), {}, {}});
  }

  void report(std::string_view code, Span span, std::string message, std::string help = {}) {
    found_any_ = true;
    context_.report({code, FindingSeverity::kError, span, std::move(message), std::move(help), {}});
  }

  RuleContext& context_;
  bool found_any_ = false;
  bool unknown_inside_ = false;
};

/// The first thing that the component says when it plans; empty when it takes the block.
std::string refusal_by_plan(const NodeModel& node, const ast::Block& block, const Scope& scope) {
  Diagnostics diagnostics;
  return node.built->plan(block, scope, diagnostics) || diagnostics.empty() ? std::string() : diagnostics.all().front().message;
}

/// The innermost stage that is refused with the same words when it stands alone in its component; nullptr when that does not tell.
const ast::Block* culprit(RuleContext& context, const ModuleModel& module, const NodeModel& node, const ast::Body& body, std::string_view message) {
  for (const ast::Statement& statement : body) {
    if (!statement.block() || statement.block()->name.front() != "stage") continue;
    const std::string text = node.name + " \"x\" {\n  forward_to = []\n" + std::string(statement.span.text()) + "\n}\n";
    Diagnostics diagnostics;
    const ast::FilePtr file = parse_file(std::make_shared<const Source>("", text), diagnostics);
    if (!file || refusal_by_plan(node, *file->body.front().block(), context.plan_scope(module)) != message) continue;
    const ast::Block* inner = culprit(context, module, node, statement.block()->body, message);
    return inner ? inner : statement.block();
  }
  return nullptr;
}

/// The attribute of a stage whose little language the words are about.
const ast::Attribute* attribute_blamed(const ast::Block& stage, std::string_view message) {
  struct Blame {
    std::string_view words, attribute;
  };
  constexpr Blame kBlames[] = {{"selector", "selector"},           {"template:", "template"},  {"JMES", "expressions"},     {"time zone", "location"},
                               {"regular expression", "expression"}, {"regexp", "expression"}, {"'action'", "action"}};
  for (const Blame& blame : kBlames)
    if (message.find(blame.words) != std::string_view::npos)
      if (const ast::Attribute* attribute = find_attribute(stage.body, blame.attribute)) return attribute;
  return nullptr;
}

Span place_of(const ast::Block& stage, std::string_view message) {
  const ast::Attribute* attribute = attribute_blamed(stage, message);
  return attribute ? attribute->value->span : Span{stage.name_span.source, stage.name_span.begin, stage.close_curly + 1};
}

std::string without_origin(std::string message) {
  for (const std::string_view words : {"Failed to build component: ", "building component: ", "decoding configuration: "})
    if (message.starts_with(words)) message.erase(0, words.size());
  return message;
}

/// What this build's component says when it plans.
void check_plan(RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  Diagnostics diagnostics;
  const PlanPtr plan = node.built->plan(*node.block, context.plan_scope(module), diagnostics);
  if (plan) return;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const std::string_view code = refusal_code(diagnostic.message, codes::kRefused);
    if (code == kNotBuilt && !context.for_invar()) continue;
    // Little languages have sources of their own.
    Span span = diagnostic.span.source == node.block->name_span.source ? diagnostic.span : node.block->name_span;
    if (const ast::Block* inner = culprit(context, module, node, node.block->body, diagnostic.message); inner && span.begin <= node.block->name_span.begin)
      span = place_of(*inner, diagnostic.message);
    context.report({code, FindingSeverity::kError, span, without_origin(diagnostic.message), diagnostic.help, {}});
  }
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    const BlockFacts* facts = context.facts(module, node);
    if (!facts) return;
    ArgumentCheck arguments(context);
    arguments.check(*facts);
    if (node.built && !arguments.found_any() && !arguments.unknown_inside()) check_plan(context, module, node);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kRefused, "refused-at-load", FindingSeverity::kError,
    "Alloy reads the file, but refuses to start the component: the pod goes into a crash loop, or a reload is rejected.",
    "loki.process \"p\" {\n  forward_to = []\n  stage.drop { }\n}\n",
    "loki.process \"p\" {\n  forward_to = []\n  stage.drop {\n    expression = \"debug\"\n  }\n}\n",
    "Never: the config does not run.",
    check,
    "The component was planned as this build runs it, or the rule that Alloy recorded for it was applied, with values the text tells.",
    "grafana/alloy#446, #5230",
};

}  // namespace invar::rules_load
