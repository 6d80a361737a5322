#include "src/components/discovery/docker/engine_lists.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace invar::discovery_docker {
namespace {

constexpr std::string_view kNetworks = R"([
  {"Name": "bridge", "Id": "n1", "Scope": "local", "Internal": false, "Ingress": false, "Labels": {}},
  {"Name": "private", "Id": "n2", "Scope": "local", "Internal": true, "Ingress": true, "Labels": {"com.docker.compose/x": "y"}},
  {"Name": "old", "Id": "n3", "Labels": null}
])";

std::string texts(const std::vector<Target>& targets) {
  std::string text;
  for (const Target& target : targets) {
    for (const auto& [name, value] : target.labels()) text.append(text.empty() || text.ends_with('\n') ? "" : " ").append(name.starts_with("__meta_docker_") ? name.substr(14) : name).append("=").append(value);
    text += '\n';
  }
  return text;
}

std::string targets_of(std::string_view containers, const AddressRule& rule = {}) {
  const auto read = read_containers(containers);
  const auto networks = read_networks(kNetworks);
  REQUIRE(read.ok());
  REQUIRE(networks.ok());
  return texts(container_targets(*read, *networks, rule));
}

TEST_CASE("a target for each TCP port, with what is known of container, network and port") {
  CHECK(targets_of(R"([{"Id": "c1", "Names": ["/web", "/other"], "Image": "nginx:1", "ImageID": "sha256:1", "Labels": {"a.b-c": "1", "\u00e4": "2"},
    "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}, {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
              {"PrivatePort": 443, "Type": "tcp"}, {"PrivatePort": 53, "Type": "udp"}],
    "HostConfig": {"NetworkMode": "bridge"}, "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "n1", "IPAddress": "172.17.0.2"}}}}])") ==
        "__address__=172.17.0.2:80 container_id=c1 container_image=nginx:1 container_image_id=sha256:1 container_label__=2 container_label_a_b_c=1 container_name=/web "
        "container_network_mode=bridge network_id=n1 network_ingress=false network_internal=false network_ip=172.17.0.2 network_name=bridge network_scope=local "
        "port_private=80 port_public=8080 port_public_ip=0.0.0.0\n"
        "__address__=172.17.0.2:80 container_id=c1 container_image=nginx:1 container_image_id=sha256:1 container_label__=2 container_label_a_b_c=1 container_name=/web "
        "container_network_mode=bridge network_id=n1 network_ingress=false network_internal=false network_ip=172.17.0.2 network_name=bridge network_scope=local "
        "port_private=80 port_public=8080 port_public_ip=::\n"
        "__address__=172.17.0.2:443 container_id=c1 container_image=nginx:1 container_image_id=sha256:1 container_label__=2 container_label_a_b_c=1 container_name=/web "
        "container_network_mode=bridge network_id=n1 network_ingress=false network_internal=false network_ip=172.17.0.2 network_name=bridge network_scope=local port_private=443\n");
}

TEST_CASE("without ports: the given one, or the host's name; addresses of IPv6; networks that are not known") {
  CHECK(targets_of(R"([{"Id": "c1", "Names": ["/a"], "Ports": [{"PrivatePort": 53, "Type": "udp"}], "NetworkSettings": {"Networks": {"x": {"NetworkID": "nowhere", "IPAddress": "", "GlobalIPv6Address": "fd00::2"}}}}])",
                   {.port = 9}) == "__address__=[fd00::2]:9 container_id=c1 container_name=/a container_network_mode= network_ip=fd00::2\n");
  CHECK(targets_of(R"([{"Id": "c2", "Names": ["/h"], "HostConfig": {"NetworkMode": "host"}, "NetworkSettings": {"Networks": {"host": {"NetworkID": "n3", "IPAddress": ""}}}}])",
                   {.host_networking_host = "node1"}) ==
        "__address__=node1 container_id=c2 container_name=/h container_network_mode=host network_id=n3 network_ingress=false network_internal=false network_ip= network_name=old network_scope=\n");
  CHECK(targets_of(R"([{"Id": "c3", "Names": [], "NetworkSettings": {"Networks": {"x": {}}}}, {"Id": "c4", "Names": ["/none"]}, {"Names": ["/n"], "NetworkSettings": {"Networks": {"x": null}}}])") == "");
}

