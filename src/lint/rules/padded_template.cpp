#include <algorithm>

#include "src/base/quote.h"
#include "src/lint/literal_map.h"
#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"
#include "src/text/gotemplate/tree.h"

namespace invar::rules_padded_template {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV149";
constexpr std::string_view kBlanks = " \t\r\n";

using gotemplate::Node;
using gotemplate::NodeType;

/// Bytes of a template's text.
struct Padding {
  size_t begin, end;
};

/// The blanks at an end of what a list of nodes puts out, when a line break is among them: of every branch that ends there.
void collect(const Node& list, bool at_end, std::vector<Padding>& found) {
  for (size_t i = 0; i < list.parts.size(); ++i) {
    const Node& node = *list.parts[at_end ? list.parts.size() - 1 - i : i];
    if (node.type == NodeType::kIf || node.type == NodeType::kWith) {
      collect(*node.body, at_end, found);
      if (node.otherwise) collect(*node.otherwise, at_end, found);
    }
    if (node.type != NodeType::kText) return;
    const std::string_view text = node.text;
    const size_t begin = at_end ? std::min(text.find_last_not_of(kBlanks) + 1, text.size()) : 0;
    const size_t end = at_end ? text.size() : std::min(text.find_first_not_of(kBlanks), text.size());
    if (text.substr(begin, end - begin).find('\n') != std::string_view::npos) found.push_back({node.at + begin, node.at + end});
    if (end - begin < text.size()) return;  // more than blanks: what is behind it is inside
  }
}

void check_template(RuleContext& context, const ast::Expr& expression) {
  const auto literal = LiteralMap::of(expression);
  const auto tree = literal ? gotemplate::parse_tree("template", literal->text()) : Result<std::unique_ptr<const gotemplate::Tree>>(Error{"", ""});
  if (!tree) return;
  std::vector<Padding> paddings;
  const auto found = (*tree)->templates.find((*tree)->name);
  if (found == (*tree)->templates.end()) return;
  collect(*found->second, false, paddings);
  collect(*found->second, true, paddings);
  if (paddings.empty()) return;
  Fix fix{"take the line breaks out", false, {}};
  std::sort(paddings.begin(), paddings.end(), [](const Padding& a, const Padding& b) { return a.begin < b.begin; });
  for (size_t i = 0; i < paddings.size(); ++i)
    if (i == 0 || paddings[i].begin >= paddings[i - 1].end) fix.edits.push_back({literal->place(paddings[i].begin, paddings[i].end), ""});
  const std::string& text = literal->text();
  std::string shown;
  for (const Padding& padding : paddings) {
    const size_t action = padding.begin > 0 ? text.rfind("}}", padding.begin - 1) : std::string::npos;
    if (shown.empty() && action != std::string::npos && action + 2 < padding.begin) shown = ": " + invar::quoted(text.substr(action + 2, padding.end - action - 2));
  }
  context.report({kCode, FindingSeverity::kWarning, expression.span, "line breaks of the template become part of the value" + shown,
                  "write it on one line, or let {{- and -}} eat the line breaks", std::move(fix)});
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    for (const StageUse& stage : stages_of(node))
      if (const ast::Attribute* attribute = stage.name == "template" ? find_attribute(stage.block->body, "template") : nullptr) check_template(context, *attribute->value);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "padded-template", FindingSeverity::kWarning,
    "A line break at the end of a template's text is part of what the template makes: a label level=\"error\\n\" matches no query for level=\"error\".",
    "loki.process \"p\" {\n  forward_to = []\n  stage.template {\n    source   = \"level\"\n    template = `{{ if eq .Value \"3\" }}error\n{{ else }}debug\n{{ end }}`\n  }\n}\n",
    "loki.process \"p\" {\n  forward_to = []\n  stage.template {\n    source   = \"level\"\n    template = `{{ if eq .Value \"3\" }}error{{ else }}debug{{ end }}`\n  }\n}\n",
    "When a later stage trims the value, or the line break is wanted.",
    check,
    "The template is parsed; text that it puts out first or last, in any branch, begins or ends with a line break.",
    "grafana/alloy#4507",
};

}  // namespace invar::rules_padded_template
