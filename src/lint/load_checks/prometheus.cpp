#include <algorithm>

#include "src/lint/forms.h"
#include "src/lint/load_check.h"
#include "src/text/regex.h"

namespace invar::load_checks_prometheus {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kRelabel = "prometheus/relabel.Arguments", kEndpoint = "prometheus/remotewrite.EndpointOptions", kWal = "prometheus/remotewrite.WALOptions",
                           kAzure = "prometheus/remotewrite.AzureADConfig", kSigV4 = "prometheus/remotewrite.SigV4Config", kScrape = "prometheus/scrape.Arguments",
                           kEnrich = "prometheus/enrich.Arguments";
constexpr std::string_view kOwnReason = "It guards against a mistake in Alloy's own code.";
constexpr double kMinute = 60e9;

Truth both_caches(const B& b) { return b.amount("max_cache_size") > 0 && b.amount("cache_ttl") > 0; }

Truth too_many_logins(const B& b) {
  Truth http = !b.none_of({"basic_auth", "oauth2", "authorization", "bearer_token", "bearer_token_file"});
  const Truth sigv4 = b.set("sigv4"), azure = b.set("azuread"), google = b.set("google_iam");
  return (sigv4 && azure) || (sigv4 && google) || (azure && google) || (http && (sigv4 || azure || google));
}

Found unknown_message(const B& b) {
  const Text message = b.text("protobuf_message");
  if (!message.is_one_of({"prometheus.WriteRequest", "io.prometheus.write.v2.Request"}).no()) return std::nullopt;
  return Found({*message.value, b.text("name").value.value_or(""),
                "unknown type for remote write protobuf message " + *message.value + ", supported: prometheus.WriteRequest, io.prometheus.write.v2.Request"});
}

/// A text in an inner block that is written, and known to be no UUID.
Truth no_uuid(const B& b, std::string_view block, std::string_view name) {
  const B* inner = b.block(block);
  return inner ? inner->text(name).holds([](const std::string& text) { return !text.empty() && !is_uuid(text); }) : Truth(false);
}
Truth not_set(const B& b, std::string_view block, std::string_view name) {
  const B* inner = b.block(block);
  return inner ? !inner->set(name) : Truth(false);
}

Truth bad_scope(const B& b) {
  static const Regex kForm = *Regex::compile(R"(^[\w\s:/.\-]+$)");
  return b.text("scope").holds([](const std::string& text) { return !text.empty() && !kForm.matches(text); });
}

constexpr std::string_view kProtocols[] = {"OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusProto", "PrometheusText0.0.4", "PrometheusText1.0.0"};

std::string unknown_protocol(const std::string& protocol) {
  return "unknown scrape protocol " + protocol + ", supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]";
}
bool is_protocol(std::string_view text) { return std::find(std::begin(kProtocols), std::end(kProtocols), text) != std::end(kProtocols); }

Truth own_protocols(const B& b) {
  const std::vector<std::string> defaults{"OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4"};
  if (!b.attribute("scrape_protocols")) return false;
  return b.value("scrape_protocols").holds_unknown() ? Truth::unknown() : Truth(b.texts("scrape_protocols") != defaults);
}

Truth without_proto(const B& b) {
  const std::vector<std::string> protocols = b.texts("scrape_protocols");
  return own_protocols(b) && b.flag("scrape_native_histograms") && !b.flag("enable_protobuf_negotiation") &&
         std::find(protocols.begin(), protocols.end(), "PrometheusProto") == protocols.end();
}

Found doubled_protocol(const B& b) {
  const std::vector<std::string> protocols = b.texts("scrape_protocols");
  for (size_t i = 0; i < protocols.size(); ++i)
    if (std::find(protocols.begin(), protocols.begin() + static_cast<ptrdiff_t>(i), protocols[i]) != protocols.begin() + static_cast<ptrdiff_t>(i))
      return std::vector{protocols[i]};
  return std::nullopt;
}

Found no_protocol(const B& b) {
  for (const std::string& protocol : b.texts("scrape_protocols"))
    if (!is_protocol(protocol)) return std::vector{protocol, unknown_protocol(protocol)};
  return std::nullopt;
}

Found no_fallback(const B& b) {
  const Text text = b.text("scrape_fallback_protocol");
  return text.value && !text.value->empty() && !is_protocol(*text.value) ? Found({*text.value, unknown_protocol(*text.value)}) : std::nullopt;
}

Found unknown_scheme(const B& b) {
  const Text scheme = b.text("metric_name_validation_scheme");
  return scheme.is_one_of({"utf8", "legacy"}).no() ? Found({*scheme.value, "utf8", "legacy"}) : std::nullopt;
}

Found unknown_escaping(const B& b) {
  const Text scheme = b.text("metric_name_escaping_scheme");
  return scheme.is_one_of({"", "allow-utf-8", "underscores", "dots", "values"}).no() ? Found({*scheme.value, "[allow-utf-8 underscores dots values]"}) : std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = "prometheus/operator.Arguments",
     .message = "only endpoints and endpointslice are supported",
     .names = {"kubernetes_role"},
     .refuses = none_of_words<"kubernetes_role", "endpoints", "endpointslice">,
     .bad = "kubernetes_role = \"pod\"",
     .good = "kubernetes_role = \"endpointslice\""},
    {.of = "prometheus/operator/common.Options", .message = "serviceMonitor settings are required for %s", .by = By::kNobody, .reason = kOwnReason},
    {.of = "prometheus/operator/common.Options", .message = "serviceMonitor settings are only supported for %s", .by = By::kNobody, .reason = kOwnReason},
    {.of = "prometheus/relabel.Arguments",
     .message = "%q cannot be used because it is incompatible with %q",
     .by = By::kNobody,
     .reason = "It is about the names of Alloy's own components, when Alloy is built.",
     .from = "component validatePrefixMatch"},

