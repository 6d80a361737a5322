#include "src/lint/forms.h"
#include "src/lint/load_check.h"

// What Alloy loads, and what then does not start: it logs why, and the component does nothing.
namespace invar::load_checks_starting {
using namespace lint;
namespace {

using B = BlockFacts;
constexpr std::string_view kServer = "common/net.HTTPConfig", kClient = "otelcol.TLSClientArguments", kTlsServer = "otelcol.TLSServerArguments";
constexpr std::string_view kListen = "net.Listen", kTls = "go.opentelemetry.io/collector/config/configtls";

/// Why nobody can listen on `host:port`, as Go says it.
Found no_listener(const B& b, std::string_view name) {
  const Text address = b.text(name);
  if (!address.value || address.value->find('/') != std::string::npos) return std::nullopt;  // a socket of the file system
  if (const std::string why = host_port_error(*address.value); !why.empty()) return Found({why});
  const std::string port = address.value->substr(address.value->rfind(':') + 1);
  return is_port(port) ? std::nullopt : Found({"address " + port + ": invalid port"});
}

template <Name kName>
Found cannot_listen(const B& b) { return no_listener(b, kName); }

Found host_with_port(const B& b) {
  const Text host = b.text("listen_address");
  if (!host.value || host.value->find(':') == std::string::npos || host.value->find(':') != host.value->rfind(':')) return std::nullopt;  // several: IPv6
  return Found({*host.value});
}

Found port_out_of_range(const B& b) {
  const Quantity port = b.amount("listen_port");
  return (port < 0 || port > 65535).yes() ? Found({b.text("listen_port").value.value_or("")}) : std::nullopt;
}

/// A field and its value, joined by =; blanks part several of them, and + alone joins groups.
Found match_without_value(const B& b) {
  const Text matches = b.text("matches");
  if (!matches.value) return std::nullopt;
  size_t at = 0;
  while ((at = matches.value->find_first_not_of(" \t", at)) != std::string::npos) {
    const size_t end = std::min(matches.value->find_first_of(" \t", at), matches.value->size());
    const std::string match = matches.value->substr(at, end - at);
    if (match.find('=') == std::string::npos || match.front() == '=') return Found({match});
    at = end;
  }
  return std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = kServer,
     .message = "failed to run embedded server: listen tcp: address %s: invalid port",
     .names = {"listen_port"},
     .finds = port_out_of_range,
     .bad = "listen_port = 350000",
     .good = "listen_port = 3500",
     .from = kListen},
    {.of = kServer,
     .message = "failed to run embedded server: listen tcp: lookup %s: no such host",
     .names = {"listen_address"},
     .finds = host_with_port,
     .bad = "listen_address = \"localhost:3500\"",
     .good = "listen_address = \"localhost\"",
     .from = kListen},
    {.of = "loki/source/journal.Arguments",
     .message = "error creating journal tailer: %s is no match: sd_journal_add_match failed: invalid argument",
     .names = {"matches"},
     .finds = match_without_value,
     .bad = "matches = \"kubelet.service\"",
     .good = "matches = \"_SYSTEMD_UNIT=kubelet.service\"",
     .from = "component/loki/source/journal newTailer",
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "loki/source/syslog.ListenerConfig",
     .message = "listen tcp: %w",
     .names = {"address"},
     .finds = cannot_listen<"address">,
     .bad = "address = \"localhost\"",
     .good = "address = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/otlp.GRPCServerArguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/otlp.HTTPConfigArguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/jaeger.GRPC",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/jaeger.ThriftHTTP",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/zipkin.Arguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/fluentforward.Arguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/datadog.Arguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/influxdb.Arguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = "otelcol/receiver/splunkhec.Arguments",
     .message = "listen tcp: %w",
     .names = {"endpoint"},
     .finds = cannot_listen<"endpoint">,
     .bad = "endpoint = \"localhost\"",
     .good = "endpoint = \"localhost:5140\"",
     .from = kListen,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kClient,
     .message = "failed to load TLS config: failed to load CA CertPool: provide either a CA file or the PEM-encoded string, but not both",
     .names = {"ca_pem", "ca_file"},
     .refuses = both<"ca_pem", "ca_file">,
     .bad = "ca_pem = \"x\"\nca_file = \"/x\"",
     .good = "ca_file = \"/x\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kClient,
     .message = "failed to load TLS config: for auth via TLS, provide either a certificate or the PEM-encoded string, but not both",
     .names = {"cert_pem", "cert_file"},
     .refuses = both<"cert_pem", "cert_file">,
     .bad = "cert_pem = \"x\"\ncert_file = \"/x\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/x\"\nkey_file = \"/k\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kClient,
     .message = "failed to load TLS config: for auth via TLS, provide either a key or the PEM-encoded string, but not both",
     .names = {"key_pem", "key_file"},
     .refuses = both<"key_pem", "key_file">,
     .bad = "key_pem = \"x\"\nkey_file = \"/x\"\ncert_file = \"/c\"",
     .good = "key_file = \"/x\"\ncert_file = \"/c\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kTlsServer,
     .message = "failed to load TLS config: failed to load CA CertPool: provide either a CA file or the PEM-encoded string, but not both",
     .names = {"ca_pem", "ca_file"},
     .refuses = both<"ca_pem", "ca_file">,
     .bad = "ca_pem = \"x\"\nca_file = \"/x\"",
     .good = "ca_file = \"/x\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kTlsServer,
     .message = "failed to load TLS config: for auth via TLS, provide either a certificate or the PEM-encoded string, but not both",
     .names = {"cert_pem", "cert_file"},
     .refuses = both<"cert_pem", "cert_file">,
     .bad = "cert_pem = \"x\"\ncert_file = \"/x\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/x\"\nkey_file = \"/k\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
    {.of = kTlsServer,
     .message = "failed to load TLS config: for auth via TLS, provide either a key or the PEM-encoded string, but not both",
     .names = {"key_pem", "key_file"},
     .refuses = both<"key_pem", "key_file">,
     .bad = "key_pem = \"x\"\nkey_file = \"/x\"\ncert_file = \"/c\"",
     .good = "key_file = \"/x\"\ncert_file = \"/c\"",
     .from = kTls,
     .code = codes::kStart,
     .severity = FindingSeverity::kWarning},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_starting
