#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar::loki_secretfilter {

/// A set of small numbers.
class NumberSet {
 public:
  explicit NumberSet(size_t size) : words_((size + 63) / 64) {}
  void add(size_t number) { words_[number / 64] |= uint64_t{1} << (number % 64); }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }
  /// Calls `act(number)` in ascending order.
  template <class Act>
  void each(Act act) const {
    for (size_t i = 0; i < words_.size(); ++i)
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) act(i * 64 + static_cast<size_t>(__builtin_ctzll(word)));
  }

 private:
  std::vector<uint64_t> words_;
};

/// Finds which of many words stand in a text, whatever their case (as Go's strings.ToLower sees it), in one pass: an Aho-Corasick automaton over classes of bytes.
/// Immutable.
class KeywordFinder {
 public:
  /// Word i stands for number i. Words are folded; empty ones stand everywhere.
  explicit KeywordFinder(std::span<const std::string> words);
  /// Adds the numbers of all words that stand in `text`.
  void find(std::string_view text, NumberSet& found) const;
  bool finds_any(std::string_view text) const;

 private:
  /// Calls `at(state)` for each state that ends words, until it answers false.
  template <class At>
  void walk(std::string_view text, At at) const;
  template <class At>
  void walk_folded(std::string_view text, At at) const;

  std::array<uint8_t, 256> class_{};
  size_t classes_ = 1;
  std::vector<uint32_t> next_;           // state * classes_ + class
  std::vector<uint32_t> first_, count_;  // per state: what ends there, in numbers_
  std::vector<uint32_t> numbers_;
  bool ascii_ = true;  // all words are
};

}  // namespace invar::loki_secretfilter
