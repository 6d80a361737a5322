#include "src/language/decode.h"

#include <set>

#include "src/base/quote.h"
#include "src/language/catalog.h"
#include "src/language/record.h"
#include "src/parser/parse.h"

namespace invar {

const Origins::Field* Origins::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second;
}

bool Origins::unknown(std::string_view name) const {
  const Field* found = field(name);
  return found && found->unknown;
}

Span Origins::at(std::string_view name) const {
  const Field* found = field(name);
  return found ? found->span : span;
}

const Origins* Origins::block(std::string_view name, size_t index) const {
  const auto found = blocks.find(name);
  return found == blocks.end() || index >= found->second.size() ? nullptr : found->second[index].get();
}

bool Origins::any_unknown() const {
  for (const auto& [name, field] : fields)
    if (field.unknown) return true;
  for (const auto& [name, list] : blocks)
    for (const auto& inner : list)
      if (inner->any_unknown()) return true;
  return false;
}

Span span_of(const ast::Block& block) { return {block.name_span.source, block.name_span.begin, block.close_curly + 1}; }
Span head_of(const ast::Block& block) { return {block.name_span.source, block.name_span.begin, block.open_curly + 1}; }

namespace {

/// A row and the Args it names a member of.
struct Place {
  const Row* row = nullptr;
  void* args = nullptr;
};

Place find_place(const Schema& schema, void* args, std::string_view name) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash) {
      if (!find_row(*row.schema, name)) continue;
      row.prepare(args, 1);
      return find_place(*row.schema, row.at(args, 0), name);
    }
    if ((row.kind == RowKind::kAttr || row.kind == RowKind::kBlock) && row.name == name) return {&row, args};
  }
  return {};
}

struct EnumPlace {
  const Row* row = nullptr;
  void* args = nullptr;
  EnumBlock kind;
};

bool has_enum(const Schema& schema) {
  for (const Row& row : schema.rows)
    if (row.kind == RowKind::kEnum || (row.kind == RowKind::kSquash && has_enum(*row.schema))) return true;
  return false;
}

/// The enum group that a block's name belongs to.
bool find_enum(const Schema& schema, void* args, std::string_view name, EnumPlace& place) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash && has_enum(*row.schema)) {
      row.prepare(args, 1);
      if (find_enum(*row.schema, row.at(args, 0), name, place)) return true;
    }
    if (row.kind != RowKind::kEnum || !name.starts_with(row.name) || name.size() <= row.name.size() || name[row.name.size()] != '.')
      continue;
    const std::string_view member = name.substr(row.name.size() + 1);
    for (size_t i = 0; i < row.group->size(); ++i) {
      const EnumBlock kind = row.group->at(i);
      if (kind.name == member) return place = {&row, args, kind}, true;
    }
  }
  return false;
}

const Row* find_label(const Schema& schema) {
  for (const Row& row : schema.rows)
    if (row.kind == RowKind::kLabel) return &row;
  return nullptr;
}

class Decoder {
 public:
  explicit Decoder(const Scope& scope) : scope_(scope) {}
  Failure take_failure() { return std::move(failure_); }

  /// `block` is nullptr for a body without a block around it, whose label is not looked at.
  bool read(const ast::Block* block, const ast::Body& body, const Schema& schema, void* args, Origins& origins) {
    if (!component_) component_ = catalog_component(schema.name);
    schema.reset(args);
    if (block && !read_label(*block, schema, args)) return false;
    Statements statements{schema, args, origins, {}, {}, {}};
    for (const auto& statement : body)
      if (const ast::Block* inner = statement.block()) ++statements.counts[group_of(*inner, schema, args)];
    for (const auto& statement : body) {
      const ast::Attribute* attribute = statement.attribute();
      if (!(attribute ? read_attribute(statement.span, *attribute, statements) : read_block(*statement.block(), statements))) return false;
    }
    return check_missing(schema, statements) && validate(schema, args, origins);
  }

 private:
  struct Statements {
    const Schema& schema;
    void* args;
    Origins& origins;
    std::set<std::string, std::less<>> attributes;
    std::map<std::string, size_t, std::less<>> counts;  // blocks by name, enum blocks by their group
    std::map<std::string, size_t, std::less<>> seen;
  };

