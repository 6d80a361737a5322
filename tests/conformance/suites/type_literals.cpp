// charts/type-literals: may this literal stand for an attribute of this type (static check against the catalog), and what does the
// evaluator make of it.
#include "src/language/catalog.h"
#include "tests/conformance/decode_outcome.h"

namespace invar::type_literals {
namespace {

using enum Presence;

template <class T>
struct Holder {
  T v{};
};
template <class T>
struct HolderTable {
  static constexpr Row kRows[] = {attr<&Holder<T>::v>("v", kOptional, "")};
  static constexpr Schema kSchema = schema<Holder<T>>("holder", "", kRows);
};

/// The types whose values were recorded.
const Schema* schema_of(std::string_view type) {
  if (type == "string") return &HolderTable<std::string>::kSchema;
  if (type == "secret") return &HolderTable<Secret>::kSchema;
  if (type == "bool") return &HolderTable<bool>::kSchema;
  if (type == "int") return &HolderTable<int64_t>::kSchema;
  if (type == "uint") return &HolderTable<uint64_t>::kSchema;
  if (type == "number") return &HolderTable<double>::kSchema;
  if (type == "duration") return &HolderTable<Duration>::kSchema;
  if (type == "list(string)") return &HolderTable<std::vector<std::string>>::kSchema;
  if (type == "map(string)") return &HolderTable<std::map<std::string, std::string>>::kSchema;
  if (type == "any") return &HolderTable<Value>::kSchema;
  return nullptr;
}

const ast::Block* innermost(const ast::Block& block) {
  if (block.full_name() != "declare") return &block;
  return block.body.at(0).block();
}

/// The first thing `validate` would say; empty when it is content.
std::string check_text(const std::string& config) {
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(std::make_shared<Source>("t.alloy", config), diagnostics);
  if (!file) return diagnostics.all().front().message;
  const ast::Block& block = *innermost(*file->body.at(0).block());
  if (const CatalogComponent* component = catalog_component(block.full_name())) check_block(block, component->arguments, diagnostics);
  else if (const CatalogBlock* known = catalog_block(block.full_name())) check_block(block, known->arguments, diagnostics);
  else return "not in the catalog: " + block.full_name();
  return diagnostics.empty() ? "" : diagnostics.all().front().message;
}

/// Numbers as text, as most of them were recorded.
Json plain(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return nullptr;
    case ValueType::kBool: return value.as_bool();
    case ValueType::kNumber: return value.number_text();
    case ValueType::kString: return value.as_string();
    case ValueType::kArray: {
      Json out = Json::array();
      for (size_t i = 0; i < value.size(); ++i) out.push_back(plain(value.at(i)));
      return out;
    }
    case ValueType::kObject: {
      Json out = Json::object();
      for (const auto& [key, member] : value.members()) out[key] = plain(member);
      return out;
    }
    default: break;
  }
  if (const auto secret = value.capsule_as<SecretCapsule>()) return secret->secret().reveal();
  return value.describe();
}

Json with_number_texts(Json value) {
  if (value.is_number_integer()) return value.dump();
  if (value.is_number()) return format_float(value.get<double>());
  if (value.is_structured())
    for (Json& inner : value) inner = with_number_texts(std::move(inner));
  return value;
}

std::string run_difference(const Json& data, const Schema& schema) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<Source>("", "v = " + data.at("expr").get<std::string>() + "\n");
  const ast::FilePtr file = parse_file(source, diagnostics);
  std::string error;
  Value value;
  if (!file) {
    error = summary(diagnostics);
  } else {
    const auto args = schema.create();
    Origins origins;
    if (const auto failure = decode_body(file->body, {}, schema, Scope(&stdlib_values()), args.get(), origins)) error = failure->error();
    else value = schema.rows[0].show(args.get());
    const bool is_nil = error.empty() && origins.field("v")->null && (value.is(ValueType::kArray) || value.is(ValueType::kObject));
    if (is_nil) value = Value();
  }
  if (data.contains("run_err")) return difference(data["run_err"], error);
  if (!error.empty()) return "  " + error + "\n";
  const Json got = data["type"] == "number" ? Json(format_float_general(value.as_float())) : plain(value);
  return difference(with_number_texts(data["run_val"]), got);
}

Outcome run(const ConformanceCase& c) {
  std::string config = c.file["templates"].at(c.data.at("type").get<std::string>());
  config.replace(config.find("%s"), 2, c.data.at("expr").get<std::string>());
  const std::string message = check_text(config);
  if (c.data.contains("panic")) return message.empty() ? Outcome::failed("  an error was wanted\n") : Outcome::passed();
  std::string text = difference(Json(c.data.value("msg", "")), Json(message));
  const Schema* schema = schema_of(c.data["type"].get<std::string>());
  if (schema && (c.data.contains("run_val") || c.data.contains("run_err"))) text += run_difference(c.data, *schema);
  return verdict(std::move(text));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"charts/type-literals"}, run};

}  // namespace invar::type_literals
