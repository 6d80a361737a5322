#include "src/runtime/config_blocks.h"

#include "src/base/quote.h"

namespace invar {
namespace {

using enum Presence;

constexpr Row kLoggingRows[] = {
    attr<&LoggingArgs::level>("level", kOptional, "Log level: debug, info, warn or error"),
    attr<&LoggingArgs::format>("format", kOptional, "logfmt or json"),
    attr<&LoggingArgs::destination>("destination", kOptional, "Where log lines go: stderr"),
    attr<&LoggingArgs::write_to>("write_to", kOptional, "Receivers that get the log lines too"),
};
constexpr Schema kLogging = schema<LoggingArgs>("logging", "Settings of invar's own logs", kLoggingRows);

constexpr Row kJaegerRemoteRows[] = {
    attr<&JaegerRemoteArgs::url>("url", kOptional, "URL to use"),
    attr<&JaegerRemoteArgs::max_operations>("max_operations", kOptional, "Operations with own sampling"),
    attr<&JaegerRemoteArgs::refresh_interval>("refresh_interval", kOptional, "Time between refreshes"),
};
constexpr Schema kJaegerRemote = schema<JaegerRemoteArgs>("jaeger_remote", "Remote Jaeger sampler", kJaegerRemoteRows);
constexpr Row kSamplerRows[] = {
    block<&SamplerArgs::jaeger_remote>("jaeger_remote", kOptional, "Remote Jaeger sampler", kJaegerRemote),
};
constexpr Schema kSampler = schema<SamplerArgs>("sampler", "Trace sampler", kSamplerRows);
constexpr Row kTracingRows[] = {
    attr<&TracingArgs::sampling_fraction>("sampling_fraction", kOptional, "Share of own traces to keep"),
    attr<&TracingArgs::send_traceparent>("send_traceparent", kOptional, "Send the traceparent header"),
    block<&TracingArgs::sampler>("sampler", kOptional, "Trace sampler", kSampler),
    filled(attr<&TracingArgs::write_to>("write_to", kOptional, "Consumers of own traces")),
};
constexpr Schema kTracing = schema<TracingArgs>("tracing", "Settings of own traces", kTracingRows);

constexpr Row kArgumentRows[] = {
    attr<&ArgumentArgs::optional>("optional", kOptional, "The argument may be left out"),
    attr<&ArgumentArgs::default_value>("default", kOptional, "Value if it is left out"),
    attr<&ArgumentArgs::comment>("comment", kOptional, "Explains the argument"),
};
constexpr Schema kArgument = schema<ArgumentArgs>("argument", "Declares an input of a module", kArgumentRows);

constexpr Row kExportRows[] = {attr<&ExportArgs::value>("value", kRequired, "Value to export")};
constexpr Schema kExport = schema<ExportArgs>("export", "Declares an output of a module", kExportRows);

constexpr Row kLiveDebuggingRows[] = {attr<&LiveDebuggingArgs::enabled>("enabled", kOptional, "Allow live debugging")};
constexpr Schema kLiveDebugging = schema<LiveDebuggingArgs>("livedebugging", "Settings of live debugging", kLiveDebuggingRows);

constexpr Schema kLabelStore = schema<LabelStoreArgs>("labelstore", "Internal label store service", {});

constexpr Row kBasicRows[] = {
    attr<&BasicLoginArgs::username>("username", kRequired, "User name"),
    attr<&BasicLoginArgs::password>("password", kRequired, "Password"),
};
constexpr Schema kBasic = schema<BasicLoginArgs>("basic", "Basic login", kBasicRows);
constexpr Row kFilterRows[] = {
    attr<&LoginFilterArgs::paths>("paths", kOptional, "Paths to look at"),
    attr<&LoginFilterArgs::authenticate_matching_paths>("authenticate_matching_paths", kOptional,
                                                        "Require login on the listed paths (else exempt them)"),
};
constexpr Schema kFilter = schema<LoginFilterArgs>("filter", "Filter on what is taken", kFilterRows);
constexpr Row kLoginRows[] = {
    block<&LoginArgs::basic>("basic", kOptional, "Basic login", kBasic),
    block<&LoginArgs::filter>("filter", kOptional, "Which paths need a login", kFilter),
};
constexpr Schema kLogin = schema<LoginArgs>("auth", "Login settings", kLoginRows);
constexpr Row kWindowsServerRows[] = {
    attr<&WindowsServerFilterArgs::store>("store", kOptional, "Certificate store name"),
    attr<&WindowsServerFilterArgs::system_store>("system_store", kOptional, "Windows system certificate store"),
    attr<&WindowsServerFilterArgs::issuer_common_names>("issuer_common_names", kOptional, "Accepted issuer names"),
    attr<&WindowsServerFilterArgs::template_id>("template_id", kOptional, "Certificate template id"),
    attr<&WindowsServerFilterArgs::refresh_interval>("refresh_interval", kOptional, "Time between refreshes"),
};
constexpr Schema kWindowsServer = schema<WindowsServerFilterArgs>("server", "Server settings", kWindowsServerRows);
constexpr Row kWindowsClientRows[] = {
    attr<&WindowsClientFilterArgs::issuer_common_names>("issuer_common_names", kOptional, "Accepted issuer names"),
    attr<&WindowsClientFilterArgs::subject_regex>("subject_regex", kOptional, "Regex of the subject name"),
    attr<&WindowsClientFilterArgs::template_id>("template_id", kOptional, "Certificate template id"),
};
constexpr Schema kWindowsClient = schema<WindowsClientFilterArgs>("client", "Settings of the client", kWindowsClientRows);
constexpr Row kWindowsFilterRows[] = {
    block<&WindowsFilterArgs::server>("server", kRequired, "Server settings", kWindowsServer),
    block<&WindowsFilterArgs::client>("client", kRequired, "Settings of the client", kWindowsClient),
};
constexpr Schema kWindowsFilter = schema<WindowsFilterArgs>("windows_certificate_filter", "Certificate from the Windows store", kWindowsFilterRows);
constexpr Row kTlsRows[] = {
    attr<&AdminTlsArgs::cert_pem>("cert_pem", kOptional, "Certificate as PEM text"),
    attr<&AdminTlsArgs::cert_file>("cert_file", kOptional, "Path of the PEM certificate"),
    attr<&AdminTlsArgs::key_pem>("key_pem", kOptional, "Private key as PEM text"),
    attr<&AdminTlsArgs::key_file>("key_file", kOptional, "Path of the PEM private key"),
    attr<&AdminTlsArgs::client_ca_pem>("client_ca_pem", kOptional, "CA for client certificates as PEM text"),
    attr<&AdminTlsArgs::client_ca_file>("client_ca_file", kOptional, "CA file for client certificates"),
    attr<&AdminTlsArgs::client_auth_type>("client_auth_type", kOptional, "How client certificates are checked"),
    attr<&AdminTlsArgs::cipher_suites>("cipher_suites", kOptional, "TLS cipher suites to allow"),
    attr<&AdminTlsArgs::curve_preferences>("curve_preferences", kOptional, "Elliptic curves to offer"),
    attr<&AdminTlsArgs::min_version>("min_version", kOptional, "Oldest TLS version"),
    attr<&AdminTlsArgs::max_version>("max_version", kOptional, "Newest TLS version"),
    block<&AdminTlsArgs::windows_certificate_filter>("windows_certificate_filter", kOptional, "Certificate from the Windows store", kWindowsFilter),
};
constexpr Schema kTls = schema<AdminTlsArgs>("tls", "TLS settings", kTlsRows);
constexpr Row kHttpRows[] = {
    block<&HttpServiceArgs::auth>("auth", kOptional, "Login settings", kLogin),
    block<&HttpServiceArgs::tls>("tls", kOptional, "TLS settings", kTls),
};
constexpr Schema kHttp = schema<HttpServiceArgs>("http", "Settings of the HTTP server", kHttpRows);

}  // namespace

bool LogLevelText::parse(std::string_view text, LogLevelText& into, std::string& why) {
  if (text == "debug") return into.level = LogLevel::kDebug, true;
  if (text == "info" || text.empty()) return into.level = LogLevel::kInfo, true;
  if (text == "warn") return into.level = LogLevel::kWarn, true;
  if (text == "error") return into.level = LogLevel::kError, true;
  why = "unrecognized log level " + invar::quoted(text);
  return false;
}

std::string LogLevelText::text() const {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
  }
  return "info";
}

