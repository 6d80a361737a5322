#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/codes.h"
#include "src/language/stability.h"
#include "src/lint/block_facts.h"
#include "src/lint/finding.h"

namespace invar::lint {

/// One refusal of Alloy when it loads a config: what a type's Validate(), or the making of its component, says. Rows stand in load_checks/*.cpp, by Alloy's packages;
/// docs/reference/lint-coverage.md is written from them, and a test loads the examples of each.
struct LoadCheck {
  /// Who finds it.
  enum class By : uint8_t {
    kTable,    // `refuses` or `finds`
    kPlan,     // the component of this build, planned as it runs
    kType,     // the types of values and the tables of names, as validation holds against them
    kInside,   // the check that has it as the end of its own message
    kNobody,   // the text cannot tell; `reason` says why
  };
  using Names = std::array<std::string_view, 8>;

  /// Go's type, as Schema::name has it: every block of that type is looked at.
  std::string_view of;
  /// As Alloy's code has it. Verbs (%q, %s, %d, %v, %w) are filled by what `finds` found, else by the values of `names`, in order.
  std::string_view message;
  /// The attributes and blocks it is about: the place of the finding.
  Names names = {};
  /// Whether Alloy refuses the block.
  Truth (*refuses)(const BlockFacts& block) = nullptr;
  /// The same, with the words to fill in; nullopt: it does not refuse, or the text does not tell.
  std::optional<std::vector<std::string>> (*finds)(const BlockFacts& block) = nullptr;
  /// Bodies of such a block that are refused, and are not; what is required besides is filled in by who runs them.
  std::string_view bad = {}, good = {};
  By by = By::kTable;
  std::string_view reason = {};
  /// The function of Alloy that says it, where it is not Validate() of `of`: `component/otelcol/receiver/otlp validateURL`.
  std::string_view from = {};
  std::string_view code = codes::kRefused;
  /// kWarning: Alloy loads it, and the component then does not start.
  FindingSeverity severity = FindingSeverity::kError;
  /// It is refused only below this level of stability, as the flag of Alloy gives it.
  Stability allowed_at = Stability::kGenerallyAvailable;

  /// `common/config.TLSConfig` -> `component/common/config TLSConfig.Validate`.
  std::string origin() const;
  /// What to tell about this block; nullopt when it is not proven that Alloy refuses it.
  std::optional<std::string> refusal(const BlockFacts& block) const;
  Span place(const BlockFacts& block) const;
};

/// The checks of one file.
struct LoadChecks {
  std::span<const LoadCheck> rows;
};

/// Those that look at blocks of a Go type.
std::span<const LoadCheck* const> load_checks_of(std::string_view go_type);

// What tables say of a block, by the names of its attributes: `.refuses = not_positive<"interval">`.

/// A name as a template argument.
template <size_t kSize>
struct Name {
  char text[kSize];
  constexpr Name(const char (&from)[kSize]) {
    for (size_t i = 0; i < kSize; ++i) text[i] = from[i];
  }
  constexpr operator std::string_view() const { return {text, kSize - 1}; }
};
template <Name kName>
Truth missing(const BlockFacts& block) { return !block.set(kName); }
template <Name kName>
Truth not_positive(const BlockFacts& block) { return block.amount(kName) <= 0; }
template <Name kName>
Truth negative(const BlockFacts& block) { return block.amount(kName) < 0; }
template <Name kName>
Truth below_one(const BlockFacts& block) { return block.amount(kName) < 1; }
template <Name kFirst, Name kSecond>
Truth both(const BlockFacts& block) { return block.set(kFirst) && block.set(kSecond); }
template <Name... kNames>
Truth none(const BlockFacts& block) { return block.none_of({kNames...}); }
template <Name... kNames>
Truth more_than_one(const BlockFacts& block) { return block.more_than_one_of({kNames...}); }
template <Name... kNames>
Truth not_exactly_one(const BlockFacts& block) { return block.none_of({kNames...}) || block.more_than_one_of({kNames...}); }
template <Name kFirst, Name kSecond>
Truth exceeds(const BlockFacts& block) { return block.amount(kFirst) > block.amount(kSecond); }
/// Neither of the words; the first name is the attribute.
template <Name kName, Name... kWords>
Truth none_of_words(const BlockFacts& block) { return !block.text(kName).is_one_of({kWords...}); }

/// Words to fill in for what a `finds` found.
using Found = std::optional<std::vector<std::string>>;
/// The first known text of a list that is none of `words`.
Found outside(const BlockFacts& block, std::string_view list, std::initializer_list<std::string_view> words);
/// An attribute's text and Go's reason why it is no URL.
Found unparsable_url(const BlockFacts& block, std::string_view name);

}  // namespace invar::lint

namespace invar {
/// Written by the build from the files in load_checks/.
std::span<const lint::LoadChecks* const> load_checks();
}  // namespace invar
