#include <array>

#include "src/lint/rule.h"

namespace invar::rules_same_port {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV138";

/// A socket that a component listens on.
struct Listener {
  std::string host, port;
  bool udp = false;
  Span span;
  std::string owner;
};

bool is_everywhere(std::string_view host) { return host.empty() || host == "0.0.0.0" || host == "::" || host == "[::]"; }

bool collide(const Listener& a, const Listener& b) {
  return a.udp == b.udp && a.port == b.port && a.port != "0" && (a.host == b.host || is_everywhere(a.host) || is_everywhere(b.host));
}

/// Blocks whose text attribute is the address they listen on.
struct ListeningType {
  std::string_view of, attribute;
};
constexpr ListeningType kAddresses[] = {
    {"otelcol/receiver/otlp.GRPCServerArguments", "endpoint"},   {"otelcol/receiver/otlp.HTTPConfigArguments", "endpoint"},
    {"otelcol/receiver/jaeger.GRPC", "endpoint"},                {"otelcol/receiver/jaeger.ThriftHTTP", "endpoint"},
    {"otelcol/receiver/zipkin.Arguments", "endpoint"},           {"otelcol/receiver/datadog.Arguments", "endpoint"},
    {"otelcol/receiver/influxdb.Arguments", "endpoint"},         {"otelcol/receiver/fluentforward.Arguments", "endpoint"},
    {"otelcol/receiver/splunkhec.Arguments", "endpoint"},        {"otelcol/receiver/faro.Arguments", "endpoint"},
    {"loki/source/syslog.ListenerConfig", "address"},            {"otelcol/receiver/tcplog.Arguments", "listen_address"},
    {"otelcol/receiver/syslog.TCP", "listen_address"},           {"otelcol/receiver/syslog.UDP", "listen_address"},
};

std::optional<Listener> listener_of(const BlockFacts& block) {
  for (const ListeningType& type : kAddresses) {
    if (block.schema().name != type.of) continue;
    const Text address = block.text(type.attribute);
    const size_t colon = address.value ? address.value->rfind(':') : std::string::npos;
    if (colon == std::string::npos) return std::nullopt;
    const bool udp = type.of == "otelcol/receiver/syslog.UDP" || block.text("protocol").is("udp").yes();
    const std::array names{type.attribute};
    return Listener{address.value->substr(0, colon), address.value->substr(colon + 1), udp, block.span_of(names), {}};
  }
  if (block.schema().name != "common/net.HTTPConfig") return std::nullopt;
  const Text host = block.text("listen_address"), port = block.text("listen_port");
  constexpr std::array<std::string_view, 2> kNames{"listen_address", "listen_port"};
  return host.value && port.value ? std::optional(Listener{*host.value, *port.value, false, block.span_of(kNames), {}}) : std::nullopt;
}

void check(RuleContext& context) {
  std::vector<Listener> all;
  context.each_facts([&](const ModuleModel& module, const NodeModel& node, const BlockFacts& facts) {
    if (module.owner) return;  // how often a module runs is another matter
    facts.each_block([&](const BlockFacts& block) {
      auto listener = block.block() ? listener_of(block) : std::nullopt;
      if (!listener) return;
      listener->owner = node.id;
      for (const Listener& earlier : all) {
        if (!collide(earlier, *listener)) continue;
        context.report({kCode, FindingSeverity::kWarning, listener->span, "port " + listener->port + " is taken by " + earlier.owner + " (line " +
                        std::to_string(earlier.span.source->position(earlier.span.begin).line) + ")", "", {}});
        break;
      }
      all.push_back(std::move(*listener));
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "same-port",
    FindingSeverity::kWarning,
    "Two servers of one process cannot listen on one port: the second one does not start.",
    R"~(otelcol.receiver.otlp "a" {
  grpc {
    endpoint = "0.0.0.0:4317"
  }
  output { }
}

otelcol.receiver.otlp "b" {
  grpc {
    endpoint = "0.0.0.0:4317"
  }
  output { }
}
)~",
    R"~(otelcol.receiver.otlp "a" {
  grpc {
    endpoint = "0.0.0.0:4317"
  }
  output { }
}

otelcol.receiver.otlp "b" {
  grpc {
    endpoint = "0.0.0.0:4327"
  }
  output { }
}
)~",
    "When only one of them runs, by a flag that Alloy reads at its start.",
    check,
    "Both addresses are known, one of them contains the other, and both servers run.",
    "recorded: bind: address already in use",
};

}  // namespace invar::rules_same_port
