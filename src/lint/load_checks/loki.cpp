#include "src/lint/forms.h"
#include "src/lint/load_check.h"
#include "src/text/regex.h"

namespace invar::load_checks_loki {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kListener = "loki/source/syslog.ListenerConfig", kKafka = "loki/source/kafka.Arguments", kDocker = "loki/source/docker.Arguments",
                           kEvents = "loki/source/kubernetes_events.Arguments", kLokiRules = "loki/rules/kubernetes.Arguments",
                           kMimirRules = "mimir/rules/kubernetes.Arguments", kMimirMatcher = "mimir/rules/kubernetes.Matcher";
constexpr std::string_view kDataReason = "It is about data that arrives, not about the config.";

Truth format_is(const B& b, std::string_view format) { return b.text("syslog_format").is(format); }

Found set_for(const B& b, std::string_view name, Truth wrong_format) {
  return (b.flag(name) && wrong_format).yes() ? Found({b.text("syslog_format").value.value_or("")}) : std::nullopt;
}

Found if_(Truth truth, std::vector<std::string> words) { return truth.yes() ? Found(std::move(words)) : std::nullopt; }

/// sarama.ParseKafkaVersion: 0.x.y.z, or x.y.z.
bool is_kafka_version(const std::string& version) {
  static const Regex kOld = *Regex::compile(R"(^0\.\d+\.\d+\.\d+$)"), kNew = *Regex::compile(R"(^\d+\.\d+\.\d+$)");
  return kOld.matches(version) || (kNew.matches(version) && !version.starts_with("0"));
}

Found bad_topic(const B& b) {
  for (const std::string& topic : b.texts("topics"))
    if (topic.starts_with('^'))
      if (const auto regex = Regex::compile(topic); !regex) return std::vector{regex.error().what};
  return std::nullopt;
}

Found wrong_authentication(const B& b) {
  const Text type = b.text("type");
  return type.is_one_of({"", "none", "ssl", "sasl"}).no() ? Found({"unsupported authentication type " + *type.value}) : std::nullopt;
}

Found wrong_mechanism(const B& b) {
  const B* authentication = b.block("authentication");
  const B* sasl = authentication ? authentication->block("sasl_config") : nullptr;
  if (!sasl || !authentication->text("type").is("sasl").yes()) return std::nullopt;
  const Text mechanism = sasl->text("mechanism");
  return mechanism.is_one_of({"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"}).no() ? Found({"error unsupported sasl mechanism: " + *mechanism.value}) : std::nullopt;
}

Truth queue_changed(const B& b) {
  return !(b.amount("capacity") == 10.0 * (1 << 20)) || !(b.amount("min_shards") == 1) || !(b.amount("drain_timeout") == 15e9) || !b.flag("block_on_overflow");
}

/// url.Parse of Docker's client: a scheme, or nothing works.
Truth no_docker_host(const B& b) {
  return b.text("host").holds([](const std::string& host) { return host.find("://") == std::string::npos || host.ends_with("://"); });
}

Truth wrong_match_type(const B& b) { return !b.text("match_type").is_one_of({"=", "!=", "=~", "!~"}); }

Found value_sources(const B& b) {
  const Truth value = b.set("value"), label = b.set("value_from_label");
  if ((value && label).yes()) return Found({"2"});
  return (!value && !label).yes() ? Found({"0"}) : std::nullopt;
}

Found rate_out_of_range(const B& b) {
  const Quantity rate = b.amount("rate");
  return (rate < 0 || rate > 1).yes() ? Found({"rate must be between 0.0 and 1.0, received " + std::to_string(*rate.value)}) : std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = "loki/source/file.FileMatch", .message = "sync period must be greater than 0", .bad = "sync_period = \"0s\"", .good = "sync_period = \"1s\"", .by = By::kPlan},
    {.of = "loki/source/cloudflare.Arguments",
     .message = "pull_range must be a positive duration",
     .names = {"pull_range"},
     .refuses = negative<"pull_range">,
     .bad = "api_token = \"t\"\nzone_id = \"z\"\npull_range = \"-1m\"",
     .good = "api_token = \"t\"\nzone_id = \"z\"\npull_range = \"1m\""},

