#include "src/text/ottl/match.h"

#include "src/base/quote.h"
#include "src/text/number.h"

namespace invar::ottl {
namespace {

using Kind = GrammarNode::Kind;

constexpr size_t kDeepest = 512;  // rules inside each other: more than 60 calls

/// Why a token's text is no value of its type; empty when it is one.
std::string conversion_error(const Token& token) {
  switch (token.type) {
    case TokenType::kInt:
      if (const auto value = parse_int(token.value, 0); !value) return "failed to conform: " + value.error().what;
      return {};
    case TokenType::kFloat:
      if (const auto value = parse_float(token.value); !value) return "failed to conform: " + value.error().what;
      return {};
    case TokenType::kBytes: return token.value.size() % 2 == 0 ? "" : "failed to capture: encoding/hex: odd length hex string";
    default: return {};
  }
}

/// Rules that a text in brackets may be read again and again by, at each depth: their outcomes are remembered.
bool holds_brackets(Rule rule) {
  switch (rule) {
    case Rule::kBooleanExpression:
    case Rule::kEditor:
    case Rule::kConverter:
    case Rule::kLambda:
    case Rule::kValue:
    case Rule::kKey:
    case Rule::kMathExpression: return true;
    default: return false;
  }
}

}  // namespace

Matcher::Matcher(const std::vector<Token>& tokens) : tokens_(tokens), failures_(1) {}

const Match* Matcher::match(Rule rule) {
  State state;
  Items items;
  const Outcome outcome = try_rule(static_cast<size_t>(rule), state, items);
  if (too_deep_ != 0) return refuse(state, too_deep_);
  if (outcome == Outcome::kFailed) return refuse(state, state.failure);
  if (outcome == Outcome::kMatched && tokens_[state.cursor].type == TokenType::kEnd) return std::get<const Match*>(items.front());
  // What is left belongs to nothing, unless something got further before it failed.
  FailureId failure = 0;
  if (state.cursor < state.deepest && state.deepest_failure != 0) failure = state.deepest_failure;
  return refuse(state, failure);
}

const Match* Matcher::refuse(const State& state, FailureId id) {
  const Failure& failure = failures_[id];
  const Token& token = tokens_[id == 0 ? state.cursor : failure.token];
  error_.at = token.at;
  error_.text = failure.text;
  if (failure.text.empty()) {
    error_.text = "unexpected token " + quoted(token.value);
    if (failure.sequence) error_.text += " (expected " + expected_text(*failure.sequence, failure.from) + ")";
  }
  return nullptr;
}

Matcher::Outcome Matcher::fail(State& state, Failure failure) {
  state.failure = failures_.size();
  failures_.push_back(std::move(failure));
  return Outcome::kFailed;
}

Matcher::Outcome Matcher::try_node(const GrammarNode& node, State& state, Items& items) {
  switch (node.kind) {
    case Kind::kRule: return try_rule(node.rule, state, items);
    case Kind::kToken: return try_token(tokens_[state.cursor].type == node.type, state, items);
    // Of whatever type: a string "(" is a bracket, too.
    case Kind::kLiteral: return try_token(tokens_[state.cursor].type != TokenType::kEnd && tokens_[state.cursor].value == node.name, state, items);
    case Kind::kSequence: return try_sequence(node, state, items);
    case Kind::kChoice: return try_choice(node, state, items);
    case Kind::kOptional:
    case Kind::kRepeated: return try_repeated(node, state, items);
    case Kind::kNotAhead: return try_not_ahead(node, state);
  }
  return Outcome::kNothing;
}

Matcher::Outcome Matcher::try_token(bool fits, State& state, Items& items) {
  if (!fits) return Outcome::kNothing;
  items.push_back(&tokens_[state.cursor++]);
  return Outcome::kMatched;
}

Matcher::Outcome Matcher::try_rule(size_t rule, State& state, Items& items) {
  const Match* match = nullptr;
  if (!holds_brackets(static_cast<Rule>(rule))) {
    const Outcome outcome = try_rule_anew(rule, state, match);
    if (match) items.push_back(match);
    return outcome;
  }
  const Place place{rule, state.cursor, state.deepest};
  auto known = known_.find(place);
  if (known == known_.end()) {
    State own = state;
    own.changes = 0;
    const Outcome outcome = try_rule_anew(rule, own, match);
    known = known_.emplace(place, Known{outcome, own, match}).first;
  }
  const State& after = known->second.after;
  state.cursor = after.cursor;
  state.failure = after.failure;
  if (after.changes > 0) state.note(after.deepest_failure, after.deepest);
  if (known->second.match) items.push_back(known->second.match);
  return known->second.outcome;
}

Matcher::Outcome Matcher::try_rule_anew(size_t rule, State& state, const Match*& match) {
  if (too_deep_ == 0 && depth_ == kDeepest) {
    fail(state, {.token = state.cursor, .text = "nested too deeply"});
    too_deep_ = state.failure;
  }
  if (too_deep_ != 0) {
    state.failure = too_deep_;
    return Outcome::kFailed;
  }
  const size_t first = state.cursor;
  Match own{static_cast<Rule>(rule), {}, {}};
  ++depth_;
  const Outcome outcome = try_node(Grammar::get().body(rule), state, own.items);
  --depth_;
  if (outcome == Outcome::kFailed) state.maybe_note(state.failure);
  if (outcome != Outcome::kMatched) return outcome;
  own.at = {tokens_[first].at.begin, tokens_[std::max(first + 1, state.cursor) - 1].at.end};
  if (const FailureId failure = conversion_failure(own)) {
    state.failure = failure;
    return Outcome::kFailed;
  }
  match = &matches_.emplace_back(std::move(own));
  return Outcome::kMatched;
}

Matcher::FailureId Matcher::conversion_failure(const Match& match) {
  for (const MatchItem& item : match.items) {
    const auto* const token = std::get_if<const Token*>(&item);
    if (!token) continue;
    std::string why = conversion_error(**token);
    if (why.empty()) continue;
    failures_.push_back({.token = static_cast<size_t>(*token - tokens_.data()), .text = std::move(why)});
    return failures_.size() - 1;
  }
  return 0;
}

Matcher::Outcome Matcher::try_sequence(const GrammarNode& node, State& state, Items& items) {
  for (size_t i = 0; i < node.parts.size(); ++i) {
    const Outcome outcome = try_node(*node.parts[i], state, items);
    if (outcome == Outcome::kFailed) return outcome;
    if (outcome == Outcome::kMatched) continue;
    if (i == 0) return outcome;
    return fail(state, {.token = state.cursor, .sequence = &node, .from = i});
  }
  return Outcome::kMatched;
}

void Matcher::note_failed_branch(State& state, const State& branch) const {
  if (branch.deepest > state.deepest) state.note(branch.deepest_failure, branch.deepest);
  else if (branch.cursor >= state.deepest) state.note(branch.failure, branch.cursor);
}

Matcher::Outcome Matcher::try_choice(const GrammarNode& node, State& state, Items& items) {
  const size_t kept = items.size();
  size_t furthest = 0;
  FailureId failure = 0;
  for (const GrammarNode* option : node.parts) {
    State branch = state;
    const Outcome outcome = try_node(*option, branch, items);
    if (outcome == Outcome::kMatched) {
      state.cursor = branch.cursor;
      if (branch.deepest >= state.deepest && branch.changes != state.changes) state.note(branch.deepest_failure, branch.deepest);
      return outcome;
    }
    items.resize(kept);
    if (outcome == Outcome::kNothing) continue;
    note_failed_branch(state, branch);
    if (branch.cursor < furthest) continue;
    failure = branch.failure;
    furthest = branch.cursor;
  }
  if (failure == 0) return Outcome::kNothing;
  state.failure = failure;
  state.maybe_note(failure);
  return Outcome::kFailed;
}

Matcher::Outcome Matcher::try_repeated(const GrammarNode& node, State& state, Items& items) {
  const size_t most = node.kind == Kind::kOptional ? 1 : tokens_.size();
  for (size_t matches = 0; matches < most; ++matches) {
    const size_t kept = items.size();
    State branch = state;
    const Outcome outcome = try_node(*node.parts[0], branch, items);
    if (outcome == Outcome::kFailed) {
      items.resize(kept);
      state.maybe_note(branch.failure);
      note_failed_branch(state, branch);
      break;
    }
    state.cursor = branch.cursor;
    if (branch.deepest >= state.deepest && branch.changes != state.changes) state.note(branch.deepest_failure, branch.deepest);
    if (outcome == Outcome::kNothing) break;
  }
  return Outcome::kMatched;
}

Matcher::Outcome Matcher::try_not_ahead(const GrammarNode& node, State& state) {
  State branch = state;
  Items ignored;
  if (try_node(*node.parts[0], branch, ignored) != Outcome::kMatched) return Outcome::kMatched;
  return fail(state, {.token = state.cursor});
}

}  // namespace invar::ottl
