// charts: whole configs of a real chart, seeds and mutants -> what validate prints, at both stability levels.
#include "src/runtime/validate.h"

#include <fstream>
#include <sstream>

#include "tests/conformance/suite.h"

namespace invar::charts {
namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

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

Outcome run(const ConformanceCase& c) {
  const std::filesystem::path path = c.path.parent_path() / c.name;
  if (!std::filesystem::exists(path)) return Outcome::skipped("its config is not in the folder");
  const std::string text = wrapped(c, read_all(path));
  const FeatureGate all{Stability::kExperimental, true};
  if (auto different = difference(recorded(c.data), validated(c.name, text, {})); !different.empty())
    return Outcome::failed(std::move(different));
  const Json& experimental = c.data.contains("experimental") ? c.data["experimental"] : c.data;
  return verdict(difference(recorded(experimental), validated(c.name, text, all)));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"charts/public", "charts/base", "charts/seed", "charts/mutants"}, run};

}  // namespace invar::charts
