#include <algorithm>

#include "src/lint/exposition.h"
#include "src/lint/load_check.h"
#include "src/text/regex.h"
#include "src/text/url.h"
#include "src/text/yaml.h"

namespace invar::load_checks_prometheus_exporter {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kOracle = "prometheus/exporter/oracledb.Arguments", kOracleTarget = "prometheus/exporter/oracledb.DatabaseTarget",
                           kBlackbox = "prometheus/exporter/blackbox.Arguments", kPostgres = "prometheus/exporter/postgres.Arguments",
                           kMssql = "prometheus/exporter/mssql.Arguments";

Found doubled_database(const B& b) {
  std::vector<std::string> names;
  for (const auto& database : b.inner()) {
    const Text name = database->is_named("database") ? database->text("name") : Text{};
    if (!name.value) continue;
    if (std::find(names.begin(), names.end(), *name.value) != names.end()) return Found({"duplicate database name", *name.value});
    names.push_back(*name.value);
  }
  return std::nullopt;
}

Truth scheme_and_login(const B& b) {
  return b.text("connection_string").holds([](const std::string& text) { return text.starts_with("oracle://"); }) && !b.none_of({"username", "password"});
}

Found broken_yaml(const B& b, std::string_view name) {
  const Text text = b.text(name);
  if (!text.value || text.value->empty()) return std::nullopt;
  const auto yaml = yaml::parse_v3(*text.value);
  return yaml ? std::nullopt : Found({yaml.error().what});
}

/// For each target of `targets` that is written out: whether it lacks all of these keys.
Truth target_lacks(const B& b, std::initializer_list<std::string_view> keys) {
  const Value targets = b.value("targets");
  if (!targets.is(ValueType::kArray)) return Truth(false);
  for (size_t i = 0; i < targets.size(); ++i) {
    const Value target = targets.at(i);
    if (target.is(ValueType::kObject) && std::none_of(keys.begin(), keys.end(), [&](std::string_view key) { return target.find(key) != nullptr; })) return true;
  }
  return false;
}

Found several_servers(const B& b) {
  const Quantity servers = b.size("kafka_uris");
  return (!b.set("instance") && servers > 1).yes() ? Found({std::to_string(static_cast<int>(*servers.value))}) : std::nullopt;
}

bool lists(const B& b, std::string_view list, std::string_view word) {
  const std::vector<std::string> texts = b.texts(list);
  return std::find(texts.begin(), texts.end(), word) != texts.end();
}

/// Whether prometheus.exporter.unix runs a collector that it runs by default; `block` is the collector's.
bool collects(const B& block, std::string_view collector) {
  const B& exporter = *block.around();
  for (const char* list : {"set_collectors", "disable_collectors"})
    if (exporter.value(list).holds_unknown()) return false;
  if ((exporter.size("set_collectors") > 0).yes() && !lists(exporter, "set_collectors", collector)) return false;
  return !lists(exporter, "disable_collectors", collector);
}

/// Alloy's collectors take expressions that compile for granted, and bring the process down with others.
template <Name kCollector, Name... kNames>
Found bad_device_regex(const B& b) {
  if (!collects(b, kCollector)) return std::nullopt;
  for (const std::string_view name : {static_cast<std::string_view>(kNames)...}) {
    const Text text = b.text(name);
    const auto regex = text.value ? Regex::compile(*text.value) : Regex::compile("");
    if (!regex) return Found({std::string(name), regex.error().what});
  }
  return std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = kOracleTarget,
     .message = "database block requires a non-empty name",
     .names = {"name"},
     .refuses = [](const B& b) { return b.text("name").holds([](const std::string& text) { return trim_space(text).empty(); }); },
     .bad = "name = \" \"\nconnection_string = \"db:1521/x\"",
     .good = "name = \"n\"\nconnection_string = \"db:1521/x\"",
     .from = "component/prometheus/exporter/oracledb Arguments.Validate"},
    {.of = kOracle,
     .message = "%w: %q",
     .names = {"database"},
     .finds = doubled_database,
     .bad = "database {\n  name = \"n\"\n  connection_string = \"a\"\n}\ndatabase {\n  name = \"n\"\n  connection_string = \"b\"\n}",
     .good = "database {\n  name = \"n\"\n  connection_string = \"a\"\n}"},
    {.of = kOracleTarget,
     .message = "database %q: connection_string is required",
     .names = {"name", "connection_string"},
     .refuses = missing<"connection_string">,
     .bad = "name = \"n\"\nconnection_string = \"\"",
     .good = "name = \"n\"\nconnection_string = \"db:1521/x\"",
     .from = "component/prometheus/exporter/oracledb Arguments.Validate"},
    {.of = kOracleTarget,
     .message = "database %q: %w",
     .names = {"name", "connection_string"},
     .finds =
         [](const B& b) {
           return scheme_and_login(b).yes()
                      ? Found({b.text("name").value.value_or(""), "connection string should not contain a scheme if the username and password are provided"})
                      : std::nullopt;
         },
     .bad = "name = \"n\"\nconnection_string = \"oracle://db:1521/x\"\nusername = \"u\"",
     .good = "name = \"n\"\nconnection_string = \"db:1521/x\"\nusername = \"u\"",
     .from = "component/prometheus/exporter/oracledb Arguments.Validate"},
    {.of = kOracle,
     .message = "cannot set connection_string together with database blocks; use one or the other",
     .names = {"connection_string", "database"},
     .refuses = both<"connection_string", "database">,
     .bad = "connection_string = \"a\"\ndatabase {\n  name = \"n\"\n  connection_string = \"b\"\n}",
     .good = "connection_string = \"a\""},
    {.of = kOracle,
     .message = "no connection string was provided",
     .refuses = none<"connection_string", "database">,
     .bad = "max_open_conns = 1",
     .good = "connection_string = \"a\""},
    {.of = kOracle,
     .message = "duplicate database name",
     .bad = "database {\n  name = \"m\"\n  connection_string = \"a\"\n}\ndatabase {\n  name = \"m\"\n  connection_string = \"b\"\n}",
     .good = "database {\n  name = \"m\"\n  connection_string = \"a\"\n}",
     .by = By::kInside},
    {.of = kOracle,
     .message = "connection string should not contain a scheme if the username and password are provided",
     .names = {"connection_string", "username", "password"},
     .refuses = [](const B& b) { return !b.set("database") && scheme_and_login(b); },
     .bad = "connection_string = \"oracle://db:1521/x\"\nusername = \"u\"",
     .good = "connection_string = \"oracle://u:p@db:1521/x\"",
     .from = "component/prometheus/exporter/oracledb validateOracleConnection"},
    {.of = "prometheus/exporter/redis.Arguments",
     .message = "only one of script_path and script_paths should be specified",
     .names = {"script_path", "script_paths"},
     .refuses = both<"script_path", "script_paths">,
     .bad = "redis_addr = \"r:6379\"\nscript_path = \"/a\"\nscript_paths = [\"/b\"]",
     .good = "redis_addr = \"r:6379\"\nscript_paths = [\"/b\"]"},
    {.of = "prometheus/exporter/static.Arguments",
     .message = "failed to parse prom text: %w",
     .names = {"text"},
     .finds =
         [](const B& b) {
           const Text text = b.text("text");
           const std::string why = text.value ? exposition_error(*text.value) : std::string();
           return why.empty() ? Found(std::nullopt) : Found({why});
         },
     .bad = "text = \"up one\\n\"",
     .good = "text = \"up{job=\\\"a\\\"} 1\\n\""},
    {.of = kBlackbox,
     .message = "config and config_file are mutually exclusive",
     .names = {"config", "config_file"},
     .refuses = both<"config", "config_file">,
     .bad = "config = \"modules: {}\"\nconfig_file = \"/b\"",
     .good = "config_file = \"/b\""},
    {.of = kBlackbox,
     .message = "config or config_file must be set",
     .refuses = none<"config", "config_file">,
     .bad = "probe_timeout_offset = \"1s\"",
     .good = "config_file = \"/b\""},
    {.of = kBlackbox,
     .message = "invalid blackbox_exporter config: %s",
     .names = {"config"},
     .finds = [](const B& b) { return broken_yaml(b, "config"); },
     .bad = "config = \"modules: [\"",
     .good = "config = \"modules: {}\""},
    {.of = kBlackbox,
     .message = "the block `target` and the attribute `targets` are mutually exclusive",
     .names = {"target", "targets"},
     .refuses = [](const B& b) { return b.count("target") > 0 && b.size("targets") > 0; },
     .bad = "config_file = \"/b\"\ntargets = [{ name = \"a\", address = \"b\" }]\ntarget {\n  name = \"a\"\n  address = \"b\"\n}",
     .good = "config_file = \"/b\"\ntargets = [{ name = \"a\", address = \"b\" }]"},
    {.of = kBlackbox,
     .message = "all targets must have a `name`",
     .names = {"targets"},
     .refuses = [](const B& b) { return target_lacks(b, {"name"}); },
     .bad = "config_file = \"/b\"\ntargets = [{ address = \"b\" }]",
     .good = "config_file = \"/b\"\ntargets = [{ name = \"a\", address = \"b\" }]"},
    {.of = kBlackbox,
     .message = "all targets must have an `address` or an `__address__` label",
     .names = {"targets"},
     .refuses = [](const B& b) { return !target_lacks(b, {"name"}) && target_lacks(b, {"address", "__address__"}); },
     .bad = "config_file = \"/b\"\ntargets = [{ name = \"a\" }]",
     .good = "config_file = \"/b\"\ntargets = [{ name = \"a\", __address__ = \"b\" }]"},
    {.of = kPostgres,
     .message = "custom_queries_config_path must be set when disable_default_metrics is true",
     .names = {"disable_default_metrics"},
     .refuses = [](const B& b) { return b.flag("disable_default_metrics") && !b.set("custom_queries_config_path"); },
     .bad = "data_source_names = [\"d\"]\ndisable_default_metrics = true",
     .good = "data_source_names = [\"d\"]\ndisable_default_metrics = true\ncustom_queries_config_path = \"/q\""},
    {.of = kPostgres,
     .message = "enabled_collectors cannot be set when disable_default_metrics is true",
     .names = {"disable_default_metrics", "enabled_collectors"},
     .refuses = [](const B& b) { return b.flag("disable_default_metrics") && b.set("custom_queries_config_path") && b.set("enabled_collectors"); },
     .bad = "data_source_names = [\"d\"]\ndisable_default_metrics = true\ncustom_queries_config_path = \"/q\"\nenabled_collectors = [\"locks\"]",
     .good = "data_source_names = [\"d\"]\nenabled_collectors = [\"locks\"]"},
    {.of = kMssql,
     .message = "max_open_connections must be at least 1",
     .names = {"max_open_connections"},
     .refuses = below_one<"max_open_connections">,
     .bad = "connection_string = \"sqlserver://m\"\nmax_open_connections = 0",
     .good = "connection_string = \"sqlserver://m\"\nmax_open_connections = 1"},
    {.of = kMssql,
     .message = "max_idle_connections must be at least 1",
     .names = {"max_idle_connections"},
     .refuses = below_one<"max_idle_connections">,
     .bad = "connection_string = \"sqlserver://m\"\nmax_idle_connections = 0",
     .good = "connection_string = \"sqlserver://m\"\nmax_idle_connections = 1"},
    {.of = kMssql,
     .message = "timeout must be positive",
     .names = {"timeout"},
     .refuses = not_positive<"timeout">,
     .bad = "connection_string = \"sqlserver://m\"\ntimeout = \"0s\"",
     .good = "connection_string = \"sqlserver://m\"\ntimeout = \"1s\""},
    {.of = kMssql,
     .message = "max_connection_lifetime must not be negative",
     .names = {"max_connection_lifetime"},
     .refuses = negative<"max_connection_lifetime">,
     .bad = "connection_string = \"sqlserver://m\"\nmax_connection_lifetime = \"-1s\"",
     .good = "connection_string = \"sqlserver://m\"\nmax_connection_lifetime = \"1s\""},
    {.of = kMssql,
     .message = "invalid query_config: %s",
     .names = {"query_config"},
     .finds = [](const B& b) { return broken_yaml(b, "query_config"); },
     .bad = "connection_string = \"sqlserver://m\"\nquery_config = \"queries: [\"",
     .good = "connection_string = \"sqlserver://m\"\nquery_config = \"queries: []\""},
    {.of = "prometheus/exporter/kafka.Arguments",
     .message = "an automatic value for `instance` cannot be determined from %d kafka servers, manually provide one for this component",
     .names = {"kafka_uris"},
     .finds = several_servers,
     .bad = "kafka_uris = [\"a:9092\", \"b:9092\"]",
     .good = "kafka_uris = [\"a:9092\", \"b:9092\"]\ninstance = \"i\""},
    {.of = "prometheus/exporter/unix.ArpConfig",
     .message = "%s: %w",
     .names = {"device_exclude", "device_include"},
     .finds = bad_device_regex<"arp", "device_exclude", "device_include">,
     .bad = "device_exclude = \"(\"",
     .good = "device_exclude = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.DiskStatsConfig",
     .message = "%s: %w",
     .names = {"device_exclude", "device_include"},
     .finds = bad_device_regex<"diskstats", "device_exclude", "device_include">,
     .bad = "device_exclude = \"(\"",
     .good = "device_exclude = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.FilesystemConfig",
     .message = "%s: %w",
     .names = {"fs_types_exclude", "mount_points_exclude"},
     .finds = bad_device_regex<"filesystem", "fs_types_exclude", "mount_points_exclude">,
     .bad = "fs_types_exclude = \"(\"",
     .good = "fs_types_exclude = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.HwMonConfig",
     .message = "%s: %w",
     .names = {"chip_exclude", "chip_include"},
     .finds = bad_device_regex<"hwmon", "chip_exclude", "chip_include">,
     .bad = "chip_exclude = \"(\"",
     .good = "chip_exclude = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.NetclassConfig",
     .message = "%s: %w",
     .names = {"ignored_devices"},
     .finds = bad_device_regex<"netclass", "ignored_devices">,
     .bad = "ignored_devices = \"(\"",
     .good = "ignored_devices = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.NetdevConfig",
     .message = "%s: %w",
     .names = {"device_exclude", "device_include"},
     .finds = bad_device_regex<"netdev", "device_exclude", "device_include">,
     .bad = "device_exclude = \"(\"",
     .good = "device_exclude = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.PowersupplyConfig",
     .message = "%s: %w",
     .names = {"ignored_supplies"},
     .finds = bad_device_regex<"powersupplyclass", "ignored_supplies">,
     .bad = "ignored_supplies = \"(\"",
     .good = "ignored_supplies = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
    {.of = "prometheus/exporter/unix.TapestatsConfig",
     .message = "%s: %w",
     .names = {"ignored_devices"},
     .finds = bad_device_regex<"tapestats", "ignored_devices">,
     .bad = "ignored_devices = \"(\"",
     .good = "ignored_devices = \"a\"",
     .from = "prometheus/node_exporter/collector New",
     .code = codes::kRegex},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_prometheus_exporter
