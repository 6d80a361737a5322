#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/text/regex.h"

namespace invar {

enum class MatchOp : uint8_t { kEqual, kNotEqual, kRegex, kNotRegex };

/// One `name op "value"` of a selector. A label that is absent has the value "".
class LabelMatcher {
 public:
  static Result<LabelMatcher> create(std::string name, MatchOp op, std::string value);
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }
  MatchOp op() const { return op_; }
  bool matches(std::string_view label_value) const;

 private:
  LabelMatcher(std::string name, MatchOp op, std::string value) : name_(std::move(name)), op_(op), value_(std::move(value)) {}
  std::string name_;
  MatchOp op_;
  std::string value_;
  std::optional<Regex> regex_;
};

/// A chain of `|= "x"`, `!= "x"`, `|~ "x"`, `!~ "x"`: a line passes when it passes all.
class LineFilter {
 public:
  bool empty() const { return steps_.empty(); }
  bool matches(std::string_view line) const;

 private:
  friend class Selector;
  struct Step {
    MatchOp op;
    std::string text;
    std::optional<Regex> regex;
  };
  std::vector<Step> steps_;
};

/// A LogQL selector with line filters, as stage.match of Alloy accepts it: `{app="x", env=~"a|b"} |= "error" !~ "debug"`.
class Selector {
 public:
  /// Errors: "parse error at line 1, col 5: syntax error: unexpected ...". A bad regex in a label matcher is an error as well.
  static Result<Selector> parse(std::string_view text);

  const std::vector<LabelMatcher>& matchers() const { return matchers_; }
  /// Compiles the line filters; Alloy reports their bad regexes apart from syntax errors ("error parsing regexp: ...").
  Result<LineFilter> line_filter() const;

  /// `lookup(name)` gives a label's value, "" when absent. Run once per label set, not per line.
  template <class Lookup>
  bool matches_labels(Lookup&& lookup) const {
    for (const LabelMatcher& matcher : matchers_)
      if (!matcher.matches(lookup(std::string_view(matcher.name())))) return false;
    return true;
  }

 private:
  struct Filter {
    MatchOp op;
    std::string text;
  };
  std::vector<LabelMatcher> matchers_;
  std::vector<Filter> filters_;
};

}  // namespace invar
