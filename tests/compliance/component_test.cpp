// What every component promises about its arguments and its life.
#include <doctest/doctest.h>

#include "src/language/catalog.h"
#include "tests/compliance/sample.h"
#include "tests/component_bench.h"

using namespace invar;

namespace {

std::string sample_of(const ComponentSpec& spec) {
  std::string smallest = compliance::sample_body(*spec.arguments);
  return bench::load(spec, smallest).plan ? smallest : compliance::sample_body(*spec.arguments, true);
}

}  // namespace

TEST_CASE("an unknown argument is refused in Alloy's words") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const auto loaded = bench::load(*spec, "no_such_argument = 1");
    CHECK_FALSE(loaded.plan);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(one_line(loaded.diagnostics.all().front()) == "vec.alloy:2:1: unrecognized attribute name \"no_such_argument\"");
    const auto block = bench::load(*spec, "no_such_block { }");
    REQUIRE(block.diagnostics.size() == 1);
    CHECK(one_line(block.diagnostics.all().front()) == "vec.alloy:2:1: unrecognized block name \"no_such_block\"");
  }
}

TEST_CASE("a missing argument is refused at the whole block") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    bool required = false;
    for (const Row& row : spec->arguments->rows) required = required || (row.presence == Presence::kRequired && row.kind != RowKind::kSquash);
    if (!required) continue;
    const auto loaded = bench::load(*spec, "");
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(one_line(loaded.diagnostics.all().front())
              .starts_with("vec.alloy:1:1: Failed to build component: decoding configuration: missing required "));
  }
}

TEST_CASE("equal arguments make equal plans, and show in the API") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const auto one = bench::load(*spec, sample_of(*spec)), other = bench::load(*spec, "\n" + sample_of(*spec));
    INFO((one.diagnostics.empty() ? std::string() : summary(one.diagnostics)));
    REQUIRE(one.plan);
    REQUIRE(other.plan);
    CHECK(spec->equal(*one.plan, *other.plan));
    CHECK(spec->arguments_json(*one.plan).starts_with("["));
  }
}

TEST_CASE("a component exports what its table says") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const auto loaded = bench::load(*spec, sample_of(*spec));
    REQUIRE(loaded.plan);
    const auto receiver = std::make_shared<LogsReceiver>("vec.receiver");
    const Value exports = spec->exports(*loaded.plan, ExportContext{receiver, nullptr});
    if (!spec->exports_schema) continue;
    REQUIRE(exports.is(ValueType::kObject));
    for (const Row& row : spec->exports_schema->rows) {
      CAPTURE(row.name);
      CHECK(exports.find(row.name) != nullptr);
    }
  }
}

TEST_CASE("a component starts, takes equal and the same arguments again, drains, and leaves nothing behind") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const bench::Folder storage;
    bench::World world(std::string(spec->name) + ".vec", storage.path());
    const auto loaded = bench::load(*spec, sample_of(*spec));
    REQUIRE(loaded.plan);
    auto node = spec->start(loaded.plan, world);
    REQUIRE(node.ok());
    (*node)->run();
    world.turn();
    (*node)->update(loaded.plan);
    world.turn();
    bool drained = false;
    (*node)->drain([&] { drained = true; });
    CHECK(world.run_until([&] { return drained; }));
    node->reset();
    world.turn();
  }
}

TEST_CASE("a component that is started and never run can be dropped: its load was refused") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const bench::Folder storage;
    bench::World world(std::string(spec->name) + ".vec", storage.path());
    const auto loaded = bench::load(*spec, sample_of(*spec));
    REQUIRE(loaded.plan);
    auto node = spec->start(loaded.plan, world);
    REQUIRE(node.ok());
    node->reset();
    world.turn();
    CHECK(world.publications <= 1);
  }
}
