#include "src/lint/ottl_texts.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/literal_map.h"
#include "src/lint/pipeline_model.h"
#include "src/text/ascii.h"
#include "src/text/ottl/group.h"

namespace invar::lint {
namespace {

using ottl::ContextId;
using ottl::FunctionSet;
using ottl::PathNames;
using ottl::Problem;
using ottl::Signal;

/// A text, and the place of each of its bytes if it is written out.
struct OttlText {
  std::string text;
  Span span;
  std::optional<LiteralMap> map;

  Span place(ottl::Extent at) const { return map ? map->place(at.begin, at.end) : span; }
};

/// The texts of an attribute.
struct OttlTexts {
  Span span;                    // of the value
  std::vector<OttlText> texts;  // those that are known
  bool complete = true;         // there are no others
  std::vector<std::string> strings() const {
    std::vector<std::string> all;
    for (const OttlText& text : texts) all.push_back(text.text);
    return all;
  }
};

class OttlCheck {
 public:
  OttlCheck(RuleContext& context, const ModuleModel& module) : context_(context), module_(module) {}

  /// Blocks `<signal>_statements` and `statements` of otelcol.processor.transform.
  void transform(const ast::Body& body) const {
    each_block(body, [&](const std::string& name, const ast::Block& block) {
      if (const auto signal = signal_of(name, "_statements")) statements(*signal, block.body);
      if (name != "statements") return;
      for (const auto& [attribute, signal] : kSignals) group(signal, {}, texts_of(block.body, attribute), {});
    });
  }

  /// Blocks `<signal>_conditions`, and those with an attribute for each context, of otelcol.processor.filter.
  void filter(const ast::Body& body) const {
    each_block(body, [&](const std::string& name, const ast::Block& block) {
      if (const auto signal = signal_of(name, "_conditions")) return conditions(*signal, block.body);
      if (name != "traces" && name != "metrics" && name != "logs") return;
      for (const auto& [attribute, id] : kFilterAttributes) known(id, PathNames::kOptional, FunctionSet::kConditions, block.body, attribute);
    });
  }

  /// `ottl_condition` blocks of policies inside each other, of otelcol.processor.tail_sampling.
  void tail_sampling(const ast::Body& body) const {
    each_block(body, [&](const std::string& name, const ast::Block& block) {
      if (name != "ottl_condition") return tail_sampling(block.body);
      known(ContextId::kSpan, PathNames::kPrefixed, FunctionSet::kConditions, block.body, "span");
      known(ContextId::kSpanEvent, PathNames::kPrefixed, FunctionSet::kConditions, block.body, "spanevent");
    });
  }

  /// A block for each kind of what is counted, of otelcol.connector.count.
  void count(const ast::Body& body) const {
    each_block(body, [&](const std::string& name, const ast::Block& block) {
      if (const auto id = counted(name)) known(*id, PathNames::kPrefixed, FunctionSet::kConditions, block.body, "conditions");
    });
  }

  /// The same, with the values of metrics, of otelcol.connector.signaltometrics.
  void signal_to_metrics(const ast::Body& body) const {
    each_block(body, [&](const std::string& name, const ast::Block& block) {
      const auto id = counted(name);
      if (!id) return;
      known(*id, PathNames::kPrefixed, FunctionSet::kMetrics, block.body, "conditions");
      each_block(block.body, [&](const std::string&, const ast::Block& metric) {
        for (const char* attribute : {"value", "count"}) value(*id, metric.body, attribute);
      });
    });
  }

 private:
  static constexpr std::pair<std::string_view, Signal> kSignals[] = {{"trace", Signal::kTraces}, {"metric", Signal::kMetrics}, {"log", Signal::kLogs}};
  static constexpr std::pair<std::string_view, ContextId> kFilterAttributes[] = {
      {"span", ContextId::kSpan}, {"spanevent", ContextId::kSpanEvent}, {"metric", ContextId::kMetric}, {"datapoint", ContextId::kDataPoint}, {"log_record", ContextId::kLog}};
  static constexpr std::pair<std::string_view, ContextId> kCounted[] = {
      {"spans", ContextId::kSpan}, {"spanevents", ContextId::kSpanEvent}, {"metrics", ContextId::kMetric}, {"datapoints", ContextId::kDataPoint}, {"logs", ContextId::kLog}};

  template <class Act>
  static void each_block(const ast::Body& body, Act act) {
    for (const ast::Statement& statement : body)
      if (const ast::Block* block = statement.block()) act(block->full_name(), *block);
  }

  static std::optional<Signal> signal_of(std::string_view block, std::string_view suffix) {
    for (const auto& [name, signal] : kSignals)
      if (block.starts_with(name) && block.substr(name.size()) == suffix) return signal;
    return std::nullopt;
  }

  static std::optional<ContextId> counted(std::string_view block) {
    for (const auto& [name, id] : kCounted)
      if (name == block) return id;
    return std::nullopt;
  }