TEST_CASE("of several networks the first by name, or all of them") {
  constexpr std::string_view kTwo = R"([{"Id": "c", "Names": ["/a"], "Ports": [{"PrivatePort": 1, "Type": "tcp"}],
    "NetworkSettings": {"Networks": {"private": {"NetworkID": "n2", "IPAddress": "10.0.0.2"}, "bridge": {"NetworkID": "n1", "IPAddress": "172.17.0.2"}, "a": null}}}])";
  const std::string bridge = "__address__=172.17.0.2:1 container_id=c container_name=/a container_network_mode= network_id=n1 network_ingress=false network_internal=false "
                             "network_ip=172.17.0.2 network_name=bridge network_scope=local port_private=1\n";
  CHECK(targets_of(kTwo) == bridge);
  CHECK(targets_of(kTwo, {.match_first_network = false}) ==
        bridge + "__address__=10.0.0.2:1 container_id=c container_name=/a container_network_mode= network_id=n2 network_ingress=true network_internal=true network_ip=10.0.0.2 "
                 "network_label_com_docker_compose_x=y network_name=private network_scope=local port_private=1\n");
}

TEST_CASE("who shares another's network has its addresses, over several steps; circles end") {
  const std::string text = targets_of(R"([
    {"Id": "c1", "Names": ["/owner"], "HostConfig": {"NetworkMode": "bridge"}, "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "n1", "IPAddress": "172.17.0.2"}}}},
    {"Id": "c2", "Names": ["/guest"], "HostConfig": {"NetworkMode": "container:c1"}, "Ports": [{"PrivatePort": 7, "Type": "tcp"}], "NetworkSettings": {"Networks": {}}},
    {"Id": "c3", "Names": ["/guests-guest"], "HostConfig": {"NetworkMode": "container:c2"}},
    {"Id": "c4", "Names": ["/lost"], "HostConfig": {"NetworkMode": "container:nowhere"}},
    {"Id": "c5", "Names": ["/round"], "HostConfig": {"NetworkMode": "container:c6"}},
    {"Id": "c6", "Names": ["/and-round"], "HostConfig": {"NetworkMode": "container:c5"}}])");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.find("__address__=172.17.0.2:7 container_id=c2 container_name=/guest container_network_mode=container:c1 network_id=n1") != std::string::npos);
  CHECK(text.find("__address__=172.17.0.2:80 container_id=c3") != std::string::npos);
}

TEST_CASE("answers that are no lists are refused; what is of another type is left out") {
  CHECK(read_containers("{}").error().what == "the engine's answer is no list of containers");
  CHECK(read_networks("1").error().what == "the engine's answer is no list of networks");
  CHECK(read_containers("[{").error().what == "unexpected end of JSON input");
  CHECK(read_containers("null")->empty());
  CHECK(read_networks("[null, 1]")->empty());
  CHECK(targets_of(R"([1, {"Id": 1, "Names": ["/a"], "Labels": {"x": 1}, "Ports": [1, {"PrivatePort": "x", "Type": "tcp"}, {"PrivatePort": 70000, "PublicPort": -1, "Type": "tcp"}],
    "NetworkSettings": {"Networks": {"x": {"NetworkID": 1, "IPAddress": "none"}}}}, {"Names": [1]}, {"Names": "x"}])") ==
        "__address__=:0 container_id= container_name=/a container_network_mode= network_ip= port_private=0\n"
        "__address__=:0 container_id= container_name=/a container_network_mode= network_ip= port_private=0\n");
}

}  // namespace
}  // namespace invar::discovery_docker
