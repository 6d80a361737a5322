#include "src/text/ottl/check.h"

#include <doctest/doctest.h>

#include <set>

#include "src/text/ottl/grok.h"
#include "src/text/ottl/group.h"
#include "src/text/ottl/like_pattern.h"
#include "src/text/ottl/strptime.h"
#include "src/text/ottl/xpath.h"

namespace invar::ottl {
namespace {

/// The problem of a statement of the log context.
std::optional<Problem> log_problem(const std::string& text) {
  StatementProblems problems;
  if (read_statements({Signal::kLogs, "log", {&text, 1}}, problems)) return std::nullopt;
  return problems.group ? *problems.group : problems.statements.at(0).problem;
}

std::string reason(const std::string& text) {
  const auto problem = log_problem(text);
  return problem ? problem->reason : std::string();
}

TEST_CASE("a problem says where, why, and what was meant") {
  struct Row {
    std::string text, place, reason, help;
  };
  for (const Row& row : {
           Row{R"(sett(body, 1))", "sett", "undefined function \"sett\"", "did you mean \"set\"?"},
           Row{R"(Set(body, 1))", "Set", "editor names must start with a lowercase letter but got 'Set'", "did you mean \"set\"?"},
           Row{R"(set(atributes["a"], 1))", "atributes", "atributes is no path of the log context", "did you mean \"attributes\"?"},
           Row{R"(set(body, isMatch(body, "a")))", "isMatch", "converter names must start with an uppercase letter but got 'isMatch'", "did you mean \"IsMatch\"?"},
           Row{R"(set(span.name, 1))", "span", "span is no path of the log context", "paths of span cannot be used in the log context"},
           Row{R"(set(attributes.a, 1))", "a", "nothing stands below attributes", R"(keys of a map are written in brackets: ["a"])"},
           Row{R"(set(severity_text["a"], 1))", "severity_text", "severity_text has no keys", ""},
           Row{R"(set(severity_number, SEVERITY_NUMBER_INFOO))", "SEVERITY_NUMBER_INFOO", "there is no enum SEVERITY_NUMBER_INFOO in the log context", "did you mean \"SEVERITY_NUMBER_INFO\"?"},
           Row{R"(set(resource.cache["a"], 1))", R"(resource.cache)", "the cache of another context cannot be used", "each context has a cache of its own: write log.cache[a]"},
           Row{R"(limit(attributes, 1))", R"(limit(attributes, 1))", "incorrect number of arguments. Expected: 3 Received: 2", "it is limit(target, limit, priority_keys)"},
           Row{R"(flatten(attributes, prefx="p"))", "prefx", "no such parameter: prefx", "did you mean \"prefix\"?"},
           Row{R"(limit(attributes, "1", []))", "\"1\"", "must be an int", ""},
           Row{R"(set(body, Concat("a", ",")))", "\"a\"", "must be a list", "write [...] around it"},
           Row{R"(set(body, Filter(attributes, (k, v) => true)))", "(k, v) => true", "Alloy has no lambda expressions: what enables them cannot be set", ""},
           Row{R"(replace_pattern(body, "(", ""))", "\"(\"", "error parsing regexp: missing closing ): `(`", ""},
       }) {
    CAPTURE(row.text);
    const auto problem = log_problem(row.text);
    REQUIRE(problem);
    CHECK(row.text.substr(problem->at.begin, problem->at.end - problem->at.begin) == row.place);
    CHECK(problem->reason == row.reason);
    CHECK(problem->help == row.help);
  }
  CHECK(log_problem(R"(replace_pattern(body, "(", ""))")->is_regex);
  const auto replacement = log_problem("sett(body, 1)")->replacement;
  REQUIRE(replacement);
  CHECK(replacement->at == Extent{0, 4});
  CHECK(replacement->text == "set");
  CHECK(replacement->certain);
}

TEST_CASE("names are resolved for running") {
  const std::string text = R"(set(resource.attributes["a"], Substring(length=2, target=body.string, start=SEVERITY_NUMBER_TRACE)))";
  StatementProblems problems;
  const auto group = read_statements({Signal::kLogs, "log", {&text, 1}}, problems);
  REQUIRE(group);
  CHECK(group->context == ContextId::kLog);
  const Call& set = group->statements[0].editor;
  CHECK(set.callee->name == "set");
  const auto* path = set.by_parameter[0]->value->as<Path>();
  CHECK(path->owner == ContextId::kResource);
  CHECK(path->entry->name == "attributes");
  REQUIRE(path->keys);
  CHECK(path->keys->size() == 1);
  const auto* substring = set.by_parameter[1]->value->as<Call>();
  CHECK(substring->by_parameter[0]->value->as<Path>()->entry->name == "string");
  CHECK(substring->by_parameter[1]->value->as<Enum>()->value == 1);
  CHECK(*substring->by_parameter[2]->value->as<int64_t>() == 2);
  CHECK(substring->by_parameter[3] == nullptr);
}

TEST_CASE("literals are converted when they are loaded") {
  CHECK(reason(R"(set(body, Duration(5)))") == "expected string but got int64");
  CHECK(reason(R"(set(body, Double("x")))") == "strconv.ParseFloat: parsing \"x\": invalid syntax");
  CHECK(reason(R"(set(body, Int("x")))").empty());
  CHECK(reason(R"(set(body, IsMap([1])))") == "expected pcommon.Map but got []interface {}");
  CHECK(reason(R"(set(body, ContainsValue([{"a": 1}], 1)))") == "<Invalid value type pcommon.Map>");
  CHECK(reason(R"(set(body, Split(-1, ",")))") == "expected string but got int64");
  CHECK(reason(R"(set(body, Split(attributes["a"], ",")))").empty());
}

TEST_CASE("functions are made when they are loaded") {
  CHECK(reason(R"(append(attributes["a"]))") == "at least one of the optional arguments ('value' or 'values') must be provided");
  CHECK(reason(R"(set(body, TraceID(0x01)))") == "TraceID: could not decode ID: invalid length: expected 16 or 32 bytes, got 1");
  CHECK(reason(R"(set(body, IsInCIDR(body, ["10.0.0.0/33"])))") == "invalid CIDR address: 10.0.0.0/33");
  CHECK(reason(R"(set(body, Time("x", "%Y", "Nowhere")))") == "failed to load location Nowhere: unknown time zone Nowhere");
  CHECK(reason(R"(set(body, Time("x", "%Y", "", "xx")))") == "unsupported locale 'xx', value must be a supported BCP 47 language tag");
  CHECK(reason(R"(set(body, Decode(body, "ISO-8859-1")))").empty());
  CHECK(reason(R"(set(body, Now(1, 2)))").empty());
}

TEST_CASE("a context is inferred from all texts of a group") {
  const auto inferred = [](Signal signal, std::vector<std::string> statements, std::vector<std::string> conditions = {}) -> std::string {
    StatementProblems problems;
    const auto group = read_statements({signal, "", statements, conditions}, problems);
    if (group) return std::string(context(group->context).name);
    return problems.group ? problems.group->reason : problems.statements.empty() ? problems.conditions[0].problem.reason : problems.statements[0].problem.reason;
  };
  CHECK(inferred(Signal::kLogs, {R"(set(resource.attributes["a"], 1))"}) == "resource");
  CHECK(inferred(Signal::kLogs, {R"(set(resource.attributes["a"], 1))"}, {"log.body == nil"}) == "log");
  CHECK(inferred(Signal::kLogs, {R"(set(resource.attributes["a"], ParseCLF("x")))"}) == "log");
  CHECK(inferred(Signal::kTraces, {R"(set(resource.attributes["a"], STATUS_CODE_OK))"}) == "spanevent");
  CHECK(inferred(Signal::kMetrics, {R"(set(metric.name, exemplar.int_value))"}) == "exemplar");
  CHECK(inferred(Signal::kLogs, {"set(body, 1)"}).starts_with("unable to infer context from statements"));
  CHECK(inferred(Signal::kLogs, {"set(span.name, 1)"}) == "inferred context \"span\" is not a valid candidate");
  CHECK(inferred(Signal::kLogs, {"set(log.body, attributes)"}) == "the path does not begin with a context");
}

TEST_CASE("conditions of a group with a named context may name it or not") {
  const std::string statement = "set(body, 1)";
  for (const std::string condition : {"body == 1", "log.body == 1", "resource.attributes[\"a\"] == 1", "IsMatch(body, \"a\")"}) {
    CAPTURE(condition);
    StatementProblems problems;
    CHECK(read_statements({Signal::kLogs, "log", {&statement, 1}, {&condition, 1}}, problems));
  }
  const std::string editor = "set(body, 1) == 1";
  StatementProblems problems;
  CHECK_FALSE(read_statements({Signal::kLogs, "log", {&statement, 1}, {&editor, 1}}, problems));
  CHECK(problems.conditions.size() == 1);
}

TEST_CASE("every text of a group is looked at") {
  const std::vector<std::string> texts{"sett(body, 1)", "set(body, 1)", "set(body"};
  StatementProblems problems;
  CHECK_FALSE(read_statements({Signal::kLogs, "log", texts}, problems));
  REQUIRE(problems.statements.size() == 1);
  CHECK(problems.statements[0].index == 2);
}

TEST_CASE("functions have names of their own, and parameters that can be given by name where Alloy lets them") {
  for (const FunctionSet set : {FunctionSet::kStatements, FunctionSet::kConditions, FunctionSet::kMetrics})
    for (const ContextId id : {ContextId::kResource, ContextId::kScope, ContextId::kLog, ContextId::kSpan, ContextId::kSpanEvent, ContextId::kMetric,
                               ContextId::kDataPoint, ContextId::kExemplar}) {
      std::set<std::string_view> names;
      for (const auto functions : functions_of(set, id))
        for (const Function& function : functions) CHECK_MESSAGE(names.insert(function.name).second, function.name);
    }
  CHECK(to_camel("named_captures_only") == "NamedCapturesOnly");
  CHECK(to_camel("utf8_safe") == "Utf8Safe");
  CHECK(to_camel("sourceIP") == "SourceIp");
  CHECK(parameter_name({"PriorityKeys", ParameterType::kAny}) == "priority_keys");
  CHECK(parameter_name({"SourceIP", ParameterType::kAny}).empty());
  CHECK(find_function(FunctionSet::kConditions, ContextId::kMetric, "HasAttrOnDatapoint"));
  CHECK_FALSE(find_function(FunctionSet::kStatements, ContextId::kMetric, "HasAttrOnDatapoint"));
}

TEST_CASE("layouts of strptime") {
  CHECK_FALSE(strptime_error("%Y-%m-%dT%H:%M:%S.%f%z %%"));
  CHECK(*strptime_error("%Q%b%E") == "invalid strptime format: [unsupported ctimefmt.toNative() directive: %Q unsupported ctimefmt.toNative() directive: %E]");
  CHECK(*strptime_error("2006") == "format string should not contain decimals");
  CHECK(*strptime_error("%S:%L") == "invalid fractional seconds directive: ':%L'. must be preceded with '.' or ','");
}

TEST_CASE("patterns with stars") {
  for (const std::string_view pattern : {"", "*", "a/**/[a-z]?", "{a,b", "}", "\\[", "[!a]", "[\\]]"}) CHECK_FALSE_MESSAGE(like_pattern_error(pattern), pattern);
  CHECK(*like_pattern_error("[a") == "unexpected end of input");
  CHECK(*like_pattern_error("[]") == "could not parse range");
  CHECK(*like_pattern_error("[z-a]") == "hi character 'a' should be greater than lo 'z'");
  CHECK(*like_pattern_error("[a-zb]") == "expected close range character");
}

TEST_CASE("XPath expressions") {
  for (const std::string_view path : {"/", "/a/b", "//a[@b='1']/text()", "count(a) > 1", "a | b", "self::node()", "concat('a', b)", "-1", "/a/(b, c)", "a b"})
    CHECK_FALSE_MESSAGE(xpath_error(path), path);
  CHECK(*xpath_error("") == "expr expression is nil");
  CHECK(*xpath_error("/a/") == "expression must evaluate to a node-set");
  CHECK(*xpath_error("a[b") == "a[b has an invalid token");
  CHECK(*xpath_error("foo()") == "not yet support this function foo()");
  CHECK(*xpath_error("foo::a") == "unknown axe type: foo");
  CHECK(*xpath_error("$x") == "undeclared variable in XPath expression: $x");
  CHECK(*xpath_error("not()") == "xpath: not function must have at least one parameter");
  CHECK(*xpath_error(std::string(5000, '(')) == "the xpath query is too complex(depth > 200)");
}

TEST_CASE("grok patterns") {
  const auto refused = [](std::string_view pattern, bool named_only = false, std::vector<std::string_view> definitions = {}) {
    const auto error = grok_error(pattern, named_only, definitions);
    return error ? error->reason.empty() ? error->text : error->reason : std::string();
  };
  CHECK(refused("%{WORD:a.b} %{NUMBER:n:int} %{IP}").empty());
  CHECK(refused("%{MINE:x}", false, {"MINE=%{WORD}+"}).empty());
  CHECK(refused("%{COMMONAPACHELOG}", true).empty());
  CHECK(refused("%{NOSUCH:x}") == "pattern definition \"NOSUCH\" unknown: parsing failed");
  CHECK(refused("%{WORD}", true) == "at least 1 named capture group must be supplied in the given regex");
  CHECK(refused("%{WORD:w}(").starts_with("error parsing regexp: missing closing )"));
  CHECK(refused("%{A}", false, {"A=%{B}%{B}", "B=%{A}%{A}"}) == "error parsing regexp: expression nests too deeply");
  CHECK(refused("x", false, {"no equals sign in this one"}) ==
        "pattern \"no equals sign in...\" supplied to ExtractGrokPatterns at index 0 has incorrect format, expecting PATTERNNAME=pattern definition");
}

}  // namespace
}  // namespace invar::ottl
