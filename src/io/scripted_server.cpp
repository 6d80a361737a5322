#include "src/io/scripted_server.h"

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

#include "src/io/file.h"

namespace invar {
namespace {

template <class Write>
std::string text_of(Write write) {
  BIO* out = BIO_new(BIO_s_mem());
  write(out);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(out);
  return text;
}

}  // namespace

TestCertificate::TestCertificate(const char* names) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), -60);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(cert, X509_get_subject_name(cert));
  for (const auto& [nid, text] :
       {std::pair{NID_subject_alt_name, names}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, text);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(cert, key, EVP_sha256());
  cert_pem = text_of([&](BIO* out) { PEM_write_bio_X509(out, cert); });
  key_pem = text_of([&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(cert);
  EVP_PKEY_free(key);
}

struct ScriptedServer::Inside {
  struct Wire {
    Fd fd;
    SSL* tls = nullptr;
    ~Wire() { SSL_free(tls); }
    ssize_t read(char* into, size_t size) {
      return tls != nullptr ? SSL_read(tls, into, static_cast<int>(size)) : ::recv(fd.get(), into, size, 0);
    }
    void write(std::string_view bytes) {
      if (tls != nullptr) {
        SSL_write(tls, bytes.data(), static_cast<int>(bytes.size()));
        return;
      }
      while (!bytes.empty()) {
        const ssize_t sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<size_t>(sent));
      }
    }
  };

  Inside(Script script, const TestCertificate* certificate, bool ask_for_client_certificate)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen_at(reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (certificate != nullptr) set_up_tls(*certificate, ask_for_client_certificate);
    thread_ = std::thread([this] { accept_all(); });
  }

  Inside(Script script, const std::string& unix_socket) : script_(std::move(script)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    INVAR_CHECK(unix_socket.size() < sizeof address.sun_path);
    unix_socket.copy(address.sun_path, sizeof address.sun_path);
    listen_at(reinterpret_cast<sockaddr*>(&address), sizeof address);
    thread_ = std::thread([this] { accept_all(); });
  }

  void listen_at(const sockaddr* address, socklen_t size) {
    INVAR_CHECK(::bind(listener_.get(), address, size) == 0);
    INVAR_CHECK(::listen(listener_.get(), 64) == 0);
  }

  ~Inside() {
    ending_ = true;
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
    SSL_CTX_free(tls_);
  }

  void set_up_tls(const TestCertificate& certificate, bool ask) {
    tls_ = SSL_CTX_new(TLS_server_method());
    BIO* cert_bytes = BIO_new_mem_buf(certificate.cert_pem.data(), static_cast<int>(certificate.cert_pem.size()));
    BIO* key_bytes = BIO_new_mem_buf(certificate.key_pem.data(), static_cast<int>(certificate.key_pem.size()));
    X509* cert = PEM_read_bio_X509(cert_bytes, nullptr, nullptr, nullptr);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bytes, nullptr, nullptr, nullptr);
    INVAR_CHECK(SSL_CTX_use_certificate(tls_, cert) == 1 && SSL_CTX_use_PrivateKey(tls_, key) == 1);
    if (ask) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(tls_), cert);
      SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    BIO_free(cert_bytes);
    BIO_free(key_bytes);
  }

  bool readable(int fd) const {
    while (!ending_) {
      pollfd waiting{fd, POLLIN, 0};
      if (::poll(&waiting, 1, 20) > 0) return true;
    }
    return false;
  }

  void accept_all() {
    while (readable(listener_.get())) {
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++accepted_;
      connections_.emplace_back([this, fd] { serve(fd); });
    }
  }

  void serve(int fd) {
    Wire wire{Fd(fd)};
    if (tls_ != nullptr) {
      wire.tls = SSL_new(tls_);
      SSL_set_fd(wire.tls, fd);
      if (SSL_accept(wire.tls) != 1) return;
      const char* name = SSL_get_servername(wire.tls, TLSEXT_NAMETYPE_host_name);
      std::lock_guard lock(mutex_);
      server_name_ = name != nullptr ? name : "";
    }
    std::string received;
    char piece[65536];
    while ((wire.tls != nullptr && SSL_pending(wire.tls) > 0) || readable(fd)) {
      const ssize_t got = wire.read(piece, sizeof piece);
      if (got <= 0) return;
      received.append(piece, static_cast<size_t>(got));
      const size_t whole = request_size(received);
      if (whole == 0) continue;
      const std::string request = received.substr(0, whole);
      received.erase(0, whole);
      {
        std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const auto reply = script_(request);
      if (!reply) continue;
      if (reply->empty()) return;
      wire.write(*reply);
    }
  }

  /// 0 while it is incomplete.
  static size_t request_size(const std::string& received) {
    const size_t head = received.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    size_t body = 0;
    if (const size_t at = received.find("Content-Length: "); at < head) body = std::stoul(received.substr(at + 16));
    return received.size() >= head + 4 + body ? head + 4 + body : 0;
  }

  Script script_;
  Fd listener_;
  SSL_CTX* tls_ = nullptr;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::string server_name_;
  std::atomic<int> accepted_{0};
  std::atomic<bool> ending_{false};
  std::list<std::thread> connections_;
  std::thread thread_;
};

ScriptedServer::ScriptedServer(Script script, const TestCertificate* certificate, bool ask_for_client_certificate)
    : inside_(std::make_unique<Inside>(std::move(script), certificate, ask_for_client_certificate)) {}

ScriptedServer::ScriptedServer(Script script, const std::string& unix_socket) : inside_(std::make_unique<Inside>(std::move(script), unix_socket)) {}

ScriptedServer::~ScriptedServer() = default;

uint16_t ScriptedServer::port() const { return inside_->port_; }

std::string ScriptedServer::url(std::string_view path) const {
  return (inside_->tls_ != nullptr ? "https" : "http") + std::string("://127.0.0.1:") + std::to_string(port()) +
         std::string(path);
}

std::vector<std::string> ScriptedServer::requests() const {
  std::lock_guard lock(inside_->mutex_);
  return inside_->requests_;
}

int ScriptedServer::connections() const { return inside_->accepted_; }

std::string ScriptedServer::server_name() const {
  std::lock_guard lock(inside_->mutex_);
  return inside_->server_name_;
}

std::string ScriptedServer::answer(std::string_view status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace invar
