#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

using Json = nlohmann::json;

/// A recorded answer of Alloy that invar deliberately betters: one entry of a defects.json. `match` is superset, any-error or
/// values (cases with `skip` never reach a suite); the suite compares as it says.
struct Defect {
  std::string suite, name, alloy, invar, match, how;
};

/// One recorded case, or one of our own in the same format. Views and references live as long as the run.
struct ConformanceCase {
  std::string suite;                    // folder and file: syntax/scanner, loki/process_json, charts/mutants, k8s/discovery
  std::string name;
  const Json& data;                     // the case
  const Json& file;                     // the whole file, for suite-level keys
  std::filesystem::path path;           // of the file; other files of the vector lie beside it
  const Defect* defect = nullptr;
};

/// What came of a case. `text`: the difference, or why it was skipped and what lifts that.
struct Outcome {
  enum class Verdict { kPassed, kFailed, kSkipped } verdict;
  std::string text;

  static Outcome passed() { return {Verdict::kPassed, {}}; }
  static Outcome failed(std::string difference) { return {Verdict::kFailed, std::move(difference)}; }
  static Outcome skipped(std::string reason) { return {Verdict::kSkipped, std::move(reason)}; }
};

/// How the cases of some vector files are run. Each file in suites/ defines one as `extern const ConformanceSuite kSuite` in the
/// namespace invar::<file name>; the build lists them. Exactly one of `run` and `run_file` is set.
struct ConformanceSuite {
  /// The files it handles: folder/file without .json (`syntax/scanner`), a trailing * stands for anything (`loki/process_*`). A
  /// folder whose cases are files of their own, or keys of an expect.json, is named by the folder (`k8s/discovery`, `charts/public`).
  std::vector<std::string_view> files;
  Outcome (*run)(const ConformanceCase&) = nullptr;
  /// For files whose cases are steps of one session: an outcome for each case, in order.
  std::vector<Outcome> (*run_file)(std::span<const ConformanceCase>) = nullptr;
};

/// Every suite in suites/, written by the build.
std::span<const ConformanceSuite* const> conformance_suites();

/// The bytes of a text that is stored under `key`, or as base64 under `<key>_b64`; nullopt when there is neither.
std::optional<std::string> text_of(const Json& object, std::string_view key);
std::string base64_decoded(std::string_view text);

/// A readable difference, empty when equal. Texts are compared line by line; values by path.
std::string text_difference(std::string_view expected, std::string_view got);
std::string difference(const Json& expected, const Json& got);

/// Passed when `difference` is empty.
inline Outcome verdict(std::string difference) {
  return difference.empty() ? Outcome::passed() : Outcome::failed(std::move(difference));
}

}  // namespace invar