  bool fail(Failure failure) { return failure_ = std::move(failure), false; }
  bool fail(Span at, std::string message) {
    return fail({Diagnostic{Severity::kError, at, std::move(message), {}, {}}, {}});
  }
  bool fail(std::string text) { return fail({std::nullopt, std::move(text)}); }

  static std::string group_of(const ast::Block& block, const Schema& schema, void* args) {
    std::string name = block.full_name();
    EnumPlace place;
    if (has_enum(schema) && find_enum(schema, args, name, place)) return std::string(place.row->name);
    return name;
  }

  bool read_label(const ast::Block& block, const Schema& schema, void* args) {
    const Row* row = find_label(schema);
    if (block.label.empty() && row) return fail(head_of(block), "block " + quoted(block.full_name()) + " requires non-empty label");
    if (!block.label.empty() && !row)
      return fail(head_of(block), "block " + quoted(block.full_name()) + " does not support specifying labels");
    if (!row) return true;
    ValueError error;
    return row->read(Value::string(block.label), args, error);
  }

  bool read_attribute(Span span, const ast::Attribute& attribute, Statements& s) {
    const std::string& name = attribute.name.name;
    if (!s.attributes.insert(name).second) return fail(span, "attribute " + quoted(name) + " may only be provided once");
    const Place place = find_place(s.schema, s.args, name);
    if (!place.row) return fail(span, unrecognized("attribute", name));
    if (place.row->kind == RowKind::kBlock) return fail(span, quoted(name) + " must be a block, but is used as an attribute");
    Value value;
    if (!evaluate(*attribute.value, value)) return false;
    const bool unknown = value.holds_unknown();
    s.origins.fields[name] = {attribute.value->span, unknown, value.is_null()};
    ValueError error;
    Value ignored;
    const bool good = unknown ? read_typed(value, *place.row->type, ignored, error) : place.row->read(value, place.args, error);
    return good || fail(evaluation_.explain(error));
  }

  bool evaluate(const ast::Expr& expression, Value& value) {
    auto failure = evaluation_.evaluate(expression, scope_, value);
    return !failure || fail(std::move(*failure));
  }

  bool read_block(const ast::Block& block, Statements& s) {
    const std::string name = block.full_name();
    EnumPlace member;
    if (has_enum(s.schema) && find_enum(s.schema, s.args, name, member)) return read_enum(block, member, s);
    const Place place = find_place(s.schema, s.args, name);
    if (!place.row) return fail(span_of(block), unrecognized("block", name));
    if (place.row->kind == RowKind::kAttr) return fail(span_of(block), quoted(name) + " must be an attribute, but is used as a block");

    const Row& row = *place.row;
    const size_t count = s.counts[name];
    if (row.repeat == Repeat::kExactly && count != row.count)
      return fail(span_of(block), "block " + quoted(name) + " must be specified exactly " + std::to_string(row.count) +
                                      " times, but was specified " + std::to_string(count) + " times");
    if (row.repeat == Repeat::kOnce && count > 1) return fail(span_of(block), "block " + quoted(name) + " may only be specified once");
    const size_t index = s.seen[name]++;
    if (!row.schema) return read_map(block, place, s);
    if (row.schema->module_body) return true;  // its owner takes it apart
    if (index == 0) row.prepare(place.args, count);
    return read_nested(block, *row.schema, row.at(place.args, index), add_origins(s, name, block));
  }

  bool read_nested(const ast::Block& block, const Schema& schema, void* args, Origins& origins) {
    path_.push_back(block.full_name());
    const bool good = read(&block, block.body, schema, args, origins);
    path_.pop_back();
    return good;
  }

  /// Alloy's words, but for what Alloy has and this build has not.
  std::string unrecognized(std::string_view what, const std::string& name) const {
    const Schema* recorded = component_ ? &component_->arguments : nullptr;
    for (const std::string& step : path_) recorded = recorded ? inner_schema(*recorded, step) : nullptr;
    if (recorded && (find_row(*recorded, name) || inner_schema(*recorded, name))) return std::string(what) + " " + quoted(name) + " is not supported by this build yet";
    return "unrecognized " + std::string(what) + " name " + quoted(name);
  }

