#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/ottl/context.h"
#include "src/text/ottl/function.h"
#include "src/text/ottl/syntax.h"

namespace invar::ottl {

/// A name to write in place of another.
struct Replacement {
  Extent at;
  std::string text;
  bool certain = false;  // nothing else can be meant
};

/// What is wrong in a text.
struct Problem {
  Extent at;            // of the text
  std::string text;     // in Alloy's words, outermost first: `error while parsing arguments for call to "set": invalid argument at position 0: ...`
  std::string reason;   // the same in short, for who sees the place
  std::string help{};   // what to do about it; may be empty
  bool malformed = false;  // it was not parsed
  bool is_regex = false;   // a regular expression in it does not compile
  bool of_context = false; // not of the text: there is no context of the name that was given for it
  std::optional<Replacement> replacement{};

  static Problem of(Extent at, std::string text, std::string help = {}) { return {.at = at, .text = text, .reason = std::move(text), .help = std::move(help)}; }
  /// The same in other words for people.
  Problem in_short(std::string words) && {
    reason = std::move(words);
    return std::move(*this);
  }
  /// Offers the one of `names` that is nearest to what is written at the place, if there is one.
  Problem with_nearest(std::string_view written, const std::vector<std::string_view>& names) &&;
};

/// Finds out what the names of a tree stand for, and whether everything fits, as Alloy does when it loads a config: in its order, up to the first problem.
/// Of a tree without a problem every member "by check" is set.
class Checker {
 public:
  Checker(ContextId context, FunctionSet functions, PathNames names) : context_(ottl::context(context)), functions_(functions), names_(names) {}

  std::optional<Problem> check(Statement& statement) const;
  std::optional<Problem> check(Condition& condition) const;
  std::optional<Problem> check(Value& value) const;

 private:
  using Found = std::optional<Problem>;

  Found check(Call& call) const;
  Found check(Enum& symbol, Extent at) const;
  Found check_keys(std::vector<Key>& keys) const;

  Found bind_arguments(Call& call) const;
  Found bind_function(Argument& argument) const;
  Found bind(Argument& argument, ParameterType type) const;
  Found bind(Value& value, ParameterType type) const;
  Found bind_list(Value& value, ParameterType element) const;
  Found unknown_parameter(const Call& call, const Argument& argument) const;
  Found undefined_function(Extent at, const std::string& name, const std::string& shown) const;

  struct Route;
  Found check(Path& path) const;
  Found find_owner(Route& route) const;
  Found follow(Route& route) const;
  Found foreign_cache(const Route& route) const;
  Found unread(const Route& route) const;
  Found unknown_segment(const Route& route, const Field& segment, std::span<const PathEntry> known, const Context& owner) const;

  const Context& context_;
  FunctionSet functions_;
  PathNames names_;
};

}  // namespace invar::ottl
