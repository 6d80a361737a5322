#include "src/language/decode.h"

#include <doctest/doctest.h>

#include "src/parser/parse.h"

namespace invar {
namespace {

using enum Presence;

struct Rule {
  std::string regex = "(.*)";
  int64_t modulus = 0;
  static void validate(Rule& rule, ValidateContext& context) {
    if (rule.modulus < 0) context.refuse("modulus must not be negative");
  }
};
constexpr std::array kRuleRows{attr<&Rule::regex>("regex", kOptional, ""), attr<&Rule::modulus>("modulus", kOptional, "")};
constexpr Schema kRule = schema<Rule>("rule", "", kRuleRows);

struct Args {
  std::vector<std::string> names;
  Duration wait = Duration::seconds(5);
  std::vector<Rule> rules;
};
constexpr std::array kRows{
    attr<&Args::names>("names", kRequired, ""),
    attr<&Args::wait>("wait", kOptional, ""),
    block<&Args::rules>("rule", kOptional, "", kRule),
};
constexpr Schema kSchema = schema<Args>("test", "", kRows);

struct Decoded {
  ast::FilePtr file;
  Args args;
  Origins origins;
  std::string error;
};

Decoded decode(std::string text, Members variables = {}) {
  Decoded out;
  Diagnostics diagnostics;
  out.file = parse_file(std::make_shared<Source>("t", std::move(text)), diagnostics);
  REQUIRE(out.file);
  const Scope outer, scope(outer, std::move(variables));
  if (auto failure = decode_block(*out.file->body.at(0).block(), kSchema, scope, &out.args, out.origins)) out.error = failure->error();
  return out;
}

TEST_CASE("origins tell where values were written") {
  const Decoded got = decode("test {\n  names = [\"a\"]\n  rule {\n    regex = \"x\"\n  }\n  rule { }\n}\n");
  REQUIRE(got.error.empty());
  CHECK(got.origins.at("names").text() == "[\"a\"]");
  CHECK(got.origins.at("wait") == got.origins.span);
  CHECK(got.origins.block("rule", 0)->at("regex").text() == "\"x\"");
  CHECK(got.origins.block("rule", 1)->written("regex") == false);
  CHECK(got.origins.block("rule", 2) == nullptr);
  CHECK(got.args.rules.at(1).regex == "(.*)");
}

TEST_CASE("what is unknown leaves the default, marks the field and is not validated") {
  const Members variables{{"u", Value::unknown()}};
  const Decoded got = decode("test {\n  names = [\"a\", u]\n  wait = u.x[0]\n  rule {\n    modulus = -1\n    regex = u\n  }\n}\n", variables);
  REQUIRE(got.error.empty());
  CHECK(got.args.names.empty());
  CHECK(got.args.wait == Duration::seconds(5));
  CHECK(got.origins.unknown("names"));
  CHECK(got.origins.unknown("wait"));
  CHECK(got.origins.block("rule")->unknown("regex"));
  CHECK(got.origins.any_unknown());
}

TEST_CASE("inner blocks are validated before outer ones, errors without a place stay bare") {
  CHECK(decode("test {\n  names = []\n  rule {\n    modulus = -1\n  }\n}\n").error == "modulus must not be negative");
  CHECK(decode("test {\n  wait = \"1s\"\n}\n").error == "missing required attribute \"names\"");
}

TEST_CASE("messages name the expression that yielded the value") {
  const Members variables{{"list", Value::array({Value::string("a"), Value::boolean(true)})}};
  CHECK(decode("test {\n  names = list\n}\n", variables).error == "t:2:11: list[1] should be string, got bool");
  CHECK(decode("test {\n  names = [list[0], 5, {}]\n}\n", variables).error == "t:2:24: {} should be string, got object");
}

TEST_CASE("the API leaves defaults out") {
  const Decoded got = decode("test {\n  names = []\n  wait = \"5s\"\n}\n");
  CHECK(api_json(kSchema, &got.args, &got.origins) ==
        R"([{"name":"names","type":"attr","value":{"type":"array","value":[]}}])");
}

struct Process {
  std::vector<EnumValue> stages;
};
constexpr EnumGroup kNoStages{[]() -> size_t { return 0; }, [](size_t) { return EnumBlock{}; }};
constexpr std::array kProcessRows{enum_group<&Process::stages>("stage", "", kNoStages)};
constexpr Schema kProcess = schema<Process>("loki.process", "", kProcessRows);

TEST_CASE("what Alloy has and this build has not is called so") {
  Diagnostics diagnostics;
  const auto file = parse_file(std::make_shared<Source>("t", "a {\n  stage.geoip { }\n}\nb {\n  stage.nope { }\n}\n"), diagnostics);
  Process args;
  Origins origins;
  const auto error = [&](size_t i) { return decode_block(*file->body.at(i).block(), kProcess, Scope(), &args, origins)->error(); };
  CHECK(error(0) == "t:2:3: block \"stage.geoip\" is not supported by this build yet");
  CHECK(error(1) == "t:5:3: unrecognized block name \"stage.nope\"");
}

}  // namespace
}  // namespace invar
