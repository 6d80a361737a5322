#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/language/target.h"

namespace invar::discovery {

/// What Prometheus' file and HTTP discovery speak: addresses, and the labels that all of them have.
struct TargetGroup {
  std::vector<std::string> addresses;
  std::vector<Target::Label> labels;

  /// Gives the group a label, in place of one of that name.
  void set(std::string_view name, std::string value);
};

/// A list of groups as JSON, read as Prometheus reads it: unknown fields are refused. Error: Go's words.
Result<std::vector<TargetGroup>> read_json_groups(std::string_view text);
/// The same as YAML: unknown fields and keys that stand twice are refused, aliases and `<<` are followed. Error: all that is wrong, in the words of yaml.v2.
Result<std::vector<TargetGroup>> read_yaml_groups(std::string_view text);

/// A target for each address, as `__address__`; it wins over a label of the group with that name.
void append_targets(const TargetGroup& group, std::vector<Target>& targets);

}  // namespace invar::discovery