    {.of = kRelabel,
     .message = "max_cache_size must be >= 0; got %d",
     .names = {"max_cache_size"},
     .refuses = negative<"max_cache_size">,
     .bad = "max_cache_size = -1",
     .good = "max_cache_size = 10"},
    {.of = kRelabel,
     .message = "cache_ttl must be >= 0; got %s",
     .names = {"cache_ttl"},
     .refuses = negative<"cache_ttl">,
     .bad = "cache_ttl = \"-1m\"",
     .good = "cache_ttl = \"5m\"\nmax_cache_size = 0"},
    {.of = kRelabel,
     .message = "max_cache_size and cache_ttl are mutually exclusive: set max_cache_size = 0 to use cache_ttl, or unset cache_ttl to keep the bounded LRU cache",
     .names = {"max_cache_size", "cache_ttl"},
     .refuses = both_caches,
     .bad = "cache_ttl = \"5m\"",
     .good = "cache_ttl = \"5m\"\nmax_cache_size = 0"},
    {.of = kRelabel,
     .message = "one of max_cache_size or cache_ttl must be set",
     .names = {"max_cache_size", "cache_ttl"},
     .refuses = [](const B& b) { return b.amount("max_cache_size") == 0 && b.amount("cache_ttl") == 0; },
     .bad = "max_cache_size = 0",
     .good = "max_cache_size = 1"},
    {.of = kRelabel,
     .message = "cache_ttl must be at least %s when set; got %s",
     .names = {"cache_ttl"},
     .finds =
         [](const B& b) {
           const Quantity ttl = b.amount("cache_ttl");
           return (ttl > 0 && ttl < kMinute).yes() ? Found({"1m0s", b.text("cache_ttl").value.value_or("")}) : std::nullopt;
         },
     .bad = "cache_ttl = \"10s\"\nmax_cache_size = 0",
     .good = "cache_ttl = \"1m\"\nmax_cache_size = 0"},

