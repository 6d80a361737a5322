#include "src/language/catalog.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "src/base/quote.h"
#include "src/language/catalog_tables.h"
#include "src/language/evaluate.h"
#include "src/parser/parse.h"
#include "src/text/gotemplate/template.h"
#include "src/text/regex.h"
#include "src/text/url.h"

namespace invar {
namespace {

using namespace catalog_tables;

std::string_view view(Text text) { return {kText + text.at, text.length}; }

// What the texts of attributes obey.

bool accept_regex(std::string_view text, std::string& why) {
  const auto refused = Regex::check_anchored(text);
  return refused.ok() || (why = refused.error().what, false);
}

bool accept_template(std::string_view text, std::string& why) {
  const auto parsed = GoTemplate::compile("pipeline_template", text);
  return parsed.ok() || (why = parsed.error().what, false);
}

bool accept_url(std::string_view text, std::string& why) {
  const auto url = parse_url(text);
  return url.ok() || (why = url.error().what, false);
}

std::string spell_url(std::string_view text) {
  const auto url = parse_url(text);
  return url ? url->text() : std::string();
}

bool accept_source(std::string_view text, std::string& why) { return !text.empty() || (why = "source cannot be empty", false); }

std::string spell_lower(std::string_view text) {
  std::string word(text);
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return word;
}

bool accept_word(std::string_view text, const WordListCells& list, std::string& why) {
  const std::string word = list.lowered ? spell_lower(text) : std::string(text);
  for (size_t i = 0; i < list.count; ++i)
    if (view(kWords[list.first + i]) == word) return true;
  why = std::string(view(list.before)) + (list.quote ? quoted(word) : word) + std::string(view(list.after));
  return false;
}

/// Functions without a context, one for each list that there may be.
using AcceptFunction = bool (*)(std::string_view, std::string&);
template <size_t... List>
constexpr std::array<AcceptFunction, sizeof...(List)> word_functions(std::index_sequence<List...>) {
  return {[](std::string_view text, std::string& why) { return accept_word(text, kWordLists[List], why); }...};
}
constexpr auto kWordFunctions = word_functions(std::make_index_sequence<kMostWordLists>());

/// Makes schemas of the tables. A schema is made with all that it refers to, once.
class Catalog {
 public:
  static Catalog& instance() {
    static Catalog catalog;
    return catalog;
  }

  const CatalogComponent& component(size_t index) {
    const std::lock_guard lock(mutex_);
    if (!components_) components_ = std::make_unique<CatalogComponent[]>(kComponentCount);
    CatalogComponent& made = components_[index];
    if (made.name.empty()) fill(made, kComponents[index]);
    return made;
  }
  std::span<const CatalogComponent> components() {
    for (size_t i = 0; i < kComponentCount; ++i) component(i);
    return {components_.get(), kComponentCount};
  }
  std::span<const CatalogBlock> blocks() {
    const std::lock_guard lock(mutex_);
    if (!blocks_) {
      blocks_ = std::make_unique<CatalogBlock[]>(kBlockCount);
      for (size_t i = 0; i < kBlockCount; ++i) fill(blocks_[i], kBlocks[i]);
    }
    return {blocks_.get(), kBlockCount};
  }
  std::span<const CatalogFunction> functions() {
    const std::lock_guard lock(mutex_);
    if (!functions_) {
      functions_ = std::make_unique<CatalogFunction[]>(kFunctionCount);
      for (size_t i = 0; i < kFunctionCount; ++i) fill(functions_[i], kFunctions[i]);
    }
    return {functions_.get(), kFunctionCount};
  }
  EnumBlock member(size_t group, size_t index) {
    const std::lock_guard lock(mutex_);
    const MemberCells& data = kMembers[kGroups[group].first_member + index];
    return {view(data.name), schema(data.schema)};
  }

 private:
  Catalog() : schemas_(kSchemaCount), rows_(kSchemaCount), types_(kTypeCount) {}

  void fill(CatalogComponent& made, const ComponentCells& data) {
    made = {.name = view(data.name), .stability = static_cast<Stability>(data.stability), .community = data.community, .doc = view(data.doc),
            .page = view(data.page), .arguments = *schema(data.arguments), .exports = {}};
    if (data.exports) made.exports = schema(data.exports)->rows;
  }
  void fill(CatalogBlock& made, const BlockCells& data) {
    made = {.name = view(data.name), .stability = static_cast<Stability>(data.stability), .where = static_cast<CatalogBlock::Where>(data.where),
            .label_required = data.label_required, .service = data.service, .not_configurable = data.not_configurable, .doc = view(data.doc),
            .page = view(data.page), .arguments = data.arguments ? *schema(data.arguments) : Schema{}};
  }
  static void fill(CatalogFunction& made, const FunctionCells& data) {
    made = {.name = view(data.name), .constant = data.constant, .stability = static_cast<Stability>(data.stability), .deprecated = data.deprecated,
            .use_instead = view(data.use_instead), .doc = view(data.doc), .signature = view(data.signature)};
  }

  /// nullptr for 0.
  const Schema* schema(Index index) {
    if (index == 0) return nullptr;
    auto& made = schemas_[index - 1];
    if (made) return made.get();
    const SchemaCells& data = kSchemas[index - 1];
    auto& rows = rows_[index - 1];
    rows = std::make_unique<Row[]>(data.rows);
    // Known before its rows are made: a body may hold itself.
    made = std::make_unique<Schema>(Schema{.name = view(data.name), .summary = {}, .rows = {rows.get(), data.rows}, .module_body = data.module_body,
                                          .unmarshaler = data.unmarshaler});
    for (size_t i = 0; i < data.rows; ++i) fill(rows[i], kRows[data.first_row + i]);
    return made.get();
  }

