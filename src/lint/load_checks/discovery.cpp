#include "src/lint/load_check.h"
#include "src/text/url.h"

namespace invar::load_checks_discovery {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kAws = "discovery/aws.AWSArguments", kScaleway = "discovery/scaleway.Arguments", kOvh = "discovery/ovhcloud.Arguments",
                           kDocker = "discovery/docker.Arguments", kOpenstack = "discovery/openstack.Arguments", kServerset = "discovery/serverset.Arguments",
                           kMarathon = "discovery/marathon.Arguments", kSwarm = "discovery/dockerswarm.Arguments", kPuppet = "discovery/puppetdb.Arguments";
constexpr std::string_view kRegionReason = "Without a region Alloy asks the metadata service of the machine it runs on.";

Truth has_clusters(const B& b) { return b.text("role").is_one_of({"ecs", "elasticache", "msk", "rds"}); }

Truth empty_filter(const B& b) { return b.any("filter", [](const B& filter) { return filter.size("values") == 0; }); }

Truth needs_port(const B& b) {
  return b.text("type").is_one_of({"A", "AAAA", "MX", "NS", "a", "aaaa", "mx", "ns"}) && b.amount("port") == 0;
}

Truth no_record_type(const B& b) {
  return !b.text("type").holds([](std::string type) {
    for (char& c : type) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    return type == "SRV" || type == "A" || type == "AAAA" || type == "MX" || type == "NS";
  });
}

Found relative_path(const B& b) {
  for (const std::string& path : b.texts("paths"))
    if (!path.starts_with('/')) return std::vector{path};
  return std::nullopt;
}

Truth has_no_scheme_and_host(const B& b) {
  return b.text("server").holds([](const std::string& text) {
    const auto url = parse_url(text);
    return url && (url->scheme.empty() || url->host.empty());
  });
}

template <class Test>
Truth url_holds(const B& b, Test test) {
  return b.text("url").holds([&](const std::string& text) {
    const auto url = parse_url(text);
    return url && test(*url);
  });
}

Found reason_of_url(const B& b, std::string_view name) {
  const Found why = unparsable_url(b, name);
  return why ? Found({why->back()}) : std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = kAws,
     .message = "unsupported role %q: must be one of ec2, ecs, elasticache, lightsail, msk, rds",
     .names = {"role"},
     .refuses = none_of_words<"role", "ec2", "ecs", "elasticache", "lightsail", "msk", "rds">,
     .bad = "role = \"eks\"\nregion = \"r\"",
     .good = "role = \"ec2\"\nregion = \"r\""},
    {.of = kAws,
     .message = "filter blocks are only supported with the ec2 and rds roles, not %q",
     .names = {"role", "filter"},
     .refuses = [](const B& b) { return b.set("filter") && b.text("role").is_one_of({"ecs", "elasticache", "lightsail", "msk"}); },
     .bad = "role = \"msk\"\nregion = \"r\"\nfilter {\n  name = \"n\"\n  values = [\"v\"]\n}",
     .good = "role = \"rds\"\nregion = \"r\"\nfilter {\n  name = \"n\"\n  values = [\"v\"]\n}"},
    {.of = kAws,
     .message = "AWS SD configuration filter values cannot be empty",
     .names = {"filter"},
     .refuses = empty_filter,
     .bad = "role = \"ec2\"\nregion = \"r\"\nfilter {\n  name = \"n\"\n  values = []\n}",
     .good = "role = \"ec2\"\nregion = \"r\"\nfilter {\n  name = \"n\"\n  values = [\"v\"]\n}"},
    {.of = kAws,
     .message = "clusters is only supported with the ecs, elasticache, msk, and rds roles, not %q",
     .names = {"role", "clusters"},
     .refuses = [](const B& b) { return b.set("clusters") && !has_clusters(b); },
     .bad = "role = \"ec2\"\nregion = \"r\"\nclusters = [\"c\"]",
     .good = "role = \"ecs\"\nregion = \"r\"\nclusters = [\"c\"]"},
    {.of = kAws,
     .message = "request_concurrency is only supported with the ecs, elasticache, msk, and rds roles, not %q",
     .names = {"role", "request_concurrency"},
     .refuses = [](const B& b) { return b.set("request_concurrency") && !has_clusters(b); },
     .bad = "role = \"ec2\"\nregion = \"r\"\nrequest_concurrency = 3",
     .good = "role = \"ecs\"\nregion = \"r\"\nrequest_concurrency = 3"},
    {.of = "discovery/aws.EC2Arguments", .message = "EC2 SD configuration requires a region", .by = By::kNobody, .reason = kRegionReason},
    {.of = "discovery/aws.EC2Arguments",
     .message = "EC2 SD configuration filter values cannot be empty",
     .names = {"filter"},
     .refuses = empty_filter,
     .bad = "region = \"r\"\nfilter {\n  name = \"n\"\n  values = []\n}",
     .good = "region = \"r\"\nfilter {\n  name = \"n\"\n  values = [\"v\"]\n}"},
    {.of = "discovery/aws.LightsailArguments", .message = "lightsail SD configuration requires a region", .by = By::kNobody, .reason = kRegionReason},

