#pragma once

#include <string>
#include <string_view>

namespace invar::lint {

/// Why Prometheus' text format cannot be read, in the words of its parser (prometheus/common/expfmt); empty when it can, or when the mistake is one that this check
/// does not look for (metadata, types of histograms, doubled series).
std::string exposition_error(std::string_view text);

}  // namespace invar::lint