    {.of = kEndpoint,
     .message = "using remote write v2 (protobuf_message=%s) with endpoint %s requires setting the stability.level flag to experimental",
     .names = {"protobuf_message", "name"},
     .refuses = [](const B& b) { return b.text("protobuf_message").is("io.prometheus.write.v2.Request"); },
     .bad = "url = \"http://p\"\nprotobuf_message = \"io.prometheus.write.v2.Request\"",
     .good = "url = \"http://p\"",
     .from = "component/prometheus/remotewrite validateStabilityLevelForRemoteWritev2",
     .code = codes::kStability,
     .allowed_at = Stability::kExperimental},
    {.of = kEndpoint,
     .message = "invalid protobuf_message %q for endpoint %q: %w",
     .names = {"protobuf_message"},
     .finds = unknown_message,
     .bad = "url = \"http://p\"\nprotobuf_message = \"v2\"",
     .good = "url = \"http://p\"\nprotobuf_message = \"prometheus.WriteRequest\""},
    {.of = kEndpoint,
     .message = "at most one of sigv4, azuread, google_iam, basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
     .names = {"sigv4", "azuread", "google_iam", "basic_auth", "oauth2", "authorization", "bearer_token", "bearer_token_file"},
     .refuses = too_many_logins,
     .bad = "url = \"http://p\"\nbearer_token_file = \"/t\"\nsigv4 { }",
     .good = "url = \"http://p\"\nsigv4 { }"},
    {.of = kWal,
     .message = "truncate_frequency must not be 0",
     .names = {"truncate_frequency"},
     .refuses = [](const B& b) { return b.amount("truncate_frequency") == 0; },
     .bad = "truncate_frequency = \"0s\"",
     .good = "truncate_frequency = \"1h\""},
    {.of = kWal,
     .message = "min_keepalive_time must be smaller than max_keepalive_time",
     .names = {"min_keepalive_time", "max_keepalive_time"},
     .refuses = [](const B& b) { return b.amount("max_keepalive_time") <= b.amount("min_keepalive_time"); },
     .bad = "min_keepalive_time = \"9h\"",
     .good = "min_keepalive_time = \"1h\""},
    {.of = kAzure,
     .message = "must provide a cloud in the Azure AD config",
     .names = {"cloud"},
     .refuses = none_of_words<"cloud", "AzureChina", "AzureGovernment", "AzurePublic">,
     .bad = "cloud = \"Azure\"\nmanaged_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n}",
     .good = "managed_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth or Azure SDK in the Azure AD config",
     .refuses = none<"managed_identity", "workload_identity", "oauth", "sdk">,
     .bad = "cloud = \"AzurePublic\"",
     .good = "sdk {\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "cannot provide multiple authentication methods in the Azure AD config",
     .names = {"managed_identity", "workload_identity", "oauth", "sdk"},
     .refuses = more_than_one<"managed_identity", "workload_identity", "oauth", "sdk">,
     .bad = "sdk {\n  tenant_id = \"t\"\n}\nmanaged_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n}",
     .good = "sdk {\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure Managed Identity client_id in the Azure AD config",
     .names = {"managed_identity"},
     .refuses = [](const B& b) { return not_set(b, "managed_identity", "client_id"); },
     .bad = "managed_identity {\n  client_id = \"\"\n}",
     .good = "managed_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "the provided Azure Managed Identity client_id is invalid",
     .names = {"managed_identity"},
     .refuses = [](const B& b) { return no_uuid(b, "managed_identity", "client_id"); },
     .bad = "managed_identity {\n  client_id = \"me\"\n}",
     .good = "managed_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure Workload Identity client_id in the Azure AD config",
     .names = {"workload_identity"},
     .refuses = [](const B& b) { return not_set(b, "workload_identity", "client_id"); },
     .bad = "workload_identity {\n  client_id = \"\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}",
     .good = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure Workload Identity tenant_id in the Azure AD config",
     .names = {"workload_identity"},
     .refuses = [](const B& b) { return not_set(b, "workload_identity", "tenant_id"); },
     .bad = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"\"\n}",
     .good = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "the provided Azure Workload Identity client_id is invalid",
     .names = {"workload_identity"},
     .refuses = [](const B& b) { return no_uuid(b, "workload_identity", "client_id"); },
     .bad = "workload_identity {\n  client_id = \"me\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}",
     .good = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "the provided Azure Workload Identity tenant_id is invalid",
     .names = {"workload_identity"},
     .refuses = [](const B& b) { return no_uuid(b, "workload_identity", "tenant_id"); },
     .bad = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"us\"\n}",
     .good = "workload_identity {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure OAuth client_id in the Azure AD config",
     .names = {"oauth"},
     .refuses = [](const B& b) { return not_set(b, "oauth", "client_id"); },
     .bad = "oauth {\n  client_id = \"\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}",
     .good = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure OAuth client_secret in the Azure AD config",
     .names = {"oauth"},
     .refuses = [](const B& b) { return not_set(b, "oauth", "client_secret"); },
     .bad = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"\"\n  tenant_id = \"t\"\n}",
     .good = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "must provide an Azure OAuth tenant_id in the Azure AD config",
     .names = {"oauth"},
     .refuses = [](const B& b) { return not_set(b, "oauth", "tenant_id"); },
     .bad = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"s\"\n  tenant_id = \"\"\n}",
     .good = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "the provided Azure OAuth client_id is invalid",
     .names = {"oauth"},
     .refuses = [](const B& b) { return no_uuid(b, "oauth", "client_id"); },
     .bad = "oauth {\n  client_id = \"me\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}",
     .good = "oauth {\n  client_id = \"00000000-0000-0000-0000-000000000000\"\n  client_secret = \"s\"\n  tenant_id = \"t\"\n}"},
    {.of = kAzure,
     .message = "the provided Azure OAuth tenant_id is invalid",
     .by = By::kNobody,
     .reason = "Alloy asks whether its own expression compiles, not whether the tenant matches: no text is refused."},
    {.of = kAzure,
     .message = "the provided scope contains invalid characters",
     .names = {"scope"},
     .refuses = bad_scope,
     .bad = "scope = \"a;b\"\nsdk {\n  tenant_id = \"t\"\n}",
     .good = "scope = \"https://a/.default\"\nsdk {\n  tenant_id = \"t\"\n}"},
    {.of = kSigV4,
     .message = "must provide an AWS SigV4 access key and secret key if credentials are specified in the SigV4 config",
     .names = {"access_key", "secret_key"},
     .refuses = [](const B& b) { return (b.set("access_key") && !b.set("secret_key")) || (!b.set("access_key") && b.set("secret_key")); },
     .bad = "access_key = \"a\"",
     .good = "access_key = \"a\"\nsecret_key = \"s\""},
    {.of = kSigV4,
     .message = "external_id can only be used with role_arn",
     .names = {"external_id"},
     .refuses = [](const B& b) { return b.set("external_id") && !b.set("role_arn"); },
     .bad = "external_id = \"e\"",
     .good = "external_id = \"e\"\nrole_arn = \"r\""},

