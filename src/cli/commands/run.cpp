#include <algorithm>
#include <array>
#include <sstream>

#include "src/base/quote.h"
#include "src/cli/command.h"
#include "src/cli/config_flags.h"
#include "src/io/file.h"
#include "src/runtime/agent.h"
#include "src/runtime/build_info.h"
#include "src/text/byte_size.h"
#include "src/text/duration.h"
#include "stdlib/functions/library.h"

namespace invar::commands_run {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"cluster.advertise-address", kString, "", "Address to advertise to the cluster"},
    Flag{"cluster.advertise-interfaces", kStrings, "[eth0,en0]",
         "List of interfaces used to infer an address to advertise"},
    Flag{"cluster.discover-peers", kString, "", "List of key-value tuples for discovering peers"},
    Flag{"cluster.enable-tls", kBool, "false", "Specifies whether TLS should be used for communication between peers"},
    Flag{"cluster.enabled", kBool, "false", "Start in clustered mode"},
    Flag{"cluster.join-addresses", kString, "", "Comma-separated list of addresses to join the cluster at"},
    Flag{"cluster.max-join-peers", kInt, "5", "Number of peers to join from the discovered set"},
    Flag{"cluster.name", kString, "", "The name of the cluster to join"},
    Flag{"cluster.node-name", kString, "", "The name to use for this node"},
    Flag{"cluster.rejoin-interval", kDuration, "1m0s", "How often to rejoin the list of peers"},
    Flag{"cluster.tls-ca-path", kString, "", "Path to the CA certificate file"},
    Flag{"cluster.tls-cert-path", kString, "", "Path to the certificate file"},
    Flag{"cluster.tls-key-path", kString, "", "Path to the key file"},
    Flag{"cluster.tls-server-name", kString, "", "Server name to use for TLS communication"},
    Flag{"cluster.use-discovery-v1", kBool, "false", "This flag is deprecated and has no effect.", 0, true},
    Flag{"cluster.wait-for-size", kInt, "0",
         "Wait for the cluster to reach the specified number of instances before allowing components that use clustering to begin processing. Zero means disabled"},
    Flag{"cluster.wait-timeout", kDuration, "0s",
         "Maximum duration to wait for minimum cluster size before proceeding with available nodes. Zero means wait forever, no timeout"},
    Flag{"config.bypass-conversion-errors", kBool, "false", "Enable bypassing errors when converting"},
    Flag{"config.extra-args", kString, "", kExtraArgsUsage},
    Flag{"config.format", kString, "alloy", kConfigFormatUsage},
    Flag{"config.watch", kBool, "false", "Reload when the config file or directory changes, or is swapped behind a link", 0, false, true},
    Flag{"delivery.answer-after", kString, "hand-over", "When sources that cannot rewind answer or read on: after hand-over to the next component, after write-ahead (on disk), or after delivery", 0, false, true},
    Flag{"delivery.dead-letters", kString, "", "File for entries that destinations refused for good, as JSON lines. Empty means none", 0, false, true},
    Flag{"delivery.dead-letters-size", kString, "64MiB", "Size of that file and its predecessor together", 0, false, true},
    Flag{"delivery.held-deleted-size", kString, "1GiB", "Disk space that deleted files may take up which a source holds until they are read", 0, false, true},
    Flag{"delivery.on-full", kString, "auto", "What a full spill does: auto (pause sources whose only destination it is, else drop its oldest lines), pause or drop-oldest", 0, false, true},
    Flag{"delivery.spill-age", kDuration, "168h0m0s", "Lines that wait longer than this in a spill are dropped. Zero means never", 0, false, true},
    Flag{"delivery.spill-path", kString, "", "Base directory of spills. Empty means that of --storage.path", 0, false, true},
    Flag{"delivery.spill-size", kString, "1GiB", "Size on disk of what each destination may fall behind. Zero means that nothing is spilled: sources pause", 0, false, true},
    Flag{"delivery.write-ahead-size", kString, "256MiB", "Size on disk of what each source may hold with --delivery.answer-after=write-ahead", 0, false, true},
    Flag{"disable-reporting", kBool, "false", "Disable reporting of enabled components to Grafana."},
    Flag{"feature.community-components.enabled", kBool, "false", "Enable community components."},
    Flag{"feature.component-shutdown-deadline", kDuration, "10m0s",
         "Maximum duration to wait for a component to shut down before giving up and logging an error"},
    Flag{"feature.prometheus.direct-fanout.enabled", kBool, "false",
         "Enable experimental direct fanout for metric forwarding without a global label store"},
    Flag{"feature.prometheus.metric-validation-scheme", kBool, "false",
         "This flag is deprecated and has no effect.", 0, true},
    Flag{"server.http.disable-support-bundle", kBool, "false", "Disable /-/support support bundle retrieval."},
    Flag{"server.http.enable-graphql", kBool, "false", "Enable the GraphQL API"},
    Flag{"server.http.enable-graphql-playground", kBool, "false",
         "Enable the GraphQL playground UI (/graphql/playground)"},
    Flag{"server.http.enable-pprof", kBool, "true", "Enable /debug/pprof profiling endpoints."},
    Flag{"server.http.listen-addr", kString, "127.0.0.1:12345", "Address to listen for HTTP traffic on"},
    Flag{"server.http.memory-addr", kString, "alloy.internal:12345",
         "Address to listen for in-memory HTTP traffic on. Change if it collides with a real address"},
    Flag{"server.http.ui-path-prefix", kString, "/", "Prefix to serve the HTTP UI at"},
    Flag{"stability.level", kStability, "generally-available", kStabilityUsage},
    Flag{"storage.path", kString, "data-alloy/", "Base directory where components can store data"},
};

