// Any bytes as a list of target groups, JSON and YAML: no crash, and what was read as JSON is valid UTF-8. JSON that reads as YAML too says the same there.
#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/components/discovery/shared/target_groups.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::discovery;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto json = read_json_groups(bytes);
  const auto yaml = read_yaml_groups(bytes);
  INVAR_CHECK(json || !json.error().what.empty());
  INVAR_CHECK(yaml || !yaml.error().what.empty());
  if (json) {
    for (const TargetGroup& group : *json) {
      for (const std::string& address : group.addresses) INVAR_CHECK(invar::is_valid_utf8(address));
      for (const auto& [name, value] : group.labels) INVAR_CHECK(invar::is_valid_utf8(name) && invar::is_valid_utf8(value));
    }
    if (yaml) INVAR_CHECK(yaml->size() == json->size());
  }
  std::vector<invar::Target> targets;
  if (yaml)
    for (const TargetGroup& group : *yaml) append_targets(group, targets);
  return 0;
}
