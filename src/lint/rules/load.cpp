#include "src/base/codes.h"
#include "src/language/decode.h"
#include "src/lint/rule.h"
#include "src/lint/value_check.h"
#include "src/parser/parse.h"

namespace invar::rules_load {
using namespace lint;
namespace {

using Kind = NodeModel::Kind;

/// The kind of a refusal, by the words Alloy has for it.
std::string_view code_of(std::string_view message) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("this build")) return kNotBuilt;
  if (says("error parsing regexp") || says("invalid regex")) return codes::kRegex;
  if (says("JMES") || says("template:") || says("parse error at line") || says("time: unknown") || says("unknown time zone")) return codes::kLanguage;
  if (says("does not exist")) return codes::kReference;
  return codes::kRefused;
}

/// Evaluates every expression of a body and holds it against the type of its attribute. One finding for an attribute.
class BodyCheck {
 public:
  BodyCheck(RuleContext& context, const ModuleModel& module) : context_(context), module_(module) {}

  void check(const ast::Body& body, const Schema& schema) {
    for (const ast::Statement& statement : body) {
      if (const ast::Block* block = statement.block()) check_inner(*block, schema);
      else check_attribute(*statement.attribute(), find_row(schema, statement.attribute()->name.name));
    }
  }
  bool found_any() const { return found_any_; }
  /// Something inside an inner block shows only at run time: what a component says of its defaults means nothing then.
  bool unknown_inside() const { return unknown_inside_; }

 private:
  void check_inner(const ast::Block& block, const Schema& schema) {
    ++depth_;
    if (const Schema* inner = inner_schema(schema, block.full_name())) check(block.body, *inner);
    --depth_;
  }

  void check_attribute(const ast::Attribute& attribute, const Row* row) {
    Value value;
    if (const auto failure = evaluate(*attribute.value, context_.scope(module_), value)) {
      const bool placed = failure->diagnostic && failure->diagnostic->span.source == attribute.name.span.source;
      const std::string message = failure->diagnostic ? failure->diagnostic->message : failure->text;
      return report(message.find("does not exist") != std::string::npos ? codes::kReference : codes::kFunction,
                    placed ? failure->diagnostic->span : attribute.value->span, message);
    }
    unknown_inside_ = unknown_inside_ || (depth_ > 0 && value.holds_unknown());
    if (!row || !row->type) return;
    if (std::string why = refusal(value, *row->type); !why.empty())
      report(why.find("error parsing regexp") != std::string::npos ? codes::kRegex : codes::kType, attribute.value->span, why);
  }

  void report(std::string_view code, Span span, std::string message) {
    found_any_ = true;
    context_.report({code, FindingSeverity::kError, span, std::move(message), {}, {}});
  }

  RuleContext& context_;
  const ModuleModel& module_;
  int depth_ = 0;
  bool found_any_ = false;
  bool unknown_inside_ = false;
};

bool is_refused(const NodeModel& node, const ast::Block& block, const Scope& scope) {
  Diagnostics diagnostics;
  return !node.built->plan(block, scope, diagnostics);
}

/// The inner block that is refused also when it stands alone in its component; nullptr when that does not tell.
const ast::Block* culprit(RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  for (const ast::Statement& statement : node.block->body) {
    if (!statement.block() || statement.block()->name.front() != "stage") continue;
    const std::string text = node.name + " \"x\" {\n  forward_to = []\n" + std::string(statement.span.text()) + "\n}\n";
    Diagnostics diagnostics;
    const ast::FilePtr file = parse_file(std::make_shared<const Source>("", text), diagnostics);
    if (file && is_refused(node, *file->body.front().block(), context.scope(module))) return statement.block();
  }
  return nullptr;
}

std::string without_origin(std::string message) {
  for (const std::string_view words : {"Failed to build component: ", "building component: ", "decoding configuration: "})
    if (message.starts_with(words)) message.erase(0, words.size());
  return message;
}

/// What this build's component says when it plans.
void check_plan(RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  Diagnostics diagnostics;
  const PlanPtr plan = node.built->plan(*node.block, context.scope(module), diagnostics);
  if (plan) return;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const std::string_view code = code_of(diagnostic.message);
    if (code == kNotBuilt && !context.for_invar()) continue;
    // Little languages have sources of their own.
    Span span = diagnostic.span.source == node.block->name_span.source ? diagnostic.span : node.block->name_span;
    if (const ast::Block* inner = culprit(context, module, node); inner && span.begin <= node.block->name_span.begin)
      span = {inner->name_span.source, inner->name_span.begin, inner->close_curly + 1};
    context.report({code, FindingSeverity::kError, span, without_origin(diagnostic.message), diagnostic.help, {}});
  }
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    BodyCheck body(context, module);
    if (node.component) body.check(node.block->body, node.component->arguments);
    else if (node.kind == Kind::kForeach) return;
    else if (node.config && node.kind != Kind::kDeclare) body.check(node.block->body, node.config->arguments);
    else if (node.kind == Kind::kCustom) body.check(node.block->body, Schema{});
    if (node.built && !body.found_any() && !body.unknown_inside()) check_plan(context, module, node);
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
