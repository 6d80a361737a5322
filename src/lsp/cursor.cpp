#include "src/lsp/cursor.h"

#include <algorithm>

namespace invar::lsp {
namespace {

using enum ast::TokenKind;
using Kind = OutlineStatement::Kind;

/// A bracket of an expression that is open at a place.
struct Open {
  ast::TokenKind bracket;
  std::string_view field;  // in an object: whose value is being written
  bool in_value = false;   // behind the = of a field
};

/// The type inside of a bracket; nullptr when nobody knows.
const TypeInfo* inner_type(const TypeInfo* type, const Open& open) {
  if (!type || open.bracket == kLParen) return nullptr;
  const bool is_list = type->kind == TypeKind::kList || type->kind == TypeKind::kArray;
  if (open.bracket == kLBrack) return is_list ? type->element : nullptr;
  if (!open.in_value) return type;
  if (type->kind == TypeKind::kMap) return type->element;
  if (type->kind != TypeKind::kObject || !type->fields) return nullptr;
  const Row* row = find_row(*type->fields, open.field);
  return row ? row->type : nullptr;
}

std::string_view without_quotes(std::string_view name) {
  return name.size() >= 2 && name.front() == '"' && name.back() == '"' ? name.substr(1, name.size() - 2) : name;
}

/// The brackets that are open where the tokens [first, last) end.
std::vector<Open> open_brackets(const Outline& outline, size_t first, size_t last) {
  std::vector<Open> open;
  for (size_t i = first; i < last; ++i) {
    const Token& token = outline.tokens[i];
    switch (token.kind) {
      case kLBrack:
      case kLCurly:
      case kLParen: open.push_back({token.kind, {}}); break;
      case kRBrack:
      case kRCurly:
      case kRParen:
        if (!open.empty()) open.pop_back();
        break;
      case kComma:
      case kTerminator:
        if (!open.empty()) open.back().in_value = false;
        break;
      case kAssign:
        if (open.empty() || i == first) break;
        open.back().in_value = true;
        open.back().field = without_quotes(outline.slice({outline.tokens[i - 1].begin, outline.tokens[i - 1].end}));
        break;
      default: break;
    }
  }
  return open;
}

}  // namespace

const Row* row_named(const Schema& schema, std::string_view name) {
  if (const Row* row = find_row(schema, name)) return row;
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash)
      if (const Row* found = row_named(*row.schema, name)) return found;
    const bool in_group = row.kind == RowKind::kEnum && name.size() > row.name.size() && name.starts_with(row.name) && name[row.name.size()] == '.';
    if (in_group) return &row;
  }
  return nullptr;
}

Cursor::Cursor(const Config& config, const Spot& spot) : config_(config), text_(*spot.text), offset_(spot.offset), outline_(text_.source->text()) {
  look();
}

lint::ConfigPlace Cursor::place_in_block(int block) const {
  const uint32_t at = block < 0 ? 0 : outline_.statements[static_cast<size_t>(block)].open + 1;
  const auto point = config_.point_in(text_, at);
  if (block < 0 || !point) return {.module = &config_.model().root()};
  return lint::place_in(config_.model(), *point);
}

bool Cursor::in_module() const { return block_ < 0 || (!around_.node && around_.module && around_.module->owner); }

void Cursor::find_word() {
  word_ = {offset_, offset_};
  const auto begin = outline_.tokens.begin(), end = outline_.tokens.end();
  const auto is_part = [](const Token& token) { return token.kind == kIdent || token.kind == kDot || token.kind == kBool || token.kind == kNull; };
  // The token that the place is in, or right behind.
  auto at = std::partition_point(begin, end, [&](const Token& token) { return token.end < offset_; });
  while (at != end && at->begin <= offset_ && !is_part(*at)) ++at;
  if (at == end || at->begin > offset_) return;
  word_ = {at->begin, at->end};
  for (auto before = at; before != begin && is_part(*std::prev(before)) && std::prev(before)->end == before->begin; --before) word_.begin = std::prev(before)->begin;
  // Behind the place only the rest of this part of the name.
  if (const auto next = std::next(at); at->kind == kDot && next != end && next->begin == at->end && next->kind == kIdent) word_.end = next->end;
}

/// Whether something else than a { stands on the line before the name: no statement begins there.
bool Cursor::follows_on_line() const {
  const auto at = std::partition_point(outline_.tokens.begin(), outline_.tokens.end(), [&](const Token& token) { return token.begin < word_.begin; });
  for (auto before = at; before != outline_.tokens.begin();) {
    --before;
    if (before->kind == kTerminator) continue;
    return before->kind != kLCurly && outline_.slice({before->end, word_.begin}).find('\n') == std::string_view::npos;
  }
  return false;
}

void Cursor::look() {
  if (offset_ < text_.own_begin || outline_.in_comment(offset_)) return;
  block_ = outline_.block_at(offset_);
  around_ = place_in_block(block_);
  statement_ = outline_.statement_at(block_, offset_);
  find_word();
  if (!statement_) {
    if (!follows_on_line()) where_ = Where::kStatement;
    return;
  }
  if (offset_ <= statement_->name.end) {
    where_ = Where::kStatement;
    return;
  }
  if (statement_->label.end > 0 && statement_->label.begin < offset_ && offset_ < statement_->label.end) {
    word_ = {statement_->label.begin + 1, std::max(statement_->label.begin + 1, statement_->label.end - 1)};
    where_ = Where::kLabel;
    return;
  }
  if (statement_->kind == Kind::kAttribute && offset_ >= statement_->value_begin) look_into_value();
}

void Cursor::look_into_value() {
  const auto& tokens = outline_.tokens;
  const auto first = std::partition_point(tokens.begin(), tokens.end(), [&](const Token& token) { return token.begin < statement_->value_begin; });
  auto last = std::partition_point(first, tokens.end(), [&](const Token& token) { return token.begin < offset_; });
  const Token* inside = last == first ? nullptr : &*std::prev(last);
  where_ = Where::kValue;
  if (inside && inside->kind == kString && offset_ > inside->begin) {
    const std::string_view text = outline_.slice({inside->begin, inside->end});
    const bool closed = text.size() >= 2 && text.back() == text.front();
    if (offset_ < inside->end || !closed) {
      where_ = Where::kText;
      word_ = {inside->begin + 1, closed ? inside->end - 1 : inside->end};
      --last;
    }
  }
  if (around_.schema) attribute_ = find_row(*around_.schema, outline_.slice(statement_->name));
  expected_ = attribute_ ? attribute_->type : nullptr;
  // The name that is being typed is no name of a field that has a value.
  while (where_ == Where::kValue && last != first && std::prev(last)->end >= offset_ && std::prev(last)->begin >= word_.begin && word_.end > word_.begin) --last;
  for (const Open& open : open_brackets(outline_, static_cast<size_t>(first - tokens.begin()), static_cast<size_t>(last - tokens.begin()))) {
    at_field_name_ = open.bracket == kLCurly && !open.in_value;
    expected_ = inner_type(expected_, open);
  }
}

}  // namespace invar::lsp
