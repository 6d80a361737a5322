#include "src/runtime/foreach.h"

#include <doctest/doctest.h>

#include "src/language/target.h"
#include "src/parser/parse.h"
#include "src/runtime/log_output.h"

namespace invar {
namespace {

struct Naming {
  FakeClock clock;
  std::string logged;
  std::shared_ptr<Logger::Output> output = std::make_shared<Logger::Output>(clock, [this](std::string_view line) { logged += line; });
  Logger log{output};

  Naming() { output->configure(LogLevel::kWarn, LogFormat::kLogfmt); }

  std::vector<std::string> names(ForeachArgs args) { return foreach_names(args, log); }
  std::string name(Value item, bool hash = false) { return names({.collection = {std::move(item)}, .var = "v", .hash_string_id = hash}).front(); }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("items are named as Alloy names them") {
  Naming n;
  CHECK(n.name(Value::string("config.alloy")) == "foreach_config_alloy_1");
  CHECK(n.name(Value::string("gr\xc3\xbc\xc3\x9f e")) == "foreach_gr\xc3\xbc\xc3\x9f_e_1");
  CHECK(n.name(Value::string("a"), true) == "foreach_ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb_1");
  CHECK(n.name(Value::integer(-5)) == "foreach_-5_1");
  CHECK(n.name(Value::boolean(true)) == "foreach_true_1");
  CHECK(n.name(Value::floating(1.5)) == "foreach_1_500000_1");
  // The hash of map[string]interface {}{"f":"config.alloy"}, as it was recorded.
  CHECK(n.name(Value::object({{"f", Value::string("config.alloy")}})) == "foreach_44ac3dac485de9f4b2c29792203d33bb90487babe3b883ac90dccddf131b2922_1");
}

TEST_CASE("equal items are counted, others have names of their own") {
  Naming n;
  CHECK(n.names({.collection = {Value::integer(1), Value::string("1"), Value::integer(2), Value::integer(1)}, .var = "v"}) ==
        Names{"foreach_1_1", "foreach_1_2", "foreach_2_1", "foreach_1_3"});
  const Target one(std::vector<Target::Label>{{"__path__", "/a"}}), two(std::vector<Target::Label>{{"__path__", "/b"}});
  const Names targets = n.names({.collection = {one.value(), two.value(), one.value()}, .var = "v"});
  CHECK(targets[0].substr(0, targets[0].size() - 2) == targets[2].substr(0, targets[2].size() - 2));
  CHECK(targets[0] != targets[1]);
}

TEST_CASE("a field may tell items apart; its absence is logged") {
  Naming n;
  const Target target(std::vector<Target::Label>{{"__path__", "/var/log/a"}});
  CHECK(n.names({.collection = {target.value(), Value::object({{"__path__", Value::string("b")}})}, .var = "v", .id = "__path__"}) ==
        Names{"foreach__var_log_a_1", "foreach_b_1"});
  CHECK(n.logged.empty());
  CHECK(n.names({.collection = {Value::integer(7)}, .var = "v", .id = "x"}) == Names{"foreach_7_1"});
  n.names({.collection = {target.value()}, .var = "v", .id = "x"});
  CHECK(n.logged.find("specified id not found in collection item") != std::string::npos);
}

TEST_CASE("the last template counts") {
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>("f", "foreach \"x\" {\n  template { a = 1 }\n  template { b = 1 }\n}\nforeach \"y\" { }\n");
  const auto file = parse_file(source, diagnostics);
  REQUIRE(file);
  CHECK(find_template(*file->body[0].block())->body[0].attribute()->name.name == "b");
  CHECK(find_template(*file->body[1].block()) == nullptr);
}

}  // namespace invar
