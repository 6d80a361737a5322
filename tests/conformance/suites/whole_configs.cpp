// charts, docs: whole configs of a real chart, seeds, mutants, Alloy's documentation and tests -> what validate prints, at both stability levels, and what fmt makes of them.
#include "src/io/digest.h"
#include "src/parser/parse.h"
#include "src/runtime/validate.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar::whole_configs {
namespace {

Json validated(const std::string& name, const std::string& text, const FeatureGate& gate) {
  ConfigText config;
  config.files.push_back(std::make_shared<const Source>(name, text));
  ModuleSource source;
  if (auto refusal = parse_config(config, source)) {
    const std::string printed = refusal->bare.empty() ? render(refusal->diagnostics) : "validation failed: " + refusal->bare;
    return {{"exit", 1}, {"stderr", printed + "Error: validation failed\n"}};
  }
  const Diagnostics found = validate(source, gate);
  if (found.empty()) return {{"exit", 0}, {"stderr", ""}};
  return {{"exit", 1}, {"stderr", render(found) + "Error: validation failed\n"}};
}

Json recorded(const Json& expectation) { return {{"exit", expectation.value("exit", 0)}, {"stderr", expectation.value("stderr", "")}}; }

/// A seed may be a snippet that was put into a text before it was validated.
std::string wrapped(const ConformanceCase& c, std::string text) {
  const auto wrap = text_of(c.data, "wrap");
  if (!wrap) return text;
  const size_t at = wrap->find("%s");
  return at == std::string::npos ? *wrap : wrap->substr(0, at) + text + wrap->substr(at + 2);
}

/// `fmt -t`: whether the text is as fmt writes it; and the hash of what it writes.
Json formatted(const std::string& name, const std::string& text) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>(name, text);
  const ast::FilePtr file = parse_file(source, diagnostics);
  if (!file) {
    std::string printed;
    for (const Diagnostic& diagnostic : diagnostics.all()) printed += one_line(diagnostic) + "\n";
    return {{"fmt_exit", 1}, {"fmt_stderr", printed + "Error: encountered errors during formatting\n"}, {"fmt_sha256", ""}};
  }
  const std::string written = format(*file);
  Sha256 digest;
  digest.add(written);
  if (written == text) return {{"fmt_exit", 0}, {"fmt_stderr", ""}, {"fmt_sha256", digest.hex()}};
  return {{"fmt_exit", 1}, {"fmt_stderr", "Error: file " + name + " is not formatted correctly\n"}, {"fmt_sha256", digest.hex()}};
}

/// What fmt was recorded to do; of mutants the text was not kept.
std::string format_difference(const ConformanceCase& c, const std::string& text) {
  Json expected{{"fmt_exit", c.data.value("fmt_exit", 0)}, {"fmt_stderr", c.data.value("fmt_stderr", "")}}, got = formatted(c.name, text);
  if (c.data.contains("fmt_sha256")) expected["fmt_sha256"] = c.data["fmt_sha256"];
  else got.erase("fmt_sha256");
  return difference(expected, got);
}

Outcome run(const ConformanceCase& c) {
  const std::filesystem::path path = c.path.parent_path() / c.name;
  if (!std::filesystem::exists(path)) return Outcome::skipped("its config is not in the folder");
  const std::string text = wrapped(c, contents_of(path));
  const FeatureGate all{Stability::kExperimental, true};
  if (c.data.contains("fmt_exit"))
    if (auto different = format_difference(c, text); !different.empty()) return Outcome::failed("fmt: " + different);
  if (auto different = difference(recorded(c.data), validated(c.name, text, {})); !different.empty())
    return Outcome::failed(std::move(different));
  const Json& experimental = c.data.contains("experimental") ? c.data["experimental"] : c.data;
  return verdict(difference(recorded(experimental), validated(c.name, text, all)));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"charts/public", "charts/base", "charts/seed", "charts/mutants", "docs"}, run};

}  // namespace invar::whole_configs
