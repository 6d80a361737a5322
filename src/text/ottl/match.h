#pragma once

#include <deque>
#include <unordered_map>
#include <variant>
#include <vector>

#include "src/text/ottl/grammar.h"
#include "src/text/ottl/token.h"

namespace invar::ottl {

struct Match;
using MatchItem = std::variant<const Token*, const Match*>;

/// What a rule matched: its tokens and inner matches, in the order of the text.
struct Match {
  Rule rule;
  std::vector<MatchItem> items;
  Extent at;
};

/// Finds the rule of the grammar that whole texts have, as participle with unlimited lookahead does: same texts accepted, same error for others. In time that
/// grows with the text, not with the ways to read it.
class Matcher {
 public:
  /// `tokens` must outlive it.
  explicit Matcher(const std::vector<Token>& tokens);
  /// The match of the whole text, owned by the matcher; nullptr when there is none, and then `error()` says why.
  const Match* match(Rule rule);
  const SyntaxError& error() const { return error_; }

 private:
  enum class Outcome : uint8_t { kNothing, kMatched, kFailed };
  /// An error that was met: an index into `failures_`; 0 is none.
  using FailureId = size_t;
  struct Failure {
    size_t token = 0;
    const GrammarNode* sequence = nullptr;  // what was expected: the rest of it ...
    size_t from = 0;                        // ... from here
    std::string text;                       // instead of "unexpected token"
  };
  /// What trying a part of the grammar changes. Copied to try something, copied back to accept it.
  struct State {
    size_t cursor = 0;
    size_t deepest = 0;  // cursor of the deepest failure
    FailureId deepest_failure = 0;
    size_t changes = 0;  // of the two above
    FailureId failure = 0;  // why the last part failed
    void note(FailureId id, size_t depth) {
      deepest = depth;
      deepest_failure = id;
      ++changes;
    }
    void maybe_note(FailureId id) {
      if (cursor >= deepest) note(id, cursor);
    }
  };
  struct Known {
    Outcome outcome;
    State after;
    const Match* match;
  };
  struct Place {
    size_t rule, cursor, deepest;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceHash {
    size_t operator()(const Place& place) const { return ((place.cursor << 32) ^ (place.deepest << 8) ^ place.rule) * 0x9E3779B97F4A7C15u; }
  };
  using Items = std::vector<MatchItem>;

  Outcome try_node(const GrammarNode& node, State& state, Items& items);
  Outcome try_rule(size_t rule, State& state, Items& items);
  Outcome try_rule_anew(size_t rule, State& state, const Match*& match);
  Outcome try_sequence(const GrammarNode& node, State& state, Items& items);
  Outcome try_choice(const GrammarNode& node, State& state, Items& items);
  Outcome try_repeated(const GrammarNode& node, State& state, Items& items);
  Outcome try_not_ahead(const GrammarNode& node, State& state);
  Outcome try_token(bool fits, State& state, Items& items);
  Outcome fail(State& state, Failure failure);
  void note_failed_branch(State& state, const State& branch) const;
  FailureId conversion_failure(const Match& match);
  const Match* refuse(const State& state, FailureId failure);

  const std::vector<Token>& tokens_;
  std::vector<Failure> failures_;
  std::deque<Match> matches_;
  std::unordered_map<Place, Known, PlaceHash> known_;
  size_t depth_ = 0;
  FailureId too_deep_ = 0;  // ends everything
  SyntaxError error_;
};

}  // namespace invar::ottl
