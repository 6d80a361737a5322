#include "tools/loki_sink/http/wire.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace invar::loki_sink {

Result<TlsIdentity> TlsIdentity::load(const std::string& certificate_path, const std::string& key_path) {
  TlsIdentity identity(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate_chain_file(identity.context_, certificate_path.c_str()) != 1)
    return Error{"cannot read the certificate " + certificate_path, "tls"};
  if (SSL_CTX_use_PrivateKey_file(identity.context_, key_path.c_str(), SSL_FILETYPE_PEM) != 1)
    return Error{"cannot read the key " + key_path, "tls"};
  SSL_CTX_set_mode(identity.context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return identity;
}

TlsIdentity::TlsIdentity(TlsIdentity&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
TlsIdentity::~TlsIdentity() { SSL_CTX_free(context_); }

Wire::Wire(int descriptor, const TlsIdentity* identity) : descriptor_(descriptor) {
  if (!identity) return;
  session_ = SSL_new(identity->context_);
  SSL_set_fd(session_, descriptor_);
  SSL_set_accept_state(session_);
}

Wire::~Wire() {
  SSL_free(session_);
  close(descriptor_);
}

long Wire::settle(int outcome) {
  wants_writable_ = false;
  if (outcome > 0) return outcome;
  const int error = SSL_get_error(session_, outcome);
  ERR_clear_error();
  wants_writable_ = error == SSL_ERROR_WANT_WRITE;
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? kAgain : kEnded;
}

long Wire::read(char* into, size_t capacity) {
  if (session_) return settle(SSL_read(session_, into, static_cast<int>(std::min<size_t>(capacity, 1 << 30))));
  const ssize_t count = recv(descriptor_, into, capacity, 0);
  if (count >= 0) return count;
  return errno == EAGAIN || errno == EINTR ? kAgain : kEnded;
}

long Wire::write(const char* bytes, size_t size) {
  if (session_) return settle(SSL_write(session_, bytes, static_cast<int>(std::min<size_t>(size, 1 << 30))));
  const ssize_t count = send(descriptor_, bytes, size, MSG_NOSIGNAL);
  if (count > 0) return count;
  wants_writable_ = errno == EAGAIN || errno == EINTR;
  return wants_writable_ ? kAgain : kEnded;
}

void Wire::reset_on_close() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace invar::loki_sink
