#include "src/io/wire.h"

#include <poll.h>
#include <sys/socket.h>

namespace invar {

ssize_t Wire::receive(char* into, size_t size) { return tls ? tls->read(into, size) : ::recv(fd.get(), into, size, 0); }

ssize_t Wire::send(const char* data, size_t size) { return tls ? tls->write(data, size) : ::send(fd.get(), data, size, MSG_NOSIGNAL); }

bool Wire::wait_to_send(int ms) const {
  const bool reads = tls && !tls->wants_write();
  pollfd watched{fd.get(), static_cast<short>(reads ? POLLIN : POLLOUT), 0};
  return ::poll(&watched, 1, ms) > 0 && (watched.revents & (POLLERR | POLLHUP)) == 0;
}

}  // namespace invar
