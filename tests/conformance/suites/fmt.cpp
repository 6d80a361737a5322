// syntax/fmt: source -> what `alloy fmt` writes, and what it writes of that, or its error.
#include "src/parser/parse.h"
#include "tests/conformance/suite.h"

namespace invar::fmt {
namespace {

struct Formatted {
  std::string text, error;
};

Formatted formatted(std::string text) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>("test.alloy", std::move(text));
  const auto file = parse_file(source, diagnostics);
  if (!file) return {{}, summary(diagnostics)};
  return {format(*file), {}};
}

Outcome run(const ConformanceCase& c) {
  const Formatted first = formatted(text_of(c.data, "src").value());
  Json expected = Json::object(), got = Json::object();
  const auto compare = [&](const char* key, const std::string& ours) {
    if (const auto theirs = text_of(c.data, key)) expected[key] = *theirs, got[key] = ours;
  };
  compare("error", first.error);
  compare("out", first.text);
  if (first.error.empty()) {
    const Formatted second = formatted(first.text);
    compare("out2", second.text);
    compare("reformat_error", second.error);
    expected["idempotent"] = c.data.value("idempotent", true);
    got["idempotent"] = second.error.empty() && second.text == first.text;
  }
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/fmt"}, run};

}  // namespace invar::fmt
