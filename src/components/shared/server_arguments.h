#pragma once

#include <memory>
#include <optional>
#include <string>

#include "src/base/result.h"
#include "src/io/tls_server.h"
#include "src/language/schema.h"

namespace invar {

/// `tls` of a server inside a component. Used when a certificate and a key are given.
struct ServerTlsArguments {
  std::string cert_pem;
  Secret key_pem;
  std::string cert_file, key_file, client_auth_type, client_ca_file, client_ca, cipher_suites, min_version;
  bool operator==(const ServerTlsArguments&) const = default;
};

/// Accepted for the sake of configs; these servers speak HTTP/1.1.
struct Http2Arguments {
  bool enabled = false;
  int64_t max_handlers = 0;
  uint32_t max_concurrent_streams = 0, max_decoder_header_table_size = 0, max_encoder_header_table_size = 0, max_read_frame_size = 0;
  bool permit_prohibited_ciphers = false;
  Duration idle_timeout, read_idle_timeout, ping_timeout, write_byte_timeout;
  int32_t max_upload_buffer_per_connection = 0, max_upload_buffer_per_stream = 0;
  static constexpr bool kDefaultsOfOwner = true;
  bool operator==(const Http2Arguments&) const = default;
};

struct HttpServerArguments {
  std::string listen_address;
  int64_t listen_port = 0, conn_limit = 0;
  Duration server_read_timeout, server_write_timeout, server_idle_timeout;
  std::optional<ServerTlsArguments> tls;
  std::optional<Http2Arguments> http2;
  static constexpr bool kDefaultsOfOwner = true;
  bool operator==(const HttpServerArguments&) const = default;
};

/// Accepted without effect: Alloy opens a gRPC server that nothing is served on.
struct GrpcServerArguments {
  std::string listen_address;
  int64_t listen_port = 0, conn_limit = 0;
  Duration max_connection_age, max_connection_age_grace, max_connection_idle;
  int64_t server_max_recv_msg_size = 0, server_max_send_msg_size = 0;
  uint64_t server_max_concurrent_streams = 0;
  std::optional<ServerTlsArguments> tls;
  static constexpr bool kDefaultsOfOwner = true;
  bool operator==(const GrpcServerArguments&) const = default;
};

/// The server that components which take requests have in common (Alloy: internal/component/common/net). Squashed into their own tables.
struct ServerArguments {
  std::optional<HttpServerArguments> http = default_http();
  std::optional<GrpcServerArguments> grpc = default_grpc();
  Duration graceful_shutdown_timeout = Duration::seconds(30);
  bool operator==(const ServerArguments&) const = default;

  static HttpServerArguments default_http();
  static GrpcServerArguments default_grpc();
  /// `address:port` as Alloy listens on.
  std::string listen_address() const;
  /// nullptr without TLS. The error is worded as Alloy's.
  Result<std::shared_ptr<TlsServer>> make_tls() const;
};
extern const Schema kServerSchema;

}  // namespace invar
