// Any bytes as an engine's lists of containers and networks: no crash, and every target has an address and names of labels that may stand in expressions.
#include <algorithm>
#include <cctype>

#include "src/base/check.h"
#include "src/components/discovery/docker/engine_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::discovery_docker;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto containers = read_containers(bytes);
  const auto networks = read_networks(bytes);
  INVAR_CHECK(containers.ok() == networks.ok());
  if (!containers) return 0;
  for (const bool first : {true, false}) {
    for (const invar::Target& target : container_targets(*containers, *networks, {.match_first_network = first})) {
      INVAR_CHECK(target.find("__address__") != nullptr);
      for (const auto& [name, value] : target.labels())
        INVAR_CHECK(std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; }));
    }
  }
  return 0;
}
