#include <algorithm>

#include "src/lint/forms.h"
#include "src/lint/load_check.h"
#include "src/text/number.h"

// Beyla, Pyroscope, database observability, Faro.
namespace invar::load_checks_observability {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kSampler = "beyla/ebpf/internal/config.SamplerConfig", kMetrics = "beyla/ebpf/internal/config.Metrics",
                           kTraces = "beyla/ebpf/internal/config.Traces", kBeyla = "beyla/ebpf/internal/config.Arguments",
                           kScrape = "pyroscope/scrape.Arguments", kSqlServer = "database_observability/sql_server.Arguments",
                           kMysql = "database_observability/mysql.Arguments", kMysqlDatabase = "database_observability/mysql.DatabaseArguments",
                           kMysqlProvider = "database_observability/mysql.CloudProvider", kPostgres = "database_observability/postgres.Arguments";
constexpr std::string_view kDataReason = "It is about data that arrives, not about the config.";
constexpr std::string_view kBeforeReason = "The inner block is refused before, with the reason alone: its own check is listed.";

Found sampler_name(const B& b) {
  const Text name = b.text("name");
  if (!name.is_one_of({"", "always_off", "always_on", "parentbased_always_off", "parentbased_always_on", "parentbased_traceidratio", "traceidratio"}).no()) return std::nullopt;
  return Found({*name.value, "always_off, always_on, parentbased_always_off, parentbased_always_on, parentbased_traceidratio, traceidratio"});
}

Truth takes_ratio(const B& b) { return b.text("name").is_one_of({"traceidratio", "parentbased_traceidratio"}); }

Found ratio_word(const B& b) {
  const Text arg = b.text("arg");
  if (!takes_ratio(b).yes() || !arg.value || arg.value->empty() || parse_float(*arg.value)) return std::nullopt;
  return Found({*arg.value, b.text("name").value.value_or("")});
}

Found ratio_range(const B& b) {
  const Text arg = b.text("arg");
  const auto ratio = arg.value ? parse_float(*arg.value) : Result<double>(0);
  if (!takes_ratio(b).yes() || !ratio || arg.value.value_or("").empty() || (*ratio >= 0 && *ratio <= 1)) return std::nullopt;
  return Found({*arg.value, b.text("name").value.value_or("")});
}

Found instrumentation(const B& b) {
  return outside(b, "instrumentations", {"*", "amqp", "couchbase", "dns", "genai", "gpu", "grpc", "http", "kafka", "memcached", "mongo", "mqtt", "nats", "redis", "sql", "sunrpc"});
}

Found feature(const B& b) {
  return outside(b, "features", {"*", "all", "application", "application_host", "application_jvm", "application_process", "application_runtime",
                                 "application_service_graph", "application_span", "application_span_otel", "application_span_sizes", "ebpf", "network",
                                 "network_flow_packets", "network_inter_zone", "stats", "stats_tcp_failed_connections", "stats_tcp_io", "stats_tcp_retransmits",
                                 "stats_tcp_rtt"});
}

bool watches_applications(const B& b) {
  const B* metrics = b.block("metrics");
  if (!metrics) return false;
  for (const std::string& name : metrics->texts("features"))
    for (const std::string_view known : {"application", "application_host", "application_span", "application_service_graph", "application_process",
                                         "application_span_otel", "application_span_sizes", "*", "all"})
      if (name == known) return true;
  return false;
}

Truth service_says_nothing(const B& service) {
  Truth nothing = service.none_of({"open_ports", "exe_path", "cmd_args"});
  if (const B* kubernetes = service.block("kubernetes"))
    nothing = nothing && kubernetes->none_of({"namespace", "pod_name", "deployment_name", "replicaset_name", "statefulset_name", "daemonset_name", "owner_name", "pod_labels"});
  return nothing;
}

/// The first service of that name that tells Beyla nothing to look for.
Found idle_service(const B& b, std::string_view name) {
  const B* discovery = b.block("discovery");
  size_t index = 0;
  for (const auto& service : discovery ? discovery->inner() : b.inner()) {
    if (!service->is_named(name)) continue;
    if (service_says_nothing(*service).yes())
      return Found({"discovery.services[" + std::to_string(index) + "] must define at least one of: open_ports, exe_path, cmd_args, or kubernetes configuration"});
    ++index;
  }
  return std::nullopt;
}

Found idle_watched_service(const B& b, std::string_view name) { return watches_applications(b) ? idle_service(b, name) : std::nullopt; }

Truth traces_without_output(const B& b) {
  const B* traces = b.block("traces");
  const B* sampler = traces ? traces->block("sampler") : nullptr;
  return traces ? (traces->set("instrumentations") || (sampler ? sampler->set("name") : Truth(false))) && !b.set("output") : Truth(false);
}

Truth no_discovery(const B& b) {
  const B* discovery = b.block("discovery");
  return watches_applications(b) && discovery && discovery->count("services") + discovery->count("survey") + discovery->count("instrument") == 0;
}

Truth metrics_to_nobody(const B& b) {
  const B* metrics = b.block("internal_metrics");
  const B* output = b.block("output");
  return metrics ? metrics->text("exporter").is("otel") && (output ? output->size("metrics") == 0 : Truth(true)) : Truth(false);
}

Found printer(const B& b) {
  const Text word = b.text("trace_printer");
  return word.is_one_of({"", "counter", "disabled", "json", "json_indent", "text"}).no() ? Found({*word.value, "counter, disabled, json, json_indent, text"}) : std::nullopt;
}

/// Whether a profile that is taken as a difference is on; pyroscope.scrape takes the CPU's by default.
Truth delta_profiles(const B& b) {
  const B* config = b.block("profiling_config");
  Truth any = false;
  for (const char* name : {"profile.memory", "profile.block", "profile.goroutine", "profile.mutex", "profile.process_cpu", "profile.fgprof", "profile.godeltaprof_memory",
                           "profile.godeltaprof_mutex", "profile.godeltaprof_block"})
    if (const B* target = config ? config->block(name) : nullptr) any = any || (target->flag("enabled") && target->flag("delta"));
  return config ? any || config->any("profile.custom", [](const B& target) { return target.flag("enabled") && target.flag("delta"); }) : any;
}

Truth collects(const B& b, std::string_view collector) {
  if (b.value("disable_collectors").holds_unknown() || b.value("enable_collectors").holds_unknown()) return Truth::unknown();
  const auto lists = [&](std::string_view list) {
    const auto names = b.texts(list);
    return std::find(names.begin(), names.end(), collector) != names.end();
  };
  return lists("enable_collectors") || !lists("disable_collectors");
}

template <class Test>
Truth inside(const B& b, std::string_view name, Test test) {
  const B* block = b.block(name);
  return block ? test(*block) : Truth(false);
}

Truth several_clouds(const B& b) { return b.more_than_one_of({"aws", "azure", "gcp"}); }


Found doubled_label(const B& b) {
  std::vector<std::string> labels;
  for (const auto& database : b.inner()) {
    if (!database->is_named("database_instance")) continue;
    if (std::find(labels.begin(), labels.end(), database->label()) != labels.end()) return Found({database->label()});
    labels.push_back(database->label());
  }
  return std::nullopt;
}

Found clouds_of_instance(const B& b) {
  return inside(b, "cloud_provider", several_clouds).yes() ? Found({b.label(), "cloud_provider: at most one of aws, azure, or gcp must be specified"}) : std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = kSampler,
     .message = "invalid sampler name %q. Valid values are: %s",
     .names = {"name"},
     .finds = sampler_name,
     .bad = "name = \"sometimes\"",
     .good = "name = \"always_on\""},
    {.of = kSampler,
     .message = "sampler %q requires an arg parameter with a ratio value between 0 and 1",
     .names = {"name"},
     .refuses = [](const B& b) { return takes_ratio(b) && !b.set("arg"); },
     .bad = "name = \"traceidratio\"",
     .good = "name = \"traceidratio\"\narg = \"0.5\""},
    {.of = kSampler,
     .message = "invalid arg %q for sampler %q: must be a valid decimal number",
     .names = {"arg"},
     .finds = ratio_word,
     .bad = "name = \"traceidratio\"\narg = \"half\"",
     .good = "name = \"traceidratio\"\narg = \"0.5\""},
    {.of = kSampler,
     .message = "invalid arg %q for sampler %q: ratio must be between 0 and 1 (inclusive)",
     .names = {"arg"},
     .finds = ratio_range,
     .bad = "name = \"traceidratio\"\narg = \"5\"",
     .good = "name = \"traceidratio\"\narg = \"0.5\""},
    {.of = kMetrics,
     .message = "metrics.instrumentations: invalid value %q",
     .names = {"instrumentations"},
     .finds = instrumentation,
     .bad = "instrumentations = [\"https\"]",
     .good = "instrumentations = [\"http\"]"},
    {.of = kMetrics,
     .message = "metrics.features: invalid value %q",
     .names = {"features"},
     .finds = feature,
     .bad = "features = [\"apps\"]",
     .good = "features = [\"network\"]"},
    {.of = kTraces,
     .message = "traces.instrumentations: invalid value %q",
     .names = {"instrumentations"},
     .finds = instrumentation,
     .bad = "instrumentations = [\"https\"]",
     .good = "instrumentations = [\"grpc\"]"},
    {.of = kTraces, .message = "invalid global sampler configuration: %s", .by = By::kNobody, .reason = kBeforeReason},
    {.of = kBeyla,
     .message = "discovery.services[%d] must define at least one of: open_ports, exe_path, cmd_args, or kubernetes configuration",
     .bad = "metrics {\n  features = [\"application\"]\n}\ndiscovery {\n  services {\n    name = \"a\"\n  }\n}",
     .good = "metrics {\n  features = [\"application\"]\n}\ndiscovery {\n  services {\n    open_ports = \"80\"\n  }\n}",
     .by = By::kInside,
     .from = "component/beyla/ebpf/internal/config Services.Validate"},
    {.of = kBeyla,
     .message = "trace_printer: invalid value %q. Valid values are: %s",
     .names = {"trace_printer"},
     .finds = printer,
     .bad = "trace_printer = \"yaml\"",
     .good = "trace_printer = \"json\""},
    {.of = kBeyla,
     .message = "traces block is defined but output section is missing. When using traces configuration, you must define an output block",
     .names = {"traces"},
     .refuses = traces_without_output,
     .bad = "traces {\n  instrumentations = [\"http\"]\n}",
     .good = "traces {\n  instrumentations = [\"http\"]\n}\noutput {\n  traces = []\n}"},
    {.of = kBeyla,
     .message = "discovery.services, discovery.instrument, or discovery.survey is required when application features are enabled",
     .names = {"metrics"},
     .refuses = no_discovery,
     .bad = "metrics {\n  features = [\"application\"]\n}",
     .good = "metrics {\n  features = [\"network\"]\n}"},
    {.of = kBeyla,
     .message = "invalid discovery configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_watched_service(b, "services"); },
     .bad = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  services {\n    name = \"a\"\n  }\n}",
     .good = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  services {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla,
     .message = "invalid survey configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_watched_service(b, "survey"); },
     .bad = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  survey {\n    name = \"a\"\n  }\n}",
     .good = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  survey {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla,
     .message = "invalid instrument configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_watched_service(b, "instrument"); },
     .bad = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  instrument {\n    name = \"a\"\n  }\n}",
     .good = "metrics {\n  features = [\"*\"]\n}\ndiscovery {\n  instrument {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla,
     .message = "invalid exclude_services configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_service(b, "exclude_services"); },
     .bad = "discovery {\n  exclude_services {\n    name = \"a\"\n  }\n}",
     .good = "discovery {\n  exclude_services {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla,
     .message = "invalid exclude_instrument configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_service(b, "exclude_instrument"); },
     .bad = "discovery {\n  exclude_instrument {\n    name = \"a\"\n  }\n}",
     .good = "discovery {\n  exclude_instrument {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla,
     .message = "invalid default_exclude_instrument configuration: %s",
     .names = {"discovery"},
     .finds = [](const B& b) { return idle_service(b, "default_exclude_instrument"); },
     .bad = "discovery {\n  default_exclude_instrument {\n    name = \"a\"\n  }\n}",
     .good = "discovery {\n  default_exclude_instrument {\n    exe_path = \"a\"\n  }\n}"},
    {.of = kBeyla, .message = "invalid sampler configuration in discovery.services[%d]: %s", .by = By::kNobody, .reason = kBeforeReason},
    {.of = kBeyla, .message = "invalid sampler configuration in discovery.instrument[%d]: %s", .by = By::kNobody, .reason = kBeforeReason},
    {.of = kBeyla, .message = "invalid sampler configuration in discovery.survey[%d]: %s", .by = By::kNobody, .reason = kBeforeReason},
    {.of = kBeyla,
     .message = "internal_metrics.exporter = \"otel\" requires output.metrics to be configured",
     .names = {"internal_metrics"},
     .refuses = metrics_to_nobody,
     .bad = "internal_metrics {\n  exporter = \"otel\"\n}",
     .good = "internal_metrics {\n  exporter = \"prometheus\"\n}"},

    {.of = "pyroscope/java.config",
     .message = "profiling_config.tlab requires profiling_config.alloc to be set",
     .by = By::kNobody,
     .reason = "Alloy never asks it: the arguments are read by a function of their own, behind which Validate() is not called.",
     .from = "component/pyroscope/java Arguments.Validate"},
    {.of = "pyroscope/write.Arguments", .message = "duplicate label name: %s", .by = By::kNobody, .reason = kDataReason, .from = "component/pyroscope/write validateLabels"},
    {.of = "pyroscope/write.Arguments",
     .message = "invalid label value for %s: %s",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/pyroscope/write validateLabels"},
    {.of = "pyroscope/write.Arguments", .message = "invalid label name: %w", .by = By::kNobody, .reason = kDataReason, .from = "component/pyroscope/write validateLabels"},
    {.of = kScrape,
     .message = "scrape_timeout must be greater than 0",
     .names = {"scrape_timeout"},
     .refuses = not_positive<"scrape_timeout">,
     .bad = "scrape_timeout = \"0s\"",
     .good = "scrape_timeout = \"5s\""},
    {.of = kScrape,
     .message = "scrape_interval must be at least 2 seconds when using delta profiling",
     .names = {"scrape_interval"},
     .refuses = [](const B& b) { return delta_profiles(b) && b.amount("scrape_interval") < 2e9; },
     .bad = "scrape_interval = \"1s\"",
     .good = "scrape_interval = \"15s\""},
    {.of = kScrape,
     .message = "delta_profiling_duration must be larger than 1 second when using delta profiling",
     .names = {"delta_profiling_duration"},
     .refuses = [](const B& b) { return delta_profiles(b) && b.amount("scrape_interval") >= 2e9 && b.amount("delta_profiling_duration") <= 1e9; },
     .bad = "delta_profiling_duration = \"1s\"",
     .good = "delta_profiling_duration = \"10s\""},
    {.of = kScrape,
     .message = "delta_profiling_duration must be at least 1 second smaller than scrape_interval when using delta profiling",
     .names = {"delta_profiling_duration", "scrape_interval"},
     .refuses =
         [](const B& b) {
           const Quantity interval = b.amount("scrape_interval");
           const Quantity longest{interval.value ? std::optional(*interval.value - 1e9) : std::nullopt};
           return delta_profiles(b) && interval >= 2e9 && b.amount("delta_profiling_duration") > 1e9 && b.amount("delta_profiling_duration") > longest;
         },
     .bad = "scrape_interval = \"10s\"",
     .good = "scrape_interval = \"30s\""},
    {.of = kScrape, .message = "empty response from profiling endpoint", .by = By::kNobody, .reason = kDataReason, .from = "component/pyroscope/scrape validateProfileData"},
    {.of = kScrape,
     .message = "text response instead of pprof: %q (server should return HTTP error, not 200)",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/pyroscope/scrape validateProfileData"},
    {.of = kScrape, .message = "missing Content-Type header", .by = By::kNobody, .reason = kDataReason, .from = "component/pyroscope/scrape validateContentType"},
    {.of = kScrape,
     .message = "unexpected Content-Type %s, expected application/octet-stream for pprof data",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/pyroscope/scrape validateContentType"},
    {.of = kScrape, .message = "data too short for pprof format", .by = By::kNobody, .reason = kDataReason, .from = "component/pyroscope/scrape validateBinaryContent"},
    {.of = kScrape,
     .message = "invalid protobuf data: illegal wireType %d (expected 0-5), first bytes: %s",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/pyroscope/scrape validateBinaryContent"},
    {.of = "pyroscope/ebpf.Arguments",
     .message = "invalid comm mode %q, valid values are: %q, %q, %q, %q",
     .names = {"comm"},
     .finds =
         [](const B& b) {
           const Text mode = b.text("comm");
           return mode.is_one_of({"", "none", "label", "stackframe", "both"}).no() ? Found({*mode.value, "none", "label", "stackframe", "both"}) : std::nullopt;
         },
     .bad = "comm = \"all\"",
     .good = "comm = \"label\"",
     .from = "component/pyroscope/ebpf/reporter/args CommMode.Validate"},

    {.of = kSqlServer,
     .message = "query_metrics.collect_interval must be greater than zero",
     .names = {"query_metrics"},
     .refuses = [](const B& b) { return collects(b, "query_metrics") && inside(b, "query_metrics", not_positive<"collect_interval">); },
     .bad = "data_source_name = \"sqlserver://s\"\nquery_metrics {\n  collect_interval = \"0s\"\n}",
     .good = "data_source_name = \"sqlserver://s\"\ndisable_collectors = [\"query_metrics\"]\nquery_metrics {\n  collect_interval = \"0s\"\n}"},
    {.of = kSqlServer,
     .message = "query_metrics.statements_limit must be greater than zero",
     .names = {"query_metrics"},
     .refuses = [](const B& b) { return collects(b, "query_metrics") && inside(b, "query_metrics", not_positive<"statements_limit">); },
     .bad = "data_source_name = \"sqlserver://s\"\nquery_metrics {\n  statements_limit = 0\n}",
     .good = "data_source_name = \"sqlserver://s\"\nquery_metrics {\n  statements_limit = 1\n}"},
    {.of = kSqlServer,
     .message = "query_metrics.statements_lookback must be between 1s and %ds",
     .names = {"query_metrics"},
     .finds =
         [](const B& b) {
           const Truth wrong = inside(b, "query_metrics", [](const B& metrics) {
             return metrics.amount("statements_lookback") < 1e9 || metrics.amount("statements_lookback") > 2147483647e9;
           });
           return (collects(b, "query_metrics") && wrong).yes() ? Found({"2147483647"}) : std::nullopt;
         },
     .bad = "data_source_name = \"sqlserver://s\"\nquery_metrics {\n  statements_lookback = \"10ms\"\n}",
     .good = "data_source_name = \"sqlserver://s\"\nquery_metrics {\n  statements_lookback = \"1h\"\n}"},
    {.of = kSqlServer,
     .message = "query_details.collect_interval must be greater than zero",
     .names = {"query_details"},
     .refuses = [](const B& b) { return collects(b, "query_details") && inside(b, "query_details", not_positive<"collect_interval">); },
     .bad = "data_source_name = \"sqlserver://s\"\nquery_details {\n  collect_interval = \"0s\"\n}",
     .good = "data_source_name = \"sqlserver://s\"\nquery_details {\n  collect_interval = \"1m\"\n}"},
    {.of = "database_observability/sql_server.CloudProvider",
     .message = "cloud_provider: at most one of aws, azure, or gcp must be specified",
     .names = {"aws", "azure", "gcp"},
     .refuses = several_clouds,
     .bad = "aws {\n  arn = \"a\"\n}\ngcp {\n  connection_name = \"c\"\n}",
     .good = "aws {\n  arn = \"a\"\n}",
     .from = "component/database_observability/sql_server Arguments.Validate"},
    {.of = kMysql,
     .message = "prometheus_exporter and targets are mutually exclusive: use prometheus_exporter to embed the exporter, or targets to scrape an external one",
     .names = {"prometheus_exporter", "targets"},
     .refuses = [](const B& b) { return !b.set("database_instance") && b.set("prometheus_exporter") && b.size("targets") > 0; },
     .bad = "data_source_name = \"u:p@tcp(m:3306)/\"\ntargets = [{ __address__ = \"a\" }]\nprometheus_exporter { }",
     .good = "data_source_name = \"u:p@tcp(m:3306)/\"\nprometheus_exporter { }"},
    {.of = kMysql,
     .message = "data_source_name and database_instance blocks are mutually exclusive",
     .names = {"data_source_name", "database_instance"},
     .refuses = both<"data_source_name", "database_instance">,
     .bad = "data_source_name = \"u:p@tcp(m:3306)/\"\ndatabase_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}",
     .good = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}"},
    {.of = kMysql,
     .message = "targets and database_instance blocks are mutually exclusive: database_instance blocks always use the embedded exporter",
     .names = {"targets", "database_instance"},
     .refuses = [](const B& b) { return b.set("database_instance") && !b.set("data_source_name") && b.size("targets") > 0; },
     .bad = "targets = [{ __address__ = \"a\" }]\ndatabase_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}",
     .good = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}"},
    {.of = kMysql,
     .message = "cloud_provider and database_instance blocks are mutually exclusive: set cloud_provider on each database_instance block",
     .names = {"cloud_provider", "database_instance"},
     .refuses = both<"cloud_provider", "database_instance">,
     .bad = "cloud_provider { }\ndatabase_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}",
     .good = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}"},
    {.of = kMysqlDatabase,
     .message = "database_instance block label %q must be a valid identifier (letters, digits, and underscores, not starting with a digit)",
     .by = By::kNobody,
     .reason = "A label that is none is refused by the parser before.",
     .from = "component/database_observability/mysql Arguments.Validate"},
    {.of = kMysql,
     .message = "duplicate database_instance block label %q",
     .names = {"database_instance"},
     .finds = doubled_label,
     .bad = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}\ndatabase_instance \"a\" {\n  data_source_name = \"u:p@tcp(o:3306)/\"\n}",
     .good = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}"},
    {.of = kMysqlDatabase,
     .message = "database_instance %q: %w",
     .names = {"cloud_provider"},
     .finds = clouds_of_instance,
     .bad = "data_source_name = \"u:p@tcp(n:3306)/\"\ncloud_provider {\n  aws {\n    arn = \"a\"\n  }\n  gcp {\n    connection_name = \"c\"\n  }\n}",
     .good = "data_source_name = \"u:p@tcp(n:3306)/\"\ncloud_provider {\n  aws {\n    arn = \"a\"\n  }\n}",
     .from = "component/database_observability/mysql Arguments.Validate"},
    {.of = kMysql,
     .message = "database_instance blocks %q and %q resolve to the same server %q",
     .names = {"database_instance"},
     .finds =
         [](const B& b) {
           std::vector<std::pair<std::string, std::string>> seen;
           for (const auto& database : b.inner()) {
             const Text name = database->is_named("database_instance") ? database->text("data_source_name") : Text{};
             if (!name.value || name.value->find("tcp(") == std::string::npos) continue;
             const size_t open = name.value->find("tcp(") + 4;
             const std::string server = name.value->substr(open, name.value->find(')', open) - open);
             for (const auto& [label, other] : seen)
               if (other == server && label != database->label()) return Found({label, database->label(), server});
             seen.emplace_back(database->label(), server);
           }
           return Found(std::nullopt);
         },
     .bad = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}\ndatabase_instance \"b\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}",
     .good = "database_instance \"a\" {\n  data_source_name = \"u:p@tcp(n:3306)/\"\n}\ndatabase_instance \"b\" {\n  data_source_name = \"u:p@tcp(o:3306)/\"\n}"},
    {.of = kMysql,
     .message = "cloud_provider: at most one of aws, azure, or gcp must be specified",
     .names = {"cloud_provider"},
     .refuses = [](const B& b) { return inside(b, "cloud_provider", several_clouds); },
     .bad = "data_source_name = \"u:p@tcp(m:3306)/\"\ncloud_provider {\n  aws {\n    arn = \"a\"\n  }\n  gcp {\n    connection_name = \"c\"\n  }\n}",
     .good = "data_source_name = \"u:p@tcp(m:3306)/\"\ncloud_provider {\n  aws {\n    arn = \"a\"\n  }\n}",
     .from = "component/database_observability/mysql validateCloudProvider"},
    {.of = kPostgres,
     .message = "prometheus_exporter and targets are mutually exclusive: use prometheus_exporter to embed the exporter, or targets to scrape an external one",
     .names = {"prometheus_exporter", "targets"},
     .refuses = [](const B& b) { return b.set("prometheus_exporter") && b.size("targets") > 0; },
     .bad = "data_source_name = \"postgres://p\"\ntargets = [{ __address__ = \"a\" }]\nprometheus_exporter { }",
     .good = "data_source_name = \"postgres://p\"\nprometheus_exporter { }"},
    {.of = "database_observability/postgres.CloudProvider",
     .message = "cloud_provider: at most one of aws, azure, or gcp must be specified",
     .names = {"aws", "azure", "gcp"},
     .refuses = several_clouds,
     .bad = "aws {\n  arn = \"a\"\n}\ngcp {\n  connection_name = \"c\"\n}",
     .good = "aws {\n  arn = \"a\"\n}",
     .from = "component/database_observability/postgres Arguments.Validate"},
    {.of = kPostgres,
     .message = "insufficient privilege to access query sample set: %+v",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/database_observability/postgres/collector QuerySamples.validateQuerySample"},
    {.of = kPostgres,
     .message = "database name is not valid. sample set: %+v",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/database_observability/postgres/collector QuerySamples.validateQuerySample"},
    {.of = "faro/receiver.Arguments",
     .message = "invalid file name: %s",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/faro/receiver osFileService.ValidateFilePath"},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_observability