bool LogFormatText::parse(std::string_view text, LogFormatText& into, std::string& why) {
  if (text == "logfmt" || text.empty()) return into.format = LogFormat::kLogfmt, true;
  if (text == "json") return into.format = LogFormat::kJson, true;
  why = "unrecognized log format " + invar::quoted(text);
  return false;
}

std::string LogFormatText::text() const { return format == LogFormat::kJson ? "json" : "logfmt"; }

bool LogDestinationText::parse(std::string_view text, LogDestinationText& into, std::string& why) {
  if (text == "stderr" || text == "windows_event_log") return into.destination = text, true;
  why = "unrecognized log destination " + invar::quoted(text);
  return false;
}

namespace {

template <class T>
struct Named {
  std::string_view name;
  T value;
};
using Auth = TlsServerConfig::ClientAuth;
constexpr Named<Auth> kClientAuths[] = {{"NoClientCert", Auth::kNone},
                                        {"RequestClientCert", Auth::kRequest},
                                        {"RequireAnyClientCert", Auth::kRequireAny},
                                        {"VerifyClientCertIfGiven", Auth::kVerifyIfGiven},
                                        {"RequireAndVerifyClientCert", Auth::kRequireAndVerify}};
using Version = TlsServerConfig::Version;
constexpr Named<Version> kVersions[] = {{"TLS13", Version::kTls13}, {"TLS12", Version::kTls12}, {"TLS11", Version::kTls11}, {"TLS10", Version::kTls10}};

}  // namespace