    {.of = "loki/source/syslog.RFC3164CiscoComponents",
     .message = "at least one option in rfc3164_cisco_components has to be enabled",
     .refuses = none<"enable_all", "hostname", "message_counter", "second_fractions", "sequence_number">,
     .bad = "enable_all = false",
     .good = "hostname = true"},
    {.of = kListener,
     .message = "syslog listener protocol should be either 'tcp' or 'udp', got %s",
     .names = {"protocol"},
     .refuses = none_of_words<"protocol", "tcp", "udp">,
     .bad = "address = \"localhost:514\"\nprotocol = \"tls\"",
     .good = "address = \"localhost:514\"\nprotocol = \"udp\""},
    {.of = kListener,
     .message = "rfc3164_cisco_components has no effect when syslog format is not %q",
     .names = {"syslog_format", "rfc3164_cisco_components"},
     .finds = [](const B& b) { return if_(b.set("rfc3164_cisco_components") && !format_is(b, "rfc3164"), {"rfc3164"}); },
     .bad = "address = \"localhost:514\"\nrfc3164_cisco_components {\n  enable_all = true\n}",
     .good = "address = \"localhost:514\"\nsyslog_format = \"rfc3164\"\nrfc3164_cisco_components {\n  enable_all = true\n}"},
    {.of = kListener,
     .message = "\"rfc5424_allow_empty_msg\" has no effect when syslog format is set to %q",
     .names = {"syslog_format", "rfc5424_allow_empty_msg"},
     .finds = [](const B& b) { return set_for(b, "rfc5424_allow_empty_msg", !format_is(b, "rfc5424")); },
     .bad = "address = \"localhost:514\"\nsyslog_format = \"rfc3164\"\nrfc5424_allow_empty_msg = true",
     .good = "address = \"localhost:514\"\nrfc5424_allow_empty_msg = true"},
    {.of = kListener,
     .message = "\"use_rfc5424_message\" has no effect when syslog format is set to %q",
     .names = {"syslog_format", "use_rfc5424_message"},
     .finds = [](const B& b) { return set_for(b, "use_rfc5424_message", format_is(b, "raw")); },
     .bad = "address = \"localhost:514\"\nsyslog_format = \"raw\"\nuse_rfc5424_message = true",
     .good = "address = \"localhost:514\"\nuse_rfc5424_message = true"},
    {.of = kListener,
     .message = "\"rfc3164_default_to_current_year\" has no effect when syslog format is set to %q",
     .names = {"syslog_format", "rfc3164_default_to_current_year"},
     .finds = [](const B& b) { return set_for(b, "rfc3164_default_to_current_year", format_is(b, "raw")); },
     .bad = "address = \"localhost:514\"\nsyslog_format = \"raw\"\nrfc3164_default_to_current_year = true",
     .good = "address = \"localhost:514\"\nsyslog_format = \"rfc3164\"\nrfc3164_default_to_current_year = true"},
    {.of = kListener,
     .message = "\"use_incoming_timestamp\" has no effect when syslog format is set to %q",
     .names = {"syslog_format", "use_incoming_timestamp"},
     .finds = [](const B& b) { return set_for(b, "use_incoming_timestamp", format_is(b, "raw")); },
     .bad = "address = \"localhost:514\"\nsyslog_format = \"raw\"\nuse_incoming_timestamp = true",
     .good = "address = \"localhost:514\"\nuse_incoming_timestamp = true"},
    {.of = kListener,
     .message = "raw_format_options has no effect when syslog format is not %q",
     .names = {"syslog_format", "raw_format_options"},
     .finds = [](const B& b) { return if_(b.set("raw_format_options") && !format_is(b, "raw"), {"raw"}); },
     .bad = "address = \"localhost:514\"\nraw_format_options { }",
     .good = "address = \"localhost:514\"\nsyslog_format = \"raw\"\nraw_format_options { }"},
    {.of = kListener,
     .message = "unknown syslog format: %q",
     .bad = "address = \"localhost:514\"\nsyslog_format = \"rfc1\"",
     .good = "address = \"localhost:514\"\nsyslog_format = \"raw\"",
     .by = By::kType,
     .from = "component/loki/source/syslog/config SyslogFormat.Validate"},

