#include "src/runtime/logger.h"

#include <doctest/doctest.h>

#include "src/runtime/log_output.h"

using namespace invar;

namespace {
struct Captured {
  FakeClock clock{1'700'000'000'123'450'000};
  std::string text;
  std::shared_ptr<Logger::Output> output =
      std::make_shared<Logger::Output>(clock, [this](std::string_view line) { text += line; });
  Logger log{output};
};
}  // namespace

TEST_CASE("lines look like slog's") {
  Captured captured;
  captured.output->configure(LogLevel::kInfo, LogFormat::kLogfmt);
  const Logger log = captured.log.with({{"component_path", "/"}, {"component_id", "loki.write.w"}});
  log.info("a message", {{"n", int64_t{-3}}, {"f", 0.5}, {"ok", true}, {"d", LogDuration{1'200'000}}, {"empty", ""}, {"q", "a=\"b\"\n"}});
  log.debug("not shown");
  CHECK(captured.text ==
        "ts=2023-11-14T22:13:20.12345Z level=info msg=\"a message\" component_path=/ component_id=loki.write.w n=-3 f=0.5 ok=true "
        "d=1.2ms empty=\"\" q=\"a=\\\"b\\\"\\n\"\n");
}

TEST_CASE("lines wait for level and format") {
  Captured captured;
  captured.log.debug("one");
  captured.log.warn("two", {{"d", LogDuration{5}}, {"s", "x\ty"}});
  CHECK(captured.text.empty());
  captured.output->configure(LogLevel::kWarn, LogFormat::kJson);
  CHECK(captured.text == "{\"ts\":\"2023-11-14T22:13:20.12345Z\",\"level\":\"warn\",\"msg\":\"two\",\"d\":5,\"s\":\"x\\ty\"}\n");
}
