#include <cctype>

#include "src/lint/rule.h"
#include "src/text/regex.h"

namespace invar::rules_group_reference {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV135";

/// The first group that `text` refers to and `regex` does not have, as it is written; empty when there is none.
std::string missing_group(std::string_view text, const Regex& regex) {
  for (size_t at = 0; (at = text.find('$', at)) != std::string_view::npos; ++at) {
    if (at + 1 < text.size() && text[at + 1] == '$') {
      ++at;
      continue;
    }
    const bool braced = at + 1 < text.size() && text[at + 1] == '{';
    const size_t begin = at + (braced ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
    const std::string name(text.substr(begin, end - begin));
    if (name.empty() || (braced && (end == text.size() || text[end] != '}'))) continue;
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    const bool there = number ? name.size() < 3 && std::stoi(name) <= regex.group_count() : regex.group_index(name) >= 0;
    if (!there) return std::string(text.substr(at, end + braced - at));
  }
  return {};
}

void check_rule(RuleContext& context, const BlockFacts& rule) {
  const Text regex_text = rule.text("regex");
  if (!regex_text.value || !rule.text("action").is_one_of({"replace", "labelmap"}).yes()) return;
  const auto regex = Regex::compile_anchored(*regex_text.value);
  if (!regex) return;
  for (const char* name : {"replacement", "target_label"}) {
    const Text text = rule.text(name);
    // What stands there by default refers to the group that the default expression has.
    const AttributeFacts* written = rule.attribute(name);
    const std::string missing = text.value && (written || regex->group_count() == 0) ? missing_group(*text.value, *regex) : std::string();
    if (missing.empty() || !written) continue;
    context.report({kCode, FindingSeverity::kWarning, written->written->value->span, missing + " is no group of \"" + *regex_text.value + "\"",
                    "put what you want to have into ( ) in the expression", {}});
  }
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      if (block.schema().name == "common/relabel.Config") check_rule(context, block);
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "missing-group",
    FindingSeverity::kWarning,
    "A replacement that refers to a group which the expression does not have puts nothing there.",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    source_labels = ["image"]
    regex         = "(.+):.*"
    target_label  = "tag"
    replacement   = "$2"
  }
}
)~",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    source_labels = ["image"]
    regex         = "(.+):(.*)"
    target_label  = "tag"
    replacement   = "$2"
  }
}
)~",
    "Never.",
    check,
    "Expression and replacement are in the text, and the group is not in the expression.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_group_reference