  static Origins& add_origins(Statements& s, const std::string& name, const ast::Block& block) {
    auto& list = s.origins.blocks[name];
    list.push_back(std::make_unique<Origins>());
    list.back()->span = span_of(block);
    return *list.back();
  }

  bool read_enum(const ast::Block& block, const EnumPlace& place, Statements& s) {
    const std::string group(place.row->name);
    const size_t index = s.seen[group]++;
    if (index == 0) place.row->prepare(place.args, s.counts[group]);
    auto args = place.kind.schema->create();
    auto& element = *static_cast<EnumValue*>(place.row->at(place.args, index));
    element.kind = place.kind;
    element.span = span_of(block);
    if (!read_nested(block, *place.kind.schema, args.get(), add_origins(s, group, block))) return false;
    element.args = std::move(args);
    return true;
  }

  /// A block whose attributes are entries of a map. Each is read on its own, so that messages name its expression only.
  bool read_map(const ast::Block& block, const Place& place, Statements& s) {
    if (!block.label.empty()) return fail(head_of(block), "block " + quoted(block.full_name()) + " requires empty label");
    Origins& origins = add_origins(s, block.full_name(), block);
    Members members;
    for (const auto& statement : block.body) {
      const ast::Attribute* attribute = statement.attribute();
      if (!attribute) return fail(statement.span, "nested blocks not supported here");
      Value value;
      if (!evaluate(*attribute->value, value)) return false;
      origins.fields[attribute->name.name] = {attribute->value->span, value.holds_unknown(), value.is_null()};
      if (value.holds_unknown()) continue;
      ValueError error;
      if (!place.row->read(Value::object({{attribute->name.name, value}}), place.args, error))
        return fail(evaluation_.explain(std::move(error).without_outer_step()));
      members.insert_or_assign(attribute->name.name, std::move(value));
    }
    ValueError error;
    return place.row->read(Value::object(std::move(members)), place.args, error) || fail(evaluation_.explain(error));
  }

  bool check_missing(const Schema& schema, const Statements& s) {
    for (const Row& row : schema.rows) {
      if (row.kind == RowKind::kSquash && !check_missing(*row.schema, s)) return false;
      if (row.presence == Presence::kOptional) continue;
      if (row.kind == RowKind::kAttr && !s.attributes.contains(row.name))
        return fail("missing required attribute " + quoted(row.name));
      if (row.kind == RowKind::kBlock && !s.seen.contains(row.name)) return fail("missing required block " + quoted(row.name));
    }
    return true;
  }

  /// What is unknown cannot be checked: then nobody is blamed.
  bool validate(const Schema& schema, void* args, const Origins& origins) {
    if (!schema.validates() || origins.any_unknown()) return true;
    ValidateContext context(&origins);
    schema.validate(args, context);
    return !context.message() || fail(*context.message());
  }

  const Scope& scope_;
  Evaluation evaluation_;
  Failure failure_;
  const CatalogComponent* component_ = nullptr;  // what is recorded of the component that is read
  std::vector<std::string> path_;                // the blocks that are open
};

std::optional<Failure> decode(const ast::Block* labelled, const ast::Body& body, const Schema& schema, const Scope& scope, void* args,
                              Origins& origins) {
  Decoder decoder(scope);
  if (decoder.read(labelled, body, schema, args, origins)) return std::nullopt;
  return decoder.take_failure();
}

}  // namespace

std::optional<Failure> decode_body(const ast::Body& body, Span span, const Schema& schema, const Scope& scope, void* args,
                                   Origins& origins) {
  origins.span = span;
  return decode(nullptr, body, schema, scope, args, origins);
}

std::optional<Failure> decode_block(const ast::Block& block, const Schema& schema, const Scope& scope, void* args, Origins& origins) {
  origins.span = span_of(block);
  return decode(&block, block.body, schema, scope, args, origins);
}

std::optional<Failure> decode_text(const SourcePtr& source, const Schema& schema, const Scope& scope, void* args, Origins& origins) {
  Diagnostics diagnostics;
  const auto file = parse_file(source, diagnostics);
  if (!file) return Failure{diagnostics.all().front(), {}};
  return decode_body(file->body, {source.get(), 0, static_cast<uint32_t>(source->text().size())}, schema, scope, args, origins);
}

}  // namespace invar
