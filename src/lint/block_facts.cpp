#include "src/lint/block_facts.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "src/language/catalog.h"
#include "src/language/record.h"
#include "src/runtime/block_span.h"
#include "src/text/byte_size.h"
#include "src/text/duration.h"
#include "src/text/number.h"

namespace invar::lint {
namespace {

/// Defaults are expressions of the catalog: read once.
const Value& default_of(const Row& row) {
  static std::mutex mutex;
  static std::map<const Row*, Value> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(&row);
  if (found != known.end()) return found->second;
  return known.emplace(&row, catalog_default(row).value_or(Value())).first->second;
}

bool is_zero(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return true;
    case ValueType::kBool: return !value.as_bool();
    case ValueType::kNumber: return value.as_float() == 0;
    case ValueType::kString: return value.as_string().empty();
    case ValueType::kArray:
    case ValueType::kObject: return value.size() == 0;
    default: return false;
  }
}

/// A text of the language: numbers become texts where one is wanted.
std::optional<std::string> known_text(const Value& value) {
  if (value.is(ValueType::kString)) return value.as_string();
  if (value.is(ValueType::kNumber)) return value.number_text();
  if (value.is_null()) return std::string();
  return std::nullopt;
}

template <class Parse>
Quantity parsed(const Value& value, Parse parse) {
  const auto text = known_text(value);
  if (!text) return {};
  if (text->empty()) return {0};
  const auto number = parse(*text);
  return number ? Quantity{static_cast<double>(*number)} : Quantity{};
}

}  // namespace

BlockFacts::BlockFacts(const ast::Block& block, const Schema& schema, const Scope& scope, const BlockFacts* around)
    : block_(&block), schema_(schema), around_(around) {
  static constexpr Schema kNothing{};
  for (const ast::Statement& statement : block.body) {
    if (const auto* attribute = statement.attribute()) {
      AttributeFacts& facts = attributes_.emplace_back(AttributeFacts{attribute, find_row(schema, attribute->name.name), Value::unknown(), {}});
      facts.failure = evaluate(*attribute->value, scope, facts.value);
      if (facts.failure) facts.value = Value::unknown();
      continue;
    }
    const Schema* inner = inner_schema(schema, statement.block()->full_name());
    if (inner && inner->module_body) continue;
    inner_.push_back(std::make_unique<BlockFacts>(*statement.block(), inner ? *inner : kNothing, scope, this));
  }
}

BlockFacts::BlockFacts(const Schema& schema, const BlockFacts& around) : block_(nullptr), schema_(schema), around_(&around) {}

const AttributeFacts* BlockFacts::attribute(std::string_view name) const {
  for (const AttributeFacts& facts : attributes_)
    if (facts.written->name.name == name) return &facts;
  return nullptr;
}

Value BlockFacts::value(std::string_view name) const {
  if (const AttributeFacts* facts = attribute(name)) return facts->value;
  const Row* row = find_row(schema_, name);
  return row && row->kind == RowKind::kAttr ? default_of(*row) : Value();
}

Quantity BlockFacts::amount(std::string_view name) const {
  const Value found = value(name);
  const Row* row = find_row(schema_, name);
  if (found.is(ValueType::kNumber)) {
    // As it arrives: a negative one in an unsigned type is a huge one.
    Value read;
    ValueError refused;
    const bool fits = row && row->type && !found.is_unknown() && read_typed(found, *row->type, read, refused) && read.is(ValueType::kNumber);
    return {fits ? read.as_float() : found.as_float()};
  }
  if (row && row->type && row->type->kind == TypeKind::kDuration) return parsed(found, parse_duration);
  if (row && row->type && row->type->kind == TypeKind::kText) return parsed(found, parse_byte_size);
  return parsed(found, [](const std::string& text) { return parse_float(text); });
}

Text BlockFacts::text(std::string_view name) const { return {known_text(value(name))}; }

