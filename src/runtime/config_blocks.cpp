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
    attr<&TracingArgs::write_to>("write_to", kOptional, "Consumers of own traces"),
    block<&TracingArgs::sampler>("sampler", kOptional, "Trace sampler", kSampler),
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
constexpr Row kHttpRows[] = {block<&HttpServiceArgs::auth>("auth", kOptional, "Login settings", kLogin)};
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

const Schema& logging_schema() { return kLogging; }
const Schema& tracing_schema() { return kTracing; }
const Schema& argument_schema() { return kArgument; }
const Schema& export_schema() { return kExport; }
const Schema& livedebugging_schema() { return kLiveDebugging; }
const Schema& labelstore_schema() { return kLabelStore; }
const Schema& http_service_schema() { return kHttp; }

}  // namespace invar