    {.of = "loki/source/gcplog.Arguments",
     .message = "exactly one of 'push' or 'pull' must be provided",
     .names = {"push", "pull"},
     .refuses = not_exactly_one<"push", "pull">,
     .bad = "push { }\npull {\n  project_id = \"p\"\n  subscription = \"s\"\n}",
     .good = "push { }"},
    {.of = "loki/source/gcplog/gcptypes.PushConfig",
     .message = "push_timeout must be greater than zero",
     .names = {"push_timeout"},
     .refuses = negative<"push_timeout">,
     .bad = "push_timeout = \"-1s\"",
     .good = "push_timeout = \"1s\""},
    {.of = "loki/source/gcplog/internal/gcplogtarget.pushMessageBody", .message = "push message has no data", .by = By::kNobody, .reason = kDataReason},
    {.of = "loki/source/gcplog/internal/gcplogtarget.pushMessageBody", .message = "push message has no ID", .by = By::kNobody, .reason = kDataReason},
    {.of = "loki/source/gcplog/internal/gcplogtarget.pushMessageBody", .message = "push message has no subscription", .by = By::kNobody, .reason = kDataReason},

    {.of = kDocker,
     .message = "failed to parse Docker host %q: %w",
     .names = {"host"},
     .finds = [](const B& b) { return unparsable_url(b, "host"); },
     .bad = "host = \"http://d:x\"",
     .good = "host = \"unix:///var/run/docker.sock\""},
    {.of = kDocker,
     .message = "refresh_interval must be positive, got %q",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "host = \"unix:///d\"\nrefresh_interval = \"0s\"",
     .good = "host = \"unix:///d\"\nrefresh_interval = \"1s\""},
    {.of = kDocker,
     .message = "failed to create docker client: unable to parse docker host `%s`",
     .names = {"host"},
     .refuses = no_docker_host,
     .bad = "host = \"/var/run/docker.sock\"",
     .good = "host = \"unix:///var/run/docker.sock\"",
     .from = "docker/docker/client ParseHostURL"},