  void fill(Row& row, const RowCells& data) {
    row = {.kind = static_cast<RowKind>(data.kind),
           .name = view(data.name),
           .presence = data.flags & kRowRequired ? Presence::kRequired : Presence::kOptional,
           .doc = view(data.doc),
           .type = type(data.type),
           .schema = schema(data.schema),
           .repeat = static_cast<Repeat>(data.repeat),
           .count = data.count,
           .group = group(data.group),
           .default_text = view(data.default_text),
           .deprecated = (data.flags & kRowDeprecated) != 0,
           .filled = (data.flags & kRowFilled) != 0,
           .always_there = (data.flags & kRowAlwaysThere) != 0,
           .pointer = (data.flags & kRowPointer) != 0,
           .squashed = (data.flags & kRowSquashed) != 0};
    if (data.documented == 0) return;
    const DocumentedCells& documented = kDocumented[data.documented - 1];
    row.known_words = words(documented.first_word, documented.words);
    row.documented_limit = view(documented.limit);
  }

  std::span<const std::string_view> words(size_t first, size_t count) {
    auto& made = words_.emplace_back(std::make_unique<std::string_view[]>(count));
    for (size_t i = 0; i < count; ++i) made[i] = view(kWords[first + i]);
    return {made.get(), count};
  }

  const TypeInfo* type(Index index) {
    if (index == 0) return nullptr;
    auto& made = types_[index - 1];
    if (made) return made.get();
    const TypeCells& data = kTypes[index - 1];
    made = std::make_unique<TypeInfo>(TypeInfo{.kind = static_cast<TypeKind>(data.kind),
                                               .go = view(data.go),
                                               .name = view(data.name),
                                               .interface = (data.flags & kTypeInterface) != 0,
                                               .from_object = (data.flags & kTypeFromObject) != 0,
                                               .text_struct = (data.flags & kTypeTextStruct) != 0,
                                               .null_error = view(data.null_error)});
    made->element = type(data.element);
    made->fields = schema(data.fields);
    obey(*made, data);
    return made.get();
  }

  void obey(TypeInfo& type, const TypeCells& data) {
    switch (data.rule) {
      case kTextDuration: type.accepts = &spoken_internal::accept_duration; break;
      case kTextBytes: type.accepts = &spoken_internal::accept_byte_size, type.spelled = &spoken_internal::spell_byte_size; break;
      case kTextRegex: type.accepts = &accept_regex; break;
      case kTextUrl: type.accepts = &accept_url, type.spelled = &spell_url; break;
      case kTextTemplate: type.accepts = &accept_template; break;
      case kTextSource: type.accepts = &accept_source; break;
      case kTextWords: {
        const WordListCells& list = kWordLists[data.words - 1];
        type.accepts = kWordFunctions[data.words - 1];
        if (list.lowered) type.spelled = &spell_lower;
        type.words = words(list.first, list.count);
        break;
      }
      default: break;
    }
  }

  const EnumGroup* group(Index index);

  std::mutex mutex_;
  std::unique_ptr<CatalogComponent[]> components_;
  std::unique_ptr<CatalogBlock[]> blocks_;
  std::unique_ptr<CatalogFunction[]> functions_;
  std::vector<std::unique_ptr<Schema>> schemas_;
  std::vector<std::unique_ptr<Row[]>> rows_;
  std::vector<std::unique_ptr<TypeInfo>> types_;
  std::vector<std::unique_ptr<std::string_view[]>> words_;
};

template <size_t... Group>
constexpr std::array<EnumGroup, sizeof...(Group)> enum_groups(std::index_sequence<Group...>) {
  return {EnumGroup{[]() -> size_t { return kGroups[Group].members; }, [](size_t index) { return Catalog::instance().member(Group, index); }}...};
}
constexpr auto kEnumGroups = enum_groups(std::make_index_sequence<kMostGroups>());

const EnumGroup* Catalog::group(Index index) { return index == 0 ? nullptr : &kEnumGroups[index - 1]; }

/// The index of a name in a sorted table; `count` when it is not there.
template <class T>
size_t index_of(const T* sorted, size_t count, std::string_view name) {
  const T* found = std::lower_bound(sorted, sorted + count, name, [](const T& a, std::string_view b) { return view(a.name) < b; });
  return found != sorted + count && view(found->name) == name ? static_cast<size_t>(found - sorted) : count;
}

}  // namespace

std::span<const CatalogComponent> catalog_components() { return Catalog::instance().components(); }
std::span<const CatalogBlock> catalog_blocks() { return Catalog::instance().blocks(); }
std::span<const CatalogFunction> catalog_functions() { return Catalog::instance().functions(); }

const CatalogComponent* catalog_component(std::string_view name) {
  const size_t index = index_of(kComponents, kComponentCount, name);
  return index == kComponentCount ? nullptr : &Catalog::instance().component(index);
}
const CatalogBlock* catalog_block(std::string_view name) {
  const size_t index = index_of(kBlocks, kBlockCount, name);
  return index == kBlockCount ? nullptr : &catalog_blocks()[index];
}
const CatalogFunction* catalog_function(std::string_view name) {
  const size_t index = index_of(kFunctions, kFunctionCount, name);
  return index == kFunctionCount ? nullptr : &catalog_functions()[index];
}

std::optional<Value> catalog_default(const Row& row) {
  if (row.default_text.empty()) return std::nullopt;
  Diagnostics diagnostics;
  const auto expression = parse_expression(std::make_shared<Source>("default", std::string(row.default_text)), diagnostics);
  Value value;
  if (!expression || evaluate(*expression, Scope(), value)) return std::nullopt;
  return value;
}

}  // namespace invar