    {.of = "discovery/kuma.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "refresh_interval = \"0s\"",
     .good = "refresh_interval = \"1s\""},
    {.of = "discovery/kuma.Arguments",
     .message = "fetch_timeout must be greater than 0",
     .names = {"fetch_timeout"},
     .refuses = not_positive<"fetch_timeout">,
     .bad = "fetch_timeout = \"0s\"",
     .good = "fetch_timeout = \"1s\""},

    {.of = kScaleway,
     .message = "project_id must not be empty",
     .names = {"project_id"},
     .refuses = missing<"project_id">,
     .bad = "secret_key = \"s\"\nproject_id = \"\"",
     .good = "project_id = \"p\""},
    {.of = kScaleway,
     .message = "exactly one of secret_key or secret_key_file must be configured",
     .names = {"secret_key", "secret_key_file"},
     .refuses = not_exactly_one<"secret_key", "secret_key_file">,
     .bad = "secret_key = \"s\"\nsecret_key_file = \"/s\"",
     .good = "secret_key_file = \"/s\""},
    {.of = kScaleway,
     .message = "access_key must not be empty",
     .names = {"access_key"},
     .refuses = missing<"access_key">,
     .bad = "secret_key = \"s\"\naccess_key = \"\"",
     .good = "access_key = \"a\""},

    {.of = "discovery/hetzner.Arguments",
     .message = "unknown role %s, must be one of robot or hcloud",
     .names = {"role"},
     .refuses = none_of_words<"role", "robot", "hcloud">,
     .bad = "role = \"cloud\"",
     .good = "role = \"hcloud\""},

    {.of = kOvh, .message = "endpoint cannot be empty", .names = {"endpoint"}, .refuses = missing<"endpoint">, .bad = "endpoint = \"\"", .good = "endpoint = \"ovh-eu\""},
    {.of = kOvh,
     .message = "application_key cannot be empty",
     .names = {"application_key"},
     .refuses = missing<"application_key">,
     .bad = "application_key = \"\"",
     .good = "application_key = \"k\""},
    {.of = kOvh,
     .message = "application_secret cannot be empty",
     .names = {"application_secret"},
     .refuses = missing<"application_secret">,
     .bad = "application_secret = \"\"",
     .good = "application_secret = \"s\""},
    {.of = kOvh,
     .message = "consumer_key cannot be empty",
     .names = {"consumer_key"},
     .refuses = missing<"consumer_key">,
     .bad = "consumer_key = \"\"",
     .good = "consumer_key = \"k\""},
    {.of = kOvh,
     .message = "unknown service: %v",
     .names = {"service"},
     .refuses = none_of_words<"service", "dedicated_server", "vps">,
     .bad = "service = \"cloud\"",
     .good = "service = \"vps\""},

    {.of = "discovery/consul.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "refresh_interval = \"0s\"",
     .good = "refresh_interval = \"1s\""},
    {.of = "discovery/digitalocean.Arguments",
     .message = "exactly one of bearer_token or bearer_token_file must be specified",
     .names = {"bearer_token", "bearer_token_file"},
     .refuses = not_exactly_one<"bearer_token", "bearer_token_file">,
     .bad = "port = 80",
     .good = "bearer_token_file = \"/t\""},

    {.of = kDocker, .message = "host attribute must not be empty", .names = {"host"}, .refuses = missing<"host">, .bad = "host = \"\"", .good = "host = \"unix:///d\""},
    {.of = kDocker,
     .message = "parsing host attribute: %w",
     .names = {"host"},
     .finds = [](const B& b) { return reason_of_url(b, "host"); },
     .bad = "host = \"http://d:x\"",
     .good = "host = \"http://d:2375\""},
    {.of = kDocker,
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "host = \"unix:///d\"\nrefresh_interval = \"0s\"",
     .good = "host = \"unix:///d\"\nrefresh_interval = \"1s\""},
    {.of = "discovery/linode.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "refresh_interval = \"-1s\"",
     .good = "refresh_interval = \"1s\""},

