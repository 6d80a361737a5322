#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "src/components/loki/process/stage.h"
#include "src/io/file.h"
#include "src/lint/rule_example.h"
#include "src/runtime/component.h"
#include "stdlib/functions/library.h"
#include "tests/reference/reference_page.h"
#include "tests/reference/stage_example.h"

namespace invar {
std::span<const loki_process::StageSpec* const> loki_process_stages();
}

namespace invar::reference {
namespace {

const std::string kRoot = INVAR_ROOT;

std::string text_of(const std::string& path) {
  auto text = read_file(path);
  return text ? *text : std::string();
}

TEST_CASE("every stage's page has an example, and every example is true") {
  for (const loki_process::StageSpec* spec : loki_process_stages()) {
    const std::string name(spec->name());
    CAPTURE(name);
    const auto examples = stage_examples(text_of(kRoot + "/src/components/loki/process/stages/" + name + ".md"));
    REQUIRE_MESSAGE(examples.ok(), examples.error().what);
    CHECK_MESSAGE(!examples->empty(), "stages/" << name << ".md has no example");
    for (const StageExample& example : *examples) {
      CHECK_MESSAGE(example.config.find("stage." + name) != std::string::npos, "an example without stage." << name);
      const std::string wrong = difference(example);
      CHECK_MESSAGE(wrong.empty(), example.config << wrong);
    }
  }
}

TEST_CASE("docs/reference is what write_reference writes") {
  // A build that could not have librdkafka lists one component less.
  const bool whole = find_component("loki.source.kafka") != nullptr;
  for (const auto& [name, text] : reference_pages(kRoot))
    if (whole || name != "README.md") CHECK_MESSAGE(text_of(kRoot + "/docs/reference/" + name) == text, "docs/reference/" << name << " is not up to date: ninja reference");
}

TEST_CASE("every rule's page shows what lint says") {
  for (const lint::RuleSpec* rule : lint_rules()) {
    CAPTURE(rule->name);
    CHECK(lint::example_findings(*rule, stdlib_values()).find(" " + std::string(rule->code) + ": ") != std::string::npos);
  }
}

TEST_CASE("the stage that CONTRIBUTING.md shows is the one that is built") {
  const std::string guide = text_of(kRoot + "/CONTRIBUTING.md"), stage = text_of(kRoot + "/src/components/loki/process/stages/decolorize.cpp");
  REQUIRE_FALSE(stage.empty());
  CHECK_MESSAGE(guide.find("```cpp\n" + stage + "```\n") != std::string::npos, "CONTRIBUTING.md does not show the whole of stages/decolorize.cpp as it is");
}

TEST_CASE("an example that is not true is seen") {
  const StageExample example{"stage.drop { expression = \"debug\" }\n", {"{} a debug line", "{} kept"}, {"{} kept"}, {}};
  CHECK(difference(example) == "");
  StageExample wrong = example;
  wrong.expected = {"{} a debug line"};
  CHECK(difference(wrong) == "expected > {} a debug line\n     got > {} kept\n");
  wrong = example;
  wrong.metrics = {"loki_process_dropped_lines_total{reason=\"drop_stage\"} 2"};
  CHECK(difference(wrong).starts_with("expected = loki_process_dropped_lines_total"));
  CHECK(stage_examples("```text\nx\n```\n").error().what == "line 2 of an example begins with none of < > =");
  CHECK_FALSE(stage_examples("```alloy\n").ok());
}

}  // namespace
}  // namespace invar::reference
