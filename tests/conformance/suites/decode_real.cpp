// syntax/decode_real: the same as decode for the argument types of real components: the tables of those that are built, the recorded ones of all others.
#include "src/base/codes.h"
#include "src/language/catalog.h"
#include "src/lint/linter.h"
#include "src/runtime/component.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/foreach.h"
#include "src/runtime/import_source.h"
#include "src/runtime/receiver_value.h"
#include "src/runtime/remote_config.h"
#include "stdlib/functions/library.h"
#include "tests/conformance/decode_outcome.h"

namespace invar::decode_real {
namespace {

const Schema* find_schema(std::string_view name) {
  if (const ComponentSpec* component = find_component(name)) return component->arguments;
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

/// A block in the text that Alloy has and this build's component has not yet.
bool uses_unbuilt_block(const Schema& built, const Schema& recorded, const ast::Body& body) {
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    const std::string name = block ? block->full_name() : "";
    if (block && inner_schema(recorded, name) && !inner_schema(built, name)) return true;
  }
  return false;
}

/// This build's table, or the recorded one where there is none, or not all of it.
const Schema* table_for(const ConformanceCase& c, const std::string& name) {
  const CatalogComponent* component = catalog_component(name);
  const CatalogBlock* block = catalog_block(name);
  const Schema* recorded = component ? &component->arguments : block ? &block->arguments : nullptr;
  const Schema* built = find_schema(name);
  if (!built || !component) return built ? built : recorded;
  Diagnostics diagnostics;
  const auto file = parse_file(std::make_shared<Source>("", text_of(c.data, "src").value()), diagnostics);
  return file && uses_unbuilt_block(*built, *recorded, file->body.at(0).block()->body) ? recorded : built;
}

bool takes_receivers(const Schema& schema) {
  for (const Row& row : schema.rows) {
    if (row.type && (row.type->element ? row.type->element : row.type)->go == LogsReceiver::kCapsuleType) return true;
    if (row.kind == RowKind::kSquash && takes_receivers(*row.schema)) return true;
  }
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

/// What Validate() of a component says that is not built here, lint knows: in Alloy's words, but for little languages, whose mistakes it explains itself.
std::string lint_difference(const std::string& component, std::string source, const std::string& expected) {
  constexpr std::string_view kRecordedName = "test \"x\"";
  source.replace(source.find(kRecordedName), kRecordedName.size(), component + " \"x\"");
  const ConfigText text{{std::make_shared<const Source>("config.alloy", std::move(source))}};
  std::string said;
  for (const lint::Finding& finding : lint::lint(text, {.gate = FeatureGate{Stability::kExperimental, true}, .library = &stdlib_values()})) {
    if (finding.severity != lint::FindingSeverity::kError) continue;
    if (finding.message == expected || finding.code == codes::kLanguage) return {};
    said += "  lint: " + finding.message + "\n";
  }
  return "  expected: " + expected + "\n" + said;
}

Outcome run(const ConformanceCase& c) {
  const std::string name = c.data.at("schema");
  const Schema* schema = table_for(c, name);
  if (!schema) return Outcome::failed("  neither built nor in the catalog\n");
  // Where anything else is taken, the recorder's own type shows.
  const Value receiver = takes_receivers(*schema) ? receiver_value(std::make_shared<LogsReceiver>(".receiver"))
                                                  : Value::capsule(std::make_shared<RecordedReceiver>(""));
  Json expected = recorded_outcome(c), got = decode_outcome(c, *schema, variables_of(c, receiver));
  if (expected.contains("result") && got.contains("result")) drop_unset(expected["result"], got["result"]);
  empty_structs(expected);
  if (!schema->args && !got.contains("error") && expected.contains("error") && !expected.contains("diags"))
    return verdict(lint_difference(name, text_of(c.data, "src").value(), expected["error"]));
  if (schema->rows.empty()) expected.erase("result"), got.erase("result");  // a Go struct without members is a capsule
  if (c.defect)
    for (const char* key : {"result", "api_json"}) expected.erase(key), got.erase(key);
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/decode_real"}, run};

}  // namespace invar::decode_real