    {.of = kOpenstack,
     .message = "unknown availability %s, must be one of admin, internal or public",
     .names = {"availability"},
     .refuses = none_of_words<"availability", "public", "internal", "admin">,
     .bad = "role = \"instance\"\navailability = \"private\"",
     .good = "role = \"instance\"\navailability = \"admin\""},
    {.of = kOpenstack,
     .message = "unknown availability %s, must be one of instance or hypervisor",
     .names = {"role"},
     .refuses = none_of_words<"role", "instance", "hypervisor">,
     .bad = "role = \"node\"",
     .good = "role = \"hypervisor\""},

    {.of = kServerset,
     .message = "discovery.serverset config must contain at least one Zookeeper server",
     .names = {"servers"},
     .refuses = [](const B& b) { return b.size("servers") == 0; },
     .bad = "servers = []\npaths = [\"/a\"]",
     .good = "servers = [\"z:2181\"]\npaths = [\"/a\"]"},
    {.of = kServerset,
     .message = "discovery.serverset config must contain at least one path",
     .names = {"paths"},
     .refuses = [](const B& b) { return b.size("paths") == 0; },
     .bad = "servers = [\"z:2181\"]\npaths = []",
     .good = "servers = [\"z:2181\"]\npaths = [\"/a\"]"},
    {.of = kServerset,
     .message = "discovery.serverset config paths must begin with '/': %s",
     .names = {"paths"},
     .finds = relative_path,
     .bad = "servers = [\"z:2181\"]\npaths = [\"a\"]",
     .good = "servers = [\"z:2181\"]\npaths = [\"/a\"]"},

    {.of = "discovery/dns.Arguments",
     .message = "a port is required in DNS-SD configs for all record types except SRV",
     .names = {"type"},
     .refuses = needs_port,
     .bad = "names = [\"n\"]\ntype = \"A\"",
     .good = "names = [\"n\"]\ntype = \"A\"\nport = 80"},
    {.of = "discovery/dns.Arguments",
     .message = "invalid DNS-SD records type %s",
     .names = {"type"},
     .refuses = no_record_type,
     .bad = "names = [\"n\"]\ntype = \"CNAME\"",
     .good = "names = [\"n\"]\ntype = \"srv\""},

    {.of = kMarathon,
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "servers = [\"http://m\"]\nrefresh_interval = \"0s\"",
     .good = "servers = [\"http://m\"]\nrefresh_interval = \"1s\""},
    {.of = kMarathon,
     .message = "at least one Marathon server must be specified",
     .names = {"servers"},
     .refuses = [](const B& b) { return b.size("servers") == 0; },
     .bad = "servers = []",
     .good = "servers = [\"http://m\"]"},
    {.of = kMarathon,
     .message = "at most one of auth_token and auth_token_file must be configured",
     .names = {"auth_token", "auth_token_file"},
     .refuses = both<"auth_token", "auth_token_file">,
     .bad = "servers = [\"http://m\"]\nauth_token = \"t\"\nauth_token_file = \"/t\"",
     .good = "servers = [\"http://m\"]\nauth_token = \"t\""},
    {.of = kMarathon,
     .message = "at most one of basic_auth, auth_token & auth_token_file must be configured",
     .names = {"auth_token", "auth_token_file", "basic_auth"},
     .refuses = [](const B& b) { return b.set("basic_auth") && !b.none_of({"auth_token", "auth_token_file"}); },
     .bad = "servers = [\"http://m\"]\nauth_token = \"t\"\nbasic_auth {\n  username = \"u\"\n}",
     .good = "servers = [\"http://m\"]\nauth_token = \"t\""},
    {.of = kMarathon,
     .message = "at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured",
     .names = {"auth_token", "auth_token_file", "bearer_token", "bearer_token_file"},
     .refuses = [](const B& b) { return !b.none_of({"bearer_token", "bearer_token_file"}) && !b.none_of({"auth_token", "auth_token_file"}); },
     .bad = "servers = [\"http://m\"]\nauth_token = \"t\"\nbearer_token = \"b\"",
     .good = "servers = [\"http://m\"]\nbearer_token = \"b\""},
    {.of = kMarathon,
     .message = "at most one of auth_token, auth_token_file & authorization must be configured",
     .names = {"auth_token", "auth_token_file", "authorization"},
     .refuses = [](const B& b) { return b.set("authorization") && !b.none_of({"auth_token", "auth_token_file"}); },
     .bad = "servers = [\"http://m\"]\nauth_token = \"t\"\nauthorization {\n  credentials = \"c\"\n}",
     .good = "servers = [\"http://m\"]\nauthorization {\n  credentials = \"c\"\n}"},