    {.of = kScrape,
     .message = "scrape_timeout (%s) greater than scrape_interval (%s) for scrape config with job name %q",
     .names = {"scrape_timeout", "scrape_interval", "job_name"},
     .refuses = exceeds<"scrape_timeout", "scrape_interval">,
     .bad = "scrape_timeout = \"2m\"",
     .good = "scrape_timeout = \"20s\""},
    {.of = kScrape,
     .message = "both enable_protobuf_negotiation and scrape_protocols are set, only one can be set at a time",
     .names = {"enable_protobuf_negotiation", "scrape_protocols"},
     .refuses = [](const B& b) { return b.flag("enable_protobuf_negotiation") && own_protocols(b); },
     .bad = "enable_protobuf_negotiation = true\nscrape_protocols = [\"PrometheusProto\"]",
     .good = "scrape_protocols = [\"PrometheusProto\"]"},
    {.of = kScrape,
     .message = "scrape_native_histograms is set to true, but PrometheusProto is not in scrape_protocols",
     .names = {"scrape_native_histograms", "scrape_protocols"},
     .refuses = without_proto,
     .bad = "scrape_native_histograms = true\nscrape_protocols = [\"PrometheusText0.0.4\"]",
     .good = "scrape_native_histograms = true\nscrape_protocols = [\"PrometheusProto\"]"},
    {.of = kScrape,
     .message = "duplicate scrape protocol %q: make sure the scrape protocols provided are unique",
     .names = {"scrape_protocols"},
     .finds = doubled_protocol,
     .bad = "scrape_protocols = [\"PrometheusProto\", \"PrometheusProto\"]",
     .good = "scrape_protocols = [\"PrometheusProto\", \"PrometheusText0.0.4\"]"},
    {.of = kScrape,
     .message = "invalid scrape protocol %q: %w",
     .names = {"scrape_protocols"},
     .finds = no_protocol,
     .bad = "scrape_protocols = [\"OpenMetrics\"]",
     .good = "scrape_protocols = [\"OpenMetricsText1.0.0\"]"},
    {.of = kScrape,
     .message = "invalid scrape_fallback_protocol %q: %w",
     .names = {"scrape_fallback_protocol"},
     .finds = no_fallback,
     .bad = "scrape_fallback_protocol = \"text\"",
     .good = "scrape_fallback_protocol = \"PrometheusText1.0.0\""},
    {.of = kScrape,
     .message = "invalid metric_name_validation_scheme %q: must be either %q or %q",
     .names = {"metric_name_validation_scheme"},
     .finds = unknown_scheme,
     .bad = "metric_name_validation_scheme = \"utf-8\"",
     .good = "metric_name_validation_scheme = \"utf8\""},
    {.of = kScrape,
     .message = "invalid metric_name_escaping_scheme: %q, supported values: %v",
     .names = {"metric_name_escaping_scheme"},
     .finds = unknown_escaping,
     .bad = "metric_name_escaping_scheme = \"none\"",
     .good = "metric_name_escaping_scheme = \"dots\""},
    {.of = kScrape,
     .message = "metric_name_escaping_scheme cannot be set to 'allow-utf-8' while metric_name_validation_scheme is not set to 'utf8'",
     .names = {"metric_name_escaping_scheme", "metric_name_validation_scheme"},
     .refuses = [](const B& b) { return b.text("metric_name_escaping_scheme").is("allow-utf-8") && b.text("metric_name_validation_scheme").is("legacy"); },
     .bad = "metric_name_escaping_scheme = \"allow-utf-8\"",
     .good = "metric_name_escaping_scheme = \"allow-utf-8\"\nmetric_name_validation_scheme = \"utf8\""},
    {.of = kEnrich,
     .message = "at least one match mechanism must be specified: set target_match_label or target_to_metric_match",
     .refuses = none<"target_match_label", "metrics_match_label", "target_to_metric_match">,
     .bad = "labels_to_copy = []",
     .good = "target_match_label = \"l\""},
    {.of = kEnrich,
     .message = "target_match_label must be set when using legacy match fields",
     .names = {"metrics_match_label"},
     .refuses = [](const B& b) { return b.set("metrics_match_label") && b.none_of({"target_match_label", "target_to_metric_match"}); },
     .bad = "metrics_match_label = \"l\"",
     .good = "metrics_match_label = \"l\"\ntarget_match_label = \"l\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_prometheus
