#pragma once

#include <cstdint>
#include <string>

#include "src/base/secret.h"

namespace invar {

/// How we act as a TLS client; the arguments of Alloy's `tls_config`. Files are read for every new connection, so that
/// renewed certificates are taken up. A PEM text wins over a file.
struct TlsConfig {
  enum class Version : uint8_t { kDefault, kTls10, kTls11, kTls12, kTls13 };

  std::string ca_pem;
  std::string ca_file;  // without any CA: SSL_CERT_FILE and SSL_CERT_DIR, else the system's
  std::string cert_pem;
  std::string cert_file;
  Secret key_pem;
  std::string key_file;
  std::string server_name;  // the name sent (SNI) and verified instead of the URL's host, as Go's tls.Config.ServerName
  bool insecure_skip_verify = false;
  Version min_version = Version::kDefault;  // TLS 1.2

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

}  // namespace invar
