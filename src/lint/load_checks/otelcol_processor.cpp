#include "src/lint/load_check.h"
#include "src/text/regex.h"

namespace invar::load_checks_otelcol_processor {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kTail = "otelcol/processor/tail_sampling.Arguments", kToDelta = "otelcol/processor/cumulativetodelta.Arguments",
                           kMatch = "otelcol/processor/cumulativetodelta.MatchArgs", kLimiter = "otelcol/processor/memorylimiter.Arguments",
                           kDetection = "otelcol/processor/resourcedetection.Arguments", kStatus = "otelcol/processor/span.Status",
                           kPods = "otelcol/processor/k8sattributes.Arguments", kSampler = "otelcol/processor/probabilistic_sampler.Arguments",
                           kRedaction = "otelcol/processor/redaction.Arguments";

Found limit_not_set(const B& b) { return (b.amount("limit") == 0 && b.amount("limit_percentage") == 0).yes() ? Found(std::vector<std::string>{}) : std::nullopt; }

Truth percentage_out_of_range(const B& b) {
  const auto wrong = [&](std::string_view name) { return b.amount(name) <= 0 || b.amount(name) > 100; };
  return b.amount("limit") == 0 && b.amount("limit_percentage") > 0 && (wrong("limit_percentage") || wrong("spike_limit_percentage"));
}

Found unknown_detector(const B& b) {
  return outside(b, "detectors", {"env", "akamai", "aks", "alibaba_ecs", "azure", "consul", "digitalocean", "docker", "dynatrace", "ec2", "ecs", "eks", "elasticbeanstalk",
                                  "gcp", "heroku", "hetzner", "kubeadm", "kubernetes_node", "lambda", "nova", "openshift", "oraclecloud", "scaleway", "system",
                                  "tencent_cvm", "upcloud", "vultr"});
}

Found unknown_metadata(const B& b) {
  return outside(b, "metadata", {"k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.pod.hostname", "k8s.pod.start_time", "k8s.pod.ip", "k8s.deployment.name",
                                 "k8s.deployment.uid", "k8s.replicaset.name", "k8s.replicaset.uid", "k8s.daemonset.name", "k8s.daemonset.uid", "k8s.statefulset.name",
                                 "k8s.statefulset.uid", "k8s.job.name", "k8s.job.uid", "k8s.cronjob.name", "k8s.cronjob.uid", "k8s.node.name", "k8s.node.uid",
                                 "k8s.container.name", "container.id", "container.image.name", "container.image.tag", "container.image.tags", "service.namespace",
                                 "service.name", "service.version", "service.instance.id", "container.image.repo_digests", "k8s.cluster.uid"});
}

Found wrong_source(const B& b) {
  const Text from = b.text("from");
  return from.is_one_of({"", "pod", "namespace", "node", "deployment", "statefulset", "daemonset", "job"}).no() ? Found({*from.value}) : std::nullopt;
}

Found bad_key_regex(const B& b) {
  const Text text = b.text("key_regex");
  if (!text.value || text.value->empty()) return std::nullopt;
  const auto regex = Regex::compile("^(?:" + *text.value + ")$");
  return regex ? std::nullopt : Found({regex.error().what});
}

Found key_and_regex(const B& b) {
  return both<"key", "key_regex">(b).yes() ? Found({b.text("key").value.value_or(""), b.text("key_regex").value.value_or("")}) : std::nullopt;
}

Found wrong_operation(const B& b, std::initializer_list<std::string_view> words) {
  const Text op = b.text("op");
  return op.is_one_of(words).no() ? Found({*op.value, b.text("key").value.value_or(""), b.text("value").value.value_or("")}) : std::nullopt;
}

Found words_if(Truth truth, std::vector<std::string> words) { return truth.yes() ? Found(std::move(words)) : std::nullopt; }

constexpr std::string_view kFieldRule = "otelcol/processor/k8sattributes.FieldExtractConfig", kPodsFrom = "opentelemetry-collector-contrib/processor/k8sattributesprocessor Config.Validate";

constexpr LoadCheck kRows[] = {
    {.of = "otelcol/processor/deltatocumulative.Arguments",
     .message = "max_stale must be a positive duration (got %s)",
     .names = {"max_stale"},
     .refuses = not_positive<"max_stale">,
     .bad = "max_stale = \"0s\"",
     .good = "max_stale = \"1m\""},
    {.of = "otelcol/processor/deltatocumulative.Arguments",
     .message = "max_streams must be a positive number or zero (got %d)",
     .names = {"max_streams"},
     .refuses = negative<"max_streams">,
     .bad = "max_streams = -1",
     .good = "max_streams = 0"},
    {.of = "otelcol/processor/metricstarttime.Arguments",
     .message = "invalid strategy %q, must be one of: true_reset_point, subtract_initial_point, start_time_metric",
     .names = {"strategy"},
     .refuses = none_of_words<"strategy", "true_reset_point", "subtract_initial_point", "start_time_metric">,
     .bad = "strategy = \"reset\"",
     .good = "strategy = \"start_time_metric\""},
    {.of = "otelcol/processor/metricstarttime.Arguments",
     .message = "gc_interval must be greater than 0",
     .names = {"gc_interval"},
     .refuses = not_positive<"gc_interval">,
     .bad = "gc_interval = \"0s\"",
     .good = "gc_interval = \"1m\""},
    {.of = kTail,
     .message = "decision_wait must be greater than zero",
     .names = {"decision_wait"},
     .refuses = [](const B& b) { return b.amount("decision_wait") < 1e6; },
     .bad = "decision_wait = \"0s\"\npolicy {\n  name = \"p\"\n  type = \"always_sample\"\n}",
     .good = "decision_wait = \"10s\"\npolicy {\n  name = \"p\"\n  type = \"always_sample\"\n}"},
    {.of = kTail,
     .message = "num_traces must be greater than zero",
     .names = {"num_traces"},
     .refuses = not_positive<"num_traces">,
     .bad = "num_traces = 0\npolicy {\n  name = \"p\"\n  type = \"always_sample\"\n}",
     .good = "num_traces = 10\npolicy {\n  name = \"p\"\n  type = \"always_sample\"\n}"},
    {.of = kToDelta,
     .message = "max_staleness must be a non-negative duration (got %s)",
     .names = {"max_staleness"},
     .refuses = negative<"max_staleness">,
     .bad = "max_staleness = \"-1s\"",
     .good = "max_staleness = \"1m\""},
    {.of = kToDelta,
     .message = "initial_value must be one of %q, %q, %q",
     .names = {"initial_value"},
     .finds = [](const B& b) { return words_if(none_of_words<"initial_value", "auto", "keep", "drop">(b), {"auto", "keep", "drop"}); },
     .bad = "initial_value = \"zero\"",
     .good = "initial_value = \"keep\""},
    {.of = kMatch,
     .message = "match_type must be set if metrics are supplied",
     .names = {"metrics"},
     .refuses = [](const B& b) { return b.set("metrics") && !b.set("match_type"); },
     .bad = "metrics = [\"m\"]",
     .good = "metrics = [\"m\"]\nmatch_type = \"strict\"",
     .from = "component/otelcol/processor/cumulativetodelta Arguments.Validate"},
    {.of = kMatch,
     .message = "metrics must be supplied if match_type is set",
     .names = {"match_type"},
     .refuses = [](const B& b) { return b.set("match_type") && !b.set("metrics"); },
     .bad = "match_type = \"strict\"",
     .good = "metrics = [\"m\"]\nmatch_type = \"strict\"",
     .from = "component/otelcol/processor/cumulativetodelta Arguments.Validate"},
    {.of = kMatch,
     .message = "match_type must be one of %q and %q",
     .names = {"match_type"},
     .finds = [](const B& b) { return words_if(b.set("metrics") && !b.text("match_type").is_one_of({"", "strict", "regexp"}), {"strict", "regexp"}); },
     .bad = "metrics = [\"m\"]\nmatch_type = \"regex\"",
     .good = "metrics = [\"m\"]\nmatch_type = \"regexp\"",
     .from = "component/otelcol/processor/cumulativetodelta Arguments.Validate"},
    {.of = kMatch,
     .message = "metric_types must be one of %q and %q",
     .names = {"metric_types"},
     .finds = [](const B& b) { return words_if(outside(b, "metric_types", {"sum", "histogram"}).has_value(), {"sum", "histogram"}); },
     .bad = "metric_types = [\"gauge\"]",
     .good = "metric_types = [\"sum\"]",
     .from = "component/otelcol/processor/cumulativetodelta Arguments.Validate"},
    {.of = "otelcol/processor/interval.Arguments",
     .message = "interval must be greater than 0",
     .names = {"interval"},
     .refuses = not_positive<"interval">,
     .bad = "interval = \"0s\"",
     .good = "interval = \"1m\""},

    {.of = kLimiter,
     .message = "check_interval must be greater than zero",
     .names = {"check_interval"},
     .refuses = not_positive<"check_interval">,
     .bad = "check_interval = \"0s\"\nlimit = \"100MiB\"",
     .good = "check_interval = \"1s\"\nlimit = \"100MiB\""},
    {.of = kLimiter,
     .message = "either limit or limit_percentage must be set, but not both",
     .names = {"limit", "limit_percentage"},
     .refuses = [](const B& b) { return b.amount("limit") > 0 && b.amount("limit_percentage") > 0; },
     .bad = "check_interval = \"1s\"\nlimit = \"100MiB\"\nlimit_percentage = 80",
     .good = "check_interval = \"1s\"\nlimit = \"100MiB\""},
    {.of = kLimiter,
     .message = "spike_limit must be less than limit",
     .names = {"limit", "spike_limit"},
     .refuses = [](const B& b) { return b.amount("limit") > 0 && b.amount("spike_limit") >= b.amount("limit"); },
     .bad = "check_interval = \"1s\"\nlimit = \"100MiB\"\nspike_limit = \"200MiB\"",
     .good = "check_interval = \"1s\"\nlimit = \"100MiB\"\nspike_limit = \"20MiB\""},
    {.of = kLimiter,
     .message = "limit_percentage and spike_limit_percentage must be greater than 0 and and less or equal than 100",
     .names = {"limit_percentage", "spike_limit_percentage"},
     .refuses = percentage_out_of_range,
     .bad = "check_interval = \"1s\"\nlimit_percentage = 80",
     .good = "check_interval = \"1s\"\nlimit_percentage = 80\nspike_limit_percentage = 10"},
    {.of = kLimiter,
     .message = "either limit or limit_percentage must be set to greater than zero",
     .names = {"limit", "limit_percentage"},
     .finds = limit_not_set,
     .bad = "check_interval = \"1s\"",
     .good = "check_interval = \"1s\"\nlimit = \"100MiB\""},
    {.of = "otelcol/processor/batch.Arguments",
     .message = "send_batch_max_size must be greater or equal to send_batch_size when not 0",
     .names = {"send_batch_size", "send_batch_max_size"},
     .refuses = [](const B& b) { return b.amount("send_batch_max_size") > 0 && b.amount("send_batch_max_size") < b.amount("send_batch_size"); },
     .bad = "send_batch_size = 4000",
     .good = "send_batch_size = 4000\nsend_batch_max_size = 0"},

    {.of = kDetection,
     .message = "at least one detector must be specified",
     .names = {"detectors"},
     .refuses = [](const B& b) { return b.size("detectors") == 0; },
     .bad = "detectors = []",
     .good = "detectors = [\"env\"]"},
    {.of = kDetection,
     .message = "invalid detector: %s",
     .names = {"detectors"},
     .finds = unknown_detector,
     .bad = "detectors = [\"host\"]",
     .good = "detectors = [\"system\", \"kubernetes_node\"]"},
    {.of = "otelcol/processor/resourcedetection/internal/system.Config",
     .message = "invalid hostname source: %s",
     .names = {"hostname_sources"},
     .finds = [](const B& b) { return outside(b, "hostname_sources", {"os", "dns", "cname", "lookup"}); },
     .bad = "hostname_sources = [\"kernel\"]",
     .good = "hostname_sources = [\"dns\"]"},
    {.of = kStatus,
     .message = "status code is set to an invalid value of %q",
     .names = {"code"},
     .refuses = none_of_words<"code", "Ok", "Error", "Unset">,
     .bad = "code = \"ok\"",
     .good = "code = \"Ok\"",
     .from = "component/otelcol/processor/span Arguments.Validate"},
    {.of = kStatus,
     .message = "status description should be empty for non-error status codes",
     .names = {"code", "description"},
     .refuses = [](const B& b) { return b.text("code").is_one_of({"Ok", "Unset"}) && b.set("description"); },
     .bad = "code = \"Ok\"\ndescription = \"fine\"",
     .good = "code = \"Error\"\ndescription = \"broken\"",
     .from = "component/otelcol/processor/span Arguments.Validate"},

    {.of = kPods,
     .message = "watch_sync_period must be greater than or equal to 0",
     .names = {"watch_sync_period"},
     .refuses = negative<"watch_sync_period">,
     .bad = "watch_sync_period = \"-1s\"",
     .good = "watch_sync_period = \"1s\"",
     .from = kPodsFrom},
    {.of = kPods,
     .message = "pod_delete_grace_period must be greater than or equal to 0",
     .names = {"pod_delete_grace_period"},
     .refuses = negative<"pod_delete_grace_period">,
     .bad = "pod_delete_grace_period = \"-1s\"",
     .good = "pod_delete_grace_period = \"1s\"",
     .from = kPodsFrom},
    {.of = "otelcol/processor/k8sattributes.ExtractConfig",
     .message = "\"%s\" is not a supported metadata field",
     .names = {"metadata"},
     .finds = unknown_metadata,
     .bad = "metadata = [\"k8s.pod\"]",
     .good = "metadata = [\"k8s.pod.name\"]",
     .from = kPodsFrom},
    {.of = kFieldRule,
     .message = "%s is not a valid choice for From. Must be one of: pod, namespace, deployment, statefulset, daemonset, job, node",
     .names = {"from"},
     .finds = wrong_source,
     .bad = "from = \"container\"\nkey = \"k\"",
     .good = "from = \"node\"\nkey = \"k\"",
     .from = kPodsFrom},
    {.of = kFieldRule,
     .message = "Out of Key or KeyRegex only one option is expected to be configured at a time, currently Key:%s and KeyRegex:%s",
     .names = {"key", "key_regex"},
     .finds = key_and_regex,
     .bad = "key = \"k\"\nkey_regex = \"k.*\"",
     .good = "key_regex = \"k.*\"",
     .from = kPodsFrom},
    {.of = kFieldRule,
     .message = "%s",
     .names = {"key_regex"},
     .finds = bad_key_regex,
     .bad = "key_regex = \"k(\"",
     .good = "key_regex = \"k(.*)\"",
     .from = kPodsFrom,
     .code = codes::kRegex},
    {.of = "otelcol/processor/k8sattributes.FieldFilterConfig",
     .message = "'%s' is not a valid label filter operation for key=%s, value=%s",
     .names = {"op"},
     .finds = [](const B& b) { return wrong_operation(b, {"", "equals", "not-equals", "exists", "does-not-exist"}); },
     .bad = "key = \"k\"\nvalue = \"v\"\nop = \"equal\"",
     .good = "key = \"k\"\nvalue = \"v\"\nop = \"not-equals\"",
     .from = kPodsFrom},
    {.of = kSampler,
     .message = "sampling rate is negative: %s%%",
     .names = {"sampling_percentage"},
     .finds =
         [](const B& b) {
           const Quantity rate = b.amount("sampling_percentage");
           return (rate < 0).yes() ? Found({std::to_string(*rate.value)}) : std::nullopt;
         },
     .bad = "sampling_percentage = -1",
     .good = "sampling_percentage = 15",
     .from = "opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor Config.Validate"},
    {.of = kSampler,
     .message = "invalid attribute source: %v. Expected: traceID or record",
     .names = {"attribute_source"},
     .refuses = [](const B& b) { return !b.text("attribute_source").is_one_of({"", "traceID", "record"}); },
     .bad = "attribute_source = \"trace\"",
     .good = "attribute_source = \"record\"",
     .from = "opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor Config.Validate"},
    {.of = kSampler,
     .message = "invalid sampling precision: 0",
     .names = {"sampling_precision"},
     .refuses = [](const B& b) { return b.amount("sampling_precision") == 0; },
     .bad = "sampling_precision = 0",
     .good = "sampling_precision = 4",
     .from = "opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor Config.Validate"},
    {.of = kSampler,
     .message = "sampling precision is too great, should be <= 14: %d",
     .names = {"sampling_precision"},
     .refuses = [](const B& b) { return b.amount("sampling_precision") > 14; },
     .bad = "sampling_precision = 15",
     .good = "sampling_precision = 14",
     .from = "opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor Config.Validate"},
    {.of = kRedaction,
     .message = "hmac_key must not be empty when hash_function is %q",
     .names = {"hash_function"},
     .refuses = [](const B& b) { return b.text("hash_function").is_one_of({"hmac-sha256", "hmac-sha512"}) && !b.set("hmac_key"); },
     .bad = "hash_function = \"hmac-sha256\"",
     .good = "hash_function = \"md5\"",
     .from = "opentelemetry-collector-contrib/processor/redactionprocessor Config.Validate"},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_otelcol_processor