    {.of = "loki/source/azure_event_hubs.Arguments",
     .message = "assignor value %s is invalid, must be one of: %v",
     .names = {"assignor"},
     .finds =
         [](const B& b) {
           const Text assignor = b.text("assignor");
           return assignor.is_one_of({"sticky", "roundrobin", "range"}).no() ? Found({*assignor.value, "[sticky roundrobin range]"}) : std::nullopt;
         },
     .bad = "fully_qualified_namespace = \"n:9093\"\nevent_hubs = [\"h\"]\nassignor = \"random\"\nauthentication {\n  mechanism = \"oauth\"\n}",
     .good = "fully_qualified_namespace = \"n:9093\"\nevent_hubs = [\"h\"]\nassignor = \"sticky\"\nauthentication {\n  mechanism = \"oauth\"\n}",
     .from = "component/loki/source/azure_event_hubs Arguments.validateAssignor"},
    {.of = "loki/source/azure_event_hubs/internal/parser.azureMonitorResourceLogs",
     .message = "records are empty",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/loki/source/azure_event_hubs/internal/parser azureMonitorResourceLogs.validate"},
    {.of = "loki/source/azure_event_hubs/internal/parser.azureMonitorResourceLog",
     .message = "required field or fields is empty",
     .by = By::kNobody,
     .reason = kDataReason,
     .from = "component/loki/source/azure_event_hubs/internal/parser azureMonitorResourceLog.validate"},

    {.of = kEvents,
     .message = "job_name must not be an empty string",
     .names = {"job_name"},
     .refuses = missing<"job_name">,
     .bad = "job_name = \"\"",
     .good = "job_name = \"events\""},
    {.of = kEvents,
     .message = "supported values of log_format are %s and %s",
     .names = {"log_format"},
     .finds = [](const B& b) { return if_(none_of_words<"log_format", "logfmt", "json">(b), {"logfmt", "json"}); },
     .bad = "log_format = \"xml\"",
     .good = "log_format = \"json\""},

    {.of = kKafka,
     .message = "no Kafka bootstrap brokers defined",
     .names = {"brokers"},
     .refuses = [](const B& b) { return b.size("brokers") == 0; },
     .bad = "brokers = []\ntopics = [\"t\"]",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]",
     .from = "component/loki/source/internal/kafkatarget validateConfig"},
    {.of = kKafka,
     .message = "no topics given to be consumed",
     .names = {"topics"},
     .refuses = [](const B& b) { return b.size("topics") == 0; },
     .bad = "brokers = [\"b:9092\"]\ntopics = []",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]",
     .from = "component/loki/source/internal/kafkatarget validateConfig"},
    {.of = kKafka,
     .message = "invalid version `%s`",
     .names = {"version"},
     .refuses = [](const B& b) { return b.text("version").holds([](const std::string& version) { return !version.empty() && !is_kafka_version(version); }); },
     .bad = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nversion = \"latest\"",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nversion = \"2.8.0\"",
     .from = "IBM/sarama ParseKafkaVersion"},
    {.of = kKafka,
     .message = "unrecognized consumer group partition assignor: %s",
     .names = {"assignor"},
     .refuses = [](const B& b) { return !b.text("assignor").is_one_of({"", "sticky", "roundrobin", "range"}); },
     .bad = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nassignor = \"random\"",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nassignor = \"sticky\"",
     .from = "component/loki/source/internal/kafkatarget NewSyncer"},
    {.of = "loki/source/kafka.KafkaAuthentication",
     .message = "error setting up kafka authentication: %w",
     .names = {"type"},
     .finds = wrong_authentication,
     .bad = "type = \"plain\"",
     .good = "type = \"ssl\"",
     .from = "component/loki/source/internal/kafkatarget NewSyncer"},
    {.of = kKafka,
     .message = "error setting up kafka authentication: %w",
     .names = {"authentication"},
     .finds = wrong_mechanism,
     .bad = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nauthentication {\n  type = \"sasl\"\n  sasl_config {\n    mechanism = \"MD5\"\n  }\n}",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]\nauthentication {\n  type = \"sasl\"\n}",
     .from = "component/loki/source/internal/kafkatarget withSASLAuthentication"},
    {.of = kKafka,
     .message = "error creating topic manager: invalid topic pattern: %w",
     .names = {"topics"},
     .finds = bad_topic,
     .bad = "brokers = [\"b:9092\"]\ntopics = [\"^logs(\"]",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"^logs.*\"]",
     .from = "component/loki/source/internal/kafkatarget newTopicManager",
     .code = codes::kRegex},
    {.of = kKafka,
     .message = "error creating topic manager: invalid empty topic",
     .names = {"topics"},
     .finds =
         [](const B& b) {
           for (const std::string& topic : b.texts("topics"))
             if (topic.empty()) return Found(std::vector<std::string>{});
           return Found(std::nullopt);
         },
     .bad = "brokers = [\"b:9092\"]\ntopics = [\"\"]",
     .good = "brokers = [\"b:9092\"]\ntopics = [\"t\"]",
     .from = "component/loki/source/internal/kafkatarget newTopicManager"},

    {.of = "loki/write.EndpointOptions", .message = "failed to parse remote url %q: %w", .bad = "url = \"http://l:x\"", .good = "url = \"http://l:3100\"", .by = By::kPlan},
    {.of = "loki/write.WalArguments",
     .message = "WAL min read frequency should be lower than max read frequency",
     .names = {"min_read_frequency", "max_read_frequency"},
     .refuses = [](const B& b) { return b.amount("min_read_frequency") >= b.amount("max_read_frequency"); },
     .bad = "min_read_frequency = \"2s\"",
     .good = "min_read_frequency = \"500ms\""},
    {.of = "loki/write.QueueConfig",
     .message = "changing queue_config requires stability.level flag to be experimental",
     .names = {"capacity", "min_shards", "drain_timeout", "block_on_overflow"},
     .refuses = queue_changed,
     .bad = "min_shards = 2",
     .good = "capacity = \"10MiB\"",
     .from = "component/loki/write validateConfigStabilityLevel",
     .code = codes::kStability,
     .allowed_at = Stability::kExperimental},

    {.of = kLokiRules,
     .message = "sync_interval must be greater than 0",
     .names = {"sync_interval"},
     .refuses = not_positive<"sync_interval">,
     .bad = "address = \"http://l\"\nsync_interval = \"0s\"",
     .good = "address = \"http://l\"\nsync_interval = \"1m\""},
    {.of = kLokiRules,
     .message = "loki_namespace_prefix must not be empty",
     .names = {"loki_namespace_prefix"},
     .refuses = missing<"loki_namespace_prefix">,
     .bad = "address = \"http://l\"\nloki_namespace_prefix = \"\"",
     .good = "address = \"http://l\""},
    {.of = kLokiRules,
     .message = "loki_namespace_separator must not be empty",
     .names = {"loki_namespace_separator"},
     .refuses = missing<"loki_namespace_separator">,
     .bad = "address = \"http://l\"\nloki_namespace_separator = \"\"",
     .good = "address = \"http://l\""},
    {.of = "loki/rules/kubernetes.Matcher",
     .message = "invalid match type: %q",
     .names = {"match_type"},
     .refuses = wrong_match_type,
     .bad = "name = \"n\"\nvalue = \"v\"\nmatch_type = \"==\"",
     .good = "name = \"n\"\nvalue = \"v\"\nmatch_type = \"=~\""},
    {.of = "loki/secretfilter.Arguments",
     .message = "secretfilter: %w",
     .names = {"rate"},
     .finds = rate_out_of_range,
     .bad = "rate = 2",
     .good = "rate = 0.5"},

    {.of = kMimirRules,
     .message = "sync_interval must be greater than 0",
     .names = {"sync_interval"},
     .refuses = not_positive<"sync_interval">,
     .bad = "address = \"http://m\"\nsync_interval = \"0s\"",
     .good = "address = \"http://m\"\nsync_interval = \"1m\""},
    {.of = kMimirRules,
     .message = "mimir_namespace_prefix must not be empty",
     .names = {"mimir_namespace_prefix"},
     .refuses = missing<"mimir_namespace_prefix">,
     .bad = "address = \"http://m\"\nmimir_namespace_prefix = \"\"",
     .good = "address = \"http://m\""},
    {.of = kMimirRules,
     .message = "mimir_namespace_separator must not be empty",
     .names = {"mimir_namespace_separator"},
     .refuses = missing<"mimir_namespace_separator">,
     .bad = "address = \"http://m\"\nmimir_namespace_separator = \"\"",
     .good = "address = \"http://m\""},
    {.of = kMimirMatcher,
     .message = "invalid match type: %q",
     .names = {"match_type"},
     .refuses = wrong_match_type,
     .bad = "name = \"n\"\nvalue = \"v\"\nmatch_type = \"is\"",
     .good = "name = \"n\"\nvalue = \"v\"\nmatch_type = \"=\""},
    {.of = kMimirMatcher,
     .message = "exactly one of 'value' or 'value_from_label' must be provided, got %d",
     .names = {"value", "value_from_label"},
     .finds = value_sources,
     .bad = "name = \"n\"\nmatch_type = \"=\"",
     .good = "name = \"n\"\nvalue = \"v\"\nmatch_type = \"=\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_loki
