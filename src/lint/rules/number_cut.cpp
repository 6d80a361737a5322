#include <cmath>

#include "src/lint/rule.h"

namespace invar::rules_number_cut {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV123";

/// What becomes of the number; empty when it stays what it is.
std::string cut(const Value& value, TypeKind kind) {
  if (!value.is(ValueType::kNumber)) return {};
  const double number = value.as_float();
  if (kind == TypeKind::kUint && number < 0) return std::to_string(value.as_uint());
  const bool large = number >= (kind == TypeKind::kUint ? 18446744073709551616.0 : 9223372036854775808.0) || number < -9223372036854775808.0;
  if (large) return kind == TypeKind::kUint ? std::to_string(value.as_uint()) : std::to_string(value.as_int());
  return std::trunc(number) != number ? std::to_string(value.as_int()) : std::string();
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes()) {
        const bool whole = attribute.row && attribute.row->type && (attribute.row->type->kind == TypeKind::kInt || attribute.row->type->kind == TypeKind::kUint);
        const std::string becomes = whole ? cut(attribute.value, attribute.row->type->kind) : std::string();
        if (!becomes.empty())
          context.report({kCode, FindingSeverity::kWarning, attribute.written->value->span, attribute.written->name.name + " becomes " + becomes, "write a whole number that fits", {}});
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "number-cut",
    FindingSeverity::kWarning,
    "Alloy cuts a fraction off where it takes whole numbers, and lets numbers that are too small or too large wrap around, without a word.",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    source_labels = ["pod"]
    target_label  = "shard"
    modulus       = -4
    action        = "hashmod"
  }
}
)~",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    source_labels = ["pod"]
    target_label  = "shard"
    modulus       = 4
    action        = "hashmod"
  }
}
)~",
    "Never.",
    check,
    "The number is in the text, and the attribute takes whole numbers of that range only.",
    "the conversions that were recorded of Alloy (type-literals)",
};

}  // namespace invar::rules_number_cut
