#include "src/runtime/foreach.h"

#include <map>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/io/digest.h"
#include "src/language/target.h"

namespace invar {
namespace {

using enum Presence;

constexpr Schema kTemplate{.name = "template", .summary = "Components made for each item", .rows = {}, .module_body = true};
constexpr BlockAccess kNothing{[](void*, size_t) {}, [](void* args, size_t) { return args; }, [](const void*) -> size_t { return 0; }};
constexpr Row kRows[] = {
    attr<&ForeachArgs::collection>("collection", kRequired, "Items"),
    attr<&ForeachArgs::var>("var", kRequired, "Name of the item in the template"),
    attr<&ForeachArgs::id>("id", kOptional, "Field that tells items apart"),
    attr<&ForeachArgs::hash_string_id>("hash_string_id", kOptional, "Hash the text that tells items apart"),
    attr<&ForeachArgs::enable_metrics>("enable_metrics", kOptional, "Expose the metrics of the template's components"),
    Row{.kind = RowKind::kBlock, .name = "template", .doc = "Components made for each item", .schema = &kTemplate, .repeat = Repeat::kMany, .access = &kNothing},
};
constexpr Schema kSchema = schema<ForeachArgs>("foreach", "Runs its template once per item", kRows);

std::string hashed(std::string_view text) {
  Sha256 digest;
  digest.add(text);
  return digest.hex();
}

std::string go_map(std::string_view type, const auto& members, auto&& value_text) {
  std::string text(type);
  text += '{';
  for (const auto& [key, value] : members) {
    if (!text.ends_with('{')) text += ", ";
    text += quoted(key) + ":" + value_text(value);
  }
  return text + "}";
}

/// Go's %#v of the value as Alloy holds it: what names an item that is no plain text or number.
std::string go_syntax(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return "<nil>";
    case ValueType::kBool: return value.as_bool() ? "true" : "false";
    case ValueType::kString: return quoted(value.as_string());
    case ValueType::kNumber: {
      if (value.number_kind() == NumberKind::kFloat) return format_float_general(value.as_float());
      if (value.number_kind() == NumberKind::kInt || value.as_uint() <= INT64_MAX) return value.number_text();
      static constexpr char kHex[] = "0123456789abcdef";
      std::string digits;
      for (uint64_t rest = value.as_uint(); rest > 0; rest >>= 4) digits.insert(digits.begin(), kHex[rest & 15]);
      return "0x" + digits;
    }
    case ValueType::kArray: {
      std::string text = "[]interface {}{";
      for (size_t i = 0; i < value.size(); ++i) text.append(i > 0 ? ", " : "").append(go_syntax(value.at(i)));
      return text + "}";
    }
    case ValueType::kObject: return go_map("map[string]interface {}", value.members(), [](const Value& member) { return go_syntax(member); });
    default: break;
  }
  if (const auto target = Target::of(value))
    return "discovery.Target{group:model.LabelSet{}, own:" +
           go_map("model.LabelSet", target->labels(), [](const std::string& label) { return quoted(label); }) +
           ", size:" + std::to_string(target->labels().size()) + "}";
  return value.describe();
}

std::string identifier_of(std::string_view text) {
  std::string out;
  for (size_t length = 0; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    if (is_letter(rune) || is_digit(rune))
      append_rune(out, rune);
    else
      out += '_';
  }
  return out;
}

/// Go's %f.
std::string six_decimals(double value) {
  char text[400];
  std::snprintf(text, sizeof text, "%f", value);
  return text;
}

std::string fingerprint(const Value& id, bool hash_strings) {
  if (id.is(ValueType::kString)) return hash_strings ? hashed(id.as_string()) : identifier_of(id.as_string());
  if (id.is(ValueType::kBool)) return id.as_bool() ? "true" : "false";
  if (id.is(ValueType::kNumber) && id.number_kind() == NumberKind::kFloat) {
    std::string text = six_decimals(id.as_float());
    for (char& c : text)
      if (c == '.') c = '_';
    return text;
  }
  if (id.is(ValueType::kNumber) && (id.number_kind() == NumberKind::kInt || id.as_uint() <= INT64_MAX)) return id.number_text();
  return hashed(go_syntax(id));
}

/// What tells the item apart: its field `name`, or all of it.
Value id_of(const Value& item, const std::string& name, const Logger& log) {
  if (name.empty()) return item;
  const auto members = item.to_object();
  if (!members) return item;
  const auto found = members->find(name);
  if (found != members->end()) return found->second;
  log.warn("specified id not found in collection item", {{"id", name}});
  return item;
}

}  // namespace

const Schema& foreach_schema() { return kSchema; }

const ast::Block* find_template(const ast::Block& foreach_block) {
  const ast::Block* found = nullptr;
  for (const ast::Statement& statement : foreach_block.body)
    if (const ast::Block* block = statement.block(); block && block->full_name() == "template") found = block;
  return found;
}

std::vector<std::string> foreach_names(const ForeachArgs& args, const Logger& log) {
  std::vector<std::string> names;
  std::map<std::string, size_t> counts;
  for (const Value& item : args.collection) {
    const std::string name = "foreach_" + fingerprint(id_of(item, args.id, log), args.hash_string_id);
    names.push_back(name + "_" + std::to_string(++counts[name]));
  }
  return names;
}

}  // namespace invar