    {.of = "discovery/uyuni.Arguments",
     .message = "invalid server URL: %w",
     .names = {"server"},
     .finds = [](const B& b) { return reason_of_url(b, "server"); },
     .bad = "server = \"http://u:x\"",
     .good = "server = \"http://u:80\""},
    {.of = "discovery/consulagent.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "refresh_interval = \"0s\"",
     .good = "refresh_interval = \"1s\""},
    {.of = kSwarm,
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "host = \"h\"\nrole = \"nodes\"\nrefresh_interval = \"0s\"",
     .good = "host = \"h\"\nrole = \"nodes\"\nrefresh_interval = \"1s\""},
    {.of = kSwarm,
     .message = "invalid role %s, expected tasks, services, or nodes",
     .names = {"role"},
     .refuses = none_of_words<"role", "services", "nodes", "tasks">,
     .bad = "host = \"h\"\nrole = \"pods\"",
     .good = "host = \"h\"\nrole = \"tasks\""},
    {.of = "discovery/nomad.Arguments",
     .message = "nomad SD configuration requires a server address",
     .names = {"server"},
     .refuses = [](const B& b) { return b.text("server").holds([](const std::string& text) { return trim_space(text).empty(); }); },
     .bad = "server = \" \"",
     .good = "server = \"http://n\""},
    {.of = "discovery/azure.Arguments",
     .message = "exactly one of oauth, managed_identity, sdk_auth, or workload_identity must be specified",
     .names = {"oauth", "managed_identity", "sdk_auth", "workload_identity"},
     .refuses = not_exactly_one<"oauth", "managed_identity", "sdk_auth", "workload_identity">,
     .bad = "port = 80",
     .good = "managed_identity {\n  client_id = \"c\"\n}"},
    {.of = "discovery/nerve.Arguments",
     .message = "timeout must be greater than 0",
     .names = {"timeout"},
     .refuses = not_positive<"timeout">,
     .bad = "timeout = \"0s\"",
     .good = "timeout = \"1s\""},
    {.of = "discovery/triton.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "refresh_interval = \"0s\"",
     .good = "refresh_interval = \"1s\""},
    {.of = "discovery/eureka.Arguments",
     .message = "invalid eureka server URL",
     .names = {"server"},
     .refuses = has_no_scheme_and_host,
     .bad = "server = \"eureka\"",
     .good = "server = \"http://eureka\""},
    {.of = "discovery/ionos.Arguments",
     .message = "datacenter_id can't be empty",
     .names = {"datacenter_id"},
     .refuses = missing<"datacenter_id">,
     .bad = "datacenter_id = \"\"",
     .good = "datacenter_id = \"d\""},
    {.of = "discovery/ionos.Arguments",
     .message = "refresh_interval must be greater than 0",
     .names = {"refresh_interval"},
     .refuses = not_positive<"refresh_interval">,
     .bad = "datacenter_id = \"d\"\nrefresh_interval = \"0s\"",
     .good = "datacenter_id = \"d\"\nrefresh_interval = \"1s\""},
    {.of = kPuppet,
     .message = "URL scheme must be 'http' or 'https'",
     .names = {"url"},
     .refuses = [](const B& b) { return url_holds(b, [](const Url& url) { return url.scheme != "http" && url.scheme != "https"; }); },
     .bad = "url = \"ftp://p\"\nquery = \"q\"",
     .good = "url = \"https://p\"\nquery = \"q\""},
    {.of = kPuppet,
     .message = "host is missing in URL",
     .names = {"url"},
     .refuses = [](const B& b) { return url_holds(b, [](const Url& url) { return url.scheme.starts_with("http") && url.host.empty(); }); },
     .bad = "url = \"http:///p\"\nquery = \"q\"",
     .good = "url = \"http://p\"\nquery = \"q\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_discovery
