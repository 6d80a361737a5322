#include "src/language/record.h"

#include <doctest/doctest.h>

#include "src/language/catalog.h"
#include "src/language/decode.h"
#include "src/parser/parse.h"

// Blocks of the recorded catalog, without a C++ type behind them.

namespace invar {
namespace {

struct Decoded {
  Record record;
  Origins origins;
  std::string error;
  std::string json() const { return api_json(record.schema(), &record, &origins); }
};

Decoded decoded(std::string_view component, const std::string& body, Members variables = {}) {
  const Schema& schema = catalog_component(component)->arguments;
  Decoded result{Record(schema), {}, {}};
  const Scope library;
  const auto source = std::make_shared<Source>("t", body);
  if (const auto failure = decode_text(source, schema, Scope(library, std::move(variables)), &result.record, result.origins))
    result.error = failure->error();
  return result;
}

}  // namespace

TEST_CASE("what is not written has the recorded default") {
  const Decoded syslog = decoded("loki.source.syslog", "forward_to = []\nlistener {\n  address = \"x:1\"\n}\n");
  REQUIRE(syslog.error == "");
  REQUIRE(syslog.record.blocks("listener").size() == 1);
  const Record& listener = syslog.record.blocks("listener").front();
  CHECK(listener.value("protocol").as_string() == "tcp");
  CHECK(listener.value("idle_timeout").as_string() == "2m0s");
  CHECK(listener.value("max_message_length").as_int() == 8192);
  CHECK(listener.block("tls_config"));
  CHECK_FALSE(listener.block("raw_format_options"));
  CHECK(listener.value("nothing").is_null());
  // What has its default is not shown; what stands in Go's struct behind the block is shown behind it.
  CHECK(syslog.json() == R"([{"name":"listener","type":"block","body":[{"name":"address","type":"attr","value":{"type":"string","value":"x:1"}}]},)"
                         R"({"name":"forward_to","type":"attr","value":{"type":"array","value":[]}}])");
}

TEST_CASE("values are read and spelled as the types of Go do it") {
  const Decoded batch = decoded("otelcol.processor.batch", "output { }\nsend_batch_size = -1\ntimeout = \"90s\"\nsend_batch_max_size = \"5000000000\"\n");
  REQUIRE(batch.error == "");
  CHECK(batch.record.value("send_batch_size").as_uint() == 4294967295);  // a uint32
  CHECK(batch.record.value("send_batch_max_size").as_uint() == 705032704);
  CHECK(batch.record.value("timeout").as_string() == "1m30s");
  const Decoded limiter = decoded("otelcol.processor.memory_limiter", "output { }\ncheck_interval = \"1s\"\nlimit = \"2048KiB\"\n");
  CHECK(limiter.record.value("limit").as_string() == "2MiB");
  CHECK(decoded("otelcol.processor.filter", "output { }\nerror_mode = \"IGNORE\"\n").record.value("error_mode").as_string() == "ignore");
}

TEST_CASE("errors are Alloy's") {
  CHECK(decoded("otelcol.processor.batch", "").error == "missing required block \"output\"");
  CHECK(decoded("otelcol.processor.batch", "output { }\ntimeout = 5").error == "t:2:11: 5 time: missing unit in duration \"5\"");
  CHECK(decoded("otelcol.processor.batch", "output {\n  logs = [1]\n}\n").error == "t:2:11: 1 should be capsule, got number");
  CHECK(decoded("otelcol.processor.filter", "error_mode = \"nope\"").error == "t:1:14: \"nope\" unknown error mode nope");
  CHECK(decoded("otelcol.processor.batch", "nope = 1").error == "t:1:1: unrecognized attribute name \"nope\"");
  CHECK(decoded("loki.source.syslog", "relabel_rules = []").error == "t:1:17: [] should be capsule, got array");
}

TEST_CASE("blocks of a group keep their order") {
  const Decoded process = decoded("loki.process", "forward_to = []\nstage.drop { }\nstage.json {\n  expressions = {}\n}\nstage.drop { }\n");
  REQUIRE(process.error == "");
  const std::string json = process.json();
  CHECK(json.find("stage.drop") < json.find("stage.json"));
  CHECK(json.find("stage.json") < json.rfind("stage.drop"));
  CHECK(decoded("loki.process", "forward_to = []\nstage.nope { }").error == "t:2:1: unrecognized block name \"stage.nope\"");
}

TEST_CASE("what shows only at run time is left out, but has to be of a type that may do") {
  const Members variables{{"text", Value::unknown(ValueType::kString)}, {"list", Value::unknown(ValueType::kArray)}, {"any", Value::unknown()}};
  CHECK(decoded("remote.http", "url = text\nheaders = { a = text, b = any }", variables).error == "");
  CHECK(decoded("remote.http", "url = list", variables).error == "t:1:7: list should be string, got array");
  CHECK(decoded("remote.http", "url = \"\"\nheaders = { a = list }", variables).error == "t:2:17: list should be string, got array");
  CHECK(decoded("remote.http", "url = any", variables).origins.unknown("url"));
}

TEST_CASE("records are compared by what they hold") {
  const std::string text = "output { }\ntimeout = \"1s\"\n";
  CHECK(decoded("otelcol.processor.batch", text).record == decoded("otelcol.processor.batch", text).record);
  CHECK_FALSE(decoded("otelcol.processor.batch", text).record == decoded("otelcol.processor.batch", "output { }").record);
}

TEST_CASE("every body of the catalog has defaults of its types") {
  for (const CatalogComponent& component : catalog_components()) {
    CAPTURE(component.name);
    const Record record(component.arguments);
    for (const Row& row : component.arguments.rows) {
      if (row.kind != RowKind::kAttr || row.default_text.empty()) continue;
      CAPTURE(row.name);
      const auto recorded = catalog_default(row);
      REQUIRE(recorded);
      // The rules of a component that has none are an empty set, recorded as an empty list.
      if (recorded->is_null() || (row.type->kind == TypeKind::kCapsule && row.type->element)) continue;
      Value read;
      ValueError error;
      CHECK_MESSAGE(read_typed(*recorded, *row.type, read, error), error.text());
      CHECK(record.value(row).same_as(read));
    }
  }
}

}  // namespace invar
