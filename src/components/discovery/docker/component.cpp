#include <array>
#include <map>
#include <memory>
#include <set>

#include "src/components/discovery/docker/engine_lists.h"
#include "src/components/discovery/shared/refresh_loop.h"
#include "src/components/discovery/shared/target_publisher.h"
#include "src/components/shared/docker_engine.h"
#include "src/io/http_message.h"
#include "src/runtime/build_info.h"
#include "src/runtime/component.h"
#include "src/runtime/http_client_arguments.h"
#include "src/text/json.h"
#include "src/text/url.h"

namespace invar::discovery_docker {
namespace {

using enum Presence;

struct Filter {
  std::string name;
  std::vector<std::string> values;
  bool operator==(const Filter&) const = default;
};
constexpr std::array kFilterRows{
    attr<&Filter::name>("name", kRequired, "What to filter by, as in `docker ps --filter`."),
    attr<&Filter::values>("values", kRequired, "Values, of which one has to fit."),
};
constexpr Schema kFilterSchema = schema<Filter>("filter", "Leaves out containers.", kFilterRows);

struct DockerArgs {
  std::string host;
  int64_t port = 80;
  std::string host_networking_host = "localhost";
  Duration refresh_interval = Duration::seconds(60);
  bool match_first_network = true;
  std::vector<Filter> filters;
  HttpClientArguments client;
  bool operator==(const DockerArgs&) const = default;
  static void validate(DockerArgs& args, ValidateContext& context) {
    if (args.host.empty()) return context.refuse("host attribute must not be empty");
    if (const auto url = parse_url(args.host); !url) return context.refuse("parsing host attribute: " + url.error().what);
    if (args.refresh_interval.ns <= 0) return context.refuse("refresh_interval must be greater than 0");
    args.client.check(context);
  }
};
constexpr std::array kRows{
    attr<&DockerArgs::host>("host", kRequired, "Where the engine listens: `unix://`, `tcp://`, `http://` or `https://`."),
    attr<&DockerArgs::port>("port", kOptional, "Port of containers that show none."),
    attr<&DockerArgs::host_networking_host>("host_networking_host", kOptional, "Address of containers in the host's network."),
    attr<&DockerArgs::refresh_interval>("refresh_interval", kOptional, "Wait between requests, and the longest that one may take."),
    attr<&DockerArgs::match_first_network>("match_first_network", kOptional, "Of a container's networks only the first by name counts."),
    block<&DockerArgs::filters>("filter", kOptional, "Leaves out containers.", kFilterSchema),
    squash<&DockerArgs::client>(kHttpClientSchema),
};
constexpr Schema kSchema = schema<DockerArgs>("discovery.docker", "Asks a Docker engine for its containers.", kRows);

struct Exports {
  std::vector<Target> targets;
};
constexpr std::array kExportRows{
    attr<&Exports::targets>("targets", kOptional, "A target for each port of each container, or each network."),
};
constexpr Schema kExports = schema<Exports>("discovery.docker", "", kExportRows);

constexpr size_t kMostBytes = 64u << 20;

/// `/containers/json`, with the filters as the engine takes them: `{"name":{"value":true}}`.
std::string containers_path(const std::vector<Filter>& filters) {
  std::map<std::string, std::set<std::string>> terms;
  for (const Filter& filter : filters)
    if (!filter.values.empty()) terms[filter.name].insert(filter.values.begin(), filter.values.end());
  if (terms.empty()) return "/containers/json";
  std::string text = "{";
  for (const auto& [name, values] : terms) {
    if (text.size() > 1) text += ',';
    json::append_standard_string(text, name);
    text += ":{";
    for (const std::string& value : values) {
      if (!text.ends_with('{')) text += ',';
      json::append_standard_string(text, value);
      text += ":true";
    }
    text += '}';
  }
  return "/containers/json?filters=" + query_escaped(text + "}");
}

/// discovery.docker. On main, which waits for nothing.
class DockerDiscovery final : public NodeOf<DockerDiscovery> {
 public:
  using Args = DockerArgs;
  struct Plan {
    DockerArgs args;
    DockerAddress address;
    AddressRule rule;
    std::string containers_path;
  };

  static const Schema& arguments() { return kSchema; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics) {
    auto address = DockerAddress::parse(args.host);
    if (!address) return diagnostics.refuse(at, "error setting up docker client: " + address.error().what);
    const AddressRule rule{args.port, args.host_networking_host, args.match_first_network};
    const std::string path = discovery_docker::containers_path(args.filters);
    return std::make_shared<Plan>(Plan{std::move(args), std::move(*address), rule, path});
  }
  static Value exports(const Args&, const Plan&, const ExportContext& context) { return discovery::TargetPublisher::exports(context); }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    return NodePtr(std::make_unique<DockerDiscovery>(std::move(plan), context));
  }

  DockerDiscovery(std::shared_ptr<const Plan> plan, NodeContext& context)
      : plan_(std::move(plan)), context_(context), publisher_(context), refreshes_(context, "docker", [this] { ask(); }) {}

  void run() override { begin(); }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    if (engine_) begin();
  }

 private:
  void begin() {
    const std::string agent = "Prometheus/" + std::string(kAlloyVersion);
    call_.reset();
    engine_ = std::make_unique<DockerEngine>(context_.main_loop(), plan_->address, plan_->args.client.config(agent), agent,
                                             static_cast<uint64_t>(std::max<int64_t>(plan_->args.refresh_interval.ns / 1'000'000, 1)));
    refreshes_.begin(plan_->args.refresh_interval.ns);
  }

  void ask() {
    call_ = engine_->get(plan_->containers_path, kMostBytes, [this](Result<std::string> body) {
      auto containers = body ? read_containers(*body) : Result<std::vector<Container>>(body.error());
      if (!containers) return refreshes_.failed("error while listing containers: " + containers.error().what);
      ask_networks(std::move(*containers));
    });
  }

  void ask_networks(std::vector<Container> containers) {
    call_ = engine_->get("/networks", kMostBytes, [this, containers = std::move(containers)](Result<std::string> body) {
      const auto networks = body ? read_networks(*body) : Result<NetworkLabels>(body.error());
      if (!networks) return refreshes_.failed("error while computing network labels: " + networks.error().what);
      refreshes_.succeeded();
      publisher_.set(container_targets(containers, *networks, plan_->rule));
    });
  }

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  discovery::TargetPublisher publisher_;
  discovery::RefreshLoop refreshes_;
  std::unique_ptr<DockerEngine> engine_;
  DockerCall call_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<DockerDiscovery>("discovery.docker", Stability::kGenerallyAvailable, kSchema, &kExports, "Asks a Docker engine for its containers.");

}  // namespace invar::discovery_docker
