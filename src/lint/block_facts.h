#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/language/evaluate.h"
#include "src/language/schema.h"
#include "src/lint/truth.h"

namespace invar::lint {

/// An attribute as it is written, with its value as far as the text tells.
struct AttributeFacts {
  const ast::Attribute* written;
  const Row* row;  // nullptr: there is no such attribute
  Value value;     // unknown where only running tells, and where it is wrong
  std::optional<Failure> failure;
};

/// What the text tells of one block: its attributes with their values, recorded defaults where nothing is written, and the blocks inside. Made once per block of a
/// component or config block, from the catalog's schema; owned by the RuleContext. Points into the AST.
class BlockFacts {
 public:
  /// The blocks inside a module (the body of a declare, a foreach's template) are not looked at.
  BlockFacts(const ast::Block& block, const Schema& schema, const Scope& scope, const BlockFacts* around = nullptr);
  BlockFacts(const BlockFacts&) = delete;

  const Schema& schema() const { return schema_; }
  /// nullptr for a block that is not written, and so has its defaults.
  const ast::Block* block() const { return block_; }
  const BlockFacts* around() const { return around_; }
  const std::vector<AttributeFacts>& attributes() const { return attributes_; }
  /// As written, in that order.
  const std::vector<std::unique_ptr<BlockFacts>>& inner() const { return inner_; }

  /// As written; nullptr when it is not.
  const AttributeFacts* attribute(std::string_view name) const;
  /// What it is, written or not. Null when there is neither a value nor a default.
  Value value(std::string_view name) const;
  /// A number; nanoseconds of a duration; bytes of a size.
  Quantity amount(std::string_view name) const;
  Text text(std::string_view name) const;
  Truth flag(std::string_view name) const;
  /// Elements of a list, members of a map, blocks of that name.
  Quantity size(std::string_view name) const;
  /// The texts in a list, as far as they are known.
  std::vector<std::string> texts(std::string_view name) const;

  /// Stands there, and is not null.
  Truth written(std::string_view name) const;
  /// Has a value other than nothing, zero, or the empty text or list; a block that is written.
  Truth set(std::string_view name) const;
  Truth more_than_one_of(std::initializer_list<std::string_view> names) const;
  Truth none_of(std::initializer_list<std::string_view> names) const;

  /// Of the blocks that are written; block() also gives one that is there without being written.
  size_t count(std::string_view block_name) const;
  const BlockFacts* block(std::string_view name, size_t index = 0) const;
  /// Whether `test(const BlockFacts&)` holds for one of the blocks of that name.
  template <class Test>
  Truth any(std::string_view name, Test test) const {
    Truth found = false;
    for (const auto& block : inner_)
      if (block->is_named(name)) found = found || test(*block);
    return found;
  }
  bool is_named(std::string_view name) const;
  /// Calls `act(const BlockFacts&)` for the block and all that are written inside, outer ones first.
  template <class Act>
  void each_block(Act act) const {
    act(*this);
    for (const auto& block : inner_) block->each_block(act);
  }
  const std::string& label() const;

  /// The whole block; of one that is not written, the one around it.
  Span span() const;
  /// Its name and label.
  Span head() const;
  /// From the first to the last of these attributes' values and blocks that is written; the whole block when none is.
  Span span_of(std::span<const std::string_view> names) const;

 private:
  BlockFacts(const Schema& schema, const BlockFacts& around);  // not written
  Truth set_attribute(std::string_view name) const;

  const ast::Block* block_;
  const Schema& schema_;
  const BlockFacts* around_;
  std::vector<AttributeFacts> attributes_;
  std::vector<std::unique_ptr<BlockFacts>> inner_;
  mutable std::vector<std::pair<const Row*, std::unique_ptr<BlockFacts>>> unwritten_;
};

}  // namespace invar::lint