constexpr std::string_view kDescription =
    R"(The run subcommand runs @ in the foreground until an interrupt
is received.

run must be provided an argument pointing at the Alloy configuration
directory or file path to use. If the configuration directory or file path
wasn't specified, can't be loaded, or contains errors, run will exit
immediately.

If path is a directory, all *.alloy files in that directory will be combined
into a single unit. Subdirectories are not recursively searched for further merging.

run starts an HTTP server which can be used to debug @ or
force it to reload (by sending a GET or POST request to /-/reload). The listen
address can be changed through the --server.http.listen-addr flag.

By default, the HTTP server exposes a debugging UI at /. The path of the
debugging UI can be changed by providing a different value to
--server.http.ui-path-prefix.

Additionally, the HTTP server exposes the following debug endpoints:

  /debug/pprof   Go performance profiling tools

If reloading the config dir/file-path fails, @ will continue running in
its last valid state. Components which failed may be be listed as unhealthy,
depending on the nature of the reload error.
)";

std::optional<std::string> refuse_experimental(const ParsedFlags& parsed, const FeatureGate& gate) {
  if (gate.minimum == Stability::kExperimental) return std::nullopt;
  for (const std::string_view name :
       {"feature.prometheus.direct-fanout.enabled", "server.http.enable-graphql", "server.http.enable-graphql-playground"})
    if (parsed.is_set(kFlags, name))
      return "'--" + std::string(name) +
             "' can only be used at experimental stability level. Use --stability.level=experimental to enable.";
  return std::nullopt;
}

/// What Alloy says of its own address when it joins a cluster, be it one of its own.
std::optional<std::string> refuse_address(const std::string& address) {
  const std::string port = address.substr(std::min(address.size(), address.rfind(':') + 1));
  const bool number = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos;
  if (!number || (port.size() < 6 && std::stoul(port) <= 65535)) return std::nullopt;
  return "failed to create cluster node: failed to parse advertise port \"" + port + "\": address " + port + ": invalid port";
}

std::optional<std::string> refuse_cluster_tls(const ParsedFlags& parsed) {
  if (!parsed.is_set(kFlags, "cluster.enabled") || !parsed.is_set(kFlags, "cluster.enable-tls")) return std::nullopt;
  const std::string path = parsed.text(kFlags, "cluster.tls-ca-path");
  const auto authority = read_file(path);
  const std::string prefix = "failed to load TLS config from file: ";
  if (!authority) return prefix + "failed to read TLS CA file: " + authority.error().what;
  if (authority->find("-----BEGIN CERTIFICATE-----") == std::string::npos) return prefix + "failed to append CA from PEM with path " + path;
  return std::nullopt;
}

/// The first word of go-discover's settings that is no pair.
std::string malformed_pair(const std::string& settings) {
  std::istringstream words(settings);
  for (std::string word; words >> word;)
    if (word.find('=') == std::string::npos) return word;
  return {};
}

/// invar has no cluster engine: every instance is a cluster of its own.
void speak_of_cluster(const ParsedFlags& parsed, const Logger& log) {
  const Logger cluster = log.with({{"service", "cluster"}});
  const int64_t wanted = std::stoll(parsed.text(kFlags, "cluster.wait-for-size"));
  const auto patience = parse_duration(parsed.text(kFlags, "cluster.wait-timeout"));
  if (wanted > 1)
    cluster.warn("minimum cluster size requirements are not met - marking cluster as not ready for traffic",
                 {{"minimum_cluster_size", wanted},
                  {"minimum_size_wait_timeout", LogDuration{patience ? *patience : 0}},
                  {"peers_count", int64_t{1}}});
  if (!parsed.is_set(kFlags, "cluster.enabled")) return;
  if (const std::string word = malformed_pair(parsed.text(kFlags, "cluster.discover-peers")); !word.empty())
    cluster.warn("failed to get peers to join at startup; will create a new cluster", {{"err", "discovering peers: discover: " + word + ": missing '='"}});
}

/// Flags that are accepted because Alloy has them, and change nothing here; each is named once.
void speak_of_flags(const ParsedFlags& parsed, const Logger& log) {
  for (const Flag& flag : kFlags) {
    const bool is_label = flag.name == "cluster.name" || flag.name == "cluster.node-name" || flag.name == "cluster.advertise-address";
    const bool idle = (flag.name.starts_with("cluster.") && !is_label) || flag.name == "server.http.memory-addr" || flag.name == "server.http.enable-graphql" ||
                      flag.name == "server.http.enable-graphql-playground" || flag.name == "feature.prometheus.direct-fanout.enabled";
    if (idle && !flag.deprecated && parsed.values.contains(flag.name)) log.info("flag has no effect", {{"flag", "--" + std::string(flag.name)}});
  }
  speak_of_cluster(parsed, log);
}