Truth BlockFacts::flag(std::string_view name) const {
  const Value found = value(name);
  return found.is(ValueType::kBool) ? Truth(found.as_bool()) : found.is_null() ? Truth(false) : Truth::unknown();
}

Quantity BlockFacts::size(std::string_view name) const {
  const Row* row = find_row(schema_, name);
  if (row && row->kind == RowKind::kBlock) return {static_cast<double>(count(name))};
  const Value found = value(name);
  if (found.is(ValueType::kArray) || found.is(ValueType::kObject)) return {static_cast<double>(found.size())};
  return found.is_null() ? Quantity{0} : Quantity{};
}

std::vector<std::string> BlockFacts::texts(std::string_view name) const {
  std::vector<std::string> known;
  const Value found = value(name);
  for (size_t i = 0; found.is(ValueType::kArray) && i < found.size(); ++i)
    if (auto text = known_text(found.at(i))) known.push_back(std::move(*text));
  return known;
}

Truth BlockFacts::written(std::string_view name) const {
  const AttributeFacts* facts = attribute(name);
  if (!facts) return count(name) > 0;
  return facts->value.is_unknown() ? Truth::unknown() : Truth(!facts->value.is_null());
}

Truth BlockFacts::set_attribute(std::string_view name) const {
  const Value found = value(name);
  return found.is_unknown() ? Truth::unknown() : Truth(!is_zero(found));
}

Truth BlockFacts::set(std::string_view name) const { return count(name) > 0 ? Truth(true) : set_attribute(name); }

Truth BlockFacts::more_than_one_of(std::initializer_list<std::string_view> names) const {
  size_t known = 0, possible = 0;
  for (const std::string_view name : names) {
    const Truth is_set = set(name);
    known += is_set.yes();
    possible += !is_set.no();
  }
  return known > 1 ? Truth(true) : possible > 1 ? Truth::unknown() : Truth(false);
}

Truth BlockFacts::none_of(std::initializer_list<std::string_view> names) const {
  Truth any = false;
  for (const std::string_view name : names) any = any || set(name);
  return !any;
}

bool BlockFacts::is_named(std::string_view name) const { return block_ && block_->full_name() == name; }

const std::string& BlockFacts::label() const {
  static const std::string kNone;
  return block_ ? block_->label : kNone;
}

size_t BlockFacts::count(std::string_view block_name) const {
  return static_cast<size_t>(std::count_if(inner_.begin(), inner_.end(), [&](const auto& block) { return block->is_named(block_name); }));
}

const BlockFacts* BlockFacts::block(std::string_view name, size_t index) const {
  for (const auto& block : inner_)
    if (block->is_named(name) && index-- == 0) return block.get();
  const Row* row = index == 0 || count(name) == 0 ? find_row(schema_, name) : nullptr;
  if (!row || !row->always_there || count(name) > 0) return nullptr;
  for (const auto& [known, facts] : unwritten_)
    if (known == row) return facts.get();
  return unwritten_.emplace_back(row, std::unique_ptr<BlockFacts>(new BlockFacts(*row->schema, *this))).second.get();
}

Span BlockFacts::span() const { return block_ ? whole_span(*block_) : around_->span(); }

Span BlockFacts::head() const {
  if (!block_) return around_->head();
  return block_->label_span.known() ? block_->name_span.through(block_->label_span) : block_->name_span;
}

Span BlockFacts::span_of(std::span<const std::string_view> names) const {
  std::optional<Span> whole;
  const auto add = [&](Span span) {
    if (!whole) whole = span;
    whole->begin = std::min(whole->begin, span.begin), whole->end = std::max(whole->end, span.end);
  };
  for (const std::string_view name : names) {
    if (const AttributeFacts* facts = attribute(name)) add(facts->written->name.span.through(facts->written->value->span));
    for (const auto& block : inner_)
      if (block->is_named(name)) add(block->head());
  }
  return whole ? *whole : span();
}

}  // namespace invar::lint
