// syntax/decode_real: the same as decode for the argument types of real components, as far as they are built here.
#include "src/language/catalog.h"
#include "src/runtime/component.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/foreach.h"
#include "src/runtime/import_source.h"
#include "src/runtime/receiver_value.h"
#include "src/runtime/remote_config.h"
#include "tests/conformance/decode_outcome.h"

namespace invar::decode_real {
namespace {

const Schema* find_schema(std::string_view name) {
  for (const ComponentSpec* component : components())
    if (component->name == name) return component->arguments;
  if (name == "logging") return &logging_schema();
  if (name == "argument") return &argument_schema();
  if (name == "export") return &export_schema();
  if (name == "http") return &http_service_schema();
  if (name == "livedebugging") return &livedebugging_schema();
  if (name == "tracing") return &tracing_schema();
  if (name == "remotecfg") return &remote_config_schema();
  if (name == "foreach") return &foreach_schema();
  if (name.starts_with("import.")) return import_kind(name).arguments;
  return nullptr;
}

/// What is not built here is still checked by the catalog.
Outcome check_only(const ConformanceCase& c, const std::string& name) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<Source>(c.data.at("file").get<std::string>(), text_of(c.data, "src").value());
  const ast::FilePtr file = parse_file(source, diagnostics);
  const CatalogComponent* component = catalog_component(name);
  const CatalogBlock* block = catalog_block(name);
  if (!file || (!component && !block)) return Outcome::failed("  neither built nor in the catalog\n");
  Schema schema = component ? component->arguments : block->arguments;
  // foreach takes its template out before it looks at its arguments.
  if (name == "foreach") schema.rows = schema.rows.first(schema.rows.size() - 1);
  check_block(*file->body.at(0).block(), schema, diagnostics);
  std::string text = difference(c.data["typecheck"], diagnostics_to_json(diagnostics));
  return text.empty() ? Outcome::skipped(name + " is not built here, or not all of it (its static check passed)") : Outcome::failed(std::move(text));
}

bool has_member(const Schema& schema, std::string_view name) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kBlock && row.name == name) return true;
    if (row.kind == RowKind::kSquash && has_member(*row.schema, name)) return true;
    if (row.kind != RowKind::kEnum) continue;
    for (size_t i = 0; i < row.group->size(); ++i)
      if (std::string(row.name) + "." + std::string(row.group->at(i).name) == name) return true;
  }
  return false;
}

/// A block that Alloy has and this build's component has not yet.
bool uses_unbuilt_block(const Schema& schema, const std::string& name, const std::string& src) {
  const CatalogComponent* component = catalog_component(name);
  if (!component) return false;
  for (const Row& row : component->arguments.rows)
    if (row.kind == RowKind::kBlock && !has_member(schema, row.name) && src.find(std::string(row.name) + " {") != std::string::npos)
      return true;
  return false;
}

bool is_zero(const Json& value) {
  return value.is_null() || value == "" || value == false || value == Json{{"map", nullptr}} || value == Json{{"list", nullptr}} ||
         value == Json{{"text", ""}};
}

/// Go keeps some rows behind a pointer (squash): they are not there as long as none is written. Members of an enum group that are not
/// built here are null in the recorded ones.
void drop_unset(Json& expected, Json& got) {
  if (got.is_array() && expected.is_array() && got.size() == expected.size())
    for (size_t i = 0; i < got.size(); ++i) drop_unset(expected[i], got[i]);
  if (!got.is_object() || !expected.is_object()) return;
  std::vector<std::string> dropped, unknown;
  for (const auto& [key, value] : expected.items())
    if (value.is_null() && !got.contains(key)) unknown.push_back(key);
  for (const std::string& key : unknown) expected.erase(key);
  for (auto& [key, value] : got.items()) {
    // Some Go types are read as text, but kept as plain strings.
    if (expected.contains(key) && expected[key].is_string() && value.is_object() && value.size() == 1 && value.contains("text"))
      value = Json(value["text"]);
    if (expected.contains(key)) drop_unset(expected[key], value);
    else if (is_zero(value)) dropped.push_back(key);
  }
  for (const std::string& key : dropped) got.erase(key);
}

/// A Go struct without members was recorded as a capsule of its type; ours is a table without rows.
void empty_structs(Json& recorded) {
  if (recorded.is_object() && recorded.size() == 1 && recorded.contains("capsule") && recorded["capsule"].is_string() &&
      recorded["capsule"].get<std::string>().ends_with("Config"))
    recorded = Json::object();
  else if (recorded.is_structured())
    for (Json& part : recorded) empty_structs(part);
}

/// tracing's list of consumers is empty in Alloy by default, not nil, and so was shown.
void drop_consumers(Json& outcome) {
  if (outcome.contains("result") && (outcome["result"]["write_to"].empty() || outcome["result"]["write_to"].contains("list")))
    outcome["result"].erase("write_to");
  if (!outcome.contains("api_json")) return;
  Json shown = Json::array();
  for (const Json& statement : outcome["api_json"])
    if (statement["name"] != "write_to") shown.push_back(statement);
  outcome["api_json"] = shown;
}

Outcome run(const ConformanceCase& c) {
  const std::string name = c.data.at("schema");
  const Schema* schema = find_schema(name);
  if (!schema || uses_unbuilt_block(*schema, name, text_of(c.data, "src").value())) return check_only(c, name);
  // Where anything is taken, the recorder's own type shows.
  const Value receiver = name == "export" || name == "tracing" ? Value::capsule(std::make_shared<RecordedReceiver>(""))
                                          : receiver_value(std::make_shared<LogsReceiver>(".receiver"));
  Json expected = recorded_outcome(c), got = decode_outcome(c, *schema, variables_of(c, receiver));
  if (expected.contains("result") && got.contains("result")) drop_unset(expected["result"], got["result"]);
  empty_structs(expected);
  if (name == "tracing") drop_consumers(expected), drop_consumers(got);
  if (schema->rows.empty()) expected.erase("result"), got.erase("result");  // a Go struct without members is a capsule
  if (c.defect)
    for (const char* key : {"result", "api_json"}) expected.erase(key), got.erase(key);
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/decode_real"}, run};

}  // namespace invar::decode_real
