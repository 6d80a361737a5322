#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/language/target.h"

namespace invar::discovery_docker {

/// A container as the engine lists it.
struct Container {
  struct Port {
    uint16_t inside = 0;
    uint16_t published = 0;    // 0: not
    std::string published_ip;  // empty: none
    bool is_tcp = false;
  };
  struct Endpoint {
    std::string network;  // name
    std::string network_id;
    std::string ip;  // IPv4, else IPv6; empty: none
  };
  std::string id, name, image, image_id, network_mode;  // the first name; empty: it has none
  std::vector<Target::Label> labels;                    // under the engine's names
  std::vector<Port> ports;
  std::vector<Endpoint> endpoints;
};

/// The answer to /containers/json. What is of an unexpected type counts as left out. Error: it is no list.
Result<std::vector<Container>> read_containers(std::string_view json);

/// The meta labels of networks by id.
using NetworkLabels = std::map<std::string, std::vector<Target::Label>, std::less<>>;
/// The answer to /networks, likewise.
Result<NetworkLabels> read_networks(std::string_view json);

struct AddressRule {
  int64_t port = 80;                            // where a container shows none
  std::string host_networking_host = "localhost";
  bool match_first_network = true;
};
/// A target for each TCP port of each container in each of its networks; those without ports have one for each network.
std::vector<Target> container_targets(const std::vector<Container>& containers, const NetworkLabels& networks, const AddressRule& rule);

}  // namespace invar::discovery_docker
