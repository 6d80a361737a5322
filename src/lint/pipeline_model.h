#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/lint/rule.h"

namespace invar::lint {

/// A stage of a loki.process as it is written; nested ones follow the stage.match they stand in.
struct StageUse {
  std::string name;  // json
  const ast::Block* block;
  size_t depth = 0;
};
std::vector<StageUse> stages_of(const NodeModel& process);

/// A name with the place where it is written.
struct NamedPlace {
  std::string name;
  Span span;
};

/// What a stage does with names, as far as its text tells.
struct StageNames {
  std::vector<NamedPlace> reads;
  std::set<std::string> extracts;
  std::vector<NamedPlace> labels;   // that it adds
  std::set<std::string> drops;      // labels that it takes away
  std::set<std::string> needs;      // labels that it looks at
  bool keeps_few = false;           // takes all labels away but some
  bool open = false;                // names that only the data, or running, tells
};
StageNames names_of(const RuleContext& context, const ModuleModel& module, const StageUse& stage);

/// Known to match whatever the line is.
bool matches_every_line(std::string_view expression);
/// Whether a stage.drop drops whatever gets to it.
bool drops_every_line(const RuleContext& context, const ModuleModel& module, const StageUse& stage);

/// The labels that may stand on the entries a component gets; nullopt where the text does not tell: cluster discovery, push sources, arguments.
std::optional<std::set<std::string>> labels_into(const RuleContext& context, const ModuleModel& module, const NodeModel& node);

/// Elements of a list that is written as one; empty for anything else.
std::vector<const ast::Expr*> elements_of(const ast::Expr& expression);
/// The value of an attribute as a text, when it is known.
std::optional<std::string> text_of(const RuleContext& context, const ModuleModel& module, const ast::Body& body, std::string_view attribute);

}  // namespace invar::lint
