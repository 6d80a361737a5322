#include "src/text/ottl/group.h"

#include <algorithm>
#include <cstdio>

#include "src/base/quote.h"
#include "src/text/ottl/parse.h"

namespace invar::ottl {
namespace {

Problem problem_of(const ParseError& error, const std::string& text) {
  Problem problem = Problem::of(error.at, error.text, error.help).in_short(error.reason);
  problem.malformed = error.malformed;
  if (error.malformed) return problem;
  // An editor or converter with the other's first letter, in most cases.
  const std::string name = text.substr(error.at.begin, error.at.end - error.at.begin);
  std::vector<std::string_view> names;
  for (const auto functions : functions_of(FunctionSet::kStatements, ContextId::kLog))
    for (const Function& function : functions)
      if (is_editor_name(function.name) != is_editor_name(name)) names.push_back(function.name);
  return std::move(problem).with_nearest(name, names);
}

/// The text with the context's name before each path that has none.
std::string with_prefixes(const std::string& text, ContextId id, const ContextHints& hints) {
  std::vector<uint32_t> places;
  for (const Path* path : hints.paths())
    if (path->context.empty() || !named_context(context(id), PathNames::kPrefixed, path->context))
      places.push_back(path->context.empty() ? path->fields.front().at.begin : path->context_at.begin);
  std::sort(places.begin(), places.end());
  std::string prefixed;
  size_t from = 0;
  for (const uint32_t place : places) {
    prefixed.append(text, from, place - from).append(context(id).name).append(".");
    from = place;
  }
  return prefixed.append(text, from);
}

template <class Tree>
ContextHints hints_of(const Tree& tree) {
  ContextHints hints;
  walk(tree, hints);
  return hints;
}

std::string unable_to_parse(std::string_view what, const std::string& text) { return "unable to parse OTTL " + std::string(what) + " " + quoted(text) + ": "; }

constexpr std::string_view what_of(const Statement&) { return "statement"; }
constexpr std::string_view what_of(const Condition&) { return "condition"; }
constexpr std::string_view what_of(const Value&) { return "value expression"; }

/// Checks a tree; its problem is worded as Alloy does for the text it was made of.
template <class Tree>
std::optional<Problem> check(Tree& tree, const std::string& text, ContextId id, FunctionSet functions, PathNames names) {
  auto problem = Checker(id, functions, names).check(tree);
  if (!problem) return std::nullopt;
  const std::string shown = names == PathNames::kPrefixed ? with_prefixes(text, id, hints_of(tree)) : text;
  problem->text.insert(0, unable_to_parse(what_of(tree), shown));
  return problem;
}

template <class Tree>
std::variant<Tree, Problem> read(Parsed<Tree> parsed, const std::string& text, ContextId id, FunctionSet functions, PathNames names) {
  if (const auto* error = std::get_if<ParseError>(&parsed)) {
    Problem problem = problem_of(*error, text);
    if (names == PathNames::kOptional) problem.text.insert(0, unable_to_parse("condition", text));
    return problem;
  }
  Tree& tree = std::get<Tree>(parsed);
  if (auto problem = check(tree, text, id, functions, names)) return std::move(*problem);
  return std::move(tree);
}

std::string list_of_names(Signal signal, FunctionSet functions) {
  std::string names;
  for (const ContextId id : contexts_of(signal, functions)) names += (names.empty() ? "" : ", ") + std::string(context(id).name);
  return names;
}

/// Go's %+q: everything that is not ASCII as an escape.
std::string quoted_in_ascii(std::string_view text) {
  const std::string all = quoted(text);
  std::string ascii;
  for (std::string_view rest = all; !rest.empty();) {
    size_t length;
    const char32_t rune = decode_rune(rest, length);
    char escape[12];
    std::snprintf(escape, sizeof escape, rune > 0xFFFF ? "\\U%08x" : "\\u%04x", static_cast<unsigned>(rune));
    ascii += rune < 0x80 ? std::string(rest.substr(0, 1)) : escape;
    rest.remove_prefix(length);
  }
  return ascii;
}

/// `["a" "b"]`
template <class Texts>
std::string quoted_list(const Texts& texts) {
  std::string list = "[";
  for (const auto& text : texts) list += (list.size() > 1 ? " " : "") + quoted_in_ascii(text);
  return list + "]";
}

std::vector<std::string_view> names_of(Signal signal, FunctionSet functions) {
  std::vector<std::string_view> names;
  for (const ContextId id : contexts_of(signal, functions)) names.push_back(context(id).name);
  return names;
}

std::optional<ContextId> known_context(Signal signal, FunctionSet functions, std::string_view name) {
  for (const ContextId id : contexts_of(signal, functions))
    if (context(id).name == name) return id;
  return std::nullopt;
}

Problem unknown_context(Signal signal, FunctionSet functions, std::string_view name, std::span<const std::string> texts) {
  const std::string_view what = functions == FunctionSet::kConditions ? "conditions" : "statements";
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : " ") + text;
  Problem problem = Problem::of({}, "unknown context \"" + std::string(name) + "\" for " + std::string(what) + ": [" + list + "]", "there are " + list_of_names(signal, functions))
                        .in_short("there is no context \"" + std::string(name) + "\" for these " + std::string(what));
  problem.of_context = true;
  return problem;
}

/// Parses all texts; those that fail are `problems`.
template <class Tree>
std::vector<Tree> parse_all(std::span<const std::string> texts, Parsed<Tree> (*parse)(std::string_view), std::vector<TextProblem>& problems) {
  std::vector<Tree> trees;
  for (size_t i = 0; i < texts.size(); ++i) {
    auto parsed = parse(texts[i]);
    if (const auto* error = std::get_if<ParseError>(&parsed)) problems.push_back({i, problem_of(*error, texts[i])});
    else trees.push_back(std::move(std::get<Tree>(parsed)));
  }
  return trees;
}

template <class Tree>
void check_all(std::vector<Tree>& trees, std::span<const std::string> texts, ContextId id, FunctionSet functions, PathNames names, std::vector<TextProblem>& problems) {
  for (size_t i = 0; i < trees.size(); ++i)
    if (auto problem = check(trees[i], texts[i], id, functions, names)) problems.push_back({i, std::move(*problem)});
}

std::string not_inferred(const StatementTexts& texts) {
  return "unable to infer a valid context (" + quoted_list(names_of(texts.signal, FunctionSet::kStatements)) + ") from statements " + quoted_list(texts.statements) + " and conditions " +
         quoted_list(texts.conditions) + ": ";
}

std::variant<ContextId, Problem> inferred_context(const StatementTexts& texts, const StatementGroup& group) {
  ContextHints hints;
  for (const Statement& statement : group.statements) walk(statement, hints);
  for (const Condition& condition : group.conditions) walk(condition, hints);
  const auto inferred = infer_context(texts.signal, FunctionSet::kStatements, hints);
  if (const auto* id = std::get_if<ContextId>(&inferred)) return *id;
  const auto& none = std::get<NoContext>(inferred);
  const auto names = names_of(texts.signal, FunctionSet::kStatements);
  const std::string help = "begin paths with the name of their context (" + list_of_names(texts.signal, FunctionSet::kStatements) + ")";
  // Alloy prints these three in each other's places.
  if (none.named.empty())
    return Problem::of({}, "unable to infer context from statements " + quoted_list(names) + " and conditions " + quoted_list(texts.statements) +
                               ", path's first segment must be a valid context name " + quoted_list(texts.conditions) +
                               ", and at least one context must be capable of parsing all statements", help);
  Problem problem = Problem::of({}, none.text, help);
  problem.text.insert(0, not_inferred(texts));
  return problem;
}

/// Sets why a group has no context, in `problems`.
std::optional<ContextId> resolve_context(const StatementTexts& texts, StatementGroup& group, StatementProblems& problems) {
  const bool named = !texts.context.empty();
  const auto known = named ? known_context(texts.signal, FunctionSet::kStatements, texts.context) : std::nullopt;
  if (named && !known) {
    problems.group = unknown_context(texts.signal, FunctionSet::kStatements, texts.context, texts.statements);
    return std::nullopt;
  }
  group.statements = parse_all<Statement>(texts.statements, parse_statement, problems.statements);
  group.conditions = parse_all<Condition>(texts.conditions, parse_condition, problems.conditions);
  if (!named)
    for (auto* failed : {&problems.statements, &problems.conditions})
      for (TextProblem& problem : *failed) problem.problem.text.insert(0, not_inferred(texts));
  else
    for (TextProblem& problem : problems.conditions) problem.problem.text.insert(0, unable_to_parse("condition", texts.conditions[problem.index]));
  if (named || !problems.empty()) return known;
  auto inferred = inferred_context(texts, group);
  if (const auto* id = std::get_if<ContextId>(&inferred)) return *id;
  problems.group = std::move(std::get<Problem>(inferred));
  return std::nullopt;
}

}  // namespace

