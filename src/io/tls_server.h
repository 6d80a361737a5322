#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "src/base/result.h"
#include "src/base/secret.h"

namespace invar {

/// How we act as a TLS server. A PEM text wins over a file.
struct TlsServerConfig {
  enum class ClientAuth : uint8_t { kNone, kRequest, kRequireAny, kVerifyIfGiven, kRequireAndVerify };  // as Go's tls.ClientAuthType
  enum class Version : uint16_t { kDefault = 0, kTls10 = 0x0301, kTls11 = 0x0302, kTls12 = 0x0303, kTls13 = 0x0304 };

  std::string cert_pem, cert_file;
  Secret key_pem;
  std::string key_file;
  std::string client_ca_pem, client_ca_file;
  ClientAuth client_auth = ClientAuth::kNone;
  Version min_version = Version::kDefault;  // TLS 1.2
  Version max_version = Version::kDefault;
  std::vector<std::string> cipher_suites;  // names as Go has them, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; empty: a good choice
  std::vector<std::string> curves;         // X25519, CurveP256, CurveP384, CurveP521

  friend bool operator==(const TlsServerConfig&, const TlsServerConfig&) = default;
};

/// Whether Go (and we) know a cipher suite of that name.
bool is_cipher_suite(std::string_view name);

/// The encrypted side of one connection, over a non-blocking socket it does not own. One thread at a time.
class TlsSession {
 public:
  virtual ~TlsSession() = default;
  /// As recv(2) and send(2): -1 with errno EAGAIN when the socket has to be waited for, for which see wants_write(); the handshake is done on the way.
  virtual ssize_t read(char* into, size_t size) = 0;
  virtual ssize_t write(const char* data, size_t size) = 0;
  virtual bool wants_write() const = 0;
  /// Bytes are here that the socket does not tell of any more.
  virtual bool has_pending() const = 0;
  /// The peer speaks plain HTTP.
  virtual bool met_plain_http() const = 0;
  /// Says good-bye, as far as that does not block.
  virtual void shut_down() = 0;
};

/// Makes sessions. Certificate files are read again when they have changed. One thread at a time.
class TlsServer {
 public:
  virtual ~TlsServer() = default;
  /// Reads certificates and checks everything. The error names the file, or says what is wrong with the PEM text.
  static Result<std::shared_ptr<TlsServer>> make(const TlsServerConfig& config);
  virtual std::unique_ptr<TlsSession> accept(int fd) = 0;
};

}  // namespace invar
