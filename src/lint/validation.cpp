#include "src/lint/validation.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/linter.h"
#include "src/runtime/block_span.h"

namespace invar::lint {
namespace {

using Kind = NodeModel::Kind;

bool within(const Span& inner, const Span& outer) { return inner.source == outer.source && outer.begin <= inner.begin && inner.end <= outer.end; }

/// Nothing but blanks and comments between two places.
bool adjacent(const Source& source, uint32_t from, uint32_t to) {
  std::string_view between = source.text().substr(from, to - from);
  while (!between.empty()) {
    const size_t end = std::min(between.find('\n'), between.size());
    const std::string_view line = between.substr(0, end);
    const size_t word = line.find_first_not_of(" \t\r");
    if (word != std::string_view::npos && !line.substr(word).starts_with("//")) return false;
    between.remove_prefix(std::min(end + 1, between.size()));
  }
  return true;
}

class Validation {
 public:
  explicit Validation(const ConfigModel& config) : config_(config) {}

  std::vector<Finding> run(const Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics.all())
      if (!allowed_around(diagnostic) && !follows(diagnostic)) add(finding_of(diagnostic, codes::kRefused));
    return std::move(findings_);
  }

 private:
  /// What validation refuses because it takes the text for a whole config.
  bool allowed_around(const Diagnostic& diagnostic) const {
    if (config_.around().is_module && diagnostic.code == codes::kPlace) return diagnostic.message.ends_with("blocks only allowed inside a module");
    return diagnostic.code == codes::kReference && config_.leads_beside(diagnostic.span);
  }

  /// Whether another mistake, which is told too, has this one as its consequence.
  bool follows(const Diagnostic& diagnostic) const {
    const NodeModel* node = node_at(diagnostic.span);
    if (!node) return false;
    const std::string& first = node->block->name.front();
    if (diagnostic.code == codes::kName && node->kind == Kind::kUnknown && node->block->name.size() == 1) return has_unnamed_module();
    const bool of_arguments = diagnostic.code == codes::kName || diagnostic.code == codes::kMissing;
    return of_arguments && node->kind == Kind::kCustom && is_declared_twice(first);
  }

  bool has_unnamed_module() const {
    bool found = false;
    config_.each_node([&](const ModuleModel&, const NodeModel& node) {
      found |= (node.kind == Kind::kDeclare || node.kind == Kind::kImport) && node.block->label.empty();
    });
    return found;
  }

  bool is_declared_twice(std::string_view name) const {
    size_t count = 0;
    for (const ModuleModel* module : config_.modules())
      for (const auto& node : module->nodes)
        count += (node->kind == Kind::kDeclare || node->kind == Kind::kImport) && node->block->label == name;
    return count > 1;
  }

  /// The innermost block of a module that the place is in.
  const NodeModel* node_at(const Span& span) const {
    const NodeModel* innermost = nullptr;
    for (const ModuleModel* module : config_.modules())
      for (const auto& node : module->nodes)
        if (within(span, whole_span(*node->block))) innermost = node.get();
    return innermost;
  }

  void add(Finding finding) {
    if (finding.code == codes::kCycle && !place_cycle(finding)) return;
    if (finding.code == codes::kDuplicate) join_with_first(finding);
    if (finding.code == codes::kReference && is_told(finding)) return;
    findings_.push_back(std::move(finding));
  }

  /// A reference that is missing in many places is one mistake.
  bool is_told(const Finding& finding) {
    for (Finding& earlier : findings_) {
      if (earlier.code != finding.code || earlier.message != finding.message || earlier.span.source != finding.span.source) continue;
      const std::string line = std::to_string(finding.span.source->position(finding.span.begin).line);
      earlier.help += earlier.help.empty() ? "also in line " + line : ", " + line;
      return true;
    }
    return false;
  }

  /// Where a circle is closed: the reference of a member to the next one. Two of them are enough to see it, the first and the last; false for the others.
  bool place_cycle(Finding& finding) {
    const NodeModel* node = node_at(finding.span);
    if (!node) return true;
    for (const Reference& reference : node->references) {
      if (!reaches(*reference.target, *node)) continue;
      finding.span = reference.traversal.span();
      break;
    }
    Finding* last = nullptr;
    size_t told = 0;
    for (Finding& earlier : findings_)
      if (earlier.code == codes::kCycle && earlier.message == finding.message) ++told, last = &earlier;
    if (told < 2) return true;
    last->span = finding.span;
    return false;
  }

  static bool reaches(const NodeModel& from, const NodeModel& to, size_t depth = 0) {
    if (&from == &to) return true;
    if (depth > 50) return false;
    return std::any_of(from.references.begin(), from.references.end(), [&](const Reference& reference) { return reaches(*reference.target, to, depth + 1); });
  }

  /// Two that stand one behind the other are shown together.
  void join_with_first(Finding& finding) const {
    const NodeModel* node = node_at(finding.span);
    if (!node) return;
    if (finding.span.begin == node->block->name_span.begin) return join_blocks(finding, *node);
    if (const ast::Body* body = body_at(node->block->body, finding.span)) join_attributes(finding, *body);
  }

  void join_blocks(Finding& finding, const NodeModel& second) const {
    for (const ModuleModel* module : config_.modules()) {
      const NodeModel* previous = nullptr;
      for (const auto& node : module->nodes) {
        if (node.get() == &second && previous && previous->id == second.id && previous->block->name_span.source == finding.span.source &&
            adjacent(*finding.span.source, previous->block->close_curly + 1, finding.span.begin))
          finding.span.begin = previous->block->close_curly;
        previous = node.get();
      }
    }
  }

  static void join_attributes(Finding& finding, const ast::Body& body) {
    const ast::Statement* previous = nullptr;
    for (const ast::Statement& statement : body) {
      const bool second = statement.span.begin == finding.span.begin && statement.attribute();
      if (second && previous && previous->attribute() && previous->attribute()->name.name == statement.attribute()->name.name &&
          adjacent(*finding.span.source, previous->span.end, finding.span.begin))
        finding.span.begin = previous->span.begin;
      previous = &statement;
    }
  }

  /// The body whose own statement stands there.
  static const ast::Body* body_at(const ast::Body& body, const Span& span) {
    for (const ast::Statement& statement : body) {
      if (statement.span.begin == span.begin) return &body;
      if (statement.block() && within(span, statement.span)) return body_at(statement.block()->body, span);
    }
    return nullptr;
  }

  const ConfigModel& config_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view refusal_code(std::string_view message, std::string_view fallback) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("this build")) return kNotBuilt;
  if (says("error parsing regexp") || says("invalid regex")) return codes::kRegex;
  if (says("JMES") || says("template:") || says("parse error at line") || says("unknown time zone")) return codes::kLanguage;
  if (says("does not exist")) return codes::kReference;
  return fallback;
}

Finding finding_of(const Diagnostic& diagnostic, std::string_view fallback) {
  std::string_view code = fallback;
  for (const std::string_view known :
       {codes::kName, codes::kStability, codes::kMissing, codes::kDuplicate, codes::kPlace, codes::kReference, codes::kCycle, codes::kDeprecated, codes::kType})
    if (diagnostic.code == known) code = known;
  const FindingSeverity severity = diagnostic.severity == invar::Severity::kError ? FindingSeverity::kError : FindingSeverity::kWarning;
  return {code == codes::kType ? refusal_code(diagnostic.message, code) : code, severity, diagnostic.span, diagnostic.message, diagnostic.help, {}};
}

std::vector<Finding> findings_of_validation(const Diagnostics& diagnostics, const ConfigModel& config) { return Validation(config).run(diagnostics); }

}  // namespace invar::lint