bool ClientAuthText::parse(std::string_view text, ClientAuthText& into, std::string& why) {
  for (const auto& known : kClientAuths)
    if (known.name == text) return into.auth = known.value, true;
  why = "unknown client auth type " + invar::quoted(text);
  return false;
}

std::string ClientAuthText::text() const {
  for (const auto& known : kClientAuths)
    if (known.value == auth) return std::string(known.name);
  return {};
}

bool ServerTlsVersionText::parse(std::string_view text, ServerTlsVersionText& into, std::string& why) {
  for (const auto& known : kVersions)
    if (known.name == text) return into.version = known.value, true;
  why = "unknown TLS version " + invar::quoted(text);
  return false;
}

std::string ServerTlsVersionText::text() const {
  for (const auto& known : kVersions)
    if (known.value == version) return std::string(known.name);
  return {};
}

bool CipherText::parse(std::string_view text, CipherText& into, std::string& why) {
  if (is_cipher_suite(text)) return into.name = text, true;
  why = "unknown cipher " + invar::quoted(text);
  return false;
}

bool CurveText::parse(std::string_view text, CurveText& into, std::string& why) {
  for (const std::string_view known : {"CurveP256", "CurveP384", "CurveP521", "X25519"})
    if (known == text) return into.name = text, true;
  why = "unknown curve " + invar::quoted(text);
  return false;
}

void AdminTlsArgs::validate(AdminTlsArgs& args, ValidateContext& context) {
  const bool authority = !args.client_ca_pem.empty() || !args.client_ca_file.empty();
  const bool certificate = !args.cert_pem.empty() || !args.cert_file.empty();
  const bool key = !args.key_pem.empty() || !args.key_file.empty();
  if (args.windows_certificate_filter) {
    if (authority || certificate || key) return context.refuse("cannot specify any key, certificate or CA when using windows certificate filter");
    return;
  }
  if (!args.client_ca_pem.empty() && !args.client_ca_file.empty()) return context.refuse("cannot specify both client_ca_pem and client_ca_file");
  if (!args.cert_pem.empty() && !args.cert_file.empty()) return context.refuse("cannot specify both cert_pem and cert_file");
  if (!args.key_pem.empty() && !args.key_file.empty()) return context.refuse("cannot specify both key_pem and key_file");
  if (!certificate) return context.refuse("must specify either cert_pem or cert_file");
  if (!key) return context.refuse("must specify either key_pem or key_file");
  if (authority && args.client_auth_type.auth == TlsServerConfig::ClientAuth::kNone)
    context.refuse("cannot specify client_ca_pem or client_ca_file when client_auth_type is NoClientCert");
}

TlsServerConfig AdminTlsArgs::config() const {
  TlsServerConfig config{.cert_pem = cert_pem, .cert_file = cert_file, .key_pem = key_pem, .key_file = key_file, .client_ca_pem = client_ca_pem,
                         .client_ca_file = client_ca_file, .client_auth = client_auth_type.auth, .min_version = min_version.version,
                         .max_version = max_version.version, .cipher_suites = {}, .curves = {}};
  for (const CipherText& suite : cipher_suites) config.cipher_suites.push_back(suite.name);
  for (const CurveText& curve : curve_preferences) config.curves.push_back(curve.name);
  return config;
}

const Schema& logging_schema() { return kLogging; }
const Schema& tracing_schema() { return kTracing; }
const Schema& argument_schema() { return kArgument; }
const Schema& export_schema() { return kExport; }
const Schema& livedebugging_schema() { return kLiveDebugging; }
const Schema& labelstore_schema() { return kLabelStore; }
const Schema& http_service_schema() { return kHttp; }

}  // namespace invar
