#include "src/components/discovery/docker/engine_lists.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/text/ip_literal.h"
#include "src/text/json.h"

namespace invar::discovery_docker {
namespace {

constexpr std::string_view kPrefix = "__meta_docker_";

/// A member of that kind, or false.
bool has(const json::Value& object, std::string_view key, json::Kind kind, json::Value& out) {
  return object.kind() == json::Kind::kObject && object.member(key, out) && out.kind() == kind;
}

std::string text_of(const json::Value& object, std::string_view key) {
  json::Value member;
  return has(object, key, json::Kind::kString, member) ? std::string(member.as_string()) : std::string();
}

std::string bool_text_of(const json::Value& object, std::string_view key) {
  json::Value member;
  return has(object, key, json::Kind::kBool, member) && member.as_bool() ? "true" : "false";
}

uint16_t port_of(const json::Value& object, std::string_view key) {
  json::Value member;
  if (!has(object, key, json::Kind::kNumber, member)) return 0;
  const double port = member.as_number();
  return port >= 0 && port <= 65535 ? static_cast<uint16_t>(port) : 0;
}

std::string ip_of(const json::Value& object, std::string_view key) {
  std::string ip = text_of(object, key);
  return read_ip_literal(ip) ? ip : std::string();
}

/// As Prometheus makes part of a label's name: a `_` for each other character.
std::string name_part(std::string_view text) {
  std::string part;
  while (!text.empty()) {
    size_t length = 1;
    const char32_t rune = decode_rune(text, length);
    const bool allowed = (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') || (rune >= '0' && rune <= '9');
    part += allowed ? static_cast<char>(rune) : '_';
    text.remove_prefix(length);
  }
  return part;
}

std::vector<Target::Label> labels_of(const json::Value& object) {
  std::vector<Target::Label> labels;
  json::Value member;
  if (!has(object, "Labels", json::Kind::kObject, member)) return labels;
  for (json::Members members(member); members.next();)
    if (members.value().kind() == json::Kind::kString) labels.emplace_back(members.key(), members.value().as_string());
  return labels;
}

std::vector<Container::Port> ports_of(const json::Value& container) {
  std::vector<Container::Port> ports;
  json::Value list;
  if (!has(container, "Ports", json::Kind::kArray, list)) return ports;
  for (json::Elements elements(list); elements.next();) {
    const json::Value& port = elements.value();
    ports.push_back({port_of(port, "PrivatePort"), port_of(port, "PublicPort"), ip_of(port, "IP"), text_of(port, "Type") == "tcp"});
  }
  return ports;
}

std::vector<Container::Endpoint> endpoints_of(const json::Value& container) {
  std::vector<Container::Endpoint> endpoints;
  json::Value settings, networks;
  if (!has(container, "NetworkSettings", json::Kind::kObject, settings) || !has(settings, "Networks", json::Kind::kObject, networks)) return endpoints;
  for (json::Members members(networks); members.next();) {
    const json::Value& endpoint = members.value();
    if (endpoint.kind() != json::Kind::kObject) continue;
    std::string ip = ip_of(endpoint, "IPAddress");
    if (ip.empty()) ip = ip_of(endpoint, "GlobalIPv6Address");
    endpoints.push_back({std::string(members.key()), text_of(endpoint, "NetworkID"), std::move(ip)});
  }
  return endpoints;
}

Container read_container(const json::Value& value) {
  Container container{.id = text_of(value, "Id"), .image = text_of(value, "Image"), .image_id = text_of(value, "ImageID")};
  json::Value part, name;
  if (has(value, "Names", json::Kind::kArray, part) && part.element(0, name) && name.kind() == json::Kind::kString) container.name = name.as_string();
  if (has(value, "HostConfig", json::Kind::kObject, part)) container.network_mode = text_of(part, "NetworkMode");
  container.labels = labels_of(value);
  container.ports = ports_of(value);
  container.endpoints = endpoints_of(value);
  return container;
}

/// Hands each object of the list on.
template <class Take>
Result<void> each_object(std::string_view text, std::string_view what, Take take) {
  if (std::string why = json::syntax_error(text); !why.empty()) return Error{std::move(why), "json"};
  json::Parser parser;
  if (!parser.parse_any(text)) return Error{"json: the text cannot be read", "json"};
  const json::Value root = parser.root();
  if (root.kind() == json::Kind::kNull) return {};
  if (root.kind() != json::Kind::kArray) return Error{"the engine's answer is no list of " + std::string(what), "json"};
  for (json::Elements elements(root); elements.next();)
    if (elements.value().kind() == json::Kind::kObject) take(elements.value());
  return {};
}

/// Go's net.JoinHostPort.
std::string host_port(const std::string& host, int64_t port) {
  const bool bracketed = host.find_first_of(":%") != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

class TargetMaker {
 public:
  TargetMaker(const std::vector<Container>& containers, const NetworkLabels& networks, const AddressRule& rule) : networks_(networks), rule_(rule) {
    for (const Container& container : containers) by_id_.insert_or_assign(container.id, &container);
  }

  void add(const Container& container) {
    if (container.name.empty()) return;
    const std::vector<Target::Label> common = labels_of(container);
    for (const Container::Endpoint* endpoint : endpoints_of(container)) add(container, *endpoint, common);
  }

  std::vector<Target> targets;

 private:
  using Labels = std::vector<Target::Label>;

  static Labels labels_of(const Container& container) {
    Labels labels;
    for (const auto& [name, value] : container.labels) labels.emplace_back(std::string(kPrefix) + "container_label_" + name_part(name), value);
    const auto add = [&](std::string_view name, const std::string& value) { labels.emplace_back(std::string(kPrefix) + "container_" + std::string(name), value); };
    add("id", container.id);
    add("name", container.name);
    add("network_mode", container.network_mode);
    if (!container.image.empty()) add("image", container.image);
    if (!container.image_id.empty()) add("image_id", container.image_id);
    return labels;
  }

  /// Its own, or those of the container whose network it shares.
  std::vector<const Container::Endpoint*> endpoints_of(const Container& container) const {
    const Container* owner = &container;
    // Modes that lead in a circle end, as each container is passed once at most.
    for (size_t passed = 0; owner->endpoints.empty() && passed < by_id_.size(); ++passed) {
      constexpr std::string_view kShared = "container:";
      if (!owner->network_mode.starts_with(kShared)) break;
      const auto found = by_id_.find(std::string_view(owner->network_mode).substr(kShared.size()));
      if (found == by_id_.end()) break;
      owner = found->second;
    }
    std::vector<const Container::Endpoint*> endpoints;
    for (const Container::Endpoint& endpoint : owner->endpoints) endpoints.push_back(&endpoint);
    const auto by_name = [](const Container::Endpoint* a, const Container::Endpoint* b) { return a->network < b->network; };
    std::stable_sort(endpoints.begin(), endpoints.end(), by_name);
    if (rule_.match_first_network && endpoints.size() > 1) endpoints.resize(1);
    return endpoints;
  }

  void add(const Container& container, const Container::Endpoint& endpoint, const Labels& common) {
    bool any = false;
    for (const Container::Port& port : container.ports) {
      if (!port.is_tcp) continue;
      any = true;
      Labels labels{{"__meta_docker_port_private", std::to_string(port.inside)}};
      if (port.published > 0) {
        labels.emplace_back("__meta_docker_port_public", std::to_string(port.published));
        labels.emplace_back("__meta_docker_port_public_ip", port.published_ip);
      }
      add(host_port(endpoint.ip, port.inside), endpoint, common, std::move(labels));
    }
    if (any) return;
    add(container.network_mode == "host" ? rule_.host_networking_host : host_port(endpoint.ip, rule_.port), endpoint, common, {});
  }

  void add(std::string address, const Container::Endpoint& endpoint, const Labels& common, Labels labels) {
    labels.emplace_back("__meta_docker_network_ip", endpoint.ip);
    labels.insert(labels.end(), common.begin(), common.end());
    if (const auto network = networks_.find(endpoint.network_id); network != networks_.end()) labels.insert(labels.end(), network->second.begin(), network->second.end());
    labels.emplace_back("__address__", std::move(address));
    targets.emplace_back(std::move(labels));
  }

  const NetworkLabels& networks_;
  const AddressRule& rule_;
  std::map<std::string_view, const Container*> by_id_;
};

}  // namespace

Result<std::vector<Container>> read_containers(std::string_view json) {
  std::vector<Container> containers;
  const auto read = each_object(json, "containers", [&](const json::Value& value) { containers.push_back(read_container(value)); });
  if (!read) return read.error();
  return containers;
}

Result<NetworkLabels> read_networks(std::string_view json) {
  NetworkLabels networks;
  const auto read = each_object(json, "networks", [&](const json::Value& value) {
    std::vector<Target::Label> labels;
    const auto add = [&](std::string_view name, std::string text) { labels.emplace_back(std::string(kPrefix) + "network_" + std::string(name), std::move(text)); };
    add("id", text_of(value, "Id"));
    add("name", text_of(value, "Name"));
    add("scope", text_of(value, "Scope"));
    add("internal", bool_text_of(value, "Internal"));
    add("ingress", bool_text_of(value, "Ingress"));
    for (auto& [name, text] : labels_of(value)) add("label_" + name_part(name), std::move(text));
    networks.insert_or_assign(text_of(value, "Id"), std::move(labels));
  });
  if (!read) return read.error();
  return networks;
}

std::vector<Target> container_targets(const std::vector<Container>& containers, const NetworkLabels& networks, const AddressRule& rule) {
  TargetMaker maker(containers, networks, rule);
  for (const Container& container : containers) maker.add(container);
  return std::move(maker.targets);
}

}  // namespace invar::discovery_docker
