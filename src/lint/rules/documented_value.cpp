#include <algorithm>

#include "src/lint/rule.h"
#include "src/text/number.h"

namespace invar::rules_documented_value {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV129";

/// `> 0`, `0..1`: whether the amount is outside.
Truth outside_limit(Quantity amount, std::string_view limit) {
  const auto number = [](std::string_view text) {
    const auto parsed = parse_float(text);
    return parsed ? Quantity{*parsed} : Quantity{};
  };
  if (limit.starts_with("> ")) return amount <= number(limit.substr(2));
  const size_t dots = limit.find("..");
  if (dots == std::string_view::npos) return Truth::unknown();
  return amount < number(limit.substr(0, dots)) || amount > number(limit.substr(dots + 2));
}

void check_words(RuleContext& context, const AttributeFacts& attribute) {
  const auto unknown = [&](const Value& value) {
    return value.is(ValueType::kString) && !value.as_string().empty() &&
           std::find(attribute.row->known_words.begin(), attribute.row->known_words.end(), value.as_string()) == attribute.row->known_words.end();
  };
  const auto report = [&](const Value& value) {
    if (unknown(value))
      context.report({kCode, FindingSeverity::kInfo, attribute.written->value->span, "the manual has no value \"" + value.as_string() + "\" for " + attribute.written->name.name, "", {}});
  };
  if (!attribute.value.is(ValueType::kArray)) return report(attribute.value);
  for (size_t i = 0; i < attribute.value.size(); ++i) report(attribute.value.at(i));
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes()) {
        if (!attribute.row) continue;
        if (!attribute.row->known_words.empty()) check_words(context, attribute);
        if (!attribute.row->documented_limit.empty() && outside_limit(block.amount(attribute.row->name), attribute.row->documented_limit).yes())
          context.report({kCode, FindingSeverity::kInfo, attribute.written->value->span,
                          "the manual wants " + std::string(attribute.row->documented_limit) + " for " + attribute.written->name.name, "", {}});
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "undocumented-value",
    FindingSeverity::kInfo,
    "Alloy's manual names the values of the attribute, and this is none of them.",
    R"~(otelcol.exporter.kafka "k" {
  protocol_version = "2.0.0"
  producer {
    compression = "brotli"
  }
}
)~",
    R"~(otelcol.exporter.kafka "k" {
  protocol_version = "2.0.0"
  producer {
    compression = "zstd"
  }
}
)~",
    "When the manual is behind the code.",
    check,
    "The value is in the text. The manual is all that is known of it, so it is a hint at most.",
    "Alloy's manual",
};

}  // namespace invar::rules_documented_value
