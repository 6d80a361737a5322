#pragma once

#include <span>
#include <utility>

#include "src/language/value.h"

namespace invar {

/// One thing to collect from, as a sorted set of labels (discovery.Target). Immutable, one shared block, hashed once; copies and
/// comparisons of equal pointers cost nothing, so lists of 10,000 are cheap to hand around. In expressions it is a capsule that acts
/// as an object of strings.
class Target {
 public:
  using Label = std::pair<std::string, std::string>;

  Target();  // no labels
  /// In any order; of labels with one name the last counts.
  explicit Target(std::vector<Label> labels);

  std::span<const Label> labels() const;
  /// nullptr when there is no such label.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name) const;  // empty when absent
  bool empty() const { return labels().empty(); }
  uint64_t hash() const;
  /// The address of the shared labels: equal for copies.
  const void* id() const { return data_.get(); }
  /// `{"a"="1", "b"="2"}`
  std::string text() const;

  Value value() const;
  /// The target in a capsule; nullopt when the value is anything else.
  static std::optional<Target> of(const Value& value);

  friend bool operator==(const Target& a, const Target& b);

 private:
  class Labels;
  explicit Target(std::shared_ptr<const Labels> data) : data_(std::move(data)) {}
  std::shared_ptr<const Labels> data_;
};

/// An array value of targets, and back (elements that are no targets are left out).
Value target_list(std::span<const Target> targets);

}  // namespace invar
