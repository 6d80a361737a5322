#pragma once

#include <antlr4-runtime.h>

#include <typeinfo>

namespace invar {

/// A child of a rule as the rule it is; nullptr for a token. ANTLR's nodes are told apart by their exact types: their virtual bases make a dynamic_cast cost
/// more than it took to read the token.
inline antlr4::ParserRuleContext* as_rule(antlr4::tree::ParseTree* child) {
  const std::type_info& type = typeid(*child);
  if (type == typeid(antlr4::tree::TerminalNodeImpl) || type == typeid(antlr4::tree::ErrorNodeImpl)) return nullptr;
  return static_cast<antlr4::ParserRuleContext*>(child);
}

}  // namespace invar
