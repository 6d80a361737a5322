#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/result.h"

namespace invar {

/// The labels of a series as text, `name{a="1", b='2', "any name"="3"}`: what PromQL's ParseMetric reads. In the order written, doubles included; a name in front
/// becomes `__name__`. The error is Prometheus', with its place: `1:3: parse error: unexpected <op:=~> in label set, expected "="`.
Result<std::vector<std::pair<std::string, std::string>>> parse_series_labels(std::string_view text);

}  // namespace invar
