#include <algorithm>

#include "src/base/quote.h"
#include "src/lint/rule.h"
#include "src/text/nearest_name.h"

namespace invar::rules_ignored_word {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV127";

/// Words that some attribute means something by. What is not among them is taken, and ignored.
struct KnownWords {
  std::string_view of, attribute;
  std::span<const std::string_view> words;
  std::string_view effect = "it is ignored";
};

constexpr std::string_view kNodeCollectors[] = {
    "arp", "bcache", "bonding", "boottime", "btrfs", "buddyinfo", "cgroups", "conntrack", "cpu", "cpu_vulnerabilities", "cpufreq", "devstat", "diskstats", "dmi", "drbd", "drm",
    "edac", "entropy", "ethtool", "exec", "fibrechannel", "filefd", "filesystem", "hwmon", "infiniband", "interrupts", "ipvs", "ksmd", "lnstat", "loadavg", "logind", "mdadm",
    "meminfo", "meminfo_numa", "mountstats", "netclass", "netdev", "netisr", "netstat", "network_route", "nfs", "nfsd", "ntp", "nvme", "os", "perf", "powersupplyclass",
    "pressure", "processes", "qdisc", "rapl", "runit", "schedstat", "selinux", "slabinfo", "sockstat", "softirqs", "softnet", "stat", "supervisord", "sysctl", "systemd",
    "tapestats", "tcpstat", "textfile", "thermal", "thermal_zone", "time", "timex", "udp_queues", "uname", "vmstat", "watchdog", "wifi", "xfrm", "xfs", "zfs", "zoneinfo",
    "kernel_hung", "pcidevice", "swap"};
constexpr std::string_view kPodSources[] = {"", "connection", "resource_attribute"};

constexpr std::string_view kKubernetesRoles[] = {"node", "pod", "service", "endpoints", "endpointslice", "ingress"};

constexpr std::string_view kSchemes[] = {"http", "https"};
constexpr std::string_view kSamplingPolicies[] = {"always_sample", "latency", "numeric_attribute", "probabilistic", "status_code", "string_attribute", "rate_limiting", "bytes_limiting",
                                                  "span_count", "boolean_attribute", "ottl_condition", "trace_state", "trace_flags", "and", "not", "drop", "composite"};

constexpr KnownWords kLists[] = {
    {"discovery/kubernetes.Arguments", "role", kKubernetesRoles, "nothing is discovered"},
    {"discovery/kubernetes.SelectorConfig", "role", kKubernetesRoles, "nothing is selected by it"},
    {"prometheus/exporter/unix.Arguments", "disable_collectors", kNodeCollectors},
    {"prometheus/exporter/unix.Arguments", "enable_collectors", kNodeCollectors},
    {"prometheus/exporter/unix.Arguments", "set_collectors", kNodeCollectors},
    {"otelcol/processor/k8sattributes.PodAssociationSource", "from", kPodSources},
    {"otelcol/processor/tail_sampling.PolicyConfig", "type", kSamplingPolicies, "the processor does not start"},
    {"prometheus/scrape.Arguments", "scheme", kSchemes, "nothing can be scraped by it"},
};

/// The known texts of an attribute: one, or those of a list.
std::vector<std::string> texts_of(const AttributeFacts& attribute, const BlockFacts& block) {
  if (attribute.value.is(ValueType::kString)) return {attribute.value.as_string()};
  return block.texts(attribute.written->name.name);
}

Finding finding_about(const std::string& word, const KnownWords& list, Span at) {
  const auto nearest = nearest_name(word, {list.words.begin(), list.words.end()});
  return {kCode, FindingSeverity::kWarning, at, invar::quoted(word) + " means nothing to " + std::string(list.attribute) + ": " + std::string(list.effect),
          nearest ? "did you mean " + invar::quoted(nearest->name) + "?" : std::string(), {}};
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const KnownWords& list : kLists) {
        const AttributeFacts* attribute = list.of == block.schema().name ? block.attribute(list.attribute) : nullptr;
        if (!attribute) continue;
        for (const std::string& word : texts_of(*attribute, block))
          if (std::find(list.words.begin(), list.words.end(), word) == list.words.end()) context.report(finding_about(word, list, attribute->written->value->span));
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "ignored-word",
    FindingSeverity::kWarning,
    "A word that Alloy takes without complaint, and that means nothing to it: the setting has no effect.",
    R"~(prometheus.exporter.unix "u" {
  disable_collectors = ["ipvss"]
}
)~",
    R"~(prometheus.exporter.unix "u" {
  disable_collectors = ["ipvs"]
}
)~",
    "When a newer Alloy knows the word.",
    check,
    "The word is in the text, and in none of the lists of the code that reads it.",
    "grafana/k8s-monitoring-helm: values of node exporter",
};

}  // namespace invar::rules_ignored_word
