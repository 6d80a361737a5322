#include "src/lint/forms.h"
#include "src/lint/load_check.h"
#include "src/lint/log_operators.h"
#include "src/text/regex.h"
#include "src/text/url.h"

namespace invar::load_checks_otelcol_receiver {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kOtlp = "otelcol/receiver/otlp.HTTPConfigArguments", kFilelog = "otelcol/receiver/filelog.Arguments", kSyslog = "otelcol/receiver/syslog.Arguments",
                           kTcplog = "otelcol/receiver/tcplog.Arguments", kSolace = "otelcol/receiver/solace.Arguments", kVcenter = "otelcol/receiver/vcenter.Arguments",
                           kFileFilter = "otelcol/receiver/file_stats.FilterArguments", kKafka = "otelcol/receiver/kafka.Arguments",
                           kPubsub = "otelcol/receiver/googlecloudpubsub.Arguments";
constexpr std::string_view kWordReason = "Other words are refused before, when the text is read: `unknown syslog format: x`.";
constexpr double kSmallestLogSize = 65536;

constexpr std::string_view kPaths[] = {"traces_url_path", "logs_url_path", "metrics_url_path"};

Found empty_path(const B& b) {
  for (const std::string_view path : kPaths)
    if (b.text(path).is("").yes()) return Found({std::string(path)});
  return std::nullopt;
}

Found bad_path(const B& b) {
  for (const std::string_view path : kPaths)
    if (const Found why = unparsable_url(b, path)) return Found({std::string(path), why->back()});
  return std::nullopt;
}

/// An encoding that no receiver reads, with what stands around the name.
Found no_encoding(const B& b) {
  const Text text = b.text("encoding");
  return text.value && !is_encoding(*text.value) ? Found({"unsupported encoding '" + *text.value + "'"}) : std::nullopt;
}

Found bad_address(const B& b, std::string_view name) {
  const Text text = b.text("listen_address");
  if (!text.value || text.value->empty()) return std::nullopt;
  const std::string why = host_port_error(*text.value);
  return why.empty() ? std::nullopt : Found({std::string(name), why});
}

Found empty_address(const B& b, std::string_view name) {
  return b.text("listen_address").is("").yes() ? Found({std::string(name)}) : std::nullopt;
}

/// The settings of the protocol that a block of the syslog receiver is about: `tcp.listen_address`.
std::string protocol_setting(const B& b, std::string_view name) { return b.block()->full_name() + "." + std::string(name); }

Found unknown_sort(const B& b) {
  const Text text = b.text("sort_type");
  return text.is_one_of({"timestamp", "numeric", "lexicographic", "mtime"}).no() ? Found({*text.value}) : std::nullopt;
}

Truth no_group_strategy(const std::string& text) { return text != "range" && text != "roundrobin" && text != "sticky" && text != "cooperative-sticky"; }

Truth wrong_group_strategy(const B& b) {
  for (const std::string& text : b.texts("group_rebalance_strategies"))
    if (no_group_strategy(text).yes()) return true;
  return b.text("group_rebalance_strategy").holds([](const std::string& text) { return !text.empty() && no_group_strategy(text).yes(); });
}

Found bad_regexp(const B& b, std::string_view name) {
  const Text text = b.text(name);
  if (!text.value || text.value->empty()) return std::nullopt;
  const auto regex = Regex::compile(*text.value);
  return regex ? std::nullopt : Found({regex.error().what});
}

Truth backoff_on(const B& b) { return b.flag("enabled"); }

constexpr LoadCheck kRows[] = {
    {.of = kOtlp,
     .message = "%s cannot be empty",
     .names = {"traces_url_path", "logs_url_path", "metrics_url_path"},
     .finds = empty_path,
     .bad = "logs_url_path = \"\"",
     .good = "logs_url_path = \"/logs\"",
     .from = "component/otelcol/receiver/otlp validateURL"},
    {.of = kOtlp,
     .message = "invalid %s: %w",
     .names = {"traces_url_path", "logs_url_path", "metrics_url_path"},
     .finds = bad_path,
     .bad = "logs_url_path = \"/%zz\"",
     .good = "logs_url_path = \"/logs\"",
     .from = "component/otelcol/receiver/otlp validateURL"},
    {.of = "otelcol/receiver/influxdb.Arguments",
     .message = "HTTP server endpoint cannot be empty",
     .names = {"endpoint"},
     .refuses = missing<"endpoint">,
     .bad = "endpoint = \"\"",
     .good = "endpoint = \"localhost:8086\""},
    {.of = "otelcol/receiver/datadog.IntakeArguments",
     .message = "a proxy block with an api block is required when intake behavior is %q",
     .names = {"behavior"},
     .refuses = [](const B& b) { return b.text("behavior").is("proxy") && !b.set("proxy"); },
     .bad = "behavior = \"proxy\"",
     .good = "behavior = \"disable\""},

    {.of = kFilelog,
     .message = "failed to parse 'operator': %w",
     .names = {"operators"},
     .finds = [](const B& b) { return broken_operator(b.value("operators")); },
     .bad = "include = [\"/a\"]\noperators = [{ type = \"json\" }]",
     .good = "include = [\"/a\"]\noperators = [{ type = \"json_parser\" }]"},
    {.of = kFilelog,
     .message = "'max_concurrent_files' must be positive",
     .names = {"max_concurrent_files"},
     .refuses = below_one<"max_concurrent_files">,
     .bad = "include = [\"/a\"]\nmax_concurrent_files = 0",
     .good = "include = [\"/a\"]\nmax_concurrent_files = 1"},
    {.of = kFilelog,
     .message = "'max_batches' must not be negative",
     .names = {"max_batches"},
     .refuses = negative<"max_batches">,
     .bad = "include = [\"/a\"]\nmax_batches = -1",
     .good = "include = [\"/a\"]\nmax_batches = 0"},
    {.of = kFilelog,
     .message = "'delete_after_read' cannot be used with 'start_at = end'",
     .names = {"start_at", "delete_after_read"},
     .refuses = [](const B& b) { return b.flag("delete_after_read") && b.text("start_at").is("end"); },
     .bad = "include = [\"/a\"]\ndelete_after_read = true",
     .good = "include = [\"/a\"]\ndelete_after_read = true\nstart_at = \"beginning\""},
    {.of = kFilelog,
     .message = "invalid 'encoding': %w",
     .names = {"encoding"},
     .finds = no_encoding,
     .bad = "include = [\"/a\"]\nencoding = \"utf-9\"",
     .good = "include = [\"/a\"]\nencoding = \"ISO-8859-1\""},
    {.of = "otelcol/receiver/filelog.OrderingCriteria",
     .message = "'top_n' must not be negative",
     .names = {"top_n"},
     .refuses = negative<"top_n">,
     .bad = "top_n = -1\nsort_by {\n  sort_type = \"mtime\"\n}",
     .good = "top_n = 1\nsort_by {\n  sort_type = \"mtime\"\n}",
     .from = "component/otelcol/receiver/filelog Arguments.Validate"},
    {.of = "otelcol/receiver/filelog.Sort",
     .message = "invalid 'sort_type': %s",
     .names = {"sort_type"},
     .finds = unknown_sort,
     .bad = "sort_type = \"name\"",
     .good = "sort_type = \"mtime\"",
     .from = "component/otelcol/receiver/filelog Arguments.Validate"},
    {.of = kFilelog,
     .message = "invalid 'compression' type: %s",
     .names = {"compression"},
     .refuses = [](const B& b) { return !b.text("compression").is_one_of({"", "gzip", "auto"}); },
     .bad = "include = [\"/a\"]\ncompression = \"zstd\"",
     .good = "include = [\"/a\"]\ncompression = \"gzip\""},
    {.of = kFilelog,
     .message = "'poll_interval' must not be negative",
     .names = {"poll_interval"},
     .refuses = negative<"poll_interval">,
     .bad = "include = [\"/a\"]\npoll_interval = \"-1s\"",
     .good = "include = [\"/a\"]\npoll_interval = \"1s\""},
    {.of = kFilelog,
     .message = "'fingerprint_size' must not be negative",
     .names = {"fingerprint_size"},
     .refuses = negative<"fingerprint_size">,
     .bad = "include = [\"/a\"]\nfingerprint_size = \"-1KiB\"",
     .good = "include = [\"/a\"]\nfingerprint_size = \"1KiB\""},
    {.of = kFilelog,
     .message = "'max_log_size' must not be negative",
     .names = {"max_log_size"},
     .refuses = negative<"max_log_size">,
     .bad = "include = [\"/a\"]\nmax_log_size = \"-1KiB\"",
     .good = "include = [\"/a\"]\nmax_log_size = \"1KiB\""},
    {.of = kFilelog,
     .message = "'force_flush_period' must not be negative",
     .names = {"force_flush_period"},
     .refuses = negative<"force_flush_period">,
     .bad = "include = [\"/a\"]\nforce_flush_period = \"-1s\"",
     .good = "include = [\"/a\"]\nforce_flush_period = \"1s\""},
    {.of = kFilelog,
     .message = "'exclude_older_than' must not be negative",
     .names = {"exclude_older_than"},
     .refuses = negative<"exclude_older_than">,
     .bad = "include = [\"/a\"]\nexclude_older_than = \"-1s\"",
     .good = "include = [\"/a\"]\nexclude_older_than = \"1s\""},
    {.of = kFilelog,
     .message = "invalid 'multiline': %w",
     .by = By::kNobody,
     .reason = "The block itself is refused before, with the reason alone: its check is listed under component/otelcol."},
    {.of = "otelcol/receiver/filelog.HeaderConfig",
     .message = "'header' requires at least one 'metadata_operator'",
     .names = {"metadata_operators"},
     .refuses = [](const B& b) { return b.size("metadata_operators") == 0; },
     .bad = "pattern = \"^#\"\nmetadata_operators = []",
     .good = "pattern = \"^#\"\nmetadata_operators = [{ type = \"regex_parser\", regex = \"(?P<a>.*)\" }]",
     .from = "component/otelcol/receiver/filelog Arguments.Validate"},
    {.of = "otelcol/receiver/filelog.HeaderConfig",
     .message = "failed to parse 'metadata_operator': %w",
     .names = {"metadata_operators"},
     .finds = [](const B& b) { return broken_operator(b.value("metadata_operators")); },
     .bad = "pattern = \"^#\"\nmetadata_operators = [{ type = \"regexp\" }]",
     .good = "pattern = \"^#\"\nmetadata_operators = [{ type = \"regex_parser\", regex = \"(?P<a>.*)\" }]",
     .from = "component/otelcol/receiver/filelog Arguments.Validate"},
    {.of = kFilelog,
     .message = "invalid start_at location '%s'",
     .names = {"start_at"},
     .refuses = none_of_words<"start_at", "beginning", "end">,
     .bad = "include = [\"/a\"]\nstart_at = \"start\"",
     .good = "include = [\"/a\"]\nstart_at = \"beginning\"",
     .from = "opentelemetry-collector-contrib/pkg/stanza/fileconsumer Config.Build"},
    {.of = kFilelog,
     .message = "%s",
     .names = {"operators"},
     .finds = [](const B& b) { return unbuildable_operator(b.value("operators")); },
     .bad = "include = [\"/a\"]\noperators = [{ type = \"regex_parser\", regex = \"(\" }]",
     .good = "include = [\"/a\"]\noperators = [{ type = \"regex_parser\", regex = \"(?P<a>.)\" }]",
     .from = "opentelemetry-collector-contrib/pkg/stanza/operator Build"},

    {.of = kSyslog,
     .message = "at least one of 'tcp' or 'udp' must be configured",
     .refuses = none<"tcp", "udp">,
     .bad = "protocol = \"rfc5424\"",
     .good = "udp {\n  listen_address = \"localhost:514\"\n}"},
    {.of = kSyslog,
     .message = "invalid protocol, must be one of 'rfc3164', 'rfc5424': %s",
     .by = By::kNobody,
     .reason = kWordReason},
    {.of = kSyslog,
     .message = "invalid non_transparent_framing_trailer, must be one of 'LF', 'NUL': %s",
     .by = By::kNobody,
     .reason = kWordReason},
    {.of = "otelcol/receiver/syslog.TCP",
     .message = "invalid tcp.encoding: %w",
     .names = {"encoding"},
     .finds = no_encoding,
     .bad = "listen_address = \"localhost:514\"\nencoding = \"x\"",
     .good = "listen_address = \"localhost:514\"\nencoding = \"ascii\"",
     .from = "component/otelcol/receiver/syslog Arguments.Validate"},
    {.of = "otelcol/receiver/syslog.TCP",
     .message = "invalid value %d for parameter 'tcp.max_log_size', must be equal to or greater than %d bytes",
     .names = {"max_log_size"},
     .finds =
         [](const B& b) {
           const Quantity size = b.amount("max_log_size");
           return (size < kSmallestLogSize && !(size == 0)).yes() ? Found({std::to_string(static_cast<int64_t>(*size.value)), "65536"}) : std::nullopt;
         },
     .bad = "listen_address = \"localhost:514\"\nmax_log_size = \"1KiB\"",
     .good = "listen_address = \"localhost:514\"\nmax_log_size = \"64KiB\"",
     .from = "component/otelcol/receiver/syslog Arguments.Validate"},
    {.of = "otelcol/receiver/syslog.UDP",
     .message = "invalid udp.encoding: %w",
     .names = {"encoding"},
     .finds = no_encoding,
     .bad = "listen_address = \"localhost:514\"\nencoding = \"x\"",
     .good = "listen_address = \"localhost:514\"\nencoding = \"ascii\"",
     .from = "component/otelcol/receiver/syslog Arguments.Validate"},
    {.of = kSyslog,
     .message = "invalid on_error: %s",
     .names = {"on_error"},
     .refuses = none_of_words<"on_error", "drop", "drop_quiet", "send", "send_quiet">,
     .bad = "on_error = \"ignore\"\nudp {\n  listen_address = \"localhost:514\"\n}",
     .good = "on_error = \"drop\"\nudp {\n  listen_address = \"localhost:514\"\n}"},
    {.of = "otelcol/receiver/syslog.TCP",
     .message = "%s cannot be empty",
     .names = {"listen_address"},
     .finds = [](const B& b) { return empty_address(b, protocol_setting(b, "listen_address")); },
     .bad = "listen_address = \"\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/syslog validateListenAddress"},
    {.of = "otelcol/receiver/syslog.TCP",
     .message = "invalid %s: %w",
     .names = {"listen_address"},
     .finds = [](const B& b) { return bad_address(b, protocol_setting(b, "listen_address")); },
     .bad = "listen_address = \"localhost\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/syslog validateListenAddress"},
    {.of = "otelcol/receiver/syslog.UDP",
     .message = "%s cannot be empty",
     .names = {"listen_address"},
     .finds = [](const B& b) { return empty_address(b, protocol_setting(b, "listen_address")); },
     .bad = "listen_address = \"\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/syslog validateListenAddress"},
    {.of = "otelcol/receiver/syslog.UDP",
     .message = "invalid %s: %w",
     .names = {"listen_address"},
     .finds = [](const B& b) { return bad_address(b, protocol_setting(b, "listen_address")); },
     .bad = "listen_address = \"localhost\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/syslog validateListenAddress"},

    {.of = kSolace,
     .message = "the auth block must contain exactly one of sasl_plain block, sasl_xauth2 block or sasl_external block",
     .names = {"auth"},
     .refuses =
         [](const B& b) {
           const B* auth = b.block("auth");
           return auth ? not_exactly_one<"sasl_plain", "sasl_xauth2", "sasl_external">(*auth) : Truth(false);
         },
     .bad = "queue = \"queue://#q\"\nauth { }",
     .good = "queue = \"queue://#q\"\nauth {\n  sasl_external { }\n}"},
    {.of = kSolace,
     .message = "queue must not be empty, queue definition has format queue://<queuename>",
     .names = {"queue"},
     .refuses = [](const B& b) { return b.text("queue").holds([](const std::string& text) { return trim_space(text).empty(); }); },
     .bad = "queue = \" \"\nauth {\n  sasl_external { }\n}",
     .good = "queue = \"queue://#q\"\nauth {\n  sasl_external { }\n}"},
    {.of = "otelcol/receiver/solace.FlowControlDelayedRetry",
     .message = "the delay attribute in the delayed_retry block must be > 0, got %d",
     .names = {"delay"},
     .finds =
         [](const B& b) {
           const Quantity delay = b.amount("delay");
           return (delay <= 0).yes() ? Found({std::to_string(static_cast<int64_t>(*delay.value))}) : std::nullopt;
         },
     .bad = "delay = \"0s\"",
     .good = "delay = \"1s\"",
     .from = "component/otelcol/receiver/solace Arguments.Validate"},
    {.of = kVcenter,
     .message = "unable to parse url %s: %w",
     .names = {"endpoint"},
     .finds = [](const B& b) { return unparsable_url(b, "endpoint"); },
     .bad = "endpoint = \"https://v:x\"\nusername = \"u\"\npassword = \"p\"",
     .good = "endpoint = \"https://v\"\nusername = \"u\"\npassword = \"p\""},
    {.of = kVcenter,
     .message = "url scheme must be http or https",
     .names = {"endpoint"},
     .refuses =
         [](const B& b) {
           return b.text("endpoint").holds([](const std::string& text) {
             const auto url = parse_url(text);
             return url && url->scheme != "http" && url->scheme != "https";
           });
         },
     .bad = "endpoint = \"vcenter.example\"\nusername = \"u\"\npassword = \"p\"",
     .good = "endpoint = \"http://v\"\nusername = \"u\"\npassword = \"p\""},
    {.of = "otelcol/receiver/file_stats.Arguments",
     .message = "include must not be empty",
     .names = {"include"},
     .refuses = missing<"include">,
     .bad = "include = \"\"",
     .good = "include = \"/a/*\""},
    {.of = kFileFilter,
     .message = "must specify either strict or regexp",
     .refuses = none<"strict", "regexp">,
     .bad = "strict = \"\"",
     .good = "strict = \"a\""},
    {.of = kFileFilter,
     .message = "strict and regexp are mutually exclusive",
     .names = {"strict", "regexp"},
     .refuses = both<"strict", "regexp">,
     .bad = "strict = \"a\"\nregexp = \"b\"",
     .good = "regexp = \"b\""},
    {.of = kFileFilter,
     .message = "parsing regexp: %w",
     .names = {"regexp"},
     .finds = [](const B& b) { return bad_regexp(b, "regexp"); },
     .bad = "regexp = \"(\"",
     .good = "regexp = \"b\"",
     .code = codes::kRegex},

    {.of = kTcplog,
     .message = "invalid encoding: %w",
     .names = {"encoding"},
     .finds = no_encoding,
     .bad = "listen_address = \"localhost:514\"\nencoding = \"x\"",
     .good = "listen_address = \"localhost:514\"\nencoding = \"ascii\""},
    {.of = kTcplog,
     .message = "invalid value %d for parameter 'max_log_size', must be equal to or greater than %d bytes",
     .names = {"max_log_size"},
     .finds =
         [](const B& b) {
           const Quantity size = b.amount("max_log_size");
           return (size < kSmallestLogSize).yes() ? Found({std::to_string(static_cast<int64_t>(*size.value)), "65536"}) : std::nullopt;
         },
     .bad = "listen_address = \"localhost:514\"\nmax_log_size = \"1KiB\"",
     .good = "listen_address = \"localhost:514\"\nmax_log_size = \"64KiB\""},
    {.of = kTcplog,
     .message = "%s cannot be empty",
     .names = {"listen_address"},
     .finds = [](const B& b) { return empty_address(b, "listen_address"); },
     .bad = "listen_address = \"\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/tcplog validateListenAddress"},
    {.of = kTcplog,
     .message = "invalid %s: %w",
     .names = {"listen_address"},
     .finds = [](const B& b) { return bad_address(b, "listen_address"); },
     .bad = "listen_address = \"localhost\"",
     .good = "listen_address = \"localhost:514\"",
     .from = "component/otelcol/receiver/tcplog validateListenAddress"},

    {.of = "otelcol/receiver/kafka.ErrorBackOffArguments",
     .message = "multiplier must be greater than 1.0",
     .names = {"multiplier"},
     .refuses = [](const B& b) { return backoff_on(b) && b.amount("multiplier") <= 1; },
     .bad = "enabled = true\nmultiplier = 1",
     .good = "enabled = true\nmultiplier = 1.5",
     .from = "component/otelcol/receiver/kafka Arguments.Validate"},
    {.of = "otelcol/receiver/kafka.ErrorBackOffArguments",
     .message = "randomization_factor must be greater or equal to 0",
     .names = {"randomization_factor"},
     .refuses = [](const B& b) { return backoff_on(b) && b.amount("randomization_factor") < 0; },
     .bad = "enabled = true\nmultiplier = 2\nrandomization_factor = -1",
     .good = "enabled = true\nmultiplier = 2",
     .from = "component/otelcol/receiver/kafka Arguments.Validate"},
    {.of = kKafka,
     .message = "group_rebalance_strategy and group_rebalance_strategies are mutually exclusive; group_rebalance_strategy is deprecated, prefer group_rebalance_strategies",
     .names = {"group_rebalance_strategy", "group_rebalance_strategies"},
     .refuses = both<"group_rebalance_strategy", "group_rebalance_strategies">,
     .bad = "brokers = [\"b:9092\"]\nprotocol_version = \"2.0.0\"\ngroup_rebalance_strategy = \"range\"\ngroup_rebalance_strategies = [\"range\"]",
     .good = "brokers = [\"b:9092\"]\nprotocol_version = \"2.0.0\"\ngroup_rebalance_strategies = [\"range\"]"},
    {.of = kKafka,
     .message = "group_rebalance_strategy must be one of 'range', 'roundrobin', 'sticky', or 'cooperative-sticky'",
     .names = {"group_rebalance_strategy", "group_rebalance_strategies"},
     .refuses = wrong_group_strategy,
     .bad = "brokers = [\"b:9092\"]\nprotocol_version = \"2.0.0\"\ngroup_rebalance_strategies = [\"random\"]",
     .good = "brokers = [\"b:9092\"]\nprotocol_version = \"2.0.0\"\ngroup_rebalance_strategies = [\"sticky\"]",
     .from = "component/otelcol/receiver/kafka validateGroupRebalanceStrategy"},
    {.of = "otelcol/receiver/jaeger.Arguments",
     .message = "at least one protocol must be enabled",
     .names = {"protocols"},
     .refuses =
         [](const B& b) {
           const B* protocols = b.block("protocols");
           return protocols ? none<"grpc", "thrift_http", "thrift_binary", "thrift_compact">(*protocols) : Truth(false);
         },
     .bad = "protocols { }",
     .good = "protocols {\n  grpc { }\n}"},
    {.of = kPubsub,
     .message = "subscription '%s' is not a valid format, use 'projects/<project_id>/subscriptions/<name>'",
     .names = {"subscription"},
     .refuses =
         [](const B& b) {
           static const Regex kForm = *Regex::compile(R"(projects/[a-z][a-z0-9\-]*/subscriptions/)");
           return b.text("subscription").holds([](const std::string& text) { return !kForm.matches(text); });
         },
     .bad = "subscription = \"logs\"",
     .good = "subscription = \"projects/p/subscriptions/logs\""},
    {.of = kPubsub,
     .message = "compression %v is not supported.  supported compression formats include [gzip]",
     .names = {"compression"},
     .refuses = [](const B& b) { return !b.text("compression").is_one_of({"", "gzip"}); },
     .bad = "subscription = \"projects/p/subscriptions/logs\"\ncompression = \"zstd\"",
     .good = "subscription = \"projects/p/subscriptions/logs\"\ncompression = \"gzip\""},
    {.of = "otelcol/receiver/fluentforward.Arguments",
     .message = "endpoint must not be empty",
     .names = {"endpoint"},
     .refuses = missing<"endpoint">,
     .bad = "endpoint = \"\"",
     .good = "endpoint = \"localhost:24224\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_otelcol_receiver
