#include "src/io/tls_server.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>

#include "src/io/file.h"

namespace invar {
namespace {

constexpr size_t kMaxPem = 4u << 20;

struct Suite {
  std::string_view go, openssl;
};
/// Go's tls.CipherSuites(). Those of TLS 1.3 are always on, as in Go.
constexpr std::array<Suite, 13> kSuites{{
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
}};

std::string openssl_curve(std::string_view go) {
  if (go == "CurveP256") return "P-256";
  if (go == "CurveP384") return "P-384";
  if (go == "CurveP521") return "P-521";
  return std::string(go);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ':';
    out += part;
  }
  return out;
}

using ContextPtr = std::shared_ptr<SSL_CTX>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bio_of(std::string_view text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free}; }

Error tls_error(std::string text) {
  ERR_clear_error();
  return {std::move(text), "tls"};
}

/// The text itself, or the file's.
Result<std::string> pem_of(std::string_view text, const std::string& file, std::string_view what) {
  if (!text.empty()) return std::string(text);
  auto read = read_file(file, kMaxPem);
  if (!read) return Error{"failed to read " + std::string(what) + ": " + read.error().what, read.error().reason};
  return read;
}

Result<void> use_certificates(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  X509* leaf = PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr);
  if (!leaf) return tls_error("tls: failed to find any PEM data in certificate input");
  const bool taken = SSL_CTX_use_certificate(context, leaf) == 1;
  X509_free(leaf);
  if (!taken) return tls_error("tls: failed to parse certificate");
  SSL_CTX_clear_chain_certs(context);
  while (X509* further = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    if (SSL_CTX_add0_chain_cert(context, further) != 1) X509_free(further);
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  const auto no_password = [](char*, int, int, void*) { return 0; };
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr);
  if (!key) return tls_error("tls: failed to find any PEM data in key input");
  const bool taken = SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
  EVP_PKEY_free(key);
  if (!taken) return tls_error("tls: private key does not match public key");
  return {};
}

Result<void> use_client_authorities(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  size_t count = 0;
  while (X509* authority = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(store, authority);
    SSL_CTX_add_client_CA(context, authority);
    X509_free(authority);
    ++count;
  }
  ERR_clear_error();
  if (count == 0) return Error{"no certificate in the client CA", "tls"};
  return {};
}

void use_client_auth(SSL_CTX* context, TlsServerConfig::ClientAuth auth) {
  using Auth = TlsServerConfig::ClientAuth;
  static constexpr auto kTakeAny = [](int, X509_STORE_CTX*) { return 1; };
  const bool verifies = auth == Auth::kVerifyIfGiven || auth == Auth::kRequireAndVerify;
  const bool requires_one = auth == Auth::kRequireAny || auth == Auth::kRequireAndVerify;
  if (auth == Auth::kNone) return SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (requires_one ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     verifies ? nullptr : static_cast<SSL_verify_cb>(kTakeAny));
}

Result<void> use_limits(SSL_CTX* context, const TlsServerConfig& config) {
  using Version = TlsServerConfig::Version;
  const int oldest = config.min_version == Version::kDefault ? TLS1_2_VERSION : static_cast<int>(config.min_version);
  SSL_CTX_set_min_proto_version(context, oldest);
  SSL_CTX_set_max_proto_version(context, static_cast<int>(config.max_version));
  // Below TLS 1.2 only with signatures that OpenSSL's default level refuses; who asks for it gets it, as from Go.
  if (oldest < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);
  std::vector<std::string> names;
  for (const std::string& name : config.cipher_suites)
    for (const Suite& suite : kSuites)
      if (suite.go == name) names.emplace_back(suite.openssl);
  if (const std::string list = joined(names); !list.empty() && SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
    return tls_error("tls: no usable cipher suite");
  names.clear();
  for (const std::string& curve : config.curves) names.push_back(openssl_curve(curve));
  if (const std::string list = joined(names); !list.empty() && SSL_CTX_set1_curves_list(context, list.c_str()) != 1)
    return tls_error("tls: no usable curve");
  return {};
}

/// HTTP/1.1 is all we speak: other offers are answered with none.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<ContextPtr> make_context(const TlsServerConfig& config) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context) return tls_error("tls: out of memory");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, nullptr);
  const auto certificates = pem_of(config.cert_pem, config.cert_file, "cert_file");
  if (!certificates) return certificates.error();
  const auto key = pem_of(config.key_pem.reveal(), config.key_file, "key_file");
  if (!key) return key.error();
  if (auto used = use_certificates(context.get(), *certificates); !used) return used.error();
  if (auto used = use_key(context.get(), *key); !used) return used.error();
  if (!config.client_ca_pem.empty() || !config.client_ca_file.empty()) {
    const auto authorities = pem_of(config.client_ca_pem, config.client_ca_file, "client_ca_file");
    if (!authorities) return authorities.error();
    if (auto used = use_client_authorities(context.get(), *authorities); !used) return used.error();
  }
  use_client_auth(context.get(), config.client_auth);
  if (auto used = use_limits(context.get(), config); !used) return used.error();
  return context;
}

