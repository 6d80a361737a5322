// Every refusal of Alloy at load that lint knows: its example is found with Alloy's words, its mended example is not; and every recorded one is known.
#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "src/language/catalog.h"
#include "src/lint/linter.h"
#include "src/lint/load_check.h"
#include "src/lint/report.h"
#include "src/parser/parse.h"
#include "stdlib/functions/library.h"
#include "tests/lint/recorded_files.h"

namespace invar::lint {
namespace {

using By = LoadCheck::By;

template <class Act>
void each_check(Act act) {
  for (const LoadChecks* file : load_checks())
    for (const LoadCheck& check : file->rows) act(check);
}

// A block of a type is put into the component that holds it nearest to its top, and what is required besides is filled in.

struct Step {
  std::string block;
  const Schema* schema;
};
struct Place {
  std::string component;
  bool labelled = true;
  std::vector<Step> path;  // blocks, outer ones first
  const Schema* schema = nullptr;
};

void find_type(const Schema& schema, Place from, std::string_view type, std::optional<Place>& found) {
  std::deque<std::pair<const Schema*, Place>> open{{&schema, std::move(from)}};
  std::set<const Schema*> seen;
  while (!open.empty()) {
    auto [next, place] = std::move(open.front());
    open.pop_front();
    if (next->name == type && (!found || place.path.size() < found->path.size())) {
      place.schema = next;
      found = place;
      return;
    }
    if (!seen.insert(next).second) continue;
    const auto enter = [&](std::string name, const Schema* schema) {
      if (!schema || schema->module_body) return;
      Place inner = place;
      inner.path.push_back({std::move(name), schema});
      open.emplace_back(schema, std::move(inner));
    };
    for (const Row& row : next->rows) {
      if (row.kind == RowKind::kBlock) enter(std::string(row.name), row.schema);
      for (size_t i = 0; row.kind == RowKind::kEnum && i < row.group->size(); ++i)
        enter(std::string(row.name) + "." + std::string(row.group->at(i).name), row.group->at(i).schema);
    }
  }
}

std::optional<Place> place_of(std::string_view type) {
  if (type == "common/config.ProxyConfig") type = "common/config.HTTPClientConfig";
  std::optional<Place> found;
  for (const CatalogComponent& component : catalog_components()) find_type(component.arguments, {std::string(component.name), true, {}, nullptr}, type, found);
  for (const CatalogBlock& block : catalog_blocks())
    if (!block.arguments.module_body) find_type(block.arguments, {std::string(block.name), block.label_required, {}, nullptr}, type, found);
  return found;
}

std::string placeholder(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kBool: return "false";
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return "1";
    case TypeKind::kDuration: return "\"1m\"";
    case TypeKind::kList:
    case TypeKind::kArray: return "[]";
    case TypeKind::kMap:
    case TypeKind::kObject: return "{}";
    case TypeKind::kText: return type.words.empty() ? "\"http://x\"" : "\"" + std::string(type.words.front()) + "\"";
    default: return "\"http://x\"";
  }
}

std::string completed(const Schema& schema, const std::string& body, std::string_view but = {});

std::string block_text(const Step& step, const std::string& body) {
  bool labelled = false;
  for (const Row& inner : step.schema->rows) labelled |= inner.kind == RowKind::kLabel;
  return step.block + (labelled ? " \"l\"" : "") + " {\n" + body + "}\n";
}

std::string completed(const Schema& schema, const std::string& body, std::string_view but) {
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(std::make_shared<const Source>("", "b {\n" + body + "\n}\n"), diagnostics);
  REQUIRE_MESSAGE(file, body);
  std::set<std::string> written{std::string(but)};
  for (const ast::Statement& statement : file->body.front().block()->body)
    written.insert(statement.attribute() ? statement.attribute()->name.name : statement.block()->full_name());
  std::string text = body.empty() ? "" : body + "\n";
  for (const Row& row : schema.rows) {
    if (row.presence == Presence::kOptional || row.kind == RowKind::kLabel || written.contains(std::string(row.name))) continue;
    if (row.kind == RowKind::kAttr) text += std::string(row.name) + " = " + placeholder(*row.type) + "\n";
    else if (row.schema) text += block_text({std::string(row.name), row.schema}, completed(*row.schema, ""));
  }
  return text;
}

/// The body of a component that holds the block; what Alloy decodes.
std::string component_body(const Place& place, std::string_view body) {
  std::string text = completed(*place.schema, std::string(body));
  for (size_t i = place.path.size(); i-- > 0;) {
    const Schema& outer = i == 0 ? (catalog_component(place.component) ? catalog_component(place.component)->arguments : catalog_block(place.component)->arguments)
                                 : *place.path[i - 1].schema;
    text = block_text(place.path[i], text);
    text = completed(outer, text);
  }
  return text;
}

std::string config_of(const Place& place, std::string_view body) {
  return place.component + (place.labelled ? " \"x\"" : "") + " {\n" + component_body(place, body) + "}\n";
}

/// Whether the message has all that the pattern says between its verbs, in order.
bool has_words(std::string_view message, std::string_view pattern) {
  size_t at = 0;
  while (!pattern.empty()) {
    const size_t verb = std::min(pattern.find('%'), pattern.size());
    const std::string_view words = pattern.substr(0, verb);
    const size_t found = message.find(words, at);
    if (found == std::string_view::npos) return false;
    at = found + words.size();
    const bool percent = pattern.substr(verb).starts_with("%%");
    pattern.remove_prefix(std::min(verb + (percent ? 1 : 2), pattern.size()));
    if (percent) pattern.remove_prefix(1);
  }
  return true;
}

std::vector<Finding> found_in(const std::string& config, const LoadCheck& check, ConfigText& text) {
  text.files = {std::make_shared<const Source>("config.alloy", config)};
  const bool level = check.allowed_at != Stability::kGenerallyAvailable;
  LintOptions options;
  options.gate = {level ? Stability::kGenerallyAvailable : Stability::kExperimental, true};
  options.library = &stdlib_values();
  return lint(text, options);
}

bool finds(const std::vector<Finding>& findings, const LoadCheck& check) {
  for (const Finding& finding : findings)
    if (finding.severity == check.severity && has_words(finding.message, check.message)) return true;
  return false;
}

std::string concise(const std::vector<Finding>& findings) {
  Report report;
  report.findings = findings;
  return find_report_format("concise")->write(report, {});
}

TEST_CASE("every refusal of Alloy at load has an example that is found, and a mended one that is not") {
  size_t tested = 0;
  std::ofstream dump;
  if (const char* path = std::getenv("INVAR_DUMP_EXAMPLES")) dump.open(path);  // to hold them against another implementation
  each_check([&](const LoadCheck& check) {
    CAPTURE(check.origin());
    CAPTURE(check.message);
    if (check.by == By::kNobody) {
      CHECK_FALSE(check.reason.empty());
      return;
    }
    const auto place = place_of(check.of);
    CHECK_MESSAGE(place, "no block of that type");
    if (!place) return;
    for (const std::string_view name : check.names)
      if (!name.empty() && check.of != "common/config.ProxyConfig") CHECK_MESSAGE(find_row(*place->schema, name), name << " is no name of " << check.of);
    ++tested;
    const std::string bad = config_of(*place, check.bad), good = config_of(*place, check.good);
    ConfigText bad_text, good_text;
    const auto of_bad = found_in(bad, check, bad_text), of_good = found_in(good, check, good_text);
    CHECK_MESSAGE(finds(of_bad, check), bad << concise(of_bad));
    CHECK_MESSAGE(!finds(of_good, check), good << concise(of_good));
    if (dump.is_open())
      for (const auto& [kind, body] : {std::pair("bad", check.bad), std::pair("good", check.good)})
        dump << nlohmann::json{{"ID", check.origin() + "|" + std::string(check.message) + "|" + kind}, {"Component", place->component}, {"Text", component_body(*place, body)}}
             << "\n";
  });
  MESSAGE(tested << " checks");
}

TEST_CASE("every recorded refusal is a check, or has its reason why text cannot tell") {
  const auto path = shared_folder() / "catalog/load_checks.json";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: the recorded checks are not here; INVAR_SHARED says where");
    return;
  }
  std::set<std::string> known;
  each_check([&](const LoadCheck& check) { known.insert(check.origin() + "|" + std::string(check.message)); });
  const auto recorded = nlohmann::json::parse(read(path));
  for (const auto& [package, functions] : recorded.items())
    for (const auto& [function, messages] : functions.items())
      for (std::string message : messages) {
        for (size_t at = 0; (at = message.find("\\\"", at)) != std::string::npos; ++at) message.erase(at, 1);
        CHECK_MESSAGE(known.contains(package + " " + function + "|" + message), package << " " << function << ": " << message);
      }
}

}  // namespace
}  // namespace invar::lint
