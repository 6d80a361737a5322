// syntax/eval, eval_matrix, eval_real: expression and variables -> typed value or error.
#include <algorithm>
#include <cstdlib>

#include "src/language/evaluate.h"
#include "src/parser/parse.h"
#include "stdlib/functions/library.h"
#include "tests/conformance/language_values.h"

namespace invar::eval {
namespace {

/// The recorder's machine had a name of its own.
const Members& recorded_library() {
  static const Members kLibrary = [] {
    Members all = stdlib_values();
    Members constants = all["constants"].members();
    constants["hostname"] = Value::string("vm");
    all["constants"] = Value::object(std::move(constants));
    return all;
  }();
  return kLibrary;
}

bool has_function(const std::string& full_name) {
  const size_t dot = full_name.find('.');
  const auto space = stdlib_values().find(full_name.substr(0, dot));
  if (space == stdlib_values().end()) return false;
  return dot == std::string::npos || space->second.find(full_name.substr(dot + 1)) != nullptr;
}

/// The first function of Alloy's that the expression uses and this build lacks.
std::optional<std::string> missing_function(const ConformanceCase& c, const std::string& expression) {
  if (!c.file.contains("stdlib")) return std::nullopt;
  for (const Json& name : c.file["stdlib"]["identifiers"])
    if (!has_function(name) && expression.find(name.get<std::string>()) != std::string::npos) return name;
  return std::nullopt;
}

Json failed(const Failure& failure) {
  Json out{{"phase", "eval"}, {"error", failure.error()}};
  if (failure.diagnostic) out["diags"] = Json::array({diagnostic_to_json(*failure.diagnostic)});
  return out;
}

Json sorted(Json value) {
  if (value.contains("v") && value["v"].is_array()) std::sort(value["v"].begin(), value["v"].end());
  return value;
}

Json outcome_of(const ConformanceCase& c, const SourcePtr& source) {
  Diagnostics diagnostics;
  const ast::ExprPtr expression = parse_expression(source, diagnostics);
  if (!expression) return {{"phase", "parse"}, {"error", summary(diagnostics)}, {"diags", diagnostics_to_json(diagnostics)}};
  const Scope library(&recorded_library());
  const Scope scope(library, variables_of(c, Value::capsule(std::make_shared<RecordedReceiver>())));
  Value value;
  if (const auto failure = evaluate(*expression, scope, value)) return failed(*failure);
  const Json json = value_to_json(value);
  return {{"value", c.data.contains("compare") ? sorted(json) : json}};
}

Json expected_of(const ConformanceCase& c) {
  Json expected = Json::object();
  for (const char* key : {"phase", "error", "diags"})
    if (c.data.contains(key)) expected[key] = c.data[key];
  if (c.data.contains("value")) {
    const Json value = without_float_text(c.data["value"]);
    expected["value"] = c.data.contains("compare") ? sorted(value) : value;
  }
  return expected;
}

Outcome run(const ConformanceCase& c) {
  if (c.file.contains("env"))
    for (const auto& [name, value] : c.file["env"].items()) setenv(name.c_str(), value.get<std::string>().c_str(), 1);
  const std::string text = text_of(c.data, "expr").value();
  if (const auto missing = missing_function(c, text)) return Outcome::skipped("needs the function " + *missing);
  const Json got = outcome_of(c, std::make_shared<Source>("", text));
  if (c.defect && c.defect->match == "values") return verdict(got.contains("error") ? "  " + got.dump() + "\n" : "");
  if (c.defect || c.data.contains("panic"))
    return got.contains("error") ? Outcome::passed() : Outcome::failed("  an error was wanted, got " + got.dump() + "\n");
  return verdict(difference(expected_of(c), got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/eval", "syntax/eval_matrix", "syntax/eval_real"}, run};

}  // namespace invar::eval
