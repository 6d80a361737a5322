#include "src/components/shared/server_arguments.h"

#include <array>

#include "src/base/quote.h"

namespace invar {
namespace {

using enum Presence;

constexpr std::array kTlsRows{
    attr<&ServerTlsArguments::cert_pem>("cert_pem", kOptional, "Certificate, as PEM."),
    attr<&ServerTlsArguments::key_pem>("key_pem", kOptional, "Key of the certificate, as PEM."),
    attr<&ServerTlsArguments::cert_file>("cert_file", kOptional, "File with the certificate."),
    attr<&ServerTlsArguments::key_file>("key_file", kOptional, "File with the key."),
    attr<&ServerTlsArguments::client_auth_type>("client_auth_type", kOptional, "How client certificates are checked."),
    attr<&ServerTlsArguments::client_ca_file>("client_ca_file", kOptional, "File with the CA of client certificates."),
    attr<&ServerTlsArguments::client_ca>("client_ca", kOptional, "CA of client certificates, as PEM."),
    attr<&ServerTlsArguments::cipher_suites>("cipher_suites", kOptional, "Cipher suites, separated by commas."),
    attr<&ServerTlsArguments::min_version>("min_version", kOptional, "Oldest version: VersionTLS10 .. VersionTLS13."),
};
constexpr Schema kTlsSchema = schema<ServerTlsArguments>("tls", "TLS settings of a server.", kTlsRows);

constexpr std::array kHttp2Rows{
    attr<&Http2Arguments::enabled>("enabled", kOptional, "HTTP/2; accepted without effect."),
    attr<&Http2Arguments::max_handlers>("max_handlers", kOptional, "Handlers at once."),
    attr<&Http2Arguments::max_concurrent_streams>("max_concurrent_streams", kOptional, "Streams of a connection at once."),
    attr<&Http2Arguments::max_decoder_header_table_size>("max_decoder_header_table_size", kOptional, "Header table, decoding."),
    attr<&Http2Arguments::max_encoder_header_table_size>("max_encoder_header_table_size", kOptional, "Header table, encoding."),
    attr<&Http2Arguments::max_read_frame_size>("max_read_frame_size", kOptional, "Largest frame."),
    attr<&Http2Arguments::permit_prohibited_ciphers>("permit_prohibited_ciphers", kOptional, "Allows ciphers that HTTP/2 forbids."),
    attr<&Http2Arguments::idle_timeout>("idle_timeout", kOptional, "Closes connections idle for so long."),
    attr<&Http2Arguments::read_idle_timeout>("read_idle_timeout", kOptional, "Pings after so much silence."),
    attr<&Http2Arguments::ping_timeout>("ping_timeout", kOptional, "Wait for the answer to a ping."),
    attr<&Http2Arguments::write_byte_timeout>("write_byte_timeout", kOptional, "Closes when nothing can be written for so long."),
    attr<&Http2Arguments::max_upload_buffer_per_connection>("max_upload_buffer_per_connection", kOptional, "Flow window of a connection."),
    attr<&Http2Arguments::max_upload_buffer_per_stream>("max_upload_buffer_per_stream", kOptional, "Flow window of a stream."),
};
constexpr Schema kHttp2Schema = schema<Http2Arguments>("http2", "HTTP/2 settings.", kHttp2Rows);

constexpr std::array kHttpRows{
    attr<&HttpServerArguments::listen_address>("listen_address", kOptional, "Address to listen on; empty is every one."),
    attr<&HttpServerArguments::listen_port>("listen_port", kOptional, "Port to listen on."),
    attr<&HttpServerArguments::conn_limit>("conn_limit", kOptional, "Connections at once; 0 is no limit."),
    attr<&HttpServerArguments::server_read_timeout>("server_read_timeout", kOptional, "Time for reading a request."),
    attr<&HttpServerArguments::server_write_timeout>("server_write_timeout", kOptional, "Time for writing an answer."),
    attr<&HttpServerArguments::server_idle_timeout>("server_idle_timeout", kOptional, "Closes connections idle for so long."),
    block<&HttpServerArguments::tls>("tls", kOptional, "TLS settings.", kTlsSchema),
    block<&HttpServerArguments::http2>("http2", kOptional, "HTTP/2 settings.", kHttp2Schema),
};
constexpr Schema kHttpSchema = schema<HttpServerArguments>("http", "HTTP server settings.", kHttpRows);

constexpr std::array kGrpcRows{
    attr<&GrpcServerArguments::listen_address>("listen_address", kOptional, "Address to listen on."),
    attr<&GrpcServerArguments::listen_port>("listen_port", kOptional, "Port to listen on."),
    attr<&GrpcServerArguments::conn_limit>("conn_limit", kOptional, "Connections at once."),
    attr<&GrpcServerArguments::max_connection_age>("max_connection_age", kOptional, "Closes connections older than this."),
    attr<&GrpcServerArguments::max_connection_age_grace>("max_connection_age_grace", kOptional, "Grace before they are cut off."),
    attr<&GrpcServerArguments::max_connection_idle>("max_connection_idle", kOptional, "Closes connections idle for so long."),
    attr<&GrpcServerArguments::server_max_recv_msg_size>("server_max_recv_msg_size", kOptional, "Largest message received."),
    attr<&GrpcServerArguments::server_max_send_msg_size>("server_max_send_msg_size", kOptional, "Largest message sent."),
    attr<&GrpcServerArguments::server_max_concurrent_streams>("server_max_concurrent_streams", kOptional, "Streams of a connection at once."),
    block<&GrpcServerArguments::tls>("tls", kOptional, "TLS settings.", kTlsSchema),
};
constexpr Schema kGrpcSchema = schema<GrpcServerArguments>("grpc", "gRPC server settings.", kGrpcRows);

constexpr std::array kServerRows{
    block<&ServerArguments::http>("http", kOptional, "HTTP server settings.", kHttpSchema),
    block<&ServerArguments::grpc>("grpc", kOptional, "gRPC server settings; accepted without effect.", kGrpcSchema),
    attr<&ServerArguments::graceful_shutdown_timeout>("graceful_shutdown_timeout", kOptional, "Time for requests under way when the server is replaced."),
};

Result<TlsServerConfig::ClientAuth> client_auth_of(std::string_view text) {
  using Auth = TlsServerConfig::ClientAuth;
  if (text.empty() || text == "NoClientCert") return Auth::kNone;
  if (text == "RequestClientCert") return Auth::kRequest;
  if (text == "RequireAnyClientCert" || text == "RequireClientCert") return Auth::kRequireAny;
  if (text == "VerifyClientCertIfGiven") return Auth::kVerifyIfGiven;
  if (text == "RequireAndVerifyClientCert") return Auth::kRequireAndVerify;
  return Error{"Invalid ClientAuth: " + std::string(text), "tls"};
}

Result<TlsServerConfig::Version> version_of(std::string_view text) {
  using Version = TlsServerConfig::Version;
  if (text.empty()) return Version::kDefault;
  if (text == "VersionTLS10") return Version::kTls10;
  if (text == "VersionTLS11") return Version::kTls11;
  if (text == "VersionTLS12") return Version::kTls12;
  if (text == "VersionTLS13") return Version::kTls13;
  return Error{"error parsing min_version: unknown TLS version: " + std::string(text), "tls"};
}

Result<TlsServerConfig> config_of(const ServerTlsArguments& args) {
  TlsServerConfig config{.cert_pem = args.cert_pem, .cert_file = args.cert_file, .key_pem = args.key_pem, .key_file = args.key_file,
                         .client_ca_pem = args.client_ca, .client_ca_file = args.client_ca_file, .cipher_suites = {}, .curves = {}};
  const auto auth = client_auth_of(args.client_auth_type);
  if (!auth) return auth.error();
  config.client_auth = *auth;
  const auto version = version_of(args.min_version);
  if (!version) return version.error();
  config.min_version = *version;
  for (std::string_view rest = args.cipher_suites; !rest.empty();) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string name(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (!is_cipher_suite(name)) return Error{"unknown cipher: " + name, "tls"};
    config.cipher_suites.push_back(name);
  }
  const bool authority = !config.client_ca_pem.empty() || !config.client_ca_file.empty();
  if (authority && config.client_auth == TlsServerConfig::ClientAuth::kNone)
    return Error{"client CA's have been configured without a Client Auth Policy", "tls"};
  return config;
}

}  // namespace

constinit const Schema kServerSchema = schema<ServerArguments>("", "", kServerRows);

HttpServerArguments ServerArguments::default_http() {
  HttpServerArguments http;
  http.listen_port = 8080;
  http.server_read_timeout = http.server_write_timeout = Duration::seconds(30);
  http.server_idle_timeout = Duration::seconds(120);
  Http2Arguments& http2 = http.http2.emplace();
  http2.max_concurrent_streams = 100;
  http2.max_decoder_header_table_size = http2.max_encoder_header_table_size = 4096;
  http2.ping_timeout = Duration::seconds(15);
  return http;
}

GrpcServerArguments ServerArguments::default_grpc() {
  static constexpr Duration kForever{INT64_MAX};
  GrpcServerArguments grpc;
  grpc.max_connection_age = grpc.max_connection_age_grace = grpc.max_connection_idle = kForever;
  grpc.server_max_recv_msg_size = grpc.server_max_send_msg_size = 4 << 20;
  grpc.server_max_concurrent_streams = 100;
  return grpc;
}

std::string ServerArguments::listen_address() const {
  const bool v6 = http->listen_address.find(':') != std::string::npos;
  const std::string& host = http->listen_address;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(http->listen_port);
}

Result<std::shared_ptr<TlsServer>> ServerArguments::make_tls() const {
  const auto& tls = http->tls;
  const bool wanted = tls && (!tls->cert_pem.empty() || !tls->cert_file.empty()) && (!tls->key_pem.empty() || !tls->key_file.empty());
  if (!wanted) return std::shared_ptr<TlsServer>();
  const auto config = config_of(*tls);
  auto made = config ? TlsServer::make(*config) : Result<std::shared_ptr<TlsServer>>(config.error());
  if (!made) return Error{"error generating http tls config: " + made.error().what, "tls"};
  return made;
}

}  // namespace invar
