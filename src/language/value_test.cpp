#include <doctest/doctest.h>

#include "src/language/catalog.h"
#include "src/language/secret_value.h"
#include "src/language/target.h"
#include "src/language/value.h"

namespace invar {
namespace {

using Labels = std::vector<Target::Label>;

TEST_CASE("numbers widen as Go's do") {
  CHECK(Value::integer(3) == Value::floating(3));
  CHECK(Value::unsigned_integer(UINT64_MAX) == Value::integer(-1));
  CHECK(Value::floating(1e30).as_int() == INT64_MIN);
  CHECK(Value::floating(1e30).as_uint() == uint64_t{1} << 63);
  CHECK(Value::floating(1e19).as_uint() == 10'000'000'000'000'000'000u);
  CHECK(Value::floating(-1.5).as_uint() == UINT64_MAX);
}

TEST_CASE("exports are told apart by more than the language's ==") {
  CHECK(Value::integer(3).same_as(Value::integer(3)));
  CHECK_FALSE(Value::integer(3).same_as(Value::floating(3)));
  CHECK_FALSE(Value::bytes("a").same_as(Value::array({Value::unsigned_integer('a')})));
  CHECK(Value::unknown().same_as(Value::unknown()));
  CHECK_FALSE(Value::unknown() == Value::unknown());
}

TEST_CASE("identity: copies are one value, equal texts are not, equal small numbers are") {
  const Value text = Value::string("abc"), copy = text;
  CHECK(text.identity() == copy.identity());
  CHECK_FALSE(text.identity() == Value::string("abc").identity());
  CHECK(Value::integer(5).identity() == Value::integer(5).identity());
  CHECK_FALSE(Value::integer(5).identity() == Value::unsigned_integer(5).identity());
  CHECK_FALSE(Value::integer(256).identity() == Value::integer(256).identity());
}

TEST_CASE("targets sort their labels; of equal names the last counts") {
  const Target target({{"b", "1"}, {"a", "2"}, {"b", "3"}});
  CHECK(target.text() == R"({"a"="2", "b"="3"})");
  CHECK(target == Target({{"a", "2"}, {"b", "3"}}));
  CHECK_FALSE(target == Target(Labels{{"a", "2"}}));
  CHECK(target.get("b") == "3");
  CHECK(target.find("c") == nullptr);
  CHECK(Target::of(target.value())->id() == target.id());
  CHECK_FALSE(Target::of(Value::string("x")).has_value());
}

TEST_CASE("a list of shared targets compares by pointer") {
  std::vector<Target> targets;
  for (int i = 0; i < 1000; ++i) targets.emplace_back(std::vector<Target::Label>{{"n", std::to_string(i)}});
  const Value one = target_list(targets), other = target_list(targets);
  CHECK(one.same_as(other));
  targets.back() = Target(Labels{{"n", "x"}});
  CHECK_FALSE(one.same_as(target_list(targets)));
}

TEST_CASE("secrets show nowhere") {
  CHECK(secret_value(Secret("x")).as_capsule().text() == "(secret)");
  CHECK(optional_secret_value({true, "x"}).as_capsule().text() == "(secret)");
  CHECK(optional_secret_value({false, "x"}).as_capsule().text() == "\"x\"");
  std::string text;
  CHECK_FALSE(secret_value(Secret("x")).as_capsule().into_string(text));
  CHECK(text == "secrets may not be converted into strings");
}

TEST_CASE("the catalog knows components, blocks and functions") {
  const CatalogComponent* write = catalog_component("loki.write");
  REQUIRE(write);
  const Row* endpoint = find_row(write->arguments, "endpoint");
  REQUIRE(endpoint);
  CHECK(endpoint->repeat == Repeat::kMany);
  const Row* wait = find_row(*endpoint->schema, "batch_wait");
  REQUIRE(wait);
  CHECK(*catalog_default(*wait) == Value::string("1s"));
  CHECK(catalog_component("loki.nothing") == nullptr);
  CHECK(catalog_block("declare")->arguments.module_body);
  CHECK(catalog_function("string.format"));
  CHECK(catalog_components().size() == 184);
}

}  // namespace
}  // namespace invar
