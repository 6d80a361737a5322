#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/regex_syntax.h"

namespace invar::regex {

/// Literals of which every match of an expression contains at least one: `(?i)(password|token)=` has `word=` and `en=` in any case. Looking for them is
/// many times faster than the expression, and most lines have none. Immutable.
class RequiredLiterals {
 public:
  /// nullptr when there is no set that is short and telling enough.
  static std::unique_ptr<RequiredLiterals> of(const Node& root);

  /// Does one of them stand in `text`? Vectorised.
  bool found_in(std::string_view text) const;

  /// A literal. Where `fold` has the bit 0x20 the byte stands for a letter in any case, in lower case.
  struct Literal {
    std::string text, fold;
    bool operator==(const Literal&) const = default;
  };
  const std::vector<Literal>& literals() const { return literals_; }

 private:
  static constexpr size_t kMostPairs = 4;
  /// Two neighbouring bytes of some literals, by which places are chosen to look at closely.
  struct Pair {
    char bytes[2], fold[2];
    bool operator==(const Pair&) const = default;
  };
  struct Place {
    size_t pair, offset;  // where in the literal the pair stands
  };
  bool choose_pairs();
  bool stands_at(std::string_view text, size_t at, size_t pair) const;
  template <size_t kPairs>
  bool found_in_vectors(std::string_view text, size_t& at) const;

  std::vector<Literal> literals_;
  std::vector<Place> places_;  // parallel to literals_
  std::array<Pair, kMostPairs> pairs_;
  size_t pair_count_ = 0;
};

}  // namespace invar::regex
