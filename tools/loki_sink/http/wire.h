#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <string>

#include "src/base/result.h"

namespace invar::loki_sink {

/// The certificate a server shows. One for all connections, which must end before it.
class TlsIdentity {
 public:
  /// Reads PEM files.
  static Result<TlsIdentity> load(const std::string& certificate_path, const std::string& key_path);
  TlsIdentity(TlsIdentity&& other) noexcept;
  ~TlsIdentity();

 private:
  friend class Wire;
  explicit TlsIdentity(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

/// One accepted connection's bytes, plain or through TLS. Owns the file descriptor, which must not block.
class Wire {
 public:
  static constexpr long kAgain = -1;  ///< nothing to do until the descriptor is ready
  static constexpr long kEnded = 0;   ///< closed or broken

  Wire(int descriptor, const TlsIdentity* identity);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Bytes read or written, or kAgain, or kEnded.
  long read(char* into, size_t capacity);
  long write(const char* bytes, size_t size);
  /// True when the descriptor has to become writable, not readable, before the last call can go on.
  bool wants_writable() const { return wants_writable_; }
  int descriptor() const { return descriptor_; }
  /// Closing will send a RST instead of an orderly end.
  void reset_on_close();

 private:
  long settle(int outcome);
  int descriptor_;
  SSL* session_ = nullptr;
  bool wants_writable_ = false;
};

}  // namespace invar::loki_sink
