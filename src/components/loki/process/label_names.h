#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/quote.h"
#include "src/base/result.h"

namespace invar::loki_process {

/// `values = { name = source }` of several stages; null when the attribute was written as null.
using NameMap = std::optional<std::map<std::string, std::optional<std::string>>>;

/// Prometheus' LabelName.IsValid today: any UTF-8 but nothing.
inline bool is_label_name(std::string_view name) { return !name.empty() && is_valid_utf8(name); }
inline bool is_label_value(std::string_view value) { return is_valid_utf8(value); }

struct NamedSource {
  std::string name, source;
};

/// The pairs of `values`, the source being the name itself where it is left empty. Errors carry Alloy's words.
inline Result<std::vector<NamedSource>> named_sources(const std::map<std::string, std::optional<std::string>>& values) {
  std::vector<NamedSource> pairs;
  for (const auto& [name, source] : values) {
    if (!is_label_name(name)) return Error{"invalid label name: " + name};
    pairs.push_back({name, source && !source->empty() ? *source : name});
  }
  return pairs;
}

}  // namespace invar::loki_process