/// The `--delivery.*` flags; the error names the one that cannot be read.
std::optional<std::string> read_delivery(const ParsedFlags& parsed, AgentOptions& options) {
  std::optional<std::string> wrong;
  const auto refuse = [&](std::string_view flag, std::string_view why) {
    if (!wrong) wrong = "invalid value " + invar::quoted(parsed.text(kFlags, flag)) + " for flag --" + std::string(flag) + ": " + std::string(why);
  };
  const auto size = [&](std::string_view flag) -> uint64_t {
    const auto bytes = parse_byte_size(parsed.text(kFlags, flag));
    if (bytes && *bytes >= 0) return static_cast<uint64_t>(*bytes);
    refuse(flag, bytes ? "it is negative" : bytes.error().what);
    return 0;
  };
  DeliverySettings& settings = options.delivery;
  settings.spill_bytes = size("delivery.spill-size");
  settings.write_ahead_bytes = size("delivery.write-ahead-size");
  settings.held_deleted_bytes = size("delivery.held-deleted-size");
  options.dead_letter_bytes = size("delivery.dead-letters-size");
  options.dead_letters = parsed.text(kFlags, "delivery.dead-letters");
  settings.spill_path = parsed.text(kFlags, "delivery.spill-path");
  if (const auto age = parse_duration(parsed.text(kFlags, "delivery.spill-age"))) settings.spill_age_ms = std::max<int64_t>(*age, 0) / 1'000'000;
  const std::string on_full = parsed.text(kFlags, "delivery.on-full"), answer = parsed.text(kFlags, "delivery.answer-after");
  if (on_full == "auto") settings.on_full = OnFull::kAuto;
  else if (on_full == "pause") settings.on_full = OnFull::kPause;
  else if (on_full == "drop-oldest") settings.on_full = OnFull::kDropOldest;
  else refuse("delivery.on-full", "it is auto, pause or drop-oldest");
  if (answer == "hand-over") settings.answer_after = AnswerAfter::kHandOver;
  else if (answer == "write-ahead") settings.answer_after = AnswerAfter::kWriteAhead;
  else if (answer == "delivery") settings.answer_after = AnswerAfter::kDelivery;
  else refuse("delivery.answer-after", "it is hand-over, write-ahead or delivery");
  return wrong;
}

std::optional<std::string> run(const ParsedFlags& parsed) {
  AgentOptions options;
  options.gate = gate_of(kFlags, parsed);
  if (auto refused = refuse_experimental(parsed, options.gate)) return refused;
  options.config_path = parsed.arguments.front();
  if (options.config_path.empty()) return "path argument not provided";
  if (auto refused = refuse_format(kFlags, parsed))
    return "reading config path \"" + options.config_path + "\": " + *refused;
  options.listen_address = parsed.text(kFlags, "server.http.listen-addr");
  if (auto refused = refuse_cluster_tls(parsed)) return refused;
  if (auto refused = refuse_address(options.listen_address)) return refused;
  options.cluster = {.enabled = parsed.is_set(kFlags, "cluster.enabled"),
                     .name = parsed.text(kFlags, "cluster.name"),
                     .node_name = parsed.text(kFlags, "cluster.node-name"),
                     .address = parsed.text(kFlags, "cluster.advertise-address"),
                     .minimum_size = std::stoll(parsed.text(kFlags, "cluster.wait-for-size"))};
  options.watch_config = parsed.is_set(kFlags, "config.watch");
  options.at_start = [&parsed](const Logger& log) { speak_of_flags(parsed, log); };
  if (auto refused = read_delivery(parsed, options)) return refused;
  options.storage_path = parsed.text(kFlags, "storage.path");
  options.ui_prefix = parsed.text(kFlags, "server.http.ui-path-prefix");
  options.support_bundle = !parsed.is_set(kFlags, "server.http.disable-support-bundle");
  options.pprof = parsed.is_set(kFlags, "server.http.enable-pprof");
  for (const Flag& flag : kFlags) options.runtime_flags.push_back(std::string(flag.name) + "=" + parsed.text(kFlags, flag.name));
  options.runtime_flags.push_back("help=false");
  std::sort(options.runtime_flags.begin(), options.runtime_flags.end());
  if (const auto deadline = parse_duration(parsed.text(kFlags, "feature.component-shutdown-deadline")))
    options.drain_ns = std::min(options.drain_ns, *deadline);
  static const Members kLibrary = stdlib_values(kAlloyVersion);
  options.library = &kLibrary;
  options.find_component = find_component;
  Agent agent(std::move(options));
  const auto refusal = agent.run();
  if (!refusal) return std::nullopt;
  if (refusal->diagnostics.empty()) return refusal->error;
  print_diagnostics(refusal->diagnostics);
  return "could not perform the initial load successfully";
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"run", "run [flags] path", "Run @ with Default Engine", kDescription, kFlags, 1, 1, run};

}  // namespace invar::commands_run
