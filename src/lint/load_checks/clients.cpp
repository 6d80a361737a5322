#include "src/lint/load_check.h"
#include "src/text/regex.h"

namespace invar::load_checks_clients {
using namespace lint;
namespace {

using B = BlockFacts;
constexpr std::string_view kClient = "common/config.HTTPClientConfig", kProxy = "common/config.ProxyConfig", kTls = "common/config.TLSConfig",
                           kLogin = "common/config.OAuth2Config", kKubernetes = "common/kubernetes.ClientArguments", kRule = "common/relabel.Config";

// Relabel rules.

Truth action_is(const B& b, std::initializer_list<std::string_view> actions) { return b.text("action").is_one_of(actions); }

constexpr std::string_view kDefaultReplacement = "$1";

Truth default_replacement(const B& b) { return b.text("replacement").is(kDefaultReplacement); }

/// Names and references to groups: what replacements and targets with a $ in them may be.
bool is_target(std::string_view text) {
  static const Regex kTarget = *Regex::compile(R"(^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$)");
  return kTarget.matches(text);
}

Truth bad_target(const B& b) { return b.text("target_label").holds([](const std::string& label) { return label.find('$') != std::string::npos && !is_target(label); }); }

Truth more_than_regex(const B& b) {
  return b.written("source_labels") || b.set("target_label") || b.set("modulus") || !b.text("separator").is(";") || !default_replacement(b);
}

Truth more_than_labels(const B& b) { return !b.text("regex").is("(.*)") || b.set("modulus") || !b.text("separator").is(";") || !default_replacement(b); }

// HTTP clients.

Truth client_changed(const B& b) {
  Truth changed = !b.flag("follow_redirects") || !b.flag("enable_http2");
  for (const char* name : {"bearer_token", "bearer_token_file", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header", "http_headers", "basic_auth",
                           "authorization", "oauth2"})
    changed = changed || b.set(name);
  const B* tls = b.block("tls_config");
  for (const char* name : {"ca_pem", "ca_file", "cert_pem", "cert_file", "key_pem", "key_file", "server_name", "insecure_skip_verify", "min_version"})
    changed = changed || (tls ? tls->set(name) : Truth(false));
  return changed;
}

bool is_reserved_header(std::string name) {
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view reserved : {"authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection", "keep-alive",
                                          "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version",
                                          "x-prometheus-remote-read-version", "x-prometheus-scrape-timeout-seconds", "x-amz-date", "x-amz-security-token",
                                          "x-amz-content-sha256"})
    if (name == reserved) return true;
  return false;
}

Found reserved_header(const B& b) {
  const Value headers = b.value("http_headers");
  if (headers.is(ValueType::kObject))
    for (const auto& [name, value] : headers.members())
      if (is_reserved_header(name)) return std::vector{name};
  return std::nullopt;
}

constexpr LoadCheck kRows[] = {
    {.of = kClient,
     .message = "at most one of basic_auth, authorization, oauth2, bearer_token & bearer_token_file must be configured",
     .names = {"basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"},
     .refuses = more_than_one<"basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file">,
     .bad = "bearer_token = \"t\"\nbearer_token_file = \"/t\"",
     .good = "bearer_token_file = \"/t\""},
    {.of = kClient,
     .message = "setting header %q is not allowed",
     .names = {"http_headers"},
     .finds = reserved_header,
     .bad = "http_headers = { \"Authorization\" = [\"x\"] }",
     .good = "http_headers = { \"X-Team\" = [\"x\"] }",
     .from = "prometheus/common/config Headers.Validate"},
    {.of = "common/config.BasicAuth",
     .message = "at most one of basic_auth password & password_file must be configured",
     .names = {"password", "password_file"},
     .refuses = both<"password", "password_file">,
     .bad = "password = \"p\"\npassword_file = \"/p\"",
     .good = "password_file = \"/p\""},
    {.of = kProxy,
     .message = "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured",
     .names = {"proxy_connect_header"},
     .refuses = [](const B& b) { return b.set("proxy_connect_header") && b.none_of({"proxy_url", "proxy_from_environment"}); },
     .bad = "proxy_connect_header = { \"X\" = [\"x\"] }",
     .good = "proxy_connect_header = { \"X\" = [\"x\"] }\nproxy_url = \"http://proxy\""},
    {.of = kProxy,
     .message = "if proxy_from_environment is configured, proxy_url must not be configured",
     .names = {"proxy_from_environment", "proxy_url"},
     .refuses = both<"proxy_from_environment", "proxy_url">,
     .bad = "proxy_from_environment = true\nproxy_url = \"http://proxy\"",
     .good = "proxy_from_environment = true"},
    {.of = kProxy,
     .message = "if proxy_from_environment is configured, no_proxy must not be configured",
     .names = {"proxy_from_environment", "no_proxy"},
     .refuses = both<"proxy_from_environment", "no_proxy">,
     .bad = "proxy_from_environment = true\nno_proxy = \"a\"",
     .good = "proxy_url = \"http://proxy\"\nno_proxy = \"a\""},
    {.of = kProxy,
     .message = "if no_proxy is configured, proxy_url must also be configured",
     .names = {"no_proxy"},
     .refuses = [](const B& b) { return b.set("no_proxy") && !b.written("proxy_url") && !b.set("proxy_from_environment"); },
     .bad = "no_proxy = \"a\"",
     .good = "no_proxy = \"a\"\nproxy_url = \"http://proxy\""},
    {.of = "common/config.Authorization",
     .message = "at most one of authorization credentials & credentials_file must be configured",
     .names = {"credentials", "credentials_file"},
     .refuses = both<"credentials", "credentials_file">,
     .bad = "credentials = \"c\"\ncredentials_file = \"/c\"",
     .good = "credentials_file = \"/c\""},
    {.of = "common/config.Authorization",
     .message = "authorization type cannot be set to \"basic\", use \"basic_auth\" block instead",
     .names = {"type"},
     .refuses = [](const B& b) { return b.text("type").is_one_of({"basic", "Basic", "BASIC"}); },
     .bad = "type = \"Basic\"",
     .good = "type = \"Bearer\""},
    {.of = kTls,
     .message = "at most one of ca_pem and ca_file must be configured",
     .names = {"ca_pem", "ca_file"},
     .refuses = both<"ca_pem", "ca_file">,
     .bad = "ca_pem = \"c\"\nca_file = \"/c\"",
     .good = "ca_file = \"/c\""},
    {.of = kTls,
     .message = "at most one of cert_pem and cert_file must be configured",
     .names = {"cert_pem", "cert_file"},
     .refuses = both<"cert_pem", "cert_file">,
     .bad = "cert_pem = \"c\"\ncert_file = \"/c\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\""},
    {.of = kTls,
     .message = "at most one of key_pem and key_file must be configured",
     .names = {"key_pem", "key_file"},
     .refuses = both<"key_pem", "key_file">,
     .bad = "cert_file = \"/c\"\nkey_pem = \"k\"\nkey_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\""},
    {.of = kTls,
     .message = "exactly one of key_pem or key_file must be configured when a client certificate is configured",
     .names = {"cert_pem", "cert_file"},
     .refuses = [](const B& b) { return !b.none_of({"cert_pem", "cert_file"}) && b.none_of({"key_pem", "key_file"}); },
     .bad = "cert_file = \"/c\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\""},
    {.of = kTls,
     .message = "exactly one of cert_pem or cert_file must be configured when a client key is configured",
     .names = {"key_pem", "key_file"},
     .refuses = [](const B& b) { return !b.none_of({"key_pem", "key_file"}) && b.none_of({"cert_pem", "cert_file"}); },
     .bad = "key_file = \"/k\"",
     .good = "cert_file = \"/c\"\nkey_file = \"/k\""},
    {.of = kLogin,
     .message = "oauth2 client_id must be configured",
     .names = {"client_id"},
     .refuses = missing<"client_id">,
     .bad = "client_secret = \"s\"\ntoken_url = \"http://t\"",
     .good = "client_id = \"i\"\nclient_secret = \"s\"\ntoken_url = \"http://t\""},
    {.of = kLogin,
     .message = "either oauth2 client_secret or client_secret_file must be configured",
     .names = {"client_secret", "client_secret_file"},
     .refuses = none<"client_secret", "client_secret_file">,
     .bad = "client_id = \"i\"\ntoken_url = \"http://t\"",
     .good = "client_id = \"i\"\nclient_secret = \"s\"\ntoken_url = \"http://t\""},
    {.of = kLogin,
     .message = "oauth2 token_url must be configured",
     .names = {"token_url"},
     .refuses = missing<"token_url">,
     .bad = "client_id = \"i\"\nclient_secret = \"s\"",
     .good = "client_id = \"i\"\nclient_secret = \"s\"\ntoken_url = \"http://t\""},
    {.of = kLogin,
     .message = "at most one of oauth2 client_secret & client_secret_file must be configured",
     .names = {"client_secret", "client_secret_file"},
     .refuses = both<"client_secret", "client_secret_file">,
     .bad = "client_id = \"i\"\nclient_secret = \"s\"\nclient_secret_file = \"/s\"\ntoken_url = \"http://t\"",
     .good = "client_id = \"i\"\nclient_secret = \"s\"\ntoken_url = \"http://t\""},

    {.of = kKubernetes,
     .message = "only one of api_server and kubeconfig_file can be set",
     .names = {"api_server", "kubeconfig_file"},
     .refuses = both<"api_server", "kubeconfig_file">,
     .bad = "api_server = \"https://k\"\nkubeconfig_file = \"/k\"",
     .good = "kubeconfig_file = \"/k\""},
    {.of = kKubernetes,
     .message = "custom HTTP client configuration is not allowed when kubeconfig_file is set",
     .names = {"kubeconfig_file"},
     .refuses = [](const B& b) { return b.set("kubeconfig_file") && client_changed(b); },
     .bad = "kubeconfig_file = \"/k\"\nbearer_token_file = \"/t\"",
     .good = "kubeconfig_file = \"/k\""},
    {.of = kKubernetes,
     .message = "api_server must be set when custom HTTP client configuration is provided",
     .names = {"api_server"},
     .refuses = [](const B& b) { return !b.set("api_server") && !b.set("kubeconfig_file") && client_changed(b); },
     .bad = "bearer_token_file = \"/t\"",
     .good = "api_server = \"https://k\"\nbearer_token_file = \"/t\""},

    {.of = kRule,
     .message = "relabel action cannot be empty",
     .by = LoadCheck::By::kNobody,
     .reason = "The action is replace when it is not written, and the empty text is no action: a rule without one is made by programs only, or by null (see the types)."},
    {.of = kRule,
     .message = "relabel configuration for hashmod requires non-zero modulus",
     .names = {"action", "modulus"},
     .refuses = [](const B& b) { return action_is(b, {"hashmod"}) && !b.set("modulus"); },
     .bad = "action = \"hashmod\"\ntarget_label = \"x\"",
     .good = "action = \"hashmod\"\ntarget_label = \"x\"\nmodulus = 4"},
    {.of = kRule,
     .message = "relabel configuration for %s action requires 'target_label' value",
     .names = {"target_label"},
     .finds =
         [](const B& b) {
           const Truth needed = action_is(b, {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"});
           return (needed && !b.set("target_label")).yes() ? Found({*b.text("action").value}) : std::nullopt;
         },
     .bad = "source_labels = [\"a\"]\naction = \"lowercase\"",
     .good = "source_labels = [\"a\"]\naction = \"lowercase\"\ntarget_label = \"b\""},
    {.of = kRule,
     .message = "%q is invalid 'target_label' for %s action",
     .names = {"target_label", "action"},
     .refuses = [](const B& b) { return action_is(b, {"replace"}) && bad_target(b); },
     .bad = "target_label = \"a-$1\"",
     .good = "target_label = \"a_$1\""},
    {.of = kRule,
     .message = "'replacement' can not be set for %s action",
     .names = {"action", "replacement"},
     .refuses = [](const B& b) { return action_is(b, {"lowercase", "uppercase", "keepequal", "dropequal"}) && !default_replacement(b); },
     .bad = "action = \"uppercase\"\ntarget_label = \"b\"\nreplacement = \"x\"",
     .good = "action = \"uppercase\"\ntarget_label = \"b\""},
    {.of = kRule,
     .message = "%q is invalid 'replacement' for %s action",
     .names = {"replacement", "action"},
     .refuses = [](const B& b) { return action_is(b, {"labelmap"}) && b.text("replacement").holds([](const std::string& text) { return !is_target(text); }); },
     .bad = "action = \"labelmap\"\nregex = \"a_(.+)\"\nreplacement = \"b-$1\"",
     .good = "action = \"labelmap\"\nregex = \"a_(.+)\"\nreplacement = \"b_$1\""},
    {.of = kRule,
     .message = "%s action requires only 'regex', and no other fields",
     .names = {"action", "source_labels", "target_label", "modulus", "separator", "replacement"},
     .refuses = [](const B& b) { return action_is(b, {"labeldrop", "labelkeep"}) && more_than_regex(b); },
     .bad = "action = \"labeldrop\"\nregex = \"a\"\nsource_labels = [\"a\"]",
     .good = "action = \"labeldrop\"\nregex = \"a\""},
    {.of = kRule,
     .message = "%s action requires only 'source_labels' and 'target_label', and no other fields",
     .names = {"action", "regex", "modulus", "separator", "replacement"},
     .refuses = [](const B& b) { return action_is(b, {"keepequal", "dropequal"}) && more_than_labels(b); },
     .bad = "action = \"keepequal\"\nsource_labels = [\"a\"]\ntarget_label = \"b\"\nregex = \"x\"",
     .good = "action = \"keepequal\"\nsource_labels = [\"a\"]\ntarget_label = \"b\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_clients
