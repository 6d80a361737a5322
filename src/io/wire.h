#pragma once

#include <sys/types.h>

#include <memory>

#include "src/io/file.h"
#include "src/io/tls_server.h"

namespace invar {

/// A connected socket, with or without TLS around it. Non-blocking; one thread at a time.
struct Wire {
  Fd fd;
  std::unique_ptr<TlsSession> tls;

  /// As recv(2) and send(2) of a non-blocking socket.
  ssize_t receive(char* into, size_t size);
  ssize_t send(const char* data, size_t size);
  /// After EAGAIN: waits for what the wire needs (poll), at most `ms`. False on an error or when nothing came.
  bool wait_to_send(int ms) const;
};

}  // namespace invar
