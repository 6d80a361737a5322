#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/lint/config_place.h"
#include "src/lsp/outline.h"
#include "src/lsp/session.h"

namespace invar::lsp {

/// What stands at a cursor, by the tokens of the text as it is and the model of what is right in it.
class Cursor {
 public:
  /// What can be written at the place.
  enum class Where : uint8_t {
    kNothing,    // in a comment, or behind a statement
    kStatement,  // a name of a component, block or attribute
    kLabel,      // in the quotes of a block's label
    kValue,      // an expression
    kText,       // inside a string in an expression
  };

  Cursor(const Config& config, const Spot& spot);

  Where where() const { return where_; }
  const Outline& outline() const { return outline_; }
  uint32_t offset() const { return offset_; }
  /// The body the place is in: `module` is set at the top of a module, `schema` below it where it is known.
  const lint::ConfigPlace& around() const { return around_; }
  /// Whether statements of a module stand here, not those of a block.
  bool in_module() const;
  /// The statement, or nullptr between statements.
  const OutlineStatement* statement() const { return statement_; }
  /// Index of the block around, in the outline; -1: none.
  int block() const { return block_; }
  /// The row of the attribute whose value this is; nullptr when nobody knows it.
  const Row* attribute() const { return attribute_; }
  /// What is expected here, also inside lists and objects; nullptr when nobody knows.
  const TypeInfo* expected() const { return expected_; }
  /// In an object, where the name of a field stands.
  bool at_field_name() const { return at_field_name_; }
  /// The dotted name, or the text in quotes, around the place.
  Extent word() const { return word_; }
  /// Its beginning, up to the place.
  std::string_view typed() const { return outline_.slice({word_.begin, std::max(word_.begin, offset_)}); }

  /// The place of the body of an outline's block in the model.
  lint::ConfigPlace place_in_block(int block) const;
  std::optional<Span> point(uint32_t offset) const { return config_.point_in(text_, offset); }

 private:
  void look();
  bool follows_on_line() const;
  void look_into_value();
  void find_word();

  const Config& config_;
  const AlloyText& text_;
  const uint32_t offset_;
  Outline outline_;
  Where where_ = Where::kNothing;
  lint::ConfigPlace around_;
  int block_ = -1;
  const OutlineStatement* statement_ = nullptr;
  const Row* attribute_ = nullptr;
  const TypeInfo* expected_ = nullptr;
  bool at_field_name_ = false;
  Extent word_;
};

/// An attribute or block of a schema by its written name, `stage.json` as the row of its group; nullptr when there is none.
const Row* row_named(const Schema& schema, std::string_view name);

}  // namespace invar::lsp
