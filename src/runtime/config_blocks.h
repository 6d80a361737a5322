#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/base/secret.h"
#include "src/io/tls_server.h"
#include "src/language/schema.h"
#include "src/runtime/log_output.h"
#include "src/runtime/receiver_value.h"

namespace invar {

/// Arguments of the blocks that are not components.

struct LogLevelText {
  static constexpr std::string_view kGoType = "logging.Level";
  LogLevel level = LogLevel::kInfo;
  static bool parse(std::string_view text, LogLevelText& into, std::string& why);
  std::string text() const;
  friend bool operator==(const LogLevelText&, const LogLevelText&) = default;
};
struct LogFormatText {
  static constexpr std::string_view kGoType = "logging.Format";
  LogFormat format = LogFormat::kLogfmt;
  static bool parse(std::string_view text, LogFormatText& into, std::string& why);
  std::string text() const;
  friend bool operator==(const LogFormatText&, const LogFormatText&) = default;
};
struct LogDestinationText {
  static constexpr std::string_view kGoType = "logging.LogDestination";
  std::string destination = "stderr";
  static bool parse(std::string_view text, LogDestinationText& into, std::string& why);
  std::string text() const { return destination; }
  friend bool operator==(const LogDestinationText&, const LogDestinationText&) = default;
};

struct LoggingArgs {
  LogLevelText level;
  LogFormatText format;
  LogDestinationText destination;
  std::vector<LogsReceiverPtr> write_to;
  friend bool operator==(const LoggingArgs&, const LoggingArgs&) = default;
};
const Schema& logging_schema();

/// A consumer of traces. No component of this build exports one: nothing but null is taken.
struct TraceConsumer {
  friend bool operator==(const TraceConsumer&, const TraceConsumer&) = default;
};
template <>
struct Spoken<TraceConsumer> {
  static constexpr TypeInfo kType{.kind = TypeKind::kCapsule, .go = "otelcol.Consumer", .name = "Consumer", .interface = true};
  static bool read(const Value& value, TraceConsumer&, ValueError& error) {
    return spoken_internal::read_capsule(value, kType, error) && spoken_internal::refuse_capsule(value, kType, error);
  }
  static Value show(const TraceConsumer&) { return Value(); }
};

/// invar makes no traces of its own: what is written here is checked, and has no effect.
struct JaegerRemoteArgs {
  std::string url = "http://127.0.0.1:5778/sampling";
  int64_t max_operations = 256;
  Duration refresh_interval = Duration::seconds(60);
};
struct SamplerArgs {
  std::optional<JaegerRemoteArgs> jaeger_remote;
};
struct TracingArgs {
  double sampling_fraction = 0.1;
  bool send_traceparent = false;
  std::vector<TraceConsumer> write_to;
  SamplerArgs sampler;
};
const Schema& tracing_schema();

struct ArgumentArgs {
  bool optional = false;
  Value default_value;
  std::string comment;
};
const Schema& argument_schema();

struct ExportArgs {
  Value value;
};
const Schema& export_schema();

struct LiveDebuggingArgs {
  bool enabled = false;
};
const Schema& livedebugging_schema();

struct LabelStoreArgs {};
const Schema& labelstore_schema();

struct BasicLoginArgs {
  std::string username;
  Secret password;
  friend bool operator==(const BasicLoginArgs&, const BasicLoginArgs&) = default;
};
struct LoginFilterArgs {
  std::vector<std::string> paths;
  bool authenticate_matching_paths = true;
  friend bool operator==(const LoginFilterArgs&, const LoginFilterArgs&) = default;
};
struct LoginArgs {
  std::optional<BasicLoginArgs> basic;
  LoginFilterArgs filter{.paths = {}, .authenticate_matching_paths = false};  // its own defaults count when the block is written
  friend bool operator==(const LoginArgs&, const LoginArgs&) = default;
};
/// The TLS settings of the admin server, as Go names them.
struct ClientAuthText {
  static constexpr std::string_view kGoType = "http.ClientAuth";
  TlsServerConfig::ClientAuth auth = TlsServerConfig::ClientAuth::kNone;
  static bool parse(std::string_view text, ClientAuthText& into, std::string& why);
  std::string text() const;
  friend bool operator==(const ClientAuthText&, const ClientAuthText&) = default;
};
struct ServerTlsVersionText {
  static constexpr std::string_view kGoType = "http.TLSVersion";
  TlsServerConfig::Version version = TlsServerConfig::Version::kDefault;
  static bool parse(std::string_view text, ServerTlsVersionText& into, std::string& why);
  std::string text() const;
  friend bool operator==(const ServerTlsVersionText&, const ServerTlsVersionText&) = default;
};
struct CipherText {
  static constexpr std::string_view kGoType = "http.TLSCipher";
  std::string name;
  static bool parse(std::string_view text, CipherText& into, std::string& why);
  std::string text() const { return name; }
  friend bool operator==(const CipherText&, const CipherText&) = default;
};
struct CurveText {
  static constexpr std::string_view kGoType = "http.TLSCurve";
  std::string name;
  static bool parse(std::string_view text, CurveText& into, std::string& why);
  std::string text() const { return name; }
  friend bool operator==(const CurveText&, const CurveText&) = default;
};
struct WindowsServerFilterArgs {
  std::string store, system_store;
  std::vector<std::string> issuer_common_names;
  std::string template_id;
  Duration refresh_interval = Duration::seconds(300);
  friend bool operator==(const WindowsServerFilterArgs&, const WindowsServerFilterArgs&) = default;
};
struct WindowsClientFilterArgs {
  std::vector<std::string> issuer_common_names;
  std::string subject_regex, template_id;
  friend bool operator==(const WindowsClientFilterArgs&, const WindowsClientFilterArgs&) = default;
};
struct WindowsFilterArgs {
  std::optional<WindowsServerFilterArgs> server;
  std::optional<WindowsClientFilterArgs> client;
  friend bool operator==(const WindowsFilterArgs&, const WindowsFilterArgs&) = default;
};
struct AdminTlsArgs {
  std::string cert_pem, cert_file;
  Secret key_pem;
  std::string key_file, client_ca_pem, client_ca_file;
  ClientAuthText client_auth_type;
  std::vector<CipherText> cipher_suites;
  std::vector<CurveText> curve_preferences;
  ServerTlsVersionText min_version, max_version;
  std::optional<WindowsFilterArgs> windows_certificate_filter;
  static void validate(AdminTlsArgs& args, ValidateContext& context);
  TlsServerConfig config() const;
  friend bool operator==(const AdminTlsArgs&, const AdminTlsArgs&) = default;
};
struct HttpServiceArgs {
  std::optional<LoginArgs> auth;
  std::optional<AdminTlsArgs> tls;
  friend bool operator==(const HttpServiceArgs&, const HttpServiceArgs&) = default;
};
const Schema& http_service_schema();

}  // namespace invar
