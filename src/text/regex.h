#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar {

namespace regex {
struct Program;
}

/// A regular expression with Go's syntax, answers and error texts, compiled once. Cheap to copy (shared, immutable); matching is const,
/// thread-safe and does not allocate per call. Groups that took no part in a match are views with data() == nullptr; empty groups are
/// not null. Lines need not be UTF-8: like Go, an invalid byte counts as one U+FFFD.
class Regex {
 public:
  /// Go's regexp.Compile. Errors: "error parsing regexp: missing closing ): `(`".
  static Result<Regex> compile(std::string_view pattern);
  /// Matches whole texts: `^(?s:pattern)$`, as relabel rules and label matchers of Prometheus and Alloy do.
  static Result<Regex> compile_anchored(std::string_view pattern);
  /// Whether compile_anchored() would take it, without making anything ready to match.
  static Result<void> check_anchored(std::string_view pattern);
  /// Go's regexp.QuoteMeta.
  static std::string quote(std::string_view literal);

  Regex(const Regex&) = default;
  Regex& operator=(const Regex&) = default;
  Regex(Regex&&) noexcept = default;
  Regex& operator=(Regex&&) noexcept = default;
  ~Regex() = default;

  /// As given to compile; what was added by compile_anchored is left out.
  const std::string& pattern() const;
  /// Groups without the whole match (Go's NumSubexp).
  int group_count() const;
  /// group_count() + 1 names; "" for the whole match and for groups without a name (Go's SubexpNames).
  const std::vector<std::string>& group_names() const;
  /// The leftmost group of that name, or -1.
  int group_index(std::string_view name) const;

  /// Is there a match anywhere? Takes the shortest way to the answer: literals, span program, RE2 without captures.
  bool matches(std::string_view text) const;

  /// The leftmost match; fills groups[0] (whole match), groups[1] ... as far as `groups` reaches (at most group_count() + 1 are set,
  /// further ones become null). Ask for no more than needed: captures cost.
  bool find(std::string_view text, std::span<std::string_view> groups) const;
  /// The same from byte `start` on; the text before it still counts for ^ and \b.
  bool find_from(std::string_view text, size_t start, std::span<std::string_view> groups) const;

  /// The same expression, but only `groups` (numbers of this one, ascending) still capture: they become 1, 2, ...; whoever reads few
  /// groups matches several times faster.
  Regex with_only(std::span<const int> groups) const;

  /// The text that matches, when the expression is nothing but a literal for whole texts (compile_anchored("abc")).
  std::optional<std::string_view> whole_literal() const;

  /// The same expression answered by RE2 alone: what the other engines are held against.
  Regex by_reference() const;

  /// How it runs, for tests and benchmarks: "literal", "set", "span" or "re2".
  std::string_view engine() const;

 private:
  explicit Regex(std::shared_ptr<const regex::Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const regex::Program> program_;
};

/// Go's Expand templates ($1, ${1}, $name, ${name}, $$), resolved against one Regex, once.
class RegexTemplate {
 public:
  RegexTemplate(std::string_view text, const Regex& regex);
  /// Groups it reads, ascending, 0 = whole match.
  const std::vector<int>& groups() const { return groups_; }
  /// The result, when it does not depend on the match.
  std::optional<std::string_view> constant() const;
  /// Appends the expansion; `groups` as Regex::find filled them (must reach the largest of groups()).
  void append(std::string& out, std::span<const std::string_view> groups) const;
  /// The template for Regex::with_only(kept): group numbers are renamed accordingly.
  RegexTemplate renumbered(std::span<const int> kept) const;

 private:
  RegexTemplate() = default;
  struct Part {
    std::string literal;
    int group = -1;
    bool alternative = false;  // only if the part before it gave nothing
  };
  void collect_groups();
  std::vector<Part> parts_;
  std::vector<int> groups_;
};

/// Walks over all successive matches as Go's FindAll does (an empty match right after a match does not count).
class RegexMatches {
 public:
  RegexMatches(const Regex& regex, std::string_view text)
      : regex_(regex), text_(text.data() == nullptr ? std::string_view("", 0) : text) {}
  /// The next match into `groups` (as Regex::find; groups.size() >= 1), or false at the end.
  bool next(std::span<std::string_view> groups);

 private:
  const Regex& regex_;
  std::string_view text_;
  size_t position_ = 0;
  size_t previous_end_ = std::string_view::npos;
};

/// Go's ReplaceAllString: appends `text` to `out` with every match replaced by the template's expansion.
void replace_all(const Regex& regex, std::string_view text, const RegexTemplate& replacement, std::string& out);

}  // namespace invar