class Session final : public TlsSession {
 public:
  Session(ContextPtr context, int fd) : context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    if (!ssl_ || SSL_set_fd(ssl_, fd) != 1) broken_ = true;
    if (ssl_) SSL_set_accept_state(ssl_);
  }
  ~Session() override { SSL_free(ssl_); }

  ssize_t read(char* into, size_t size) override {
    return done([&](size_t& moved) { return SSL_read_ex(ssl_, into, size, &moved); });
  }
  ssize_t write(const char* data, size_t size) override {
    return done([&](size_t& moved) { return SSL_write_ex(ssl_, data, size, &moved); });
  }
  bool wants_write() const override { return wants_write_; }
  bool has_pending() const override { return !broken_ && SSL_pending(ssl_) > 0; }
  bool met_plain_http() const override { return plain_http_; }
  void shut_down() override {
    if (!broken_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
    ERR_clear_error();
  }

 private:
  template <class Call>
  ssize_t done(Call call) {
    wants_write_ = false;
    if (broken_) return errno = EPROTO, -1;
    ERR_clear_error();
    size_t moved = 0;
    const int result = call(moved);
    if (result == 1) return static_cast<ssize_t>(moved);
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_WRITE:
        wants_write_ = true;
        [[fallthrough]];
      case SSL_ERROR_WANT_READ:
        return errno = EAGAIN, -1;
      case SSL_ERROR_ZERO_RETURN:
        return 0;
      default:
        broken_ = true;
        plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
        ERR_clear_error();
        return errno = EPROTO, -1;
    }
  }

  ContextPtr context_;
  SSL* ssl_;
  bool broken_ = false;
  bool wants_write_ = false;
  bool plain_http_ = false;
};

/// What tells that a file has changed.
struct Stamp {
  uint64_t inode = 0;
  int64_t modified_ns = 0;
  uint64_t size = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

class Server final : public TlsServer {
 public:
  Server(TlsServerConfig config, ContextPtr context) : config_(std::move(config)), context_(std::move(context)), stamps_(stamps()) {}
  std::unique_ptr<TlsSession> accept(int fd) override {
    refresh();
    return std::make_unique<Session>(context_, fd);
  }

 private:
  std::array<Stamp, 3> stamps() const {
    std::array<Stamp, 3> found;
    const std::array<const std::string*, 3> files{&config_.cert_file, &config_.key_file, &config_.client_ca_file};
    for (size_t i = 0; i < files.size(); ++i) {
      if (files[i]->empty()) continue;
      if (const auto about = stat_path(*files[i])) found[i] = {about->ino, about->mtime_ns, about->size};
    }
    return found;
  }
  /// Half-written pairs do not replace a good one.
  void refresh() {
    const auto now = stamps();
    if (now == stamps_) return;
    if (auto fresh = make_context(config_)) {
      context_ = std::move(*fresh);
      stamps_ = now;
    }
  }

  const TlsServerConfig config_;
  ContextPtr context_;
  std::array<Stamp, 3> stamps_;
};

}  // namespace

bool is_cipher_suite(std::string_view name) {
  for (const Suite& suite : kSuites)
    if (suite.go == name) return true;
  return false;
}

Result<std::shared_ptr<TlsServer>> TlsServer::make(const TlsServerConfig& config) {
  auto context = make_context(config);
  if (!context) return context.error();
  return std::shared_ptr<TlsServer>(std::make_shared<Server>(config, std::move(*context)));
}

}  // namespace invar