  void add_text(OttlTexts& into, const ast::Expr& expression) const {
    if (auto map = LiteralMap::of(expression)) {
      std::string text = map->text();
      into.texts.push_back({std::move(text), expression.span, std::move(map)});
      return;
    }
    const Value value = context_.value(module_, expression);
    if (value.is(ValueType::kString) && !value.is_unknown()) into.texts.push_back({value.as_string(), expression.span, std::nullopt});
    else into.complete = false;
  }

  /// A list of texts, or one that stands alone.
  OttlTexts texts_of(const ast::Body& body, std::string_view attribute) const {
    OttlTexts texts;
    const auto* found = find_attribute(body, attribute);
    if (!found) return texts;
    texts.span = found->value->span;
    if (found->value->as<ast::ArrayLiteral>()) {
      for (const ast::Expr* element : elements_of(*found->value)) add_text(texts, *element);
      return texts;
    }
    const Value value = context_.value(module_, *found->value);
    if (!value.is(ValueType::kArray) || value.is_unknown()) {
      add_text(texts, *found->value);
      return texts;
    }
    for (size_t i = 0; i < value.size(); ++i) {
      const Value& element = value.at(i);
      if (element.is(ValueType::kString) && !element.is_unknown()) texts.texts.push_back({element.as_string(), texts.span, std::nullopt});
      else texts.complete = false;
    }
    return texts;
  }

  /// The attribute `context`; nullopt when only running tells, "" when there is none.
  std::optional<OttlText> context_name(const ast::Body& body) const {
    const OttlTexts name = texts_of(body, "context");
    if (name.texts.empty()) return name.complete ? std::optional(OttlText()) : std::nullopt;
    return name.texts.front();
  }

  void statements(Signal signal, const ast::Body& body) const {
    auto name = context_name(body);
    if (!name) return;
    name->text = ascii::to_lower(name->text);
    // A name that is no context at all is refused where it is read.
    if (ottl::find_context(name->text)) group(signal, *name, texts_of(body, "statements"), texts_of(body, "conditions"));
  }

  void group(Signal signal, const OttlText& name, const OttlTexts& statements, const OttlTexts& conditions) const {
    // A context cannot be inferred from a part of the texts.
    if (statements.texts.empty() || (name.text.empty() && !statements.complete)) return;
    const auto statement_strings = statements.strings(), condition_strings = conditions.strings();
    ottl::StatementProblems problems;
    ottl::read_statements({signal, name.text, statement_strings, condition_strings}, problems);
    for (const auto& [index, problem] : problems.statements) report(statements.texts[index], problem);
    for (const auto& [index, problem] : problems.conditions) report(conditions.texts[index], problem);
    if (problems.group) report(problems.group->of_context ? name : OttlText{.text = {}, .span = statements.span, .map = std::nullopt}, *problems.group);
  }

  void conditions(Signal signal, const ast::Body& body) const {
    const auto name = context_name(body);
    if (!name) return;
    for (const OttlText& text : texts_of(body, "conditions").texts) {
      const auto read = ottl::read_condition(signal, name->text, text.text);
      const auto* problem = std::get_if<Problem>(&read);
      if (problem && problem->of_context) return report(*name, *problem);
      if (problem) report(text, *problem);
    }
  }

  void known(ContextId id, PathNames names, FunctionSet functions, const ast::Body& body, std::string_view attribute) const {
    for (const OttlText& text : texts_of(body, attribute).texts) {
      const auto read = ottl::read_condition(id, names, functions, text.text);
      if (const auto* problem = std::get_if<Problem>(&read)) report(text, *problem);
    }
  }

  void value(ContextId id, const ast::Body& body, std::string_view attribute) const {
    for (const OttlText& text : texts_of(body, attribute).texts) {
      // An empty count counts every record.
      if (text.text.empty() && attribute == "count") continue;
      const auto read = ottl::read_value(id, text.text);
      if (const auto* problem = std::get_if<Problem>(&read)) report(text, *problem);
    }
  }

  void report(const OttlText& text, const Problem& problem) const {
    const Span place = problem.of_context ? text.span : text.place(problem.at);
    Finding finding{problem.is_regex ? codes::kRegex : codes::kLanguage, FindingSeverity::kError, place, problem.reason, problem.help, {}};
    if (problem.replacement && text.map) {
      const auto& [at, replacement, certain] = *problem.replacement;
      finding.fix = Fix{"write " + replacement, certain, {{text.place(at), replacement}}};
    }
    context_.report(std::move(finding));
  }

  RuleContext& context_;
  const ModuleModel& module_;
};

}  // namespace

void check_ottl(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component) return;
    const OttlCheck check(context, module);
    const ast::Body& body = node.block->body;
    if (node.name == "otelcol.processor.transform") check.transform(body);
    else if (node.name == "otelcol.processor.filter") check.filter(body);
    else if (node.name == "otelcol.processor.tail_sampling") check.tail_sampling(body);
    else if (node.name == "otelcol.connector.count") check.count(body);
    else if (node.name == "otelcol.connector.signaltometrics") check.signal_to_metrics(body);
  });
}

}  // namespace invar::lint