std::optional<StatementGroup> read_statements(const StatementTexts& texts, StatementProblems& problems) {
  StatementGroup group;
  const auto context = resolve_context(texts, group, problems);
  if (!context || !problems.empty()) return std::nullopt;
  group.context = *context;
  const bool named = !texts.context.empty();
  check_all(group.statements, texts.statements, *context, FunctionSet::kStatements, named ? PathNames::kPrefixed : PathNames::kRequired, problems.statements);
  check_all(group.conditions, texts.conditions, *context, FunctionSet::kConditions, named ? PathNames::kOptional : PathNames::kRequired, problems.conditions);
  if (!problems.empty()) return std::nullopt;
  return group;
}

std::variant<ReadCondition, Problem> read_condition(Signal signal, std::string_view context_name, const std::string& text) {
  std::optional<ContextId> id;
  if (!context_name.empty()) {
    id = known_context(signal, FunctionSet::kConditions, context_name);
    if (!id) return unknown_context(signal, FunctionSet::kConditions, context_name, {&text, 1});
  }
  auto parsed = parse_condition(text);
  if (const auto* error = std::get_if<ParseError>(&parsed)) return problem_of(*error, text);
  auto& condition = std::get<Condition>(parsed);
  if (!id) {
    const auto inferred = infer_context(signal, FunctionSet::kConditions, hints_of(condition));
    if (const auto* none = std::get_if<NoContext>(&inferred)) {
      const std::string help = "begin paths with the name of their context (" + list_of_names(signal, FunctionSet::kConditions) + ")";
      if (!none->text.empty()) return Problem::of({}, none->text, help);
      if (!none->named.empty())
        return Problem::of({}, "context \"" + none->named + "\" inferred from the conditions [" + quoted_in_ascii(text) + "] is not a supported context: " +
                                   quoted_list(names_of(signal, FunctionSet::kConditions)), help);
      return Problem::of({}, "unable to infer context from conditions, path's first segment must be a valid context name: " + quoted_list(names_of(signal, FunctionSet::kConditions)) +
                                 ", and at least one context must be capable of parsing all conditions: [" + quoted_in_ascii(text) + "]", help);
    }
    id = std::get<ContextId>(inferred);
  }
  if (auto problem = check(condition, text, *id, FunctionSet::kConditions, context_name.empty() ? PathNames::kRequired : PathNames::kPrefixed))
    return std::move(*problem);
  return ReadCondition{*id, std::move(condition)};
}

std::variant<Condition, Problem> read_condition(ContextId id, PathNames names, FunctionSet functions, const std::string& text) {
  return read<Condition>(parse_condition(text), text, id, functions, names);
}

std::variant<Value, Problem> read_value(ContextId id, const std::string& text) {
  return read<Value>(parse_value(text), text, id, FunctionSet::kMetrics, PathNames::kPrefixed);
}

}  // namespace invar::ottl
