#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar::reference {

/// One example of a stage's page: a fenced block of stages, and a fenced block of entries going in (`<`), entries coming
/// out (`>`) and metrics after it (`=`):
///
///     ```alloy
///     stage.drop { expression = "debug" }
///     ```
///     ```text
///     < {app="web"} a debug line
///     < {app="web"} another line
///     > {app="web"} another line
///     = loki_process_dropped_lines_total{reason="drop_stage"} 1
///     ```
///
/// An entry is `{labels} line`, `{labels} [metadata] line` or, where its time matters, `{labels} @2006-01-02T15:04:05Z
/// line`, in this order. `\n`, `\t`, `\e` and `\\` stand for those characters. An entry goes in at 2024-01-01T00:00:00Z
/// unless it says otherwise; a time that comes out is compared only when it is shown. Metrics are compared without
/// component labels.
struct StageExample {
  std::string config;
  std::vector<std::string> given;
  std::vector<std::string> expected;
  std::vector<std::string> metrics;
};

/// All examples of a page. Error: a block that is not closed, an example without entries.
Result<std::vector<StageExample>> stage_examples(std::string_view page);

/// Runs an example. Empty: it is true. Otherwise what came instead.
std::string difference(const StageExample& example);

}  // namespace invar::reference
